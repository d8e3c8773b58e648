WITH `_picked` AS (
  SELECT
    `unit` AS `_owner0`,
    CAST((
      YEAR(`due`) * 12 + MONTH(`due`) - 1
    ) AS BIGINT) - 24312 AS `_slot`,
    `officer`,
    `urgent`
  FROM `cases`
  WHERE
    (
      `due` >= CAST('2026-01-01' AS DATE) AND `due` < CAST('2026-03-01' AS DATE)
    )
    AND NOT `unit` IS NULL
), `_first` AS (
  SELECT
    `_owner0`,
    `_slot`,
    `officer` AS `_key0`,
    MAX(CASE WHEN `urgent` THEN 1 ELSE 0 END) AS `_present0`
  FROM `_picked`
  WHERE
    NOT `officer` IS NULL
  GROUP BY
    `_owner0`,
    `_slot`,
    `officer`
), `_owned` AS (
  SELECT
    `_members`.`subject` AS `_owner0`,
    `_first`.`_slot`,
    `_first`.`_key0`,
    `_first`.`_present0`
  FROM `_first`
  JOIN `_members`
    ON `_first`.`_owner0` = `_members`.`code`
), `_groups` AS (
  SELECT
    `_owner0`,
    `_slot`,
    `_key0`,
    MAX(`_present0`) AS `_present0`
  FROM `_owned`
  GROUP BY
    `_owner0`,
    `_slot`,
    `_key0`
)
SELECT
  `_owner0`,
  `_slot`,
  COUNT(CASE WHEN `_present0` = 1 THEN 1 END) AS `a0`,
  COUNT(*) AS `a1`
FROM `_groups`
GROUP BY
  `_owner0`,
  `_slot`
