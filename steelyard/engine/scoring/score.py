"""``score:`` of a rule file: exactly one method, by its name."""

from __future__ import annotations

from pydantic import Field, model_validator

from steelyard.engine.scoring.comparing.baseline import Baseline
from steelyard.engine.scoring.comparing.completion import Completion
from steelyard.engine.scoring.comparing.place import PlacePoints
from steelyard.engine.scoring.comparing.progress import Progress
from steelyard.engine.scoring.comparing.ratio import Ratio
from steelyard.engine.scoring.comparing.step import StepDeduct
from steelyard.engine.scoring.events.bonus import Bonus
from steelyard.engine.scoring.events.checklist import Checklist
from steelyard.engine.scoring.events.deduct import Deduct
from steelyard.engine.scoring.events.lateness import Lateness
from steelyard.engine.scoring.gathering.composite import Composite
from steelyard.engine.scoring.gathering.free import Free
from steelyard.engine.scoring.gathering.judgement import Judgement
from steelyard.engine.scoring.gathering.survey import Survey
from steelyard.engine.scoring.recipe import Method
from steelyard.engine.scoring.tables.band import Band
from steelyard.engine.scoring.tables.efficacy import Efficacy
from steelyard.engine.scoring.tables.linear import Linear
from steelyard.engine.scoring.tables.matrix import Matrix
from steelyard.engine.scoring.tables.threshold import Threshold
from steelyard.engine.shape import Written, complain


class Score(Written):
    """The method of an indicator; the keys are the words that rule authors write."""

    deduct: Deduct | None = None
    step: StepDeduct | None = None
    band: Band | None = None
    completion: Completion | None = None
    baseline: Baseline | None = None
    linear: Linear | None = None
    efficacy: Efficacy | None = None
    by_place: PlacePoints | None = Field(default=None, alias="place")
    ratio: Ratio | None = None
    bonus: Bonus | None = None
    threshold: Threshold | None = None
    checklist: Checklist | None = None
    matrix: Matrix | None = None
    progress: Progress | None = None
    survey: Survey | None = None
    composite: Composite | None = None
    lateness: Lateness | None = None
    judgement: Judgement | None = None
    formula: Free | None = None

    @property
    def method(self) -> Method:
        return next(iter(self._given().values()))

    @model_validator(mode="after")
    def _exactly_one(self) -> Score:
        given = self._given()
        if len(given) != 1:
            raise complain("shape-one-of", allowed="、".join(names()), found="、".join(given) or "—")
        return self

    def _given(self) -> dict[str, Method]:
        return {
            info.alias or key: method
            for key, info in type(self).model_fields.items()
            if isinstance(method := getattr(self, key), Method)
        }


def names() -> list[str]:
    """Every method by the word that rule files use."""
    return [info.alias or key for key, info in Score.model_fields.items()]
