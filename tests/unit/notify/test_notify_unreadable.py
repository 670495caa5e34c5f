"""A private record that cannot be read, or a value that a template cannot show: the message fails
by name, and no other waits.
"""

from typing import Any

import pytest
from motcua_chassis.metrics import Metrics
from motcua_contracts.messages.catalog import Person
from motcua_contracts.messages.notify import MessageFailed, MessageQueued
from motcua_notify.domain.lists import tasks
from motcua_routing.domain.digests import _unreadable
from structlog.testing import capture_logs

from .harness import NOW, NotifyHarness, accepted
from .providers import Provider
from .test_notify_digest import drawn
from .test_notify_sending import Shelf, deliver, sent, tools

SECRET = "bi-mat-cua-nguoi-nop"
RAW: dict[str, Any] = {
    "no json": b'{"pin": "' + SECRET.encode(),
    "a field is missing": b'{"pin": "1"}',
    "another type": b'{"pin": "1", "applicant": "' + SECRET.encode() + b'"}',
    "deep": b'{"pin": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "not utf-8": b'{"pin": "\xff"}',
}


class Poisoned(Shelf):
    """A shelf whose record is what a test says."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw

    async def get(self, revision: int) -> bytes:
        return self._raw


@pytest.mark.parametrize("kind", ["send-email", "send-sms"])
@pytest.mark.parametrize("raw", RAW)
async def test_papers_that_cannot_be_read_end_their_message_by_name(kind: str, raw: str) -> None:
    metrics = Metrics()
    with capture_logs() as logs:
        async with tools(metrics=metrics) as given:
            answer = await deliver(given, Poisoned(RAW[raw]), kind)
    assert (answer.outcome, answer.reason) == ("failed", "papers-unreadable")
    (line,) = logs
    assert (line["event"], line["view"], line["error"]) == (
        "a row cannot be read",
        "message",
        "ValidationError",
    )
    assert line["id"] == answer.message_id
    assert SECRET not in str(logs)
    count = metrics.registry.get_sample_value(
        "motcua_unreadable_rows_total", {"view": "message", "error": "ValidationError"}
    )
    assert count == 1


async def test_the_next_dossier_s_mail_goes_out(mailbox: Provider) -> None:
    async with tools(mailbox.smtp_port) as given:
        await deliver(given, Poisoned(b"{"), "send-email")
        assert await deliver(given, Shelf(), "send-email") == sent("email")
    assert len(mailbox.messages()) == 1


def test_the_end_is_an_event_that_names_the_reason() -> None:
    desk = NotifyHarness()
    (queued,) = desk.queued(accepted())
    from .harness import delivery

    (ended,) = desk.tell(delivery(queued, "failed", "papers-unreadable", ""))
    assert isinstance(ended, MessageFailed)
    assert ended.reason == "papers-unreadable"
    assert desk.case.on_the_way == ()


async def test_a_value_that_a_template_cannot_show_ends_its_message_by_name() -> None:
    desk = NotifyHarness()
    (queued,) = desk.queued(accepted())
    changed = queued.model_copy(update={"values": {**queued.values, "due_at": SECRET}})
    ways = tuple(way.model_copy(update={"queued": changed}) for way in desk.case.on_the_way)
    case = desk.case.model_copy(update={"on_the_way": ways})
    assert isinstance(changed, MessageQueued)
    from motcua_notify.domain.evolve import effects
    from motcua_notify.effects.delivery import send_email

    with capture_logs() as logs:
        async with tools() as given:
            answer = await send_email(effects(case)[0], case, Shelf(), given)
    assert (answer.outcome, answer.reason) == ("failed", "message-unreadable")
    assert SECRET not in str(logs)


async def test_an_officer_s_record_that_cannot_be_read_ends_the_digest_by_name() -> None:
    from motcua_chassis.private_records import bytes_of

    async def broken(officer: str) -> Person | None:
        return Person.model_validate_json(bytes_of(10**15))

    desk = NotifyHarness()
    (queued,) = desk.queued(accepted())
    digest = queued.model_copy(update={"template": "digest", "owner_actor": "officer:x"})
    case = desk.case.model_copy(
        update={
            "on_the_way": tuple(
                w.model_copy(update={"queued": digest}) for w in desk.case.on_the_way
            )
        }
    )
    from motcua_notify.domain.evolve import effects
    from motcua_notify.effects.delivery import send_email

    async with tools(people=broken) as given:
        answer = await send_email(effects(case)[0], case, Shelf(), given)
    assert (answer.outcome, answer.reason) == ("failed", "papers-unreadable")


def test_a_digest_names_the_dossier_that_cannot_be_read_and_no_date_of_it() -> None:
    line = _unreadable("d-7", NOW)
    said = tasks(drawn(line, total=2), NOW)
    assert said["tasks_vi"].splitlines() == [
        "d-7 – Không đọc được hồ sơ này; xin báo người quản trị hệ thống",
        "… và 1 hồ sơ khác trong danh sách công việc",
    ]
    assert said["tasks_en"].startswith(
        "d-7 – This dossier cannot be read; please tell the operators"
    )
