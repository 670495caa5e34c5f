"""Unassigned money: transfers that named no payment of ours, folded from payment's events.

No I/O here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from motcua_contracts import VIETNAM, Message, Payload
from motcua_contracts.messages.transfers import PREFIX

from .domain.transfer import Transfer, evolve


@dataclass
class Unassigned:
    """Take events in one by one, each subject's in their order; copies change nothing."""

    transfers: dict[str, Transfer] = field(default_factory=dict)
    _heard: dict[str, int] = field(default_factory=dict)

    def take(self, message: Message[Payload]) -> None:
        subject, sequence = message.subject, message.sequence
        if (
            not subject.startswith(PREFIX)
            or sequence is None
            or sequence <= self._heard.get(subject, 0)
        ):
            return
        self._heard[subject] = sequence
        if type(message.data).__name__.startswith("Transfer"):
            self.transfers[subject] = evolve(self.transfers.get(subject, Transfer()), message)

    def waiting(self, day: date | None = None) -> Mapping[str, Transfer]:
        """Those that are nobody's yet, the oldest first; of one day (in
        Vietnam) where it is named.
        """
        found = {
            name: one
            for name, one in self.transfers.items()
            if one.state in ("unassigned", "assigning")
        }
        on_day = {
            name: one
            for name, one in found.items()
            if day is None or one.sum.received_at.astimezone(VIETNAM).date() == day
        }
        return dict(sorted(on_day.items(), key=lambda item: (item[1].sum.received_at, item[0])))
