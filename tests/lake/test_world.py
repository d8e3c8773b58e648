"""The reference world: same bytes for one seed, the promised sizes and forms, bad rows where the truth says."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from steelyard.engine.model.declared import read_facts
from steelyard.engine.problems import Refused
from steelyard.lake import world
from steelyard.lake.world import write_world
from steelyard.lake.world.feeds import STRANGER, spoil
from steelyard.lake.world.province import build
from tests.lake.world_tables import BY_NAME, Read

FACTS = Path(__file__).parents[2] / "examples/province/facts"
SEED = 20_260_101


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("worlds") / "small"
    write_world(folder, "small", SEED)
    return Read(folder)


def digest(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_another_process_with_other_locale_hash_seed_and_zone_writes_the_same_bytes(
    small: Read, tmp_path: Path
) -> None:
    code = "from steelyard.lake.world import write_world; from pathlib import Path; import sys; "
    code += f"write_world(Path(sys.argv[1]), 'small', {SEED})"
    surroundings = os.environ | {"PYTHONHASHSEED": "77", "TZ": "America/Lima", "LC_ALL": "C", "LANG": "C"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "again")], env=surroundings, check=True)
    assert digest(tmp_path / "again") == digest(small.folder)


def test_another_seed_writes_another_world(small: Read, tmp_path: Path) -> None:
    summary = write_world(tmp_path / "other", "small", SEED + 1)
    ours, theirs = digest(small.folder), digest(summary.folder)
    assert ours.keys() == theirs.keys()
    before = {"files/机构_2026年初.csv", "files/岗位_2026年初.csv"}  # the seed only chooses who is reorganised
    assert {name for name in ours if ours[name] == theirs[name]} == before


def test_the_summary_and_the_deliveries_count_what_is_in_the_files(small: Read) -> None:
    deliveries = [line.split(",") for line in (small.folder / "deliveries.csv").read_text("utf8").splitlines()[1:]]
    paths = {file: small.folder / "files" / file for file, *_ in deliveries}
    assert sorted(paths) == sorted(path.name for path in (small.folder / "files").iterdir())
    assert [hashlib.sha256(paths[d[0]].read_bytes()).hexdigest() for d in deliveries] == [d[6] for d in deliveries]
    for name, rows in small.truth["world"]["tables"].items():
        assert rows == sum(int(d[4]) for d in deliveries if d[1] == name)
        if name in BY_NAME:
            files = [one for one in small.truth["files"] if one["table"] == name]
            refused = sum(one["rows"] for one in files if "refused" in one)
            assert small.table(name).num_rows == rows - refused - sum(one["bad"] for one in files)


def test_progress_names_every_file_once(tmp_path: Path) -> None:
    told: list[str] = []
    summary = write_world(tmp_path / "told", "small", 3, lambda zh, en: told.extend((zh, en)))
    assert len(told) == 2 * (summary.files - 10 + 1)  # the ten files of the six registers are one line
    assert sum("申报明细_2026Q2.csv：" in line for line in told) == 1
    assert sum(line.startswith("申报明细_2026Q2.csv: ") and line.endswith(" rows") for line in told) == 1


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf8")
    with pytest.raises(Refused) as refused:
        write_world(tmp_path, "small", 1)
    assert [problem.code for problem in refused.value.problems] == ["world-folder-taken"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder_for_a_world(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(Refused) as refused:
        write_world(tmp_path / "taken", "small", SEED)
    assert [problem.code for problem in refused.value.problems] == ["world-folder-taken"]


def test_a_world_is_written_whole_or_not_at_all(tmp_path: Path, small: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(world, "_write_truth", full)
        with pytest.raises(OSError, match="no space"):
            write_world(tmp_path, "small", SEED)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".writing/files").mkdir(parents=True)
    (tmp_path / ".writing/files/half.csv").write_text("left by a process that was killed")
    write_world(tmp_path, "small", SEED)
    assert digest(tmp_path) == digest(small.folder)


def test_what_corrects_a_file_sorts_after_it_so_that_loading_by_name_ends_right(small: Read) -> None:
    names = sorted(one["file"] for one in small.truth["files"])
    for first, correction in (("申报明细_2026Q1", "补报"), ("税款征收_2026Q2", "更正"), ("稽查案件_2026Q3", "重报")):
        at = next(place for place, name in enumerate(names) if name.startswith(f"{first}_{correction}."))
        assert names[at - 1].startswith(f"{first}.")


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_world(tmp_path / "w", "small", -1)
    assert [problem.code for problem in refused.value.problems] == ["world-seed"]


# --- the province


def test_the_province_has_the_units_that_the_mission_names() -> None:
    units = build("province", 5).units
    branches = [unit for unit in units if unit.level == "branch"]
    assert Counter(unit.level for unit in units if unit.level != "branch") == {
        "province": 1,
        "city": 13,
        "county": 180,
        "audit": 34,
    }
    for day in ("2026-06-30", "2026-07-01"):
        kinds = Counter(unit.kind for unit in branches if unit.since <= day and (not unit.until or unit.until >= day))
        assert kinds == {"第一税务分局": 180, "第二税务分局": 120, "属地税务分局": 174}
    assert len({unit.code for unit in units}) == len({unit.name for unit in units}) == len(units)


def test_every_successor_share_of_a_closed_unit_adds_up_to_one() -> None:
    province = build("province", 5)
    shares: Counter[str] = Counter()
    for one in province.successions():
        shares[one.old] += one.share
    closed = {unit.code for unit in province.units if unit.until}
    assert set(shares) == closed
    assert set(shares.values()) == {10_000}


def test_posts_of_every_officer_follow_each_other_without_gap_and_in_units_in_force(small: Read) -> None:
    gaps = small.one(
        """with spells as (select 人员代码 p, 任职日期 a, coalesce(离任日期, '') b, sum(份额::decimal(5,4)) share
                           from holdings group by all),
                chain as (select *, lead(a) over (partition by p order by a) following from spells)
           select count(*) from chain where share != 1
             or (following is not null and strftime(b::date + 1, '%Y-%m-%d') != following)
             or (following is null and b != '')""",
        "holdings",
    )
    dead = small.one(
        """select count(*) from holdings join units on 机构代码 = left(岗位代码, 11)
           where 任职日期 < 启用日期 or (停用日期 != '' and (离任日期 = '' or 离任日期 > 停用日期))""",
        "holdings", "units",
    )  # fmt: skip
    assert (gaps, dead) == (0, 0)


# --- forms of files


def test_every_file_is_in_the_encoding_that_its_declaration_says(small: Read) -> None:
    for path in (small.folder / "files").glob("*.csv"):
        feed = declared(path.name)["feed"]
        assert path.read_bytes().decode(feed.encoding)
        if feed.encoding == "gb18030":
            with pytest.raises(UnicodeDecodeError):
                path.read_bytes().decode("utf-8")


def test_headings_of_every_file_are_names_or_aliases_of_its_declaration(small: Read) -> None:
    for path in (small.folder / "files").iterdir():
        found = declared(path.name)
        names = {name: column for column, one in found["table"].columns.items() for name in (one.name, *one.aliases)}
        assert [names[title] for title in headings(path, found["feed"])] == list(found["table"].columns)


def test_some_exports_carry_a_byte_order_mark_windows_line_ends_or_grouped_digits(small: Read) -> None:
    files = small.folder / "files"
    assert (files / "税款征收_2026Q1.csv").read_bytes().startswith("\ufeff税票号码".encode())
    assert b"\r\n" in (files / "税款征收_2026Q1.csv").read_bytes()
    assert re.search(r'"[0-9]{1,3},[0-9]{3}\.[0-9]{2}"', (files / "退税办理_2026Q1.csv").read_text("utf8"))


def test_the_workbook_has_a_merged_title_and_totals_that_agree_but_for_the_planted_one(small: Read) -> None:
    differences = {}
    for quarter in ("1", "2", "3", "3_重报", "4"):
        sheet = openpyxl.load_workbook(small.folder / f"files/稽查案件_2026Q{quarter}.xlsx")["明细"]
        assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:Q1"]
        column = [cell.value for cell in sheet["J"][3:]]
        assert sheet.cell(sheet.max_row, 1).value == "合计"
        differences[quarter] = round(column[-1] - sum(column[:-1]), 2)
    assert differences == {"1": 0, "2": 0, "3": 100_000, "3_重报": 0, "4": 0}
    assert [one["file"] for one in small.truth["files"] if "refused" in one] == ["稽查案件_2026Q3.xlsx"]


TABLES = [table for path in sorted(FACTS.glob("*.yaml")) for table in read_facts(path.read_text("utf8"), path.name)]


def declared(file: str) -> dict[str, Any]:
    for table in TABLES:
        for feed in table.files:
            if Path(file).match(feed.match):
                return {"table": table, "feed": feed}
    raise AssertionError(f"no declaration reads {file}")


def headings(path: Path, feed: Any) -> list[str]:
    if feed.format == "parquet":
        import pyarrow.parquet as pa_parquet

        return list(pa_parquet.read_schema(path).names)
    if feed.format == "xlsx":
        rows = openpyxl.load_workbook(path, read_only=True)[feed.sheet].iter_rows(values_only=True)
        return list(rows)[feed.header - 1]
    line = path.read_bytes().decode(feed.encoding).removeprefix("\ufeff").splitlines()[feed.header - 1]
    return line.split(feed.delimiter)


# --- bad rows


def test_each_csv_bad_row_is_where_the_truth_says_and_is_bad_in_the_way_that_it_says(small: Read) -> None:
    seen = Counter()
    for bad in small.truth["bad_rows"]:
        if not bad["file"].endswith(".csv"):
            continue
        found = declared(bad["file"])
        lines = (small.folder / "files" / bad["file"]).read_bytes().decode(found["feed"].encoding).splitlines()
        cells = lines[bad["row"] - 1].split(found["feed"].delimiter)
        at = headings(small.folder / "files" / bad["file"], found["feed"]).index(bad["column"])
        previous = lines[bad["row"] - 2].split(found["feed"].delimiter)
        width = len(found["table"].columns)
        assert is_bad(bad["kind"], cells, previous, at, width), bad
        seen[bad["kind"]] += 1
    assert min(seen.values()) >= 2
    assert len(seen) == 8


def is_bad(kind: str, cells: list[str], previous: list[str], at: int, width: int) -> bool:
    if kind == "short_row":
        return len(cells) == width - 1
    return {
        "wrong_date": "0230" in cells[at].translate({ord(mark): None for mark in "-/年月日"}),
        "negative_amount": cells[at].strip('"').startswith("-"),
        "bad_number": cells[at].strip('"').endswith("O"),
        "unknown_unit": cells[at] == STRANGER,
        "doubled_key": cells[at].strip('"') == previous[at].strip('"'),
        "stray_quote": cells[at].count('"') == 1,
        "missing_cell": cells[at] == "",
    }[kind]


def test_no_row_is_bad_that_the_truth_does_not_name(small: Read) -> None:
    """Unknown units and doubled keys, over all tables, once the named rows are left out."""
    known = {row[0] for row in small.rows("select 机构代码 from units", "units")}
    for name in BY_NAME:
        used = {row[0] for row in small.rows(f"select distinct unit from {name}", name)}
        assert used <= known, name
        doubled = small.one(f"select count(*) - count(distinct id) from {name} where file_kind != 'revised'", name)
        assert doubled == 0, name


def test_workbook_and_parquet_bad_rows_are_where_the_truth_says(small: Read) -> None:
    kinds = Counter()
    for bad in small.truth["bad_rows"]:
        path = small.folder / "files" / bad["file"]
        if path.suffix == ".parquet":
            import pyarrow.parquet as pa_parquet

            cells = pa_parquet.read_table(path)[bad["column"]].to_pylist()
            cell, above = cells[bad["row"] - 1], cells[bad["row"] - 2]
        elif path.suffix == ".xlsx":
            sheet = openpyxl.load_workbook(path)["明细"]
            at = next(cell.column for cell in sheet[3] if cell.value == bad["column"])
            cell, above = sheet.cell(bad["row"], at).value, sheet.cell(bad["row"] - 1, at).value
        else:
            continue
        good = {"unknown_unit": cell == STRANGER, "missing_cell": cell is None, "doubled_key": cell == above}
        assert good.get(bad["kind"], "/30" in str(cell)), bad
        kinds[bad["kind"]] += 1
    assert set(kinds) == {"unknown_unit", "missing_cell", "doubled_key", "wrong_date"}


@pytest.mark.parametrize(
    ("cell", "spoiled"),
    [
        ("2026-02-03", "2026-02-30"),
        ("20260203", "20260230"),
        ("2026年11月03日", "2026年02月30日"),
        ("2026/05/09", "2026/02/30"),
    ],
)
def test_a_wrong_date_is_30_february_in_the_writing_of_its_column(cell: str, spoiled: str) -> None:
    assert spoil([cell], [None], 0, "wrong_date") == [spoiled]


def test_nothing_in_the_files_happens_after_the_export(small: Read) -> None:
    late = {
        "filing": "greatest(max(due_on), max(filed_on), max(left(edited_at, 10)))",
        "refund": "greatest(max(applied_on), max(paid_on))",
        "step": "greatest(max(opened_on), max(left(finished_at, 10)))",
    }
    for table, last in late.items():
        assert (
            small.one(f"select {last} from {table}", table).translate({ord(c): "-" for c in "年月"})[:10]
            <= "2026-12-31"
        )
