"""The text of a plan, taken apart into head, groups and waivers, and put together again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from steelyard.bureau.folder import saying
from steelyard.engine.model.book import read_book
from steelyard.engine.model.plan import Plan
from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.engine.reading import Tree, read
from steelyard.web.library.considering import LONGEST
from steelyard.web.library.rules import bureau
from steelyard.web.plans.models import Allowed, Group, Making, Pick

CATALOGUE.add(
    {
        "plan-head-one": (
            "方案总则应是一段 YAML，第一行写 plan: {plan}",
            "the head is one piece of YAML that begins with plan: {plan}",
        ),
        "plan-head-renamed": (
            "编号应为“{plan}”（现写作“{found}”）；要换编号请新开一个方案",
            "the identifier is '{plan}', not '{found}'; begin another plan for another identifier",
        ),
        "plan-head-parts": (
            "总则里不写“{key}”：指标组和指标在“勾选”里办，特批由领导小组登记",
            "the head has no '{key}': groups and indicators are ticked, waivers are entered by the leading group",
        ),
        "plan-in-one-line": (
            "“{plan}”的全文写在一对花括号里，不能据以起草；请先在指标库里把它改成逐行的写法",
            "'{plan}' is written inside one pair of braces; write it line by line in the library first",
        ),
    }
)
FILE = "plan"
"""What problems of the text call it."""
APART = ("groups", "waivers")
WAIVER = ("finding", "indicator", "authority", "role", "document", "reason", "until")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?\Z")
_PLAIN = re.compile(r"[\w\u3400-\u9fff《][\w\u3400-\u9fff·%.\-（）《》〔〕]*\Z")
_UNSEEN = re.compile("[\x7f-\x9f\ufffe\uffff]")
"""What YAML refuses, or takes for an end of line, where it is not escaped."""
_WORDS = {"null", "true", "false"}


@dataclass(frozen=True)
class Parts:
    head: str
    groups: Sequence[Mapping[str, Any]]
    waivers: Sequence[Mapping[str, Any]]


def taken_apart(text: str, code: str) -> Parts:
    """A plan's text as three: its head with all comments that stand there. Raises `Refused` (``plan-in-one-line``)."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise refuse("plan-in-one-line", plan=code)
    lines, tree = text.splitlines(), mapping(text)
    starts = [(key.value, key.start_mark.line) for key, _ in node.value]
    ends = [line for _, line in starts[1:]] + [len(lines)]
    gone = set[int]()
    for (key, start), end in zip(starts, ends, strict=True):
        if key in APART:
            gone.update(range(_upwards(lines, start), end if end == len(lines) else _upwards(lines, end)))
    head = "\n".join(line for at, line in enumerate(lines) if at not in gone).strip("\n") + "\n"
    return Parts(head, _rows(tree.get("groups")), _rows(tree.get("waivers")))


def _upwards(lines: Sequence[str], start: int) -> int:
    """The first line of the remarks that stand right above a key."""
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start


def _rows(found: Tree) -> list[dict[str, Any]]:
    return [dict(one) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def mapping(text: str) -> dict[str, Tree]:
    """The plain tree of a plan; nothing where it is no mapping."""
    trees = [document.tree for document in read(text, FILE) if document.tree is not None]
    return trees[0] if len(trees) == 1 and isinstance(trees[0], dict) else {}


def head_checked(head: str, code: str) -> dict[str, Tree]:
    """Raises `Refused` where it is not the head of this plan."""
    tree = mapping(head)
    if "plan" not in tree:
        raise refuse("plan-head-one", Place(FILE, 1, 1), plan=code)
    if tree["plan"] != code:
        raise refuse("plan-head-renamed", Place(FILE, 1, 1), plan=code, found=tree["plan"])
    for key in APART:
        if key in tree:
            raise refuse("plan-head-parts", Place(FILE, 1, 1), key=key)
    if len(plain(tree.get("name"))) > LONGEST["name"]:
        raise refuse("rule-long", Place(FILE, 1, 1), key="name", most=LONGEST["name"])
    return tree


def with_values(head: str, **values: str) -> str:
    """The head with other values of some keys, each of which stands on a line of its own or is added at the end."""
    for key, value in values.items():
        said, found = f"{key}: {scalar(value)}", re.search(rf"(?m)^{key}:.*$", head)
        head = f"{head[: found.start()]}{said}{head[found.end() :]}" if found else f"{head}{said}\n"
    return head


# ---- putting together ----


def written(making: Making) -> str:
    """The whole text as it stands now; the same rows give the same text."""
    picks: dict[int, list[Pick]] = {}
    for pick in making.picks.all():
        picks.setdefault(pick.group_id, []).append(pick)
    groups = [_group(one, picks.get(one.pk, [])) for one in making.groups.all()]
    waivers = [_waiver(one) for one in making.allowed.all()]
    body = ["groups:", *("\n".join(one) for one in groups)] if groups else ["groups: []"]
    return "\n".join([making.head.strip("\n"), *body, *(["waivers:", *waivers] if waivers else [])]) + "\n"


def _group(group: Group, picks: Sequence[Pick]) -> Iterator[str]:
    yield f"  - name: {scalar(group.name)}"
    if group.role != "base":
        yield f"    role: {group.role}"
    if group.only:
        yield f"    only: {_list(group.only)}"
    for key in ("full", "cap", "floor"):
        if value := getattr(group, key):
            yield f"    {key}: {_formula(value)}"
    yield "    indicators:" if picks else "    indicators: []"
    yield from (f"      - {_entry(pick)}" for pick in picks)


def _entry(pick: Pick) -> str:
    more = [f"{key}: {_formula(value)}" for key in ("weight", "full") if (value := getattr(pick, key))]
    more += [f"only: {_list(pick.only)}"] if pick.only else []
    return f"{{indicator: {pick.indicator}, {', '.join(more)}}}" if more else pick.indicator


def _waiver(one: Allowed) -> str:
    said = [f"{key}: {scalar(_told(getattr(one, key)))}" for key in WAIVER if key != "indicator" or one.indicator]
    return "\n".join(f"  - {line}" if at == 0 else f"    {line}" for at, line in enumerate(said))


def _told(value: str | date) -> str:
    return value.isoformat() if isinstance(value, date) else value


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(scalar, names))}]"


def _formula(value: str) -> str:
    return value if _NUMBER.match(value) else scalar(value)


def scalar(value: str) -> str:
    """A text as YAML: plain where nothing in it could be read as anything else, such as the code of a unit as a
    number."""
    plain = _PLAIN.match(value) and not _NUMBER.match(value) and value not in _WORDS
    if plain:
        return value
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False))


def plain(value: Tree) -> str:
    """What was written, as a column keeps it."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


# ---- as a plan ----


def shaped(text: str, code: str) -> Plan:
    """The plan that the text says, with what the whole book states once. Raises `Refused` with all problems of its
    shape; whether it fits the book is another question."""
    book = read_book([*saying(bureau().rules(), book=""), (FILE, text)])
    if code not in book.plans:
        raise refuse("plan-head-one", Place(FILE, 1, 1), plan=code)
    return book.plans[code]


def tried(making: Making) -> str:
    """The text, once its shape is sound. Raises `Refused`."""
    text = written(making)
    shaped(text, making.code)
    return text
