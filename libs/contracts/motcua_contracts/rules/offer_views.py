"""What the rules of `offers.py` look at: a dossier as far as its reader knows it, who asks, and
when.

A reader (the gateway's views) builds these from what it keeps. No rules live here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .status import Progress, Status


@dataclass(frozen=True, slots=True)
class Who:
    """An officer who asks. `agency` and `department` are the seat, empty without one."""

    roles: frozenset[str] = frozenset()
    officer: str = ""
    agency: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is asked, and who is absent then.

    Without `at` no limit of time counts and everybody is present.
    """

    at: datetime | None = None
    absent: Callable[[str, datetime], bool] = lambda officer, at: False

    def is_absent(self, officer: str) -> bool:
        return self.at is not None and self.absent(officer, self.at)

    def has_come(self, moment: datetime | None) -> bool:
        return self.at is not None and moment is not None and moment <= self.at

    def is_past(self, moment: datetime | None) -> bool:
        return self.at is not None and moment is not None and moment < self.at


@dataclass(frozen=True, slots=True)
class TaskView:
    """The step that is open now. `officer` is empty while nobody has it."""

    step: str
    does: Literal["process", "draft", "approve"]
    agency: str
    department: str
    officer: str


@dataclass(frozen=True, slots=True)
class OpinionView:
    """A consultation that awaits its answer."""

    consultation: int
    agency: str
    department: str
    respond_by: datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case inside the departments, of a dossier with this status."""

    status: Status = "registered"
    task: TaskView | None = None
    is_paused: bool = False
    """More papers are needed. The status says so once the request's slip is made."""
    can_be_returned: bool = True
    """A person has done a step before the open one."""
    papers_used: bool = False
    """The deciding agency has asked for more papers already, which it may do once."""
    extensions: int = 0
    """New due dates given so far."""
    extensions_allowed: int = 1
    is_being_extended: bool = False
    """A new due date is decided, and its letter is being made."""
    opinions: tuple[OpinionView, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund that a till is to pay out."""

    refund: int
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class DoubtView:
    """An attempt of which nobody can say whether it brought money."""

    attempt: int
    amount_vnd: int
    is_asked: bool = False
    """Its provider is being asked just now."""


@dataclass(frozen=True, slots=True)
class ChargeView:
    """The dossier's money. `refundable_vnd`: what of a paid fee is here and not on its way back."""

    closed: bool = False
    pay_until: datetime | None = None
    refundable_vnd: int = 0
    pay_outs: tuple[RefundView, ...] = ()
    doubts: tuple[DoubtView, ...] = ()


Slip = Literal["", "acceptance", "supplement", "refusal"]


@dataclass(frozen=True, slots=True)
class DossierView:
    """One dossier. What `progress` says is not repeated beside it."""

    progress: Progress
    slip: Slip = ""
    """What the counter has decided while the slip of it is being made: the status is the old one
    until then.
    """
    papers_used: bool = False
    """The counter has asked for more papers already, which it may do once."""
    revision: int = 1
    """Of the applicant's data and the form."""
    rated: bool = False
    erased: bool = False
    erasable_from: datetime | None = None
    """Of an ended dossier: when its term of archiving is over."""
    case: CaseView = CaseView()
    charge: ChargeView = ChargeView()
