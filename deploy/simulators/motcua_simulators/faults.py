"""Faults that a test orders from a simulator: which, how often, for whom.

What a fault does is said by the simulator itself.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


class UnknownFaultError(ValueError):
    """The order names a mode this simulator does not have, or a number that is none."""


@dataclass(slots=True)
class Fault:
    """One order.

    `times` None means until it is cleared; `seconds` is a delay; `to` restricts it to one
    recipient, `place` to one of the simulator's doors (a port, an interface).
    """

    mode: str = "none"
    times: int | None = None
    seconds: float = 0.0
    to: str | None = None
    place: str | None = None


class Faults:
    """The order in force. Orders are not queued: a new one replaces the old."""

    def __init__(self, modes: Iterable[str]) -> None:
        self._modes = frozenset(modes) | {"none"}
        self._fault = Fault()
        self._taken: dict[str, int] = {}

    def order(self, wish: dict[str, Any]) -> None:
        """Puts {"mode", "times"?, "seconds"?, "to"?, "place"?} in force.

        Raises UnknownFaultError.
        """
        mode = wish.get("mode")
        if mode not in self._modes:
            raise UnknownFaultError(f"mode must be one of {sorted(self._modes)}")
        times, seconds = wish.get("times"), wish.get("seconds", 0.0)
        if times is not None and (
            not isinstance(times, int) or isinstance(times, bool) or times < 1
        ):
            raise UnknownFaultError(
                "times must be a whole number from 1, or left out for until cleared"
            )
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds < 0:
            raise UnknownFaultError("seconds must be a number from 0")
        place = wish.get("place")
        self._fault = Fault(
            str(mode), times, float(seconds), wish.get("to"), None if place is None else str(place)
        )

    def take(
        self, *modes: str, recipients: Iterable[str] = (), place: str | int = ""
    ) -> Fault | None:
        """The fault to show now, if it is one of `modes` and meant for these recipients at this
        door; uses up one of its times.
        """
        fault = self._fault
        if fault.mode not in modes or (fault.to is not None and fault.to not in recipients):
            return None
        if fault.place is not None and fault.place != str(place):
            return None
        taken = Fault(fault.mode, fault.times, fault.seconds, fault.to, fault.place)
        self._taken[fault.mode] = self._taken.get(fault.mode, 0) + 1
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._fault = Fault()
        return taken

    def describe(self) -> dict[str, Any]:
        """What is in force and how often each mode was shown since the start."""
        return {**asdict(self._fault), "shown": dict(self._taken)}
