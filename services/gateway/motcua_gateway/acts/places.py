"""All places where acts are done."""

from .act import Place, commands_of
from .counter import COUNTER
from .department import CASES

PLACES: tuple[Place, ...] = (COUNTER, CASES)
COMMANDS = commands_of(PLACES)
"""Every command that an act sends; its outcome is awaited."""
