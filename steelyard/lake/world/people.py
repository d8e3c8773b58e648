"""Posts, officers and who held which post when.

Officers live on grounds; a transfer takes effect on the 1st or the 16th of a month, so that the officers of a ground
are constant within each of the 24 half months of 2026. Half 0 also stands for the whole of 2025.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steelyard.lake.world.draws import Draws, Integers
from steelyard.lake.world.province import AUDIT, CLOSED, REORGANISED, SHAPES, Province, Scale, Unit
from steelyard.lake.world.workdays import day, day_text

HALVES = 24
_LEADERS = 2  # at every county, city and the province: the head, and the performance liaison officer
_DUTIES = (
    ("分局长岗", "综合受理岗", "发票管理岗", "审核审批岗", "咨询辅导岗", "导税岗"),
    ("分局长岗", "税源管理岗", "风险应对岗", "退税审核岗", "内控督办岗"),
    ("分局长岗", "税源管理岗", "征收管理岗", "风险应对岗", "退税审核岗", "内控督办岗"),
    ("局长岗", "选案岗", "检查岗", "审理岗", "执行岗", "综合督办岗"),
)
_OFFICE = ("局长岗", "绩效管理岗")
_CITY = {
    "征收管理岗": "征收管理科", "税源管理岗": "征收管理科", "发票管理岗": "货物和劳务税科",
    "退税审核岗": "货物和劳务税科", "综合受理岗": "纳税服务科", "审核审批岗": "纳税服务科", "咨询辅导岗": "纳税服务科",
    "风险应对岗": "税收风险管理局", "内控督办岗": "督察内审科", "综合督办岗": "办公室",
}  # fmt: skip
"""What the departments of a city bureau have besides the leaders; each post is held by `_CLERKS`."""
_CLERKS = 2
_AUDIT = {
    "局长岗": "局领导", "选案岗": "选案科", "检查岗": "检查科", "审理岗": "审理科", "执行岗": "执行科",
    "综合督办岗": "综合科",
}  # fmt: skip
_OFFICES = {
    "province": {"局长岗": "局领导", "绩效管理岗": "考核考评处"},
    "city": {"局长岗": "局领导", "绩效管理岗": "考核考评科"} | _CITY,
    "county": {"局长岗": "局领导", "绩效管理岗": "考核考评股"},
}
"""Posts with their departments. Branches have no departments, and their register says none."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "衡权准度砺钧衍澄朗毅宁远舟禾穗安平正清和文思齐昭岚溪桐柏松竹梅若予言卿云川野星"


@dataclass(frozen=True, slots=True)
class Transfer:
    officer: int
    half: int  # 1..23: half 2 * (month - 1) + (0 from the 1st, 1 from the 16th)
    ground: int


@dataclass(frozen=True, slots=True)
class Roster:
    """The officers of every ground in one half month: ``officers[first[g] : first[g] + count[g]]``."""

    officers: Integers
    first: Integers
    count: Integers


@dataclass(frozen=True)
class People:
    codes: list[str]
    home: Integers  # ground at the start; -1 for the leaders above the branches, and last the cities' clerks
    transfers: list[Transfer]
    rosters: list[Roster]


def half_start(half: int) -> str:
    return f"2026-{half // 2 + 1:02d}-{'16' if half % 2 else '01'}"


def populate(province: Province, scale: Scale, seed: int, fixed: list[Transfer], settled: set[int]) -> People:
    """Officers for every ground. ``fixed`` transfers happen whatever is drawn; grounds in ``settled`` lose nobody."""
    draws = Draws(seed, "people")
    home = np.repeat(np.arange(len(province.staff), dtype=np.int64), province.staff)
    transfers = _transfers(province, home, SHAPES[scale].transfers, draws, settled) + fixed
    above = _LEADERS * len(_offices(province)) + len(_clerks(province))
    everyone = np.concatenate([home, np.full(above, -1, dtype=np.int64)])
    codes = [f"296{number:08d}" for number in range(1, len(everyone) + 1)]
    rosters = [_roster(home, transfers, half, len(province.staff)) for half in range(HALVES)]
    return People(codes, everyone, sorted(transfers, key=lambda move: move.officer), rosters)


def _transfers(province: Province, home: Integers, count: int, draws: Draws, settled: set[int]) -> list[Transfer]:
    """Moves inside one city, between branches or between audit bureaus; heads (the first officer) stay."""
    head = np.diff(home, prepend=-1) != 0
    free = np.flatnonzero(~head & ~np.isin(home, sorted(settled)))
    movers = free[draws.order(len(free))[:count]]
    halves, picks = 1 + draws.below(count, HALVES - 1), draws.share(count)
    moves = []
    for officer, half, pick in zip(movers.tolist(), halves.tolist(), picks.tolist(), strict=False):
        ground = int(home[officer])
        near = (province.city == province.city[ground]) & ((province.kind == 3) == (province.kind[ground] == 3))
        others = np.flatnonzero(near & (np.arange(len(near)) != ground))
        if len(others):
            moves.append(Transfer(officer, half, int(others[int(pick * len(others))])))
    return moves


def _roster(home: Integers, transfers: list[Transfer], half: int, grounds: int) -> Roster:
    """Heads come first on every ground, because the sort is stable and heads have the lowest numbers at home."""
    place = home.copy()
    for move in transfers:
        if move.half <= half:
            place[move.officer] = move.ground
    arrived = np.argsort(place * 2 + (place != home), kind="stable")
    count = np.bincount(place, minlength=grounds)
    return Roster(np.asarray(arrived, dtype=np.int64), np.cumsum(count) - count, np.asarray(count, dtype=np.int64))


def duty_names(kind: int) -> tuple[str, ...]:
    return _OFFICE if kind < 0 else _DUTIES[kind]


def _offices(province: Province) -> list[Unit]:
    return [unit for unit in province.units if unit.level in _OFFICES]


def _clerks(province: Province) -> list[str]:
    """The post of each clerk of a city's departments."""
    first, posts = len(_OFFICE) + 1, range(len(_CITY))
    cities = [unit.code for unit in province.units if unit.level == "city"]
    return [f"{city}{first + post:02d}" for city in cities for post in posts for _ in range(_CLERKS)]


def person_rows(province: Province, people: People, seed: int) -> list[list[str]]:
    """code, name, birth year, service year. Clerks are drawn apart: nobody else is another person because of them."""
    clerks = len(_clerks(province))
    officers, rest = people.codes[: len(people.codes) - clerks], people.codes[len(people.codes) - clerks :]
    return _named(officers, Draws(seed, "persons")) + _named(rest, Draws(seed, "clerks"))


def _named(codes: list[str], draws: Draws) -> list[list[str]]:
    n = len(codes)
    names = zip(draws.below(n, len(_SURNAMES)), draws.below(n, len(_GIVEN)), draws.below(n, len(_GIVEN)), strict=True)
    born, after = 1966 + draws.below(n, 36), 21 + draws.below(n, 5)
    return [
        [code, _SURNAMES[a] + _GIVEN[b] + (_GIVEN[c] if c % 3 else ""), str(year), str(min(year + wait, 2024))]
        for code, (a, b, c), year, wait in zip(codes, names, born.tolist(), after.tolist(), strict=True)
    ]


def post_rows(province: Province) -> list[list[str]]:
    """code, unit, name, duty, department. A post's code is its unit's code and two digits."""
    kinds = {
        int(unit): int(province.kind[at]) for of in (province.before, province.after) for at, unit in enumerate(of)
    }
    return [
        [f"{unit.code}{number + 1:02d}", unit.code, name, f"{name.removesuffix('岗')}职责", department]
        for position, unit in enumerate(province.units)
        for number, (name, department) in enumerate(_placed(unit, kinds.get(position, -1)))
    ]


def _placed(unit: Unit, kind: int) -> list[tuple[str, str]]:
    """The posts of a unit with their departments, empty where it has none."""
    placed = _OFFICES.get(unit.level) or dict.fromkeys(duty_names(kind), "")
    return list((_AUDIT if kind == AUDIT else placed).items())


def holding_rows(province: Province, people: People) -> list[list[str]]:
    """person, post, from, to (last day, empty: still), share. One officer in 33 holds a second post at 0.4."""
    moves = {move.officer: move for move in people.transfers}
    rows = [
        row
        for officer, home in enumerate(people.home.tolist())
        if home >= 0
        for row in _service(province, people.codes[officer], officer, home, moves.get(officer))
    ]
    offices = _offices(province)
    posts = [f"{office.code}{number + 1:02d}" for office in offices for number in range(_LEADERS)] + _clerks(province)
    above = people.codes[len(people.codes) - len(posts) :]
    return rows + [[code, post, "2025-01-01", "", "1"] for code, post in zip(above, posts, strict=True)]


def _service(province: Province, code: str, officer: int, home: int, move: Transfer | None) -> list[list[str]]:
    """One officer's posts: cut where the officer moves and where the unit is reorganised."""
    starts = sorted({"2025-01-01", REORGANISED} | ({half_start(move.half)} if move else set()))
    rows: list[list[str]] = []
    for start, following in zip(starts, [*starts[1:], ""], strict=True):
        ground = move.ground if move and start >= half_start(move.half) else home
        unit = province.units[(province.after if start > CLOSED else province.before)[ground]].code
        until = day_text(day(following) - 1) if following else ""
        rows += [[code, unit + post, start, until, share] for post, share in _posts(province, officer, ground)]
    return _joined(rows)


def _posts(province: Province, officer: int, ground: int) -> list[tuple[str, str]]:
    """The head holds post 01; the others one of the rest, or two."""
    duties = len(duty_names(int(province.kind[ground])))
    if officer == int(province.staff[:ground].sum()):
        return [("01", "1")]
    post = 2 + officer % (duties - 1)
    return (
        [(f"{post:02d}", "0.6"), (f"{2 + (post - 1) % (duties - 1):02d}", "0.4")]
        if officer % 33 == 0
        else [(f"{post:02d}", "1")]
    )


def _joined(rows: list[list[str]]) -> list[list[str]]:
    """A cut that changed nothing (the unit was not reorganised) is taken back."""
    kept: list[list[str]] = []
    for row in rows:
        last = next((old for old in kept if old[1] == row[1] and old[3] and day(old[3]) + 1 == day(row[2])), None)
        if last:
            last[3] = row[3]
        else:
            kept.append(row)
    return kept
