"""``score:`` of a rule file: exactly one method, by its name."""

from __future__ import annotations

from pydantic import model_validator

from steelyard.engine.scoring.deduct import Deduct
from steelyard.engine.scoring.recipe import Method
from steelyard.engine.scoring.step import StepDeduct
from steelyard.engine.shape import Written, complain


class Score(Written):
    """The method of an indicator; the field names are the words that rule authors write."""

    deduct: Deduct | None = None
    step: StepDeduct | None = None

    @property
    def method(self) -> Method:
        return next(iter(self._given().values()))

    @model_validator(mode="after")
    def _exactly_one(self) -> Score:
        given = self._given()
        if len(given) != 1:
            raise complain("shape-one-of", allowed="、".join(_names()), found="、".join(given) or "—")
        return self

    def _given(self) -> dict[str, Method]:
        return {
            info.alias or key: method
            for key, info in type(self).model_fields.items()
            if isinstance(method := getattr(self, key), Method)
        }


def _names() -> list[str]:
    return [info.alias or key for key, info in Score.model_fields.items()]
