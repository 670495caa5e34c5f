"""J12, messages gone wrong: servers that are away, that cut, that refuse; wrong numbers; and what
people see of it.

Each trouble is ordered from a simulator for one recipient, met by a dossier of its own, and looked
at from outside: what arrived, what the log says, what the owner's inbox and the counter's list
show.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from motcua_contracts.wire.envelope import decode
from motcua_contracts.wire.topics import NOTIFY_MESSAGES

from .applicants import AN, required_papers, sample_form
from .journey import JourneyStuckError
from .personas import Citizen, Officer
from .stage import Stage

PROCEDURE = "1.001193"
"""Birth registration in the commune: free, and nothing goes out before the counter acts but the
mail of the registration.
"""
PATIENCE_SECONDS = 60.0


@dataclass
class Told:
    """A dossier and the person whom messages of it cannot reach."""

    name: str
    code: str
    pin: str
    dossier_id: str
    email: str
    phone: str


@dataclass
class MessagesGoneWrong:
    """`told`: the dossiers by the name of their trouble."""

    stage: Stage
    told: dict[str, Told] = field(default_factory=dict)

    @property
    def citizen(self) -> Citizen:
        return self.stage.an

    @property
    def clerk(self) -> Officer:
        return self.stage.officers["clerk-haiminh"]

    # ------------------------------------------------------------------ what people do

    def file(self, name: str, *, email: bool = True, phone: str = "") -> Told:
        """An files a dossier with contacts of its own."""
        page = self.stage.anybody.procedure(PROCEDURE)
        address = f"an.{uuid4().hex[:10]}@mau.example" if email else ""
        applicant = {**AN, "email": address, "phone": phone}
        filed = self.citizen.submit(
            PROCEDURE, applicant, sample_form(page), required_papers(page, applicant)
        )
        view = self.citizen.dossier(filed.code)
        self.told[name] = Told(name, filed.code, filed.pin, view["dossier_id"], address, phone)
        return self.told[name]

    def accept(self, one: Told) -> None:
        """Once its fee is known: until then the counter may not."""

        def offered() -> bool:
            return any(
                action["action"] == "accept" for action in self.clerk.called_by(one.code)["actions"]
            )

        self.until("the fee", offered)
        self.clerk.act(self.clerk.called_by(one.code), "accept")

    @contextmanager
    def trouble(self, simulator: str, mode: str, **more: Any) -> Iterator[None]:
        """Order a fault of the mailbox or the SMS gateway for as long as the block lasts."""
        self._order(simulator, mode=mode, **more)
        try:
            yield
        finally:
            self._order(simulator, mode="none")

    def _order(self, simulator: str, **fault: Any) -> None:
        httpx.post(
            f"{self.stage.addresses[simulator]}/faults", json=fault, trust_env=False
        ).raise_for_status()

    # ------------------------------------------------------------------ what can be seen

    def events(self, one: Told, *names: str) -> list[dict[str, Any]]:
        """What notify's log says of the dossier, in order: the data of these events, with `event`
        and `time` beside.
        """
        found = []
        for record in self.stage.auditor.events(one.dossier_id):
            if record["topic"] != NOTIFY_MESSAGES.name:
                continue
            message = decode(record["raw"].encode())
            if type(message.data).__name__ in names:
                found.append(
                    {
                        **message.data.model_dump(),
                        "fact": type(message.data).__name__,
                        "time": message.time,
                    }
                )
        return found

    def line(self, one: Told, about: str) -> dict[str, Any] | None:
        """The owner's inbox about the dossier."""
        lines = self.citizen.get("/inbox", limit=100)["messages"]
        return next(
            (row for row in lines if row["code"] == one.code and row["about"] == about), None
        )

    def state(self, one: Told, about: str, channel: str) -> str:
        """The state of a message on its channel, as the owner's inbox shows it; empty if it is not
        there (yet).
        """
        line = self.line(one, about)
        return (
            next((row["state"] for row in line["channels"] if row["channel"] == channel), "")
            if line is not None
            else ""
        )

    def undelivered(self) -> dict[str, dict[str, Any]]:
        """The counter's list of what reached nobody, by code."""
        return {
            row["code"]: row for row in self.clerk.get("/desk/undelivered", limit=100)["dossiers"]
        }

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """What `look` gives, once it is there. Raises `JourneyStuckError`."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (found := look()):
            if time.monotonic() > end:
                raise JourneyStuckError(
                    f"J12: {what} did not happen within {PATIENCE_SECONDS:.0f} s"
                )
            time.sleep(0.15)
        return found
