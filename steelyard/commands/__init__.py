"""What each command says and does; `steelyard.cli` only reads its arguments."""

from steelyard.commands.trying import try_cases
from steelyard.commands.world import world

__all__ = ["try_cases", "world"]
