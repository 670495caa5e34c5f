"""The mailbox as a sender and a reader meet it: what was answered 250 is there, and its faults are
real ones.
"""

import smtplib
import socket
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from .processes import Simulator, Start


def a_mail(to: str = "citizen@example.vn", identity: str = "<1@motcua.example>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "mot-cua@example.vn", to, identity
    mail["Subject"] = "Hồ sơ đã được tiếp nhận"
    mail.set_content("Hồ sơ của ông/bà đã được tiếp nhận.\n.một dòng bắt đầu bằng dấu chấm\n")
    return mail


@pytest.fixture(scope="module")
def mailbox_process(start_shared: Start) -> Simulator:
    return start_shared("mailbox", "--no-store")


@pytest.fixture
def mailbox(mailbox_process: Simulator) -> Simulator:
    """The module's mailbox, emptied, with no fault in force."""
    httpx.delete(f"{mailbox_process.url}/messages").raise_for_status()
    order(mailbox_process, mode="none")
    return mailbox_process


def send(mailbox: Simulator, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.ports["smtp_port"], timeout=5) as client:
        client.send_message(mail)


def order(mailbox: Simulator, **fault: object) -> None:
    httpx.post(f"{mailbox.url}/faults", json=fault).raise_for_status()


def accepted(mailbox: Simulator) -> int:
    return int(httpx.get(f"{mailbox.url}/count").json()["accepted"])


def test_keeps_a_mail_with_its_letters_and_its_bytes(start: Start, tmp_path: Path) -> None:
    mailbox = start("mailbox", "--data", str(tmp_path))
    send(mailbox, a_mail())
    (kept,) = httpx.get(f"{mailbox.url}/messages", params={"to": "Citizen@example.vn"}).json()
    assert kept["subject"] == "Hồ sơ đã được tiếp nhận"
    assert kept["text"] == "Hồ sơ của ông/bà đã được tiếp nhận.\n.một dòng bắt đầu bằng dấu chấm\n"
    assert (kept["from"], kept["to"], kept["message_id"]) == (
        "mot-cua@example.vn",
        ["citizen@example.vn"],
        "<1@motcua.example>",
    )
    raw = httpx.get(f"{mailbox.url}/messages/{kept['id']}").content
    assert raw == a_mail().as_bytes(policy=a_mail().policy.clone(linesep="\r\n"))


def test_takes_an_address_with_diacritics(mailbox: Simulator) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.ports["smtp_port"], timeout=5) as client:
        client.sendmail(
            "mot-cua@example.vn",
            ["nguyễn@ví-dụ.vn"],
            b"Subject: a\r\n\r\nb\r\n",
            mail_options=["SMTPUTF8"],
        )
    assert httpx.get(f"{mailbox.url}/messages").json()[0]["to"] == ["nguyễn@ví-dụ.vn"]


def test_finds_by_recipient_id_and_time(mailbox: Simulator) -> None:
    before = datetime.now(UTC)
    for number, to in enumerate(("a@example.vn", "b@example.vn", "a@example.vn")):
        send(mailbox, a_mail(to, f"<{number}@m>"))

    def found(**query: str) -> list[str]:
        return [
            mail["message_id"] for mail in httpx.get(f"{mailbox.url}/messages", params=query).json()
        ]

    first = httpx.get(f"{mailbox.url}/messages").json()[0]["id"]
    assert found(to="a@example.vn") == ["<0@m>", "<2@m>"]
    assert found(since=str(first)) == ["<1@m>", "<2@m>"]
    assert found(since=before.isoformat()) == ["<0@m>", "<1@m>", "<2@m>"]
    assert found(since=(before + timedelta(hours=1)).isoformat()) == []
    assert httpx.get(f"{mailbox.url}/messages?since=soon").status_code == 400
    httpx.delete(f"{mailbox.url}/messages").raise_for_status()
    assert (found(), accepted(mailbox)) == ([], 0)


def test_a_killed_mailbox_has_what_it_answered_for_and_drops_a_torn_end(
    start: Start, tmp_path: Path
) -> None:
    first = start("mailbox", "--data", str(tmp_path))
    send(first, a_mail())
    first.process.kill()
    first.process.wait()
    with (tmp_path / "messages.spool").open("ab") as spool:
        spool.write(
            b'{"id": 2, "from": "a@b", "to": ["c@d"], "received_at": "2026-01-01T00:00:00+00:00",'
            b' "size": 500}\nhalf'
        )
    second = start("mailbox", "--data", str(tmp_path))
    send(second, a_mail(identity="<2@m>"))
    listed = httpx.get(f"{second.url}/messages").json()
    assert [(mail["id"], mail["message_id"]) for mail in listed] == [
        (1, "<1@motcua.example>"),
        (2, "<2@m>"),
    ]
    assert listed[0]["text"].startswith("Hồ sơ của ông/bà")
    assert second.stop() == 0
    third = start("mailbox", "--data", str(tmp_path))
    assert httpx.get(f"{third.url}/messages").json() == listed


def test_the_sink_counts_repeats_by_message_id(start: Start) -> None:
    mailbox = start("mailbox", "--sink")
    folded = "<" + "x" * 90 + "@motcua.example>"  # long enough to be folded onto a line of its own
    for identity in ("<1@m>", "<1@m>", folded, folded):
        send(mailbox, a_mail(identity=identity))
    assert httpx.get(f"{mailbox.url}/count").json() == {"accepted": 4, "distinct": 2, "last_id": 4}


def test_cut_after_data_keeps_the_mail_and_never_answers(mailbox: Simulator) -> None:
    order(mailbox, mode="cut_after_data", times=1)
    with socket.create_connection(
        ("127.0.0.1", mailbox.ports["smtp_port"]), timeout=5
    ) as connection:
        lines = connection.makefile("rb")
        connection.sendall(b"HELO x\r\nMAIL FROM:<a@b.vn>\r\nRCPT TO:<c@d.vn>\r\nDATA\r\n")
        assert [lines.readline()[:3] for _ in range(5)] == [b"220", b"250", b"250", b"250", b"354"]
        connection.sendall(b"Message-ID: <cut@m>\r\n\r\ntext\r\n.\r\n")
        try:
            said = lines.read()
        except ConnectionResetError:
            said = b""
    assert said == b""
    assert accepted(mailbox) == 1
    send(mailbox, a_mail(identity="<cut@m>"))
    assert httpx.get(f"{mailbox.url}/count").json() | {"last_id": 0} == {
        "accepted": 2,
        "distinct": 1,
        "last_id": 0,
    }


@pytest.mark.parametrize(("mode", "code"), [("4xx", 451), ("5xx", 554)])
def test_a_refused_mail_is_not_kept(mailbox: Simulator, mode: str, code: int) -> None:
    order(mailbox, mode=mode, times=1, to="citizen@example.vn")
    send(mailbox, a_mail(to="other@example.vn"))
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mailbox, a_mail())
    assert refused.value.smtp_code == code
    send(mailbox, a_mail())
    assert accepted(mailbox) == 2


def test_refuse_and_slow(mailbox: Simulator) -> None:
    order(mailbox, mode="refuse")
    for _ in range(2):
        with pytest.raises((smtplib.SMTPException, ConnectionError)):
            send(mailbox, a_mail())
    order(mailbox, mode="slow", seconds=0.4)
    began = time.monotonic()
    send(mailbox, a_mail())
    assert time.monotonic() - began >= 0.4
    assert (
        httpx.get(f"{mailbox.url}/faults").json()["shown"].items()
        >= {
            "refuse": 2,
            "slow": 1,
        }.items()
    )
    assert httpx.post(f"{mailbox.url}/faults", json={"mode": "explode"}).status_code == 400


def test_ends_at_once_on_sigterm_with_connections_open(start: Start) -> None:
    mailbox = start("mailbox", "--no-store")
    with (
        smtplib.SMTP("127.0.0.1", mailbox.ports["smtp_port"], timeout=5) as client,
        httpx.Client() as reader,
    ):
        client.ehlo()
        assert reader.get(f"{mailbox.url}/healthz").text == "ok"
        assert mailbox.stop() == 0
        client.close()
