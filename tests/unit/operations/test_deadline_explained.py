"""`motcua deadline explain`: what set, stopped and moved a date, in its order, found by id and by
code.
"""

from datetime import UTC, datetime, timedelta

import pytest
from motcua_contracts import Event, Message
from motcua_contracts.messages.intake import CaseTerms, DossierAccepted, DossierRegistered
from motcua_contracts.messages.routing import ClockResumed, DeadlineExtended, SupplementNeeded
from motcua_contracts.rules.deadline import DeadlineStep
from motcua_contracts.rules.terms import FeeRule, Step, Terms, Workflow
from motcua_contracts.wire.envelope import GENESIS, encode
from motcua_operations.deadline import shown, turns_of
from rich.console import Console

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SIGN = Step(
    id="sign", name_vi="Ký", name_en="Sign", department="tckh", role="leader", does="approve"
)
TERMS = Terms(
    code="1.001612",
    version=1,
    name_vi="Đăng ký",
    name_en="Registration",
    field="b",
    field_vi="b",
    authority_level="district",
    receiving_agency="haihau",
    deciding_agency="haihau",
    days=3,
    calendar="haihau",
    fee=FeeRule(amount_vnd=0),
    workflow=Workflow(id="w", steps=(SIGN,)),
)
CASE = CaseTerms(
    procedure="1.001612", code="H40.12-261124-0001", name_vi="", name_en="", revision=1
)


def steps(text: str) -> tuple[DeadlineStep, ...]:
    return (DeadlineStep(at=T0, text_vi=f"{text} vi", text_en=f"{text} en"),)


def raw(event: Event, at: datetime, subject: str = "d-1") -> bytes:
    said = Message(
        "e",
        f"/motcua/{event.owner}",
        event.wire_type,
        subject,
        at,
        "system:x",
        "c",
        "c",
        event,
        1,
        GENESIS,
        None,
    )
    return encode(said)


def accepted(due_at: datetime, text: str) -> DossierAccepted:
    return DossierAccepted(
        case=CASE,
        accepted_at=T0,
        due_at=due_at,
        steps=steps(text),
        calendar="h",
        calendar_version=1,
        slip=None,
    )


EVENTS = [
    raw(
        DeadlineExtended(
            due_at=T0 + 9 * DAY,
            steps=steps("extended"),
            reason_code="workload",
            letter=None,
            calendar="h",
            calendar_version=1,
        ),
        T0 + 4 * DAY,
    ),
    raw(
        SupplementNeeded(number=1, papers=(), clock="restart", agency="haihau", officer="o"),
        T0 + DAY,
    ),
    raw(
        ClockResumed(
            number=1,
            due_at=T0 + 6 * DAY,
            steps=steps("restarted"),
            calendar="h",
            calendar_version=1,
        ),
        T0 + 2 * DAY,
    ),
    raw(
        DossierRegistered(
            code="H40.12-261124-0001",
            terms=TERMS,
            commitment="c",
            revision=1,
            channel="online",
            owner_actor="",
            receiving_agency="haihau",
            deciding_agency="haihau",
            result_delivery="online",
            received_at=T0,
        ),
        T0,
    ),
    raw(accepted(T0 + 3 * DAY, "first"), T0),
    raw(accepted(T0, "other"), T0, "d-2"),
    b"no record of ours",
]


@pytest.mark.parametrize("named", ["d-1", "H40.12-261124-0001"])
def test_every_turn_is_told_in_its_order(named: str) -> None:
    code, turns = turns_of(named, EVENTS)
    assert code == "H40.12-261124-0001"
    assert [(turn.name_en.partition(":")[0], turn.due_at) for turn in turns] == [
        ("Accepted", T0 + 3 * DAY),
        ("More papers asked for", None),
        ("Papers came", T0 + 6 * DAY),
        ("New appointment", T0 + 9 * DAY),
    ]


def test_an_unknown_dossier_has_no_turns() -> None:
    assert turns_of("H40.12-261124-9999", EVENTS)[1] == []


def test_the_table_holds_every_line_in_both_languages() -> None:
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115 - ends with the test
    console.print(shown(*turns_of("d-1", EVENTS)))
    text = console.export_text()
    for line in (
        "first vi",
        "first en",
        "Thời hạn ngừng tính.",
        "The clock is paused.",
        "restarted en",
        "extended vi",
        "09:00 24/11/2026",
    ):
        assert line in text
    assert "other" not in text
