"""What time brings: reminders, the apology a working day before, the leader at each date that
passes; and a leader's own new date.
"""

from datetime import UTC, datetime, timedelta

import pytest
from motcua_contracts import Event
from motcua_contracts.messages.routing import (
    ApologyPrepared,
    CaseEscalated,
    Consult,
    DeadlineExtended,
    Extend,
    ExtensionDecided,
    RecordApology,
    ReminderDue,
)
from motcua_contracts.rules.decision import Wake
from motcua_contracts.rules.refusals import (
    AlreadyExtended,
    DateInPast,
    DateTooFar,
    ReasonRequired,
    ReasonUnknown,
    RoleRequired,
    WrongStatus,
)
from motcua_contracts.rules.terms import Lateness
from motcua_routing.domain.evolve import due

from .harness import APPROVE as APPROVE_STEP
from .harness import (
    APPROVED,
    COMPLETE,
    DUE,
    GRANT,
    NOW,
    OFFICER,
    RESULT,
    SIGNED,
    RoutingHarness,
    accepted,
    automatic,
    away,
    message,
)
from .test_routing_supplement import supplied
from .test_routing_table import papers_at

DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """`11-27 13:30` in Vietnam, 2026."""
    return datetime.strptime(f"2026-{text} +0700", "%Y-%m-%d %H:%M %z").astimezone(UTC)


def pass_time(desk: RoutingHarness, until: datetime) -> list[tuple[datetime, Event]]:
    """Wake the case whenever it asks for it, up to `until`; letters are made at once."""
    heard: list[tuple[datetime, Event]] = []
    while (when := due(desk.case)) is not None and when <= until:
        news = desk.tell(Wake(), at=when)
        assert news, "a wake that emits nothing comes again without end"
        heard += [(when, one) for one in news]
        if desk.case.extending is not None:
            heard += [(when, one) for one in desk.tell(RecordApology(letter=RESULT), at=when)]
    return heard


def test_a_case_that_nobody_finishes() -> None:
    """Accepted on Thursday 9:00, three days: due on Tuesday 9:00, after 24 h of working time."""
    desk = RoutingHarness()
    desk.tell(accepted())
    heard = pass_time(desk, DUE + 30 * DAY)
    assert [(when, type(one).__name__) for when, one in heard] == [
        (at("11-27 09:00"), "ApologyPrepared"),
        (at("11-27 15:00"), "ReminderDue"),
        (at("11-30 09:00"), "ExtensionDecided"),
        (at("11-30 09:00"), "DeadlineExtended"),
        (at("11-30 14:12"), "ReminderDue"),
        (DUE, "CaseEscalated"),
        (at("12-03 09:00"), "CaseEscalated"),
    ]
    assert (desk.case.due_at, desk.case.first_due_at) == (at("12-03 09:00"), DUE)
    assert due(desk.case) is None


def test_the_new_date_is_explained_and_the_letter_named() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    (extended,) = [
        one for _, one in pass_time(desk, DUE - DAY) if isinstance(one, DeadlineExtended)
    ]
    assert (extended.letter, extended.reason_code) == (RESULT, "not-finished")
    assert [step.text_en for step in extended.steps] == [
        "The appointment before: 09:00 on Tuesday 1 December 2026.",
        "Extended by 2 working days.",
        "Due at 09:00 on Thursday 3 December 2026.",
    ]


def test_reminders_name_the_officer_and_the_leader_gets_what_is_late() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    said = [one for _, one in pass_time(desk, DUE)]
    assert {one.officer for one in said if isinstance(one, ReminderDue)} == {"officer-tckh"}
    assert [(one.to, one.due_at) for one in said if isinstance(one, CaseEscalated)] == [
        ("leader-tckh", DUE)
    ]


def test_the_rule_says_what_it_knows_of_the_reason() -> None:
    asked, left = RoutingHarness(), RoutingHarness()
    asked.tell(
        accepted(), Consult(step="process", agency="haihau", department="tuphap", working_hours=100)
    )
    left.tell(accepted())
    left.catalogue.apply(message(away("officer-tckh", NOW, NOW + 30 * DAY), "system:catalog"))
    for desk, code in ((asked, "consultation-pending"), (left, "officer-absent")):
        (decided,) = [
            one for _, one in pass_time(desk, DUE - DAY) if isinstance(one, ExtensionDecided)
        ]
        assert (decided.reason_code, decided.by) == (code, "")


@pytest.mark.parametrize(
    ("lateness", "names"),
    [
        (Lateness(extensions=0), ["ReminderDue", "ReminderDue", "CaseEscalated"]),
        (Lateness(apology_automatic=False, reminders=(80,)), ["ReminderDue", "CaseEscalated"]),
        (
            Lateness(extensions=2, reminders=()),
            ["ApologyPrepared", "ExtensionDecided", "DeadlineExtended", "CaseEscalated"] * 2,
        ),
        (
            Lateness(extension_days=5, reminders=(), apology_signature="seal"),
            ["ExtensionDecided", "DeadlineExtended", "CaseEscalated", "CaseEscalated"],
        ),
    ],
)
def test_each_procedure_has_its_own_rules(lateness: Lateness, names: list[str]) -> None:
    desk = RoutingHarness()
    desk.tell(accepted(lateness=lateness))
    heard = [type(one).__name__ for _, one in pass_time(desk, DUE + 60 * DAY)]
    assert sorted(heard) == sorted(names)
    assert heard[-1] == "CaseEscalated"


def test_a_matter_of_a_day_is_not_announced_late_a_day_before() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(days=1).model_copy(update={"due_at": at("11-27 09:00")}))
    assert [type(one).__name__ for _, one in pass_time(desk, DUE)] == [
        "ReminderDue",
        "ReminderDue",
        "CaseEscalated",
    ]


def test_a_finished_case_and_one_of_the_rules_alone_are_never_woken() -> None:
    done, bench = RoutingHarness(), RoutingHarness()
    done.tell(accepted(), COMPLETE, GRANT, APPROVED)
    assert due(done.case) is None
    done.tell(SIGNED)
    bench.tell(accepted(automatic(APPROVE_STEP), issues_documents=False))
    assert (due(done.case), due(bench.case)) == (None, None)


def test_without_documents_the_new_date_needs_no_letter() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(issues_documents=False))
    assert [type(one).__name__ for _, one in pass_time(desk, at("11-30 09:00"))] == [
        "ApologyPrepared",
        "ReminderDue",
        "ExtensionDecided",
        "DeadlineExtended",
    ]


def test_a_leader_signs_what_the_rule_prepared_and_the_seal_stays_away() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    (prepared,) = [
        one for _, one in pass_time(desk, at("11-27 09:00")) if isinstance(one, ApologyPrepared)
    ]
    assert (prepared.due_at, prepared.reason_code, prepared.seal_at) == (
        at("12-03 09:00"),
        "not-finished",
        at("11-30 09:00"),
    )
    assert desk.case.prepared == prepared
    signing = Extend(step="process", new_due_at=prepared.due_at, reason_code=prepared.reason_code)
    (decided,) = desk.tell(signing, at=at("11-27 10:00"))
    assert isinstance(decided, ExtensionDecided)
    assert (decided.by, decided.due_at, decided.decided_at) == (
        "leader-tckh",
        prepared.due_at,
        at("11-27 10:00"),
    )
    (extended,) = desk.tell(
        RecordApology(letter=RESULT, issued_at=at("11-27 10:01")), at=at("11-27 10:02")
    )
    assert isinstance(extended, DeadlineExtended)
    assert extended.issued_at == at("11-27 10:01")
    assert desk.case.prepared is None
    left = [type(one).__name__ for _, one in pass_time(desk, DUE + 30 * DAY)]
    assert left == ["ReminderDue", "ReminderDue", "CaseEscalated", "CaseEscalated"]


def test_a_supplement_undoes_what_was_prepared_for_the_old_date() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    pass_time(desk, at("11-27 09:00"))
    desk.tell(papers_at("process"), at=at("11-27 10:00"))
    desk.tell(supplied(at("11-30 09:00")), at=at("11-30 09:00"))
    assert desk.case.prepared is None
    assert desk.case.watch.prepare_at is not None


def test_where_a_day_is_not_left_half_of_the_time_is() -> None:
    """Due on Friday at 16:00: the seal signs a working day before, in an hour's working time less
    than a day.
    """
    desk = RoutingHarness()
    desk.tell(accepted(days=2).model_copy(update={"due_at": at("11-27 15:00")}))
    (prepared,) = [
        when for when, one in pass_time(desk, at("11-27 15:00")) if isinstance(one, ApologyPrepared)
    ]
    assert at("11-26 09:00") < prepared < at("11-26 15:00")


def wish(new_due_at: datetime, code: str = "complex-matter") -> Extend:
    return Extend(step="process", new_due_at=new_due_at, reason_code=code)


def test_a_leader_chooses_the_new_date_once() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    (decided,) = desk.tell(wish(at("12-05 10:00")))  # a Saturday
    assert isinstance(decided, ExtensionDecided)
    assert (decided.by, decided.due_at) == ("leader-tckh", at("12-07 07:00"))
    with pytest.raises(AlreadyExtended):
        desk.tell(wish(at("12-09 10:00")))
    desk.tell(RecordApology(letter=RESULT))
    with pytest.raises(AlreadyExtended, match="already-extended"):
        desk.tell(wish(at("12-09 10:00")))
    assert [type(one).__name__ for _, one in pass_time(desk, at("12-20 10:00"))] == [
        "ReminderDue"
    ] * 2 + ["CaseEscalated"] * 2


def test_a_date_that_no_calendar_reaches_is_refused_by_name() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    for far in (NOW + 3 * 366 * DAY + DAY, datetime(2099, 12, 31, 23, 59, tzinfo=UTC)):
        with pytest.raises(DateTooFar):
            desk.tell(wish(far))


def test_a_date_that_is_none_is_refused_by_name() -> None:
    desk = RoutingHarness()
    desk.tell(accepted())
    for day in (NOW - DAY, NOW, DUE):
        with pytest.raises(DateInPast):
            desk.tell(wish(day))
    with pytest.raises(ReasonRequired):
        desk.tell(wish(DUE + DAY, ""))
    with pytest.raises(ReasonUnknown) as refused:
        desk.tell(wish(DUE + DAY, "because"))
    assert "workload" in str(refused.value.params["allowed"])
    with pytest.raises(RoleRequired):
        desk.tell(wish(DUE + DAY), actor=OFFICER)


def test_a_letter_that_comes_after_the_end_changes_nothing() -> None:
    desk = RoutingHarness()
    desk.tell(accepted(), wish(DUE + DAY), COMPLETE, GRANT, APPROVED)
    with pytest.raises(WrongStatus):
        desk.tell(RecordApology(letter=RESULT))
    assert desk.names(SIGNED) == ["CaseDecided"]
