"""What each command says and does; `steelyard.cli` only reads its arguments.

A command is loaded when it is asked for: what one of them needs (a database, a printer of sheets) costs the others
nothing.
"""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module
from types import MappingProxyType

HOMES = MappingProxyType(
    {
        "check": "checking:check",
        "cleaning": "verifying.cleaning:clean",
        "demo": "demo:demo",
        "explain": "explaining:explain",
        "intake": "running:intake",
        "plan": "comparing:plan",
        "proof": "verifying.proving:proof",
        "reconcile": "verifying.reconciling:reconcile_sources",
        "recount": "verifying.recounting:recount_sample",
        "replay": "verifying.replaying:replay",
        "run": "running:run",
        "schema": "checking:print_schema",
        "structure": "structuring:structure",
        "text": "checking:tell",
        "try": "trying:try_cases",
        "world": "world:world",
    }
)
"""Where each command lives: ``module:function`` below this package."""


def perform(command: str, arguments: Namespace) -> int:
    """Does a command by its name; the exit code."""
    module, _, function = HOMES[command].partition(":")
    return int(getattr(import_module(f"{__name__}.{module}"), function)(arguments))
