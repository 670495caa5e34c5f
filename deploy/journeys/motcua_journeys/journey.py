"""A journey: acts of people, one after the other, each followed by what owner and public can see
when it has taken effect.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .applicants import AN, required_papers, sample_form
from .personas import Citizen, Filed, Officer, Refused
from .stage import Stage

EFFECT_SECONDS = 60.0
"""So long an act may take until everybody sees what came of it."""
LOOK_AGAIN_SECONDS = 0.15


class JourneyStuckError(Exception):
    """An act did not lead to what it leads to."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did.

    `who` is a persona; `status`, `step` and `also` are what the owner's page must show before the
    next act.
    """

    key: str
    who: str
    vi: str
    en: str
    status: str
    step: str = ""
    also: Callable[[dict[str, Any]], Any] | None = None

    def missing_in(self, view: dict[str, Any]) -> str:
        """What the page does not show yet; empty when all of it is there."""
        step = (view["place"] or {}).get("step", "")
        if view["status"] != self.status or (self.step and step != self.step):
            return (
                f"{view['status']} at {step!r} instead of {self.status} at"
                f" {self.step or 'any step'!r}"
            )
        return "" if self.also is None or self.also(view) else "the rest of what the act leads to"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen after an act: by the owner (`GET /dossiers/{id}`) and by whoever has code and
    pin (`GET /track`).
    """

    own: dict[str, Any]
    track: dict[str, Any]


def nobody_listens(act: Act, seen: Seen) -> None:
    """The default of `play`."""


@dataclass
class Journey(ABC):
    """`filed` is what the citizen wrote down; `seen` what each act led to; `refusals` what people
    were told no to, by name.
    """

    number: ClassVar[str]
    title_vi: ClassVar[str]
    title_en: ClassVar[str]
    procedure: ClassVar[str]
    applicant: ClassVar[dict[str, str]]

    stage: Stage
    filed: Filed | None = None
    seen: dict[str, Seen] = field(default_factory=dict)
    refusals: dict[str, Refused] = field(default_factory=dict)

    @property
    def citizen(self) -> Citizen:
        """Whose dossier it is: the persona of the applicant."""
        return self.stage.an if self.applicant is AN else self.stage.binh

    @abstractmethod
    def acts(self) -> Iterator[Act]:
        """Each act is done when it is yielded."""

    def play(self, after: Callable[[Act, Seen], None] = nobody_listens) -> "Journey":
        """From the first click to the result; `after` is told each act once its effect is there.

        Raises `JourneyStuckError`.
        """
        for act in self.acts():
            self.seen[act.key] = self._see(act)
            after(act, self.seen[act.key])
        return self

    @property
    def code(self) -> str:
        assert self.filed is not None, "nothing is filed yet"
        return self.filed.code

    @property
    def pin(self) -> str:
        assert self.filed is not None, "nothing is filed yet"
        return self.filed.pin

    def file_online(
        self, status: str, *, fee: str = "", vi: str = "nộp hồ sơ", result_delivery: str = "counter"
    ) -> Act:
        """The citizen fills in the published example, scans each paper that is required, and files.

        `fee`: its state after that.
        """
        page, citizen = self.stage.anybody.procedure(self.procedure), self.citizen
        papers = required_papers(page, self.applicant)
        self.filed = citizen.submit(
            self.procedure,
            self.applicant,
            sample_form(page),
            papers,
            result_delivery=result_delivery,
        )
        also = (lambda view: view["fee"]["state"] == fee) if fee else None
        return Act("filed", citizen.name, vi, "files online", status, also=also)

    def accepted_by(self, clerk: Officer) -> Act:
        """The clerk who is told the code accepts the dossier."""
        clerk.act(clerk.called_by(self.code), "accept")
        return Act(
            "accepted",
            clerk.name,
            "tiếp nhận hồ sơ",
            "accepts the dossier",
            "processing",
            "process",
        )

    def refused(self, name: str, attempt: Callable[[], Any]) -> None:
        """Something that the rules must not allow. Raises `JourneyStuckError` where they do."""
        try:
            attempt()
        except Refused as refused:
            self.refusals[name] = refused
            return
        raise JourneyStuckError(f"{self.number}: {name} was not refused")

    def _see(self, act: Act) -> Seen:
        until = time.monotonic() + EFFECT_SECONDS
        while True:
            own = self.citizen.dossier(self.code)
            missing = act.missing_in(own)
            if not missing:
                return Seen(own, self.stage.anybody.track(self.code, self.pin))
            if time.monotonic() > until:
                raise JourneyStuckError(
                    f"{self.number} {self.code}: after {act.who} {act.en}, the owner sees {missing}"
                )
            time.sleep(LOOK_AGAIN_SECONDS)
