"""The SMS gateway as a sender meets it: keys are idempotent across faults and restarts, 7-bit loses
diacritics, reports arrive.
"""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from .processes import Merchant, Simulator, Start

TEXT = "Hồ sơ của ông/bà đã được tiếp nhận"


@pytest.fixture(scope="module")
def sms_process(start_shared: Start) -> Simulator:
    return start_shared("sms", "--report-seconds", "0.02")


@pytest.fixture
def sms(sms_process: Simulator) -> Simulator:
    """The module's gateway, emptied, with no fault in force."""
    httpx.delete(f"{sms_process.url}/messages").raise_for_status()
    order(sms_process, mode="none")
    return sms_process


def send(sms: Simulator, **changes: object) -> httpx.Response:
    order: dict[str, Any] = {
        "key": "k-1",
        "to": "84901234567",
        "from": "MOTCUA",
        "text": TEXT,
        **changes,
    }
    return httpx.post(f"{sms.url}/messages", json=order)


def order(sms: Simulator, **fault: object) -> None:
    httpx.post(f"{sms.url}/faults", json=fault).raise_for_status()


def counts(sms: Simulator) -> dict[str, int]:
    found: dict[str, int] = httpx.get(f"{sms.url}/count").json()
    return found


def test_a_repeated_key_is_the_same_message(sms: Simulator) -> None:
    first, again = send(sms), send(sms)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == {"id": first.json()["id"], "repeated": True}
    assert counts(sms) == {"messages": 1, "repeats": 1}
    assert send(sms, text="other").status_code == 409
    assert send(sms, key="k-2").json()["id"] != first.json()["id"]


def test_a_key_is_known_after_a_kill(start: Start, tmp_path: Path) -> None:
    first = start("sms", "--data", str(tmp_path))
    identity = send(first).json()["id"]
    first.process.kill()
    first.process.wait()
    with (tmp_path / "messages.jsonl").open("ab") as log:
        log.write(b'{"id": "sms-2", "key": "ha')
    second = start("sms", "--data", str(tmp_path))
    assert send(second).json() == {"id": identity, "repeated": True}
    assert send(second, key="k-2").status_code == 202
    assert [
        message["text"]
        for message in httpx.get(f"{second.url}/messages", params={"to": "84901234567"}).json()
    ] == [TEXT, TEXT]


def test_a_cut_answer_leaves_one_message(sms: Simulator) -> None:
    order(sms, mode="cut", times=1)
    with pytest.raises(httpx.TransportError):
        send(sms)
    assert send(sms).json()["repeated"] is True
    assert counts(sms) == {"messages": 1, "repeats": 1}


@pytest.mark.parametrize(("mode", "status"), [("4xx", 422), ("5xx", 503)])
def test_a_refused_message_is_not_kept(sms: Simulator, mode: str, status: int) -> None:
    order(sms, mode=mode, times=1)
    assert send(sms).status_code == status
    assert counts(sms) == {"messages": 0, "repeats": 0}
    assert send(sms).status_code == 202


@pytest.mark.parametrize("change", [{"key": ""}, {"to": "nobody"}, {"text": 5}, {"text": ""}])
def test_a_malformed_message_is_refused(sms: Simulator, change: dict[str, object]) -> None:
    assert send(sms, **change).status_code == 400


def kannel(sms: Simulator, **changes: str) -> httpx.Response:
    query = {
        "username": "u",
        "password": "p",
        "from": "MOTCUA",
        "to": "84901234567",
        "text": TEXT,
        "charset": "utf-8",
        "coding": "2",
    }
    return httpx.get(f"{sms.url}/cgi-bin/sendsms", params=query | changes)


def test_kannel_accepts_and_keeps_vietnamese_in_ucs2(sms: Simulator) -> None:
    answer = kannel(sms)
    assert (answer.status_code, answer.text) == (202, "0: Accepted for delivery")
    (kept,) = httpx.get(f"{sms.url}/messages").json()
    assert (kept["text"], kept["coding"], kept["parts"]) == (TEXT, "ucs2", 1)
    assert kannel(sms, text="ơ" * 71).status_code == 202
    assert httpx.get(f"{sms.url}/messages").json()[1]["parts"] == 2


def test_kannel_in_seven_bits_loses_what_is_not_in_the_alphabet(sms: Simulator) -> None:
    kannel(sms, coding="0", text="Hồ sơ [à]")
    assert httpx.get(f"{sms.url}/messages").json()[0]["text"] == "H? s? [à]"


def test_kannel_reads_a_posted_form_in_its_charset(sms: Simulator) -> None:
    form = "username=u&password=p&from=M&to=84901234567+84907654321&coding=2&charset=windows-1258&text=%D0%F4ng"  # noqa: E501
    answer = httpx.post(
        f"{sms.url}/cgi-bin/sendsms",
        content=form,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 202
    assert [message["text"] for message in httpx.get(f"{sms.url}/messages").json()] == [
        "Đông",
        "Đông",
    ]


def test_kannel_refuses_without_password_or_receiver(sms: Simulator) -> None:
    assert kannel(sms, password="").status_code == 403
    assert kannel(sms, to="").status_code == 400
    assert kannel(sms, charset="klingon").status_code == 400
    assert counts(sms)["messages"] == 0


def test_delivery_reports_say_what_became_of_a_message(sms: Simulator, merchant: Merchant) -> None:
    identity = send(sms, report_url=f"{merchant.url}/json").json()["id"]
    merchant.wait_for(1)
    path, _, body = merchant.received[0]
    assert (path, json.loads(body)) == (
        "/json",
        {"id": identity, "key": "k-1", "to": "84901234567", "status": "delivered"},
    )
    order(sms, mode="undeliverable", times=1)
    mask = {"dlr-mask": "3", "dlr-url": f"{merchant.url}/dlr?state=%d&to=%p&of=100%25"}
    kannel(sms, **mask)
    assert merchant.wait_for(2)[1] == {"state": "2", "to": "84901234567", "of": "100%"}
    assert [message["delivery"] for message in httpx.get(f"{sms.url}/messages").json()] == [
        "delivered",
        "undeliverable",
    ]


def test_ends_at_once_on_sigterm_with_a_slow_answer_under_way(start: Start) -> None:
    sms = start("sms")
    order(sms, mode="slow", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{sms.url}/messages", json={"key": "k", "to": "84901234567", "text": "a"}, timeout=0.3
        )
    assert sms.stop() == 0
