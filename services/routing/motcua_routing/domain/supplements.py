"""More papers (bổ sung hồ sơ): asked for once for each matter and agency; the clock is paused until
they arrive.
"""

from motcua_contracts import Decision
from motcua_contracts.messages.intake import SupplementSubmitted
from motcua_contracts.messages.routing import ClockResumed, RequestSupplement, SupplementNeeded
from motcua_contracts.rules.appointments import gone_on, restarted, watch_gone_on, watch_of
from motcua_contracts.rules.decision import NOTHING
from motcua_contracts.rules.reasons import SUPPLEMENT
from motcua_contracts.rules.refusals import NoteRequired, PaperUnknown, SupplementUsed

from .assignment import Now
from .case import Case
from .notes import note
from .rights import require_own_step, require_reason

ONCE = 1
"""How often one agency may ask for one matter."""


def request(case: Case, command: RequestSupplement, actor: str, now: Now) -> Decision:
    """The officer of the open task asks. The clock is paused from now on.

    Raises what `require_own_step` does, `SupplementUsed`, `PaperUnknown`, `NoteRequired`,
    `ReasonRequired`, `ReasonUnknown`.
    """
    _, officer = require_own_step(case, command.step, actor, now.catalogue)
    if case.supplements_used >= ONCE:
        raise SupplementUsed()
    code = require_reason(command.reason_code, SUPPLEMENT)
    known = {
        paper.id
        for paper in now.catalogue.procedure(
            case.pinned.procedure, case.pinned.version
        ).terms.papers
    }
    for paper in command.papers:
        if paper.paper and paper.paper not in known:
            raise PaperUnknown()
        if paper.reason_code:
            require_reason(paper.reason_code, SUPPLEMENT)
    if not command.note.strip() and any(not paper.paper for paper in command.papers):
        raise NoteRequired()
    revision, papers = note(case, command.note, now.given)
    needed = SupplementNeeded(
        number=case.supplements + 1,
        papers=command.papers,
        clock=case.pinned.supplement_clock,
        agency=case.agency,
        officer=officer,
        reason_code=code,
        revision=revision,
    )
    return Decision((needed,), papers)


def submitted(case: Case, event: SupplementSubmitted, now: Now) -> Decision:
    """The papers came: the clock restarts, or the remaining time continues.

    Of another request: seen, and nothing to say.
    """
    if case.stage != "waiting" or event.by != "department" or event.number != case.supplements:
        return NOTHING
    assert case.stopped_at is not None, "a case that waits without knowing since when"
    assert case.first_due_at is not None, "a case that waits without a first date"
    stopped, came, terms = case.stopped_at, max(event.submitted_at, case.stopped_at), case.pinned
    calendar, version = now.catalogue.calendar_at(case.calendar, came)
    by_person = terms.lateness.apology_signature == "person"
    if terms.supplement_clock == "restart":
        due, first = restarted(terms, calendar, stopped, came), None
        apology = terms.lateness.apology_working_days_before if _rule_extends(case) else None
        watch = watch_of(
            calendar, came, due.due_at, terms.lateness.reminders, apology, prepared=by_person
        )
    else:
        due, first = (
            gone_on(calendar, case.appointment, stopped, came),
            gone_on(calendar, case.first_due_at, stopped, came).due_at,
        )
        watch = watch_gone_on(calendar, case.watch, stopped, came, prepared=by_person)
    in_time = stopped <= case.first_due_at
    resumed = ClockResumed(
        number=event.number,
        due_at=due.due_at,
        steps=due.steps,
        calendar=case.calendar,
        calendar_version=version,
        # Late stays late: a request after the first date does not move what late is measured
        # against.
        first_due_at=(first or due.due_at) if in_time else case.first_due_at,
        revision=event.revision,
        contacts=event.contacts,
        watch=watch,
    )
    return Decision((resumed,))


def _rule_extends(case: Case) -> bool:
    rules = case.pinned.lateness
    return rules.apology_automatic and case.extensions < rules.extensions and case.extending is None
