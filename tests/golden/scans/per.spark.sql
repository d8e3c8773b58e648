WITH `_picked` AS (
  SELECT
    `unit` AS `_owner0`,
    0 AS `_slot`,
    `kind`,
    `points`,
    `urgent`
  FROM `cases`
  WHERE
    (
      `due` >= CAST('2026-01-01' AS DATE) AND `due` < CAST('2026-02-01' AS DATE)
    )
    AND NOT `unit` IS NULL
), `_first` AS (
  SELECT
    `_owner0`,
    `_slot`,
    `kind` AS `_key0`,
    MAX(CAST(`points` AS BIGINT)) AS `_inner0`
  FROM `_picked`
  WHERE
    NOT `kind` IS NULL AND `urgent`
  GROUP BY
    `_owner0`,
    `_slot`,
    `kind`
), `_owned` AS (
  SELECT
    `_members`.`subject` AS `_owner0`,
    `_first`.`_slot`,
    `_first`.`_key0`,
    `_first`.`_inner0`
  FROM `_first`
  JOIN `_members`
    ON `_first`.`_owner0` = `_members`.`code`
), `_groups` AS (
  SELECT
    `_owner0`,
    `_slot`,
    `_key0`,
    MAX(`_inner0`) AS `_inner0`
  FROM `_owned`
  GROUP BY
    `_owner0`,
    `_slot`,
    `_key0`
)
SELECT
  `_owner0`,
  `_slot`,
  COALESCE(SUM(CAST(`_inner0` AS DECIMAL(38, 0))), 0) AS `a0`
FROM `_groups`
GROUP BY
  `_owner0`,
  `_slot`
