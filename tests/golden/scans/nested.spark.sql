WITH `_picked` AS (
  SELECT
    `unit` AS `_owner0`,
    0 AS `_slot`,
    `amount`
  FROM `cases`
  WHERE
    (
      `due` >= CAST('2026-01-01' AS DATE) AND `due` < CAST('2026-02-01' AS DATE)
    )
    AND NOT `unit` IS NULL
), `_owned` AS (
  SELECT
    `_members`.`subject` AS `_owner0`,
    `_picked`.`_slot`,
    `_picked`.`amount`
  FROM `_picked`
  JOIN `_members`
    ON `_picked`.`_owner0` = `_members`.`code`
), `_compared` AS (
  SELECT
    `_owner0`,
    `_slot`,
    `amount`,
    COUNT(`amount`) OVER (PARTITION BY `_owner0`, `_slot`) AS `_total0`,
    COALESCE(
      SUM(CAST(`amount` * CAST(100 AS DECIMAL(3, 0)) AS BIGINT)) OVER (PARTITION BY `_owner0`, `_slot`),
      0
    ) AS `_total1`
  FROM `_owned`
)
SELECT
  `_owner0`,
  `_slot`,
  COUNT(
    CASE
      WHEN (
        (
          CAST(`amount` * CAST(100 AS DECIMAL(3, 0)) AS BIGINT) * 2
        ) * NULLIF(ABS(`_total0`), 0)
      ) < `_total1`
      THEN 1
    END
  ) AS `a0`
FROM `_compared`
GROUP BY
  `_owner0`,
  `_slot`
