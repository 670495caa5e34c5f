"""The one processor: lanes, group commit, publishing, time, effects and dead letters.

What a service imports of it is here; `README.md` explains the protocols. Modules without a leading
underscore are public, too: settings, connections, signatures, logs. Rooms with one are the engine.
"""

from ._effects.slots import hold
from ._processing.announcements import DaysOff
from ._processing.run import main
from .deciders import Decider, StoredAs
from .service import (
    Announcement,
    AskResult,
    NotYet,
    Perform,
    Prepared,
    PrivateRecordNotYet,
    PrivateRecords,
    Projected,
    Runtime,
    Service,
)
from .settings import ServiceSettings

__all__ = [
    "Announcement",
    "AskResult",
    "DaysOff",
    "Decider",
    "NotYet",
    "Perform",
    "Prepared",
    "PrivateRecordNotYet",
    "PrivateRecords",
    "Projected",
    "Runtime",
    "Service",
    "ServiceSettings",
    "StoredAs",
    "hold",
    "main",
]
