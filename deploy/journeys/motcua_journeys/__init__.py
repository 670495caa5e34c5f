"""The journeys of docs and tests as people live them: each is a row of acts over HTTP, used by
`motcua demo` and by tests/journeys.
"""

from .j01_reissue import Reissue
from .j02_birth import BirthRegistration
from .j03_business import BusinessRegistration
from .journey import Act, Journey, Seen
from .stage import Stage, open_stage, stage_home

__all__ = [
    "Act",
    "BirthRegistration",
    "BusinessRegistration",
    "Journey",
    "Reissue",
    "Seen",
    "Stage",
    "open_stage",
    "stage_home",
]
