SELECT
  "unit" AS "_owner0",
  CAST((
    YEAR("due") * 12 + MONTH("due") - 1
  ) AS BIGINT) AS "_slot",
  COUNT(CASE WHEN "urgent" THEN 1 END) AS "a0",
  CAST(COALESCE(SUM("amount"), 0) * 100 AS INT128) AS "a1",
  COALESCE(
    SUM(CASE WHEN CAST("points" AS BIGINT) > 0 THEN CAST("minutes" AS BIGINT) ELSE 0 END),
    0
  ) AS "a2",
  COUNT(CASE WHEN CAST("points" AS BIGINT) > 0 AND NOT "minutes" IS NULL THEN 1 END) AS "a3",
  COALESCE(MAX(CAST("points" AS BIGINT)), 0) AS "a4",
  COUNT("points") AS "a5",
  COUNT(*) AS "a6"
FROM "cases"
WHERE
  (
    "due" >= CAST('2025-01-01' AS DATE) AND "due" < CAST('2027-01-01' AS DATE)
  )
  AND NOT "unit" IS NULL
GROUP BY
  1,
  2
