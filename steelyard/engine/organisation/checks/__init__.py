"""What a register must not contain, and what is odd but possible (warnings)."""

from collections.abc import Iterator

from steelyard.engine.organisation.checks.holdings import check_holdings
from steelyard.engine.organisation.checks.successions import check_successions
from steelyard.engine.organisation.checks.units import check_units
from steelyard.engine.organisation.known import grouped
from steelyard.engine.organisation.rows import Register
from steelyard.engine.problems import Problem


def check(register: Register) -> Iterator[Problem]:
    """Everything wrong with the rows known at one moment."""
    units = grouped(register.units, lambda unit: unit.code)
    yield from check_units(register, units)
    yield from check_successions(register.successions, units)
    yield from check_holdings(register, units)
