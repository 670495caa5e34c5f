"""From a filled form of a task's page to routing's command, or to what is allowed in each field
that does not hold. Pure.
"""

from collections.abc import Mapping
from datetime import datetime

from motcua_contracts.messages.intake import RequestedPaper
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Approve,
    AssignTask,
    CompleteStep,
    Consult,
    DraftDecision,
    Extend,
    RequestSupplement,
    ReturnStep,
    TakeOver,
)
from motcua_contracts.rules.reasons import EXTENSION, REFUSAL, RETURN, SUPPLEMENT
from motcua_contracts.rules.status import Label
from motcua_contracts.values.clock import VIETNAM
from motcua_contracts.wire.payload import Command
from starlette.datastructures import FormData

from ..typed import CHOOSE, Fields
from . import labels
from .choices import Choices

OTHER_PAPER = "_other"
"""The line for a paper that the terms do not name; the note says which."""
MOST_HOURS, MOST_COPIES = 400, 20
REASONS: dict[str, Mapping[str, Label]] = {
    "draft-decision": REFUSAL,
    "request-supplement": SUPPLEMENT,
    "return-step": RETURN,
    "extend": EXTENSION,
}
"""Act -> the reasons that its form offers."""
FIELD_OF = {
    "reason-required": "reason_code",
    "reason-unknown": "reason_code",
    "note-required": "note",
    "paper-unknown": "paper",
    "department-unknown": "desk",
    "already-consulted": "desk",
    "date-in-past": "new_due_at",
    "no-officer": "officer",
    "officer-absent": "officer",
}
"""Refusal -> the field beside which it is shown."""


def command_of(action: str, fields: FormData, choices: Choices) -> Command | None:
    """None for an act that there is not. Raises `WrongFieldsError`."""
    read = _Reader(action, fields)
    step = read.text("step")
    command: Command | None
    match action:
        case "complete-step":
            command = CompleteStep(step=step)
        case "approve":
            command = Approve(step=step)
        case "take-over":
            command = TakeOver(step=step)
        case "draft-decision":
            outcome = read.one_of("outcome", labels.OUTCOMES)
            reason = read.reason(labels.REASON_NEEDED) if outcome == "refused" else ""
            said = {"step": step, "outcome": outcome, "reason_code": reason, "note": read.note()}
            command = read.made(lambda: DraftDecision.model_validate(said))
        case "return-step":
            reason, note = read.reason(), read.note()
            command = read.made(lambda: ReturnStep(step=step, reason_code=reason, note=note))
        case "request-supplement":
            papers, reason, note = read.papers(choices), read.reason(), read.note()
            if not note and any(not one.paper for one in papers):
                read.wrong["note"] = labels.NOTE_NEEDED
            command = read.made(
                lambda: RequestSupplement(step=step, papers=papers, reason_code=reason, note=note)
            )
        case "consult":
            agency, _, department = read.one_of(
                "desk", {one.value for _, _, desks in choices.desks for one in desks}
            ).partition("/")
            hours, note = read.hours(), read.note()
            command = read.made(
                lambda: Consult(
                    step=step, agency=agency, department=department, working_hours=hours, note=note
                )
            )
        case "answer-consultation":
            number, opinion, note = (
                read.whole("consultation"),
                read.one_of("opinion", labels.OPINIONS),
                read.note(),
            )
            answered = {"consultation": number, "opinion": opinion, "note": note}
            command = read.made(lambda: AnswerConsultation.model_validate(answered))
        case "assign":
            officer = read.one_of(
                "officer", {one.officer for one in choices.hands if not one.absent}
            )
            command = read.made(lambda: AssignTask(step=step, officer=officer))
        case "extend":
            due_at, reason = read.date(choices.after), read.reason()
            command = read.made(lambda: Extend(step=step, new_due_at=due_at, reason_code=reason))
        case _:
            command = None
    return command


class _Reader(Fields):
    """Reads the fields of a task's form and keeps what is wrong with them."""

    def __init__(self, action: str, fields: FormData) -> None:
        super().__init__(fields)
        self._action = action

    def reason(self, missing: Label = CHOOSE) -> str:
        return self.reason_of(REASONS[self._action], missing)

    def whole(self, name: str) -> int:
        value = self.text(name)
        return int(value) if value.isdecimal() and len(value) < 10 else 0

    def hours(self) -> float:
        try:
            hours = float(self.text("working_hours").replace(",", "."))
        except ValueError:
            hours = 0
        if not 0 < hours <= MOST_HOURS:
            self.wrong["working_hours"] = labels.HOURS
        return hours

    def date(self, after: datetime) -> datetime:
        """As a browser sends a date with its hour: Vietnam's, without saying so."""
        try:
            local = datetime.fromisoformat(self.text("new_due_at"))
        except ValueError:
            self.wrong["new_due_at"] = labels.DATE
            return after
        at = local.replace(tzinfo=VIETNAM) if local.tzinfo is None else local
        if at <= after:
            self.wrong["new_due_at"] = labels.DATE_LATER
        return at

    def papers(self, choices: Choices) -> tuple[RequestedPaper, ...]:
        """The chosen lines in the order of the terms, a paper that they do not name last."""
        chosen = self.fields.getlist("paper")
        lines = []
        for paper in (*(one.id for one in choices.papers), OTHER_PAPER):
            if paper not in chosen:
                continue
            copies, kind, reason = (
                self.whole(f"copies-{paper}"),
                self.text(f"kind-{paper}"),
                self.text(f"why-{paper}"),
            )
            if not 0 < copies <= MOST_COPIES:
                self.wrong[f"copies-{paper}"] = labels.COPIES
            if kind not in labels.KINDS:
                self.wrong[f"kind-{paper}"] = CHOOSE
            if reason and reason not in SUPPLEMENT:
                self.wrong[f"why-{paper}"] = CHOOSE
            if self.wrong.keys().isdisjoint({f"copies-{paper}", f"kind-{paper}", f"why-{paper}"}):
                said = {
                    "paper": "" if paper == OTHER_PAPER else paper,
                    "copies": copies,
                    "kind": kind,
                    "reason_code": reason,
                }
                lines.append(RequestedPaper.model_validate(said))
        if not lines and not any(
            name.startswith(("copies-", "kind-", "why-")) for name in self.wrong
        ):
            self.wrong["paper"] = labels.CHOOSE_PAPER
        return tuple(lines)
