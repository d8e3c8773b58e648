"""What the check says of the whole book with rules that somebody considers writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from steelyard.bureau.asking.checking import Checked, checked
from steelyard.engine.model.book import KINDS
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.reading import Tree, read
from steelyard.web.library.models import Rule
from steelyard.web.library.rules import address, bureau, code_of, in_force
from steelyard.web.library.texts import CALENDAR, code_in, kind_of
from steelyard.web.people.models import Unit

CATALOGUE.add(
    {
        "rule-renamed": (
            "编号“{rule}”和种类不能改（现写作“{found}”）；要换编号请新建一条，并停用原来的",
            "'{rule}' keeps its identifier and kind (found '{found}'); write a new rule and retire this one instead",
        ),
        "rule-long": ("“{key}”最多 {most} 字", "'{key}' has {most} signs at most"),
        "calendar-of-the-bureau": (
            "工作日历由全局统一写；请到全局的“工作日历”页面修改",
            "the working calendar is that of the whole bureau; change it on the bureau's own page",
        ),
        "rule-unknown": ("库里没有编号为“{rule}”的规则", "the library has no rule '{rule}'"),
    }
)

LONGEST = {**dict.fromkeys(KINDS, 100), "name": 200, "family": 100, "owner": 100}
"""Signs of what lists show."""
TYPED = ".0.yaml"
"""How the name of a text ends that is no version yet."""


@dataclass(frozen=True)
class Wanted:
    """A text that somebody wants kept. ``rule``: the one that it changes, None for a new one; ``base``: the version
    over which it was written, 0 for none."""

    text: str
    rule: Rule | None = None
    base: int = 0


@dataclass(frozen=True)
class One:
    """A text that is one rule: what it says at the top, and its place in the book."""

    tree: Mapping[str, Tree]
    text: str

    @property
    def kind(self) -> str:
        return kind_of(self.tree)

    @property
    def code(self) -> str:
        return code_in(self.tree)


def one(wanted: Wanted) -> One:
    """Raises `Refused` where the text is not one rule, or not the one that it is meant to change."""
    file = wanted.rule.address if wanted.rule else "rule"
    trees = [document.tree for document in read(wanted.text, file) if document.tree is not None]
    if len(trees) != 1 or not isinstance(trees[0], dict):
        raise refuse("rule-one", Place(file), count=sum(isinstance(tree, dict) for tree in trees))
    found = One(trees[0], wanted.text)
    if not found.kind:
        params = {"allowed": "、".join(KINDS), "suggestion": ""}
        raise Refused([Problem("document-kind", Place(file, 1, 1), params)])
    if wanted.rule is not None and (wanted.rule.code, wanted.rule.kind) != (found.code, found.kind):
        raise refuse("rule-renamed", Place(file), rule=wanted.rule.code, found=f"{found.kind}: {found.code}")
    wrong = [
        Problem("rule-long", Place(file), {"key": key, "most": most})
        for key, most in LONGEST.items() if len(str(found.tree.get(key) or "")) > most
    ]  # fmt: skip
    if wrong:
        raise Refused(wrong)
    return found


def considered(wanted: Sequence[Wanted], holder: Unit | None = None) -> Checked:
    """The book of the bureau, or of a holder, with these texts in place of the rules that they change; and the working
    calendar, which belongs to the bureau alone."""
    found = [one(each) for each in wanted]
    days = [(f"{CALENDAR}{TYPED}", said.text) for said in found if said.kind == CALENDAR]
    if days and holder is not None:
        raise refuse("calendar-of-the-bureau", Place(days[0][0]))
    found = [said for said in found if said.kind != CALENDAR]
    codes = {said.code for said in found}
    others = [(name, text) for name, text in in_force(_code(holder)) if code_of(name) not in codes]
    new = [(f"{said.kind}/{address(said.code, holder)}{TYPED}", said.text) for said in found]
    here = bureau(holder)
    written = here.written()
    return checked(here, instead=replace(written, rules=[*others, *new], calendar=days or written.calendar))


def without(rule: Rule) -> Checked:
    """The book once it has this rule no longer."""
    here = bureau(rule.holder)
    rest = [one for one in in_force(_code(rule.holder)) if code_of(one[0]) != rule.code]
    return checked(here, instead=replace(here.written(), rules=rest))


def _code(holder: Unit | None) -> str:
    return holder.code if holder else ""
