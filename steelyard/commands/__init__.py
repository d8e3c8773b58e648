"""What each command says and does; `steelyard.cli` only reads its arguments."""

from steelyard.commands.checking import check, print_schema, tell
from steelyard.commands.comparing import plan
from steelyard.commands.demo import demo
from steelyard.commands.explaining import explain
from steelyard.commands.running import intake, run
from steelyard.commands.structuring import structure
from steelyard.commands.trying import try_cases
from steelyard.commands.verifying.cleaning import clean
from steelyard.commands.verifying.proving import proof
from steelyard.commands.verifying.reconciling import reconcile_sources
from steelyard.commands.verifying.recounting import recount_sample
from steelyard.commands.verifying.replaying import replay
from steelyard.commands.world import world

__all__ = [
    "check",
    "clean",
    "demo",
    "explain",
    "intake",
    "plan",
    "print_schema",
    "proof",
    "reconcile_sources",
    "recount_sample",
    "replay",
    "run",
    "structure",
    "tell",
    "try_cases",
    "world",
]
