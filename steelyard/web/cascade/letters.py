"""责任书: what a unit, or a person, carries of a plan, as a paper to be signed; the same texts for every form."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from steelyard.web.cascade.models import LIVING, Assignment, Carrier, Cascade, Part, Seat, State
from steelyard.web.cycles.notices.wording import Paper, Table
from steelyard.web.people.models import Unit

BLANK = "＿＿＿＿＿＿＿＿"


@dataclass(frozen=True)
class Line:
    """One indicator on one post. ``clause``: the duty that it comes from, with its basis."""

    assignment: Assignment
    carrier: Carrier
    clause: str
    basis: str

    @property
    def role(self) -> str:
        return Part(self.carrier.part).label


def of_unit(cascade: Cascade, unit: Unit) -> list[Line]:
    """Everything that stands of a unit, also what it has not confirmed yet."""
    return _lines(Assignment.objects.filter(cascade=cascade, unit=unit, state__in=LIVING))


def of_person(cascade: Cascade, person: str) -> list[Line]:
    """What the posts carry that a person holds."""
    rows = carried_by(person).filter(cascade=cascade, state__in=LIVING)
    posts = set(_posts_of(person))
    return [one for one in _lines(rows) if one.carrier.post_id in posts]


def carried_by(person: str) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        pk__in=Carrier.objects.filter(post__in=_posts_of(person), until=None).values("assignment")
    )


def _posts_of(person: str) -> QuerySet[Seat, str]:
    return Seat.objects.filter(person=person).values_list("post", flat=True)


def _lines(rows: QuerySet[Assignment]) -> list[Line]:
    carriers = Carrier.objects.filter(until=None).select_related("post", "cause")
    rows = rows.select_related("unit").prefetch_related(Prefetch("carriers", carriers, to_attr="now"))
    return [Line(one, carrier, *_clause(carrier)) for one in rows for carrier in one.now]


def _clause(carrier: Carrier) -> tuple[str, str]:
    cause = carrier.cause
    if cause is None:
        return "按职责分工指定", ""
    return f"{cause.duty}：{cause.does}", cause.basis


def unit_letter(cascade: Cascade, unit: Unit, office: str, day: date, *, named: bool) -> Paper:
    """``named``: whether it says who holds the posts, for those who may know."""
    lines, names = of_unit(cascade, unit), dict[str, list[str]]()
    for post, name in Seat.objects.filter(post__unit=unit).values_list("post", "name"):
        names.setdefault(post, []).append(name)
    tables = [
        Table(f"{own[0].carrier.post}（{_holders(names.get(post, []), named)}）", HEAD, _rows(own))
        for post, own in _by_post(lines).items()
    ]
    said = _said(cascade, unit.name, lines)
    return _paper(cascade, f"{unit.name}：", said, [*tables, *_departments(lines)], office, day, "单位负责人")


def _by_post(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Posts of a unit in the order of the register, those of a department together."""
    posts: defaultdict[str, list[Line]] = defaultdict(list)
    first: dict[str, str] = {}
    for one in sorted(lines, key=lambda one: one.carrier.post_id):
        posts[one.carrier.post_id].append(one)
        first.setdefault(one.carrier.post.department, one.carrier.post_id)
    order = sorted(posts, key=lambda post: (first[posts[post][0].carrier.post.department], post))
    return {post: posts[post] for post in order}


def _departments(lines: Sequence[Line]) -> list[Table]:
    """What each department leads and assists, to be signed by its head; nothing where the unit has none."""
    parts: dict[str, Counter[str]] = {}
    for own in _by_post(lines).values():
        counted = parts.setdefault(own[0].carrier.post.department, Counter())
        counted.update(one.carrier.part for one in own)
    rows = [(name, str(told[Part.LEAD]), str(told[Part.ASSIST]), "") for name, told in parts.items() if name]
    return [Table("部门责任", ("部门", "主办（项）", "协办（项）", "部门负责人（签字）"), tuple(rows))] if rows else []


def _holders(names: Sequence[str], named: bool) -> str:
    if not names:
        return "空缺"
    return "、".join(names) if named else f"{len(names)} 人"


def person_letter(cascade: Cascade, person: str, name: str, office: str, day: date) -> Paper:
    lines = of_person(cascade, person)
    posts: defaultdict[str, list[Line]] = defaultdict(list)
    for one in lines:
        posts[f"{one.assignment.unit.name} {one.carrier.post}"].append(one)
    tables = [Table(post, HEAD, _rows(own)) for post, own in posts.items()]
    return _paper(cascade, f"{name}同志：", _said(cascade, f"{name}同志", lines), tables, office, day, "责任人")


HEAD = ("序号", "指标", "角色", "份额", "岗责条款与依据")


def _rows(lines: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(number),
            f"{one.assignment.name}{_open(one)}",
            one.role,
            one.carrier.percent,
            f"{one.clause} {one.basis}".strip(),
        )
        for number, one in enumerate(lines, 1)
    )


def _open(line: Line) -> str:
    """What nobody has confirmed binds nobody, and says so."""
    return "" if line.assignment.state == State.CONFIRMED else f"（{State(line.assignment.state).label}）"


def _said(cascade: Cascade, who: str, lines: Sequence[Line]) -> tuple[str, ...]:
    indicators = {one.assignment.pk for one in lines}
    confirmed = {one.assignment.pk for one in lines if one.assignment.state == State.CONFIRMED}
    leading = {one.assignment.pk for one in lines if one.carrier.part == Part.LEAD}
    return (
        f"根据《{_plan(cascade)}》，{who}承担指标 {len(indicators)} 项"
        f"（其中主办 {len(leading)} 项，只作协办 {len(indicators - leading)} 项），"
        f"已经确认 {len(confirmed)} 项，自 {cascade.since.isoformat()} 起计。具体如下。",
        "个人绩效方案以认定为条件的，各项指标以确认的份额计入；未经确认的，不计入任何人的得分。",
    )


def _plan(cascade: Cascade) -> str:
    """As the document is called, which says nothing of the place in which it is handed down."""
    part = Unit.objects.filter(code=cascade.within).first() if cascade.within else None
    return cascade.name.removesuffix(f"（{part.name}）") if part else cascade.name


def _paper(
    cascade: Cascade, to: str, said: tuple[str, ...], tables: Sequence[Table], office: str, day: date, signs: str
) -> Paper:
    """``signs``: who signs for what is in it."""
    written = hashlib.sha256(repr((cascade.pk, to, said, tables)).encode()).hexdigest()
    return Paper(
        office=office, title="绩效责任书", number=f"{cascade.year} 年度 · {cascade.name}", addressee=to,
        paragraphs=said, tables=tuple(tables), signed=f"下达单位（签字）：{BLANK}　　{signs}（签字）：{BLANK}",
        day=f"　　　　年　　月　　日（印制于 {day.isoformat()}）", sealed=(("核对码", written),),
    )  # fmt: skip
