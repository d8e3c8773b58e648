"""指标源: documents with their clauses, duties of posts, and priority tasks, from which indicators come (C1-C3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from steelyard.engine.model.target import Day
from steelyard.engine.shape import YEAR, Id, Written, complain

Said = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class Clause(Written):
    """条款. ``clause`` is how it is cited: ``第七章第1项``. ``assesses``: 考核点, what can be assessed of it;
    ``risks``: 风险点, what can go wrong. Without days of its own it is in force as long as its document."""

    clause: Said
    text: Said
    assesses: list[Said] = Field(default_factory=list)
    risks: list[Said] = Field(default_factory=list)
    since: Day | None = None
    until: Day | None = None


class BasisDocument(Written):
    """文件依据: ``name`` is its title without 《》, as the basis of an indicator cites it; ``number``: 文号.

    In force from ``since`` through ``until``."""

    document: Id
    name: Said
    number: str = ""
    issuer: Said
    since: Day
    until: Day | None = None
    clauses: list[Clause] = Field(default_factory=list)

    @property
    def id(self) -> str:
        return self.document


class Trigger(Written):
    """触发环节: a ``step`` of a ``process``, as its business system calls them, in which an item of a duty is done.

    Done in so many working days or working minutes from its receipt; neither: nothing ever makes it late.
    ``indicators``: which of them a step done late, or wrongly, costs points.
    """

    process: Said
    step: Said
    workdays: int | None = Field(default=None, ge=1, le=1000)
    workminutes: int | None = Field(default=None, ge=1, le=1_000_000)
    indicators: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_limit(self) -> Trigger:
        if self.workdays is not None and self.workminutes is not None:
            raise complain("shape-one-of", allowed="workdays、workminutes", found="workdays、workminutes")
        return self


class DutyItem(Written):
    """One duty: ``does`` 干什么, ``assesses`` 考核点, ``risks`` 风险点; how it is assessed the rules themselves say.

    ``triggers``: where in business systems it is done, and whoever does it is told all this (触发式绩效提示).
    """

    item: str
    does: Said
    basis: str = ""
    assesses: list[Said] = Field(default_factory=list)
    risks: list[Said] = Field(default_factory=list)
    triggers: list[Trigger] = Field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that it says of the work."""
        return "。".join((self.does, *self.assesses, *self.risks))


class Duty(Written):
    """岗位职责: ``name`` is what the register of posts says as duty."""

    duty: Id
    name: Said
    items: list[DutyItem] = Field(min_length=1)

    @property
    def id(self) -> str:
        return self.duty


class Task(Written):
    """重点工作 of a ``year``: which indicators carry it. ``owner``: the department that answers for it. A ``mandatory``
    one must be carried by an indicator of some plan of its year."""

    task: Id
    name: Said
    basis: str
    year: str = Field(pattern=YEAR)
    owner: Said
    mandatory: bool
    indicators: list[str] = Field(default_factory=list)

    @property
    def id(self) -> str:
        return self.task
