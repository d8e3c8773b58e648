WITH "_picked" AS (
  SELECT
    "officer" AS "_owner0",
    0 AS "_slot",
    "amount",
    "done",
    "id"
  FROM "cases"
  WHERE
    (
      "due" >= CAST('2026-01-01' AS DATE) AND "due" < CAST('2026-02-01' AS DATE)
    )
    AND NOT "officer" IS NULL
), "_owned" AS (
  SELECT
    "_members"."subject" AS "_owner0",
    "_picked"."_slot",
    "_picked"."amount",
    "_picked"."done",
    "_picked"."id"
  FROM "_picked"
  JOIN "_members"
    ON "_picked"."_owner0" = "_members"."code"
)
SELECT
  "_owner0",
  "_slot",
  ARG_MAX(
    CAST("amount" * CAST(100 AS DECIMAL(3, 0)) AS BIGINT),
    (
      "done",
      CASE WHEN NOT "id" IS NULL THEN 1 ELSE 0 END,
      "id",
      CAST("amount" * CAST(100 AS DECIMAL(3, 0)) AS BIGINT)
    )
  ) AS "a0",
  COUNT(*) AS "a1"
FROM "_owned"
WHERE
  NOT "amount" IS NULL AND NOT "done" IS NULL
GROUP BY
  "_owner0",
  "_slot"
