"""Scoring methods applied straight from their parameters, one subject at a time: the slow twin of `engine.scoring`.

Here a method is code that scores, as one would write it down without a rule language. That it gives the same as the
steps that the method turns into is what the tests are for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias, cast

from steelyard.engine.expressions.nodes import Node, Text
from steelyard.engine.reference import people, tables
from steelyard.engine.reference.formulas import Missing, Subject, Value, divided, evaluate, known, whole_steps
from steelyard.engine.scoring.comparing.baseline import Baseline, PlusMinus, Side
from steelyard.engine.scoring.comparing.completion import Completion
from steelyard.engine.scoring.comparing.place import PlacePoints
from steelyard.engine.scoring.comparing.progress import Progress
from steelyard.engine.scoring.comparing.ratio import Ratio
from steelyard.engine.scoring.comparing.share import Share
from steelyard.engine.scoring.comparing.step import StepDeduct
from steelyard.engine.scoring.counting import Counting
from steelyard.engine.scoring.events.bonus import Bonus
from steelyard.engine.scoring.events.checklist import Checklist
from steelyard.engine.scoring.events.deduct import Deduct
from steelyard.engine.scoring.events.lateness import Lateness
from steelyard.engine.scoring.gathering.composite import Composite
from steelyard.engine.scoring.gathering.free import Free
from steelyard.engine.scoring.gathering.judgement import Judgement
from steelyard.engine.scoring.gathering.survey import Survey
from steelyard.engine.scoring.lines import Line
from steelyard.engine.scoring.recipe import Method, Setting
from steelyard.engine.scoring.tables.band import Band
from steelyard.engine.scoring.tables.efficacy import Efficacy
from steelyard.engine.scoring.tables.linear import Linear
from steelyard.engine.scoring.tables.matrix import Matrix
from steelyard.engine.scoring.tables.threshold import Threshold

Scored: TypeAlias = dict[str, Value]
"""``points`` and/or ``label``."""
ZERO = Fraction(0)


def score(method: Method, setting: Setting, subject: Subject) -> Scored:
    """What the method gives this subject, whose ``value``, ``target`` and ``full`` stand among its names."""
    return _METHODS[type(method)](method, setting, subject)


def _start(setting: Setting, subject: Subject) -> Value:
    return subject.names["full"] if setting.full is not None else ZERO


def _minus(a: Value, b: Value) -> Value:
    return known(lambda x, y: x - y, a, b)


def _plus(a: Value, b: Value) -> Value:
    return known(lambda x, y: x + y, a, b)


def _times(*values: Value) -> Value:
    def product(*factors: Fraction) -> Value:
        result = Fraction(1)
        for factor in factors:
            result *= factor
        return result

    return known(product, *values)


def _capped(points: Value, limit: Node | None, subject: Subject) -> Value:
    """Without a limit as they are."""
    if limit is None or limit == Text("unlimited"):
        return points
    return known(min, points, evaluate(limit, subject))


def _added(values: Sequence[Value]) -> Value:
    return known(lambda *all_of_them: sum(all_of_them, ZERO), *values)


def _lines(lines: Sequence[Line], subject: Subject) -> Value:
    return _added(
        [
            _capped(_times(evaluate(line.count, subject), evaluate(line.each, subject)), line.at_most, subject)
            for line in lines
        ]
    )


def counted(counting: Counting, distance: Value, size: Value) -> Value:
    def begun(far: Fraction, step: Fraction) -> Value:
        return known(lambda steps: Fraction(-(-steps // 1)), divided(max(far, ZERO), step))

    def proportional(far: Fraction, step: Fraction) -> Value:
        return divided(max(far, ZERO), step)

    return known({"whole": whole_steps, "begun": begun, "proportional": proportional}[counting], distance, size)


# -- events ---------------------------------------------------------------------------------------------------------


def _happened(method: Deduct | Bonus, subject: Subject) -> Value:
    if method.each is None:
        return _lines(method.lines, subject)
    return _times(subject.names["value"], evaluate(method.each, subject))


def deduct(method: Deduct, setting: Setting, subject: Subject) -> Scored:
    points = _minus(_start(setting, subject), _capped(_happened(method, subject), method.at_most, subject))
    if method.zero_at is None:
        return {"points": points}
    reached = known(lambda n, limit: n >= limit, subject.names["value"], evaluate(method.zero_at, subject))
    return {"points": known(lambda yes: ZERO if yes else points, reached)}


def bonus(method: Bonus, _: Setting, subject: Subject) -> Scored:
    return {"points": _capped(_happened(method, subject), method.at_most, subject)}


def checklist(method: Checklist, setting: Setting, subject: Subject) -> Scored:
    def worth(done: Value, points: Node, counts: bool) -> Value:
        return known(lambda yes: evaluate(points, subject) if yes is counts else ZERO, done)

    adds = method.start == "zero"
    total = _added([worth(evaluate(item.done, subject), item.points, adds) for item in method.items])
    return {"points": total if adds else _minus(_start(setting, subject), total)}


def lateness(method: Lateness, setting: Setting, subject: Subject) -> Scored:
    over = known(lambda days, grace: max(days - grace, ZERO), subject.names["value"], evaluate(method.grace, subject))
    lost = _capped(_times(over, evaluate(method.each, subject)), method.at_most, subject)
    return {"points": _minus(_start(setting, subject), lost)}


# -- comparing ------------------------------------------------------------------------------------------------------


def step(method: StepDeduct, setting: Setting, subject: Subject) -> Scored:
    value, target = subject.names["value"], subject.names["target"]
    short = _minus(target, value) if setting.direction == "higher" else _minus(value, target)
    gap = known(abs, short) if method.side == "both" else short
    steps = counted(method.counting, gap, evaluate(method.every, subject))
    lost = _capped(_lost(method, steps, subject), method.at_most, subject)
    return {"points": _minus(_start(setting, subject), lost)}


def _lost(method: StepDeduct, steps: Value, subject: Subject) -> Value:
    lose = evaluate(method.lose, subject)
    if method.first is not None:
        later = known(lambda n, each: (n - 1) * each, steps, lose)
        first = _plus(evaluate(method.first, subject), later)
        return known(lambda n: first if n > 0 else ZERO, steps)
    if method.grows_by is not None:
        return known(lambda n, a, more: n * a + n * (n - 1) / 2 * more, steps, lose, evaluate(method.grows_by, subject))
    return _times(steps, lose)


def share(method: Share, setting: Setting, subject: Subject) -> Scored:
    value, against = subject.names["value"], evaluate(method.against(), subject)

    def ratio(x: Fraction, y: Fraction) -> Value:
        if setting.direction == "higher":
            return x / y if y > 0 else Missing.EMPTY
        if y < 0:
            return Missing.EMPTY
        if x > 0:
            return y / x
        return Missing.EMPTY if method.at_zero is None else evaluate(method.at_zero, subject)

    part = _capped(known(ratio, value, against), method.at_most, subject)
    return {"points": _times(subject.names["full"], part)}


def plus_minus(method: PlusMinus, setting: Setting, subject: Subject) -> Scored:
    value, base = subject.names["value"], evaluate(method.reference(), subject)
    ahead = _minus(value, base) if setting.direction == "higher" else _minus(base, value)
    gained = _side(method.better, ahead, subject)
    lost = _side(method.worse, known(lambda a: -a, ahead), subject)
    points = _minus(_plus(evaluate(method.start, subject), gained), lost)
    if isinstance(method, Progress) and method.zero is not None:
        zero = evaluate(method.zero, subject)
        points = known(lambda x: zero if x == 0 else points, value)
    return {"points": points}


def _side(side: Side | str, distance: Value, subject: Subject) -> Value:
    if not isinstance(side, Side):
        return ZERO
    steps = counted(side.counting, distance, evaluate(side.every, subject))
    worth = _times(steps, evaluate(side.points, subject))
    if side.at_most_by is None:
        return _capped(worth, side.at_most, subject)
    return known(min, worth, tables.band(side.at_most_by, Setting(), subject)["points"])


def place(method: PlacePoints, setting: Setting, subject: Subject) -> Scored:
    rank = _rank(method, setting, subject)
    if method.table:
        return tables.of_place(method, rank, subject)
    points = known(
        lambda n, first, drop: first - (n - 1) * drop,
        rank,
        evaluate(cast(Node, method.first), subject),
        evaluate(cast(Node, method.drop), subject),
    )
    unlimited = method.lowest == Text("unlimited")
    return {"points": points if unlimited else known(max, points, evaluate(cast(Node, method.lowest), subject))}


def _rank(method: PlacePoints, setting: Setting, subject: Subject) -> Value:
    own = subject.names["value"]
    if method.origin == "value" or isinstance(own, Missing):
        return own
    if subject.group is None:
        return Missing.EMPTY
    values = [peer.names["value"] for peer in subject.company if peer.group == subject.group]
    numbers = [value for value in values if isinstance(value, Fraction)]
    sign = 1 if setting.direction == "higher" else -1
    better = sum(value * sign > own * sign for value in numbers)  # type: ignore[operator]
    equal = sum(value == own for value in numbers)
    return Fraction(better + 1 if method.ties == "best" else better + equal)


_METHODS: Mapping[type[Method], Callable[[Any, Setting, Subject], Scored]] = {
    Deduct: deduct,
    Bonus: bonus,
    Checklist: checklist,
    Lateness: lateness,
    StepDeduct: step,
    Completion: share,
    Ratio: share,
    Baseline: plus_minus,
    Progress: plus_minus,
    PlacePoints: place,
    Band: tables.band,
    Threshold: tables.threshold,
    Matrix: tables.matrix,
    Linear: tables.linear,
    Efficacy: tables.efficacy,
    Composite: people.composite,
    Survey: people.survey,
    Judgement: people.judgement,
    Free: people.free,
}
