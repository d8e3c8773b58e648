WITH `_picked` AS (
  SELECT
    `officer` AS `_owner0`,
    0 AS `_slot`,
    `amount`,
    `done`,
    `id`
  FROM `cases`
  WHERE
    (
      `due` >= CAST('2026-01-01' AS DATE) AND `due` < CAST('2026-02-01' AS DATE)
    )
    AND NOT `officer` IS NULL
), `_owned` AS (
  SELECT
    `_members`.`subject` AS `_owner0`,
    `_picked`.`_slot`,
    `_picked`.`amount`,
    `_picked`.`done`,
    `_picked`.`id`
  FROM `_picked`
  JOIN `_members`
    ON `_picked`.`_owner0` = `_members`.`code`
), `_ranked` AS (
  SELECT
    `_owner0`,
    `_slot`,
    CAST(`amount` * CAST(100 AS DECIMAL(3, 0)) AS BIGINT) AS `_value`,
    ROW_NUMBER() OVER (
      PARTITION BY `_owner0`, `_slot`
      ORDER BY `done` DESC, `id` DESC, CAST(`amount` * CAST(100 AS DECIMAL(3, 0)) AS BIGINT) DESC
    ) AS `_last`
  FROM `_owned`
  WHERE
    NOT `amount` IS NULL AND NOT `done` IS NULL
)
SELECT
  `_owner0`,
  `_slot`,
  MAX(CASE WHEN `_last` = 1 THEN `_value` END) AS `a0`,
  COUNT(*) AS `a1`
FROM `_ranked`
GROUP BY
  `_owner0`,
  `_slot`
