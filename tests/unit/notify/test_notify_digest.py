"""The officer's digest: who is told what, when nobody is, and that it arrives at the office's
address.
"""

from datetime import timedelta
from typing import Any

import pytest
from motcua_chassis import Prepared
from motcua_chassis._effects.slots import holding
from motcua_contracts import Catalogue, Event, Message, Payload
from motcua_contracts.messages.catalog import Person
from motcua_contracts.messages.notify import MessageSent, RecordDelivery
from motcua_contracts.messages.routing import DigestDrawn, DigestTask
from motcua_notify.domain.case import Case
from motcua_notify.domain.decide import decide
from motcua_notify.domain.evolve import effects, evolve
from motcua_notify.effects.delivery import send_email
from motcua_notify.prepare import prepare

from .harness import NOW
from .providers import Provider
from .test_notify_sending import Shelf, nobody, tools

SUBJECT = "worklist:officer-tckh"
PERSON = Person(
    salt="s",
    officer="officer-tckh",
    full_name="Phạm Quốc Tuấn",
    email="officer-tckh@haihau.example",
)


def task(number: int, why: Any = "task", days: float = 1) -> DigestTask:
    return DigestTask(
        dossier_id=f"d-{number}",
        code=f"H40.12-261120-{number:04d}",
        procedure_vi="Đăng ký khai sinh",
        procedure_en="Birth registration",
        step_vi="Thẩm định",
        step_en="Examine",
        why=why,
        due_at=NOW + timedelta(days=days),
    )


def drawn(*tasks: DigestTask, total: int | None = None, **more: Any) -> DigestDrawn:
    counted, tomorrow = len(tasks) if total is None else total, NOW + timedelta(days=1)
    return DigestDrawn(officer="officer-tckh", tasks=tasks, total=counted, next_at=tomorrow, **more)


def message(data: Payload, sequence: int | None = 1) -> Message[Payload]:
    return Message(
        "m",
        f"/motcua/{data.owner}",
        data.wire_type,
        SUBJECT,
        NOW,
        f"system:{data.owner}",
        "c",
        "c",
        data,
        sequence,
    )


def told(data: DigestDrawn, late: timedelta = timedelta()) -> tuple[Case, tuple[Event, ...]]:
    case = Case()
    decision = decide(case, message(data), NOW + late, Catalogue(), None)
    for number, event in enumerate(decision.events, 1):
        case = evolve(case, message(event, number))
    return case, decision.events


def test_every_line_says_what_where_and_until_when_and_late_ones_stand_out() -> None:
    _, (queued,) = told(
        drawn(
            task(1, days=-1),
            task(2, "opinion"),
            task(3, "escalated", -2),
            total=5,
            late=2,
            today=1,
            waiting=4,
        )
    )
    values = queued.model_dump()["values"]
    assert values["tasks_vi"].split("\n") == [
        "[QUÁ HẠN] H40.12-261120-0001 – Đăng ký khai sinh – Thẩm định – hẹn trả 09:00 23/11/2026",
        "H40.12-261120-0002 – Đăng ký khai sinh – Thẩm định – cho ý kiến trước 09:00 25/11/2026",
        (
            "[QUÁ HẠN] H40.12-261120-0003 – Đăng ký khai sinh – Thẩm định (quá hạn, báo cáo lãnh"
            " đạo) – hẹn trả 09:00 22/11/2026"
        ),
        "… và 2 hồ sơ khác trong danh sách công việc",
    ]
    assert (
        values["tasks_en"].split("\n")[0]
        == "[LATE] H40.12-261120-0001 – Birth registration – Examine – due 09:00 23/11/2026"
    )
    assert (values["total"], values["late"], values["today"], values["waiting"]) == (
        "5",
        "2",
        "1",
        "4",
    )


def test_a_line_with_a_new_date_says_the_first_one_and_how_late_it_is() -> None:
    late = task(1, "escalated", days=3).model_copy(
        update={"first_due_at": NOW - timedelta(days=4), "working_days_late": 2}
    )
    _, (queued,) = told(drawn(late, late=1))
    values = queued.model_dump()["values"]
    assert (
        values["tasks_vi"]
        == "[QUÁ HẠN 2 ngày làm việc] H40.12-261120-0001 – Đăng ký khai sinh – Thẩm định (quá hạn,"
        " báo cáo lãnh đạo) – hẹn trả 09:00 27/11/2026 (hẹn lần đầu 09:00 20/11/2026)"
    )
    assert "[LATE 2 working days]" in values["tasks_en"]
    assert "(first promised 09:00 20/11/2026)" in values["tasks_en"]


def test_it_goes_by_mail_alone_and_names_whose_it_is() -> None:
    case, events = told(drawn(task(1)))
    assert [(one.channel, one.template, one.owner_actor) for one in events] == [  # type: ignore[attr-defined]
        ("email", "digest", "officer:officer-tckh")
    ]
    assert [effect.kind for effect in effects(case)] == ["send-email"]
    assert effects(case)[0].key == f"{SUBJECT}.r1.email"


@pytest.mark.parametrize("event", [drawn(), drawn(waiting=3), drawn(absent=True)])
def test_with_nothing_to_do_nobody_is_told(event: DigestDrawn) -> None:
    assert told(event)[1] == ()


def test_one_that_is_read_when_the_next_is_due_is_not_sent_any_more() -> None:
    event = drawn(task(1))
    assert told(event, timedelta(days=1))[1] == ()
    assert len(told(event, timedelta(hours=23))[1]) == 1


async def test_it_arrives_at_the_offices_address_of_the_officer(mailbox: Provider) -> None:
    async def people(officer: str) -> Person | None:
        return PERSON if officer == "officer-tckh" else None

    case, _ = told(drawn(task(1, days=-1), late=1))
    async with tools(mailbox.smtp_port, people=people) as given, holding():
        answer = await send_email(effects(case)[0], case, Shelf(forgotten=True), given)
    assert answer == RecordDelivery(
        message_id=f"{SUBJECT}.r1.email", outcome="sent", provider="smtp"
    )
    (kept,) = mailbox.messages()
    assert kept["to"] == ["officer-tckh@haihau.example"]
    assert (
        kept["subject"]
        == "Công việc hôm nay: 1 hồ sơ, 1 quá hạn / Your work today: 1 dossiers, 1 overdue"
    )
    assert "Kính gửi ông/bà Phạm Quốc Tuấn," in kept["text"]
    assert "• [QUÁ HẠN] H40.12-261120-0001" in kept["text"]
    assert "https://motcua.example/quay/cong-viec" in kept["text"]
    ended = decide(case, message(answer, None), NOW, Catalogue(), None).events
    assert isinstance(ended[0], MessageSent)


@pytest.mark.parametrize("person", [None, PERSON.model_copy(update={"email": ""})])
async def test_without_an_address_it_is_suppressed_for_the_officer_to_see(
    person: Person | None,
) -> None:
    async def people(officer: str) -> Person | None:
        return person

    case, _ = told(drawn(task(1)))
    async with tools(people=people) as given:
        answer = await send_email(effects(case)[0], case, Shelf(), given)
    assert (answer.outcome, answer.reason) == ("suppressed", "no-address")


async def test_nobody_asks_for_the_wishes_of_an_officer() -> None:
    async with tools(people=nobody) as given:
        assert await prepare([Prepared(message(drawn(task(1))), SUBJECT, Case(), NOW)], given)
