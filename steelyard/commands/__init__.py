"""What each command says and does; `steelyard.cli` only reads its arguments."""

from steelyard.commands.explaining import explain
from steelyard.commands.replaying import replay
from steelyard.commands.running import intake, run
from steelyard.commands.structuring import structure
from steelyard.commands.trying import try_cases
from steelyard.commands.world import world

__all__ = ["explain", "intake", "replay", "run", "structure", "try_cases", "world"]
