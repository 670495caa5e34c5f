"""All groups of acts: the routes, their bodies and the awaited commands follow."""

from .act import ActGroup
from .citizen import OWN
from .counter import COUNTER
from .department import CASES
from .money import MONEY, TRANSFERS
from .till import CASH, TILL

GROUPS: tuple[ActGroup, ...] = (COUNTER, CASES, TILL, CASH, MONEY, TRANSFERS, OWN)
