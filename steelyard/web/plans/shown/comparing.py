"""对照: what a plan says otherwise than the version from which it was begun (C6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Plan
from steelyard.engine.wording.differences import differences
from steelyard.engine.wording.vocabulary import vocabulary
from steelyard.reports.sheet import Words
from steelyard.web.library.models import Version
from steelyard.web.library.rules import bureau
from steelyard.web.look.reading import language
from steelyard.web.plans.checking import plan_in, plan_of
from steelyard.web.plans.models import Kind, Making
from steelyard.web.plans.shown.marks import mark
from steelyard.web.plans.text import mapping, plain, written

What = Literal["added", "dropped", "changed"]
WORDS = {
    "group": Words("指标组", "group"), "weight": Words("权重", "weight"), "full": Words("满分", "full mark"),
    "only": Words("范围", "for"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """An indicator that is in one of them, or in both otherwise; ``turns``: what, before, and now."""

    what: What
    indicator: str
    name: str
    owner: str
    group: str
    turns: Sequence[tuple[Words, str, str]]


@dataclass(frozen=True)
class Comparison:
    """``before``: name of the other plan; ``rows`` of indicators, ``head`` of the rest in words."""

    before: str
    rows: Sequence[Row] = field(default_factory=list)
    head: Sequence[str] = field(default_factory=list)

    def count(self, what: What) -> int:
        return sum(row.what == what for row in self.rows)

    @property
    def added(self) -> int:
        return self.count("added")

    @property
    def dropped(self) -> int:
        return self.count("dropped")

    @property
    def changed(self) -> int:
        return self.count("changed")


def compared(making: Making, book: RuleBook) -> Comparison | None:
    """None for a plan that was begun from none."""
    source = source_of(making)
    if source is None:
        return None
    old, new = entries(source.text), entries(written(making))
    rows = [
        *(_row("added", id, book, {}, now) for id, now in new.items() if id not in old),
        *(_row("dropped", id, book, was, {}) for id, was in old.items() if id not in new),
        *(_row("changed", id, book, old[id], now) for id, now in new.items() if id in old and old[id] != now),
    ]
    return Comparison(f"{source.rule.name}（{source.number}）", rows, list(_head(making, source, book)))


def source_of(making: Making) -> Version | None:
    """The version from which it was begun; a campaign only stands beside its plan."""
    if not making.source or making.kind == Kind.CAMPAIGN:
        return None
    found = Version.objects.filter(rule__address=making.source, number=making.base)
    return found.select_related("rule").first()


def entries(text: str) -> dict[str, dict[str, str]]:
    """Every indicator of a plan's text with its group, weight, full mark and whom it is for, as written."""
    groups: Any = mapping(text).get("groups") or []
    return {
        str(entry["indicator"]): {
            "group": plain(group.get("name")), "weight": plain(entry.get("weight")), "full": plain(entry.get("full")),
            "only": "、".join(map(str, entry.get("only") or group.get("only") or [])),
        }
        for group in groups for entry in map(_long, group.get("indicators") or [])
    }  # fmt: skip


def _long(entry: Any) -> Mapping[str, Any]:
    return {"indicator": entry} if isinstance(entry, str) else entry


def _row(what: What, id: str, book: RuleBook, was: Mapping[str, str], now: Mapping[str, str]) -> Row:
    rule, here = book.indicators.get(id), now or was
    was, now = ({**one, "full": mark(book, id, one["full"])} if one else one for one in (was, now))
    turns = [(WORDS[key], was[key] or "—", now[key] or "—") for key in WORDS if was and now and was[key] != now[key]]
    if not turns:
        turns = [(WORDS["full"], was.get("full", "—"), now.get("full", "—"))]
    name, owner = (rule.name, rule.owner) if rule else (id, "")
    return Row(what, id, name, owner, here["group"], turns)


def _head(making: Making, source: Version, book: RuleBook) -> Iterator[str]:
    """Everything but indicators and waivers, in words; nothing while the head cannot be read."""
    new, old = plan_of(making), plan_in(source.text, source.rule.code)
    if new is not None and old is not None:
        words = vocabulary(book, bureau().tables())
        yield from (found.line() for found in differences(_bare(old), _bare(new), words, language()))


def _bare(plan: Plan) -> Plan:
    return plan.model_copy(update={"groups": [], "waivers": []})
