"""What results are used for: ``uses.yaml`` beside the rules lists the purposes, one document each.

purpose: appointment      # 编号
name: 任用
about: 选拔任用、职级晋升时参考
until: 2027-12-31         # 不再使用的日期；不写则一直可选
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from steelyard.bureau.folder import Bureau, text_of
from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.engine.reading import read
from steelyard.engine.shape import Written, shaped

CATALOGUE.add(
    {
        "uses-no-purposes": (
            "{file} 没有写明结果用在哪些方面；请在规则文件夹里写好，每种用途一节：purpose: appointment、name: 任用",
            "{file} does not say what results are used for; write it beside the rules, a document for each purpose: "
            "purpose: appointment, name: 任用",
        ),
        "uses-purpose-twice": ("用途编号“{found}”写了两次", "the purpose '{found}' was written twice"),
    }
)
FILE = "uses.yaml"


class Purpose(Written):
    """``until``: the last day on which a use for it may be logged; what was logged before keeps its name."""

    purpose: str = Field(pattern="^[a-z][a-z0-9_]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    about: str = ""
    until: date | None = None

    def open_on(self, day: date) -> bool:
        return self.until is None or day <= self.until


def purposes(bureau: Bureau) -> dict[str, Purpose]:
    """By their identifiers, in the order in which they were written. Raises `Refused` with what is wrong in the file,
    and where there is none: nobody guesses what a bureau uses its results for."""
    path = bureau.root / FILE
    written = read(text_of(path), str(path)) if path.is_file() else []
    found = dict[str, Purpose]()
    for one in (shaped(Purpose, document) for document in written if document.tree is not None):
        if one.purpose in found:
            raise refuse("uses-purpose-twice", one.place("purpose"), found=one.purpose)
        found[one.purpose] = one
    if not found:
        raise refuse("uses-no-purposes", Place(str(path)), file=FILE)
    return found
