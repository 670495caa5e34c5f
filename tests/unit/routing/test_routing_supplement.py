"""More papers: once for each matter and agency, the clock is paused meanwhile, and what was typed
is a paper and in no event.
"""

from datetime import UTC, datetime, timedelta

import pytest
from motcua_contracts.messages.intake import (
    ApplicantCorrected,
    DossierForgotten,
    DossierWithdrawn,
    RequestedPaper,
    SupplementSubmitted,
)
from motcua_contracts.messages.routing import (
    NOTES_FROM,
    ClockResumed,
    NotesForgotten,
    RequestSupplement,
    RoutingNote,
    SupplementNeeded,
)
from motcua_contracts.rules.refusals import (
    NoteRequired,
    PaperUnknown,
    ReasonUnknown,
    SupplementUsed,
    WrongStatus,
)
from motcua_routing.domain.evolve import due

from .harness import BACK, COMPLETE, DUE, GRANT, NOW, REFUSE, RoutingHarness, accepted

DAY = timedelta(days=1)
MINUTES = RequestedPaper(paper="minutes", kind="certified", reason_code="paper-missing")


def ask(
    *papers: RequestedPaper, step: str = "process", code: str = "paper-missing", note: str = ""
) -> RequestSupplement:
    return RequestSupplement(step=step, papers=papers or (MINUTES,), reason_code=code, note=note)


def supplied(submitted_at: datetime, number: int = 1, revision: int = 2) -> SupplementSubmitted:
    return SupplementSubmitted(
        by="department",
        number=number,
        revision=revision,
        commitment="c",
        contacts=("email",),
        submitted_at=submitted_at,
    )


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text} +0700", "%Y-%m-%d %H:%M %z").astimezone(UTC)


def resumed(clock: str, asked: datetime, came: datetime) -> tuple[RoutingHarness, ClockResumed]:
    desk = RoutingHarness()
    desk.tell(accepted(supplement_clock=clock))
    desk.tell(ask(), at=asked)
    (event,) = desk.tell(supplied(came), at=came)
    assert isinstance(event, ClockResumed)
    return desk, event


def test_the_clock_begins_anew() -> None:
    desk, event = resumed("restart", at("11-27 10:00"), at("12-02 14:20"))
    assert (event.due_at, event.first_due_at) == (at("12-07 14:20"), at("12-07 14:20"))
    assert [step.text_en for step in event.steps] == [
        "More papers were asked for: the clock stopped at 10:00 on Friday 27 November 2026.",
        "The papers are complete: the time begins anew.",
        "Received at 14:20 on Wednesday 2 December 2026.",
        "3 working days; the day of receipt is not counted.",
        "Weekly days off: 5 December, 6 December.",
        "Due at 14:20 on Monday 7 December 2026.",
    ]
    assert (desk.case.pinned.revision, desk.case.pinned.contacts) == (2, ("email",))


def test_the_time_that_was_left_goes_on() -> None:
    """Asked on Friday 10:00 with 1.5 h + 3.5 h + 8 h + 2 h left until Tuesday 9:00: 15 h of working
    time.
    """
    desk, event = resumed("pause", at("11-27 10:00"), at("12-02 14:20"))
    assert event.due_at == event.first_due_at == at("12-04 11:20")
    assert "Còn lại 15 giờ làm việc đến ngày hẹn 09:00 ngày 01/12/2026 (thứ Ba)." in [
        step.text_vi for step in event.steps
    ]
    # The half of the time was over at 15:00 on that Friday, 3 h after the clock stopped.
    assert event.watch.reminders[0].at == at("12-03 07:20")
    assert due(desk.case) == event.watch.reminders[0].at


def test_the_clock_stands_while_papers_are_awaited() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), ask())
    assert due(desk.case) is None
    with pytest.raises(WrongStatus) as refused:
        desk.tell(COMPLETE)
    assert refused.value.params == {"status": "supplement_requested", "allowed": "processing"}


def test_an_agency_asks_once() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), ask())
    desk.tell(supplied(NOW + DAY), at=NOW + DAY)
    with pytest.raises(SupplementUsed):
        desk.tell(ask())


@pytest.mark.parametrize(("received_at", "may_ask"), [("haihau", False), ("haiminh", True)])
def test_what_the_own_counter_asked_for_counts_and_another_agency_s_does_not(
    received_at: str, may_ask: bool
) -> None:
    desk = RoutingHarness()
    desk.tell(accepted(receiving_agency=received_at).model_copy(update={"supplements_used": 1}))
    if may_ask:
        assert desk.names(ask()) == ["SupplementNeeded"]
    else:
        with pytest.raises(SupplementUsed):
            desk.tell(ask())


def test_late_stays_late() -> None:
    """Asked after the first date had passed: the date moves, what late is measured against does
    not.
    """
    _, event = resumed("restart", DUE + DAY, DUE + 2 * DAY)
    assert (event.first_due_at, event.due_at > DUE) == (DUE, True)


def test_bad_requests_are_refused_by_name() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    with pytest.raises(PaperUnknown):
        desk.tell(ask(RequestedPaper(paper="passport")))
    with pytest.raises(ReasonUnknown):
        desk.tell(ask(code="because"))
    with pytest.raises(ReasonUnknown):
        desk.tell(ask(RequestedPaper(paper="minutes", reason_code="because")))
    with pytest.raises(NoteRequired):
        desk.tell(ask(RequestedPaper(paper="")))
    assert desk.names(ask(RequestedPaper(paper=""), note="Giấy xác nhận cư trú")) == [
        "SupplementNeeded"
    ]


def test_what_was_typed_is_a_paper_of_its_own() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), ask(note="Bản sao bị mờ"), supplied(NOW + DAY), COMPLETE)
    needed = next(one for one in desk.said if isinstance(one, SupplementNeeded))
    assert needed.revision == NOTES_FROM + 1
    assert "Bản sao" not in needed.model_dump_json()
    raw = desk.papers[0].raw
    assert raw is not None
    assert RoutingNote.model_validate_json(raw) == RoutingNote(salt="a" * 32, text="Bản sao bị mờ")
    desk.tell(
        REFUSE.model_copy(update={"note": "Không đủ diện tích"}),
        BACK.model_copy(update={"note": "Nêu rõ căn cứ"}),
    )
    assert [paper.revision - NOTES_FROM for paper in desk.papers] == [1, 2, 3]


def test_a_forgotten_dossier_s_notes_go_by_tombstones() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), COMPLETE, GRANT, BACK.model_copy(update={"note": "Sửa câu hai"}))
    (event,) = desk.tell(DossierForgotten())
    assert event == NotesForgotten(revisions=(NOTES_FROM + 1,))
    assert [(paper.revision, paper.raw) for paper in desk.papers][-1] == (NOTES_FROM + 1, None)


def test_a_withdrawal_closes_the_case_also_while_it_waits_and_while_it_is_signed() -> None:
    waiting = RoutingHarness()
    waiting.tell(accepted(), ask())
    assert waiting.names(DossierWithdrawn()) == ["CaseClosed"]
    assert waiting.names(supplied(NOW + DAY)) == []


def test_a_supplement_of_the_counter_or_of_another_request_changes_nothing() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), ask())
    assert desk.names(supplied(NOW + DAY).model_copy(update={"by": "counter"})) == []
    assert desk.names(supplied(NOW + DAY, number=2)) == []
    assert desk.case.stage == "waiting"


def test_the_cases_documents_are_written_by_the_corrected_papers() -> None:
    fixed = ApplicantCorrected(
        revision=7, commitment="c", by="counter", fields=("full_name",), contacts=("phone",)
    )
    desk = RoutingHarness()
    assert desk.names(fixed) == []  # nobody works on it yet: the acceptance names the paper
    desk.tell(accepted())
    assert desk.names(fixed) == ["ApplicantCorrectionSeen"]
    assert (desk.case.pinned.revision, desk.case.pinned.contacts) == (7, ("phone",))
    assert desk.case.stage == "open"
