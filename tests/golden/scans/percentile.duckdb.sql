WITH "_picked" AS (
  SELECT
    "unit" AS "_owner0",
    0 AS "_slot",
    "kind",
    "minutes"
  FROM "cases"
  WHERE
    (
      "due" >= CAST('2026-01-01' AS DATE) AND "due" < CAST('2026-02-01' AS DATE)
    )
    AND NOT "unit" IS NULL
), "_first" AS (
  SELECT
    "_owner0",
    "_slot",
    CAST("minutes" AS BIGINT) AS "_value",
    COUNT(*) AS "_times"
  FROM "_picked"
  WHERE
    "kind" IN ('x', 'y') AND NOT "minutes" IS NULL
  GROUP BY
    "_owner0",
    "_slot",
    CAST("minutes" AS BIGINT)
), "_owned" AS (
  SELECT
    "_members"."subject" AS "_owner0",
    "_first"."_slot",
    "_first"."_value",
    "_first"."_times"
  FROM "_first"
  JOIN "_members"
    ON "_first"."_owner0" = "_members"."code"
), "_counts" AS (
  SELECT
    "_owner0",
    "_slot",
    "_value",
    SUM("_times") AS "_times"
  FROM "_owned"
  GROUP BY
    "_owner0",
    "_slot",
    "_value"
), "_ranked" AS (
  SELECT
    "_owner0",
    "_slot",
    "_value",
    "_times",
    SUM("_times") OVER (PARTITION BY "_owner0", "_slot" ORDER BY "_value" ASC) AS "_upto",
    SUM("_times") OVER (PARTITION BY "_owner0", "_slot") AS "_all"
  FROM "_counts"
)
SELECT
  "_owner0",
  "_slot",
  COALESCE(
    MAX(
      CASE
        WHEN (
          "_upto" - "_times"
        ) * 100 < "_all" * 90 AND "_all" * 90 <= "_upto" * 100
        THEN "_value"
      END
    ),
    0
  ) AS "a0",
  COALESCE(SUM("_times"), 0) AS "a1"
FROM "_ranked"
GROUP BY
  "_owner0",
  "_slot"
