"""Providers as configuration, which of them is asked, how many at once, and how an HTTP provider's
answers are read.
"""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_chassis import NotYet
from motcua_notify import alphabet, configuration, health
from motcua_notify.configuration import BadConfiguration, SmsProvider
from motcua_notify.health import RECOVERS_SECONDS, Channel, Provider
from motcua_notify.limits import HOUR, RecipientLimit
from motcua_notify.provider import Mail, NotSent, NotTaken, Refused, ShortMessage, Unknown
from motcua_notify.reports import addresses
from motcua_notify.sms import SmsSender

TWO = """
email:
  - {name: relay-a, host: smtp-a.example, tls: starttls, username: u, password_env: NO_SUCH_VARIABLE, weight: 3}
  - {name: relay-b, host: smtp-b.example, port: 465, tls: implicit, per_second: 20}
sms:
  - {name: kannel, kind: kannel, url: "http://kannel.example/cgi-bin/sendsms", username: u, password: p}
  - name: other
    url: https://sms.example/v1
    weight: 0
    body: form
    fields: {id: "{key}", dest: "{to}", body: "{text}", from: "{sender}"}
"""  # noqa: E501


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Nobody:
    async def send(self, message: Mail | ShortMessage) -> None:
        raise AssertionError

    async def close(self) -> None: ...


def provider(name: str, clock: Clock, **more: Any) -> Provider:
    return Provider(name, Nobody(), clock=clock, **more)


def shares(channel: Channel, without: tuple[str, ...] = ()) -> Counter[str]:
    return Counter(channel.choose(without) for _ in range(4000))


# ---------------------------------------------------------------------- configuration


def test_a_file_of_providers_is_read(tmp_path: Any) -> None:
    file = tmp_path / "providers.yaml"
    file.write_text(TWO)
    given_by_file = configuration.read(str(file))
    assert [one.name for one in given_by_file.email] == ["relay-a", "relay-b"]
    assert (
        given_by_file.email[0].port,
        given_by_file.email[0].secret,
        given_by_file.sms[0].secret,
    ) == (587, "", "p")
    assert "p" not in repr(given_by_file.sms[0].password)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("tls: implicit", "tls: maybe"), "email.1.tls"),
        (("port: 465", "port: 70000"), "email.1.port"),
        (("name: relay-b", "name: relay-a"), "given twice"),
        (('dest: "{to}"', 'dest: "x"'), "must hold {to} and {text}"),
        (('id: "{key}"', 'id: "{salary}"'), "only these are filled in: key"),
        (("weight: 0", "weigth: 0"), "sms.1.weigth"),
    ],
)
def test_a_mistake_names_its_field(tmp_path: Any, change: tuple[str, str], named: str) -> None:
    file = tmp_path / "providers.yaml"
    file.write_text(TWO.replace(*change))
    with pytest.raises(BadConfiguration) as mistake:
        configuration.read(str(file))
    assert named in str(mistake.value)


def test_a_file_that_is_no_yaml_is_told_by_its_line_and_no_password_is_shown(tmp_path: Any) -> None:
    file = tmp_path / "providers.yaml"
    file.write_text('email:\n  - password: "SECRET\n')
    with pytest.raises(BadConfiguration, match=r"providers\.yaml: no YAML, line \d") as mistake:
        configuration.read(str(file))
    assert "SECRET" not in str(mistake.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(BadConfiguration, match=r"nowhere\.yaml: No such file"):
        configuration.read("nowhere.yaml")


# ---------------------------------------------------------------------- who is asked


def test_shares_follow_the_weights() -> None:
    clock = Clock()
    found = shares(
        Channel(
            [
                provider("a", clock, weight=3),
                provider("b", clock, weight=1),
                provider("standby", clock, weight=0),
            ]
        )
    )
    assert 2700 < found["a"] < 3300
    assert found["standby"] == 0


def test_three_failures_shift_the_traffic_and_it_comes_back_slowly() -> None:
    clock = Clock()
    a, b = provider("a", clock), provider("b", clock)
    channel = Channel([a, b])
    for _ in range(3):
        a.failed()
    assert shares(channel)["a"] < 200
    clock.now += RECOVERS_SECONDS / 2
    assert 1000 < shares(channel)["a"] < 1700
    clock.now += RECOVERS_SECONDS
    assert shares(channel)["a"] > 1800


def test_a_standby_takes_what_the_others_lack() -> None:
    clock = Clock()
    a = provider("a", clock)
    channel = Channel([a, provider("standby", clock, weight=0)])
    assert shares(channel) == {"a": 4000}
    for _ in range(4):
        a.failed()
    assert shares(channel)["standby"] > 3700


def test_whoever_was_asked_is_not_asked_again_and_nobody_is_none() -> None:
    clock = Clock()
    channel = Channel([provider("a", clock), provider("standby", clock, weight=0)])
    assert channel.choose({"a"}) == "standby"
    assert channel.choose({"a", "standby"}) == ""
    assert channel.get("gone") is None


async def test_an_answer_that_is_slow_counts_while_it_is_awaited() -> None:
    a = Provider("a", Nobody(), slow_seconds=0.02)
    async with a.place():
        assert a.strength == 1
        await asyncio.sleep(0.06)
        assert a.strength < 0.3


async def test_a_sick_providers_messages_do_not_stand_in_the_way() -> None:
    a = Provider("a", Nobody(), at_once=1)
    async with a.place():
        for _ in range(3):
            a.failed()
        with pytest.raises(NotYet) as wait:
            async with a.place():
                pass
        assert wait.value.seconds >= 1
    async with a.place():
        pass


async def test_a_long_wait_for_a_place_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """While Kafka is away every place is held: who waits is looked at again, and is no failure of
    anybody.
    """
    monkeypatch.setattr(health, "WAIT_SECONDS", 0.02)
    a = Provider("a", Nobody(), at_once=1)
    async with asyncio.timeout(5):
        async with a.place():
            with pytest.raises(NotYet):
                async with a.place():
                    pass
            assert a.strength == 1
        async with a.place():
            pass


async def test_the_pace_is_kept() -> None:
    a = Provider("a", Nobody(), per_second=50)
    begun = asyncio.get_running_loop().time()

    async def one() -> None:
        async with a.place():
            pass

    await asyncio.gather(*(one() for _ in range(11)))
    assert asyncio.get_running_loop().time() - begun >= 0.19


def test_one_recipient_gets_no_more_than_the_limit_in_an_hour() -> None:
    clock = Clock()
    limit = RecipientLimit(3, clock)
    for _ in range(3):
        limit.check("An@example.vn")
        limit.count("an@example.vn")
    with pytest.raises(NotYet):
        limit.check("an@example.vn")
    limit.check("binh@example.vn")
    clock.now += HOUR
    limit.check("an@example.vn")
    assert b"example" not in b"".join(limit._sent), "no address is kept"


# ---------------------------------------------------------------------- HTTP providers

DESCRIBED = {
    "name": "other",
    "url": "https://sms.example/v1",
    "fields": {
        "id": "{key}",
        "dest": "{to}",
        "body": "{text}",
        "from": "{sender}",
        "dlr": "{report_url}",
    },
    "answer_field": "status",
    "answer_taken": ("ok",),
    "answer_refused": ("bad_number",),
}
MESSAGE = ShortMessage("d-1.4.sms", "0900000001", "Đã nhận", True, 1)


async def ask(answer: httpx.Response | Exception, **more: Any) -> httpx.Request:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as client:
        given_provider = SmsProvider.model_validate({**DESCRIBED, **more})
        await SmsSender(
            given_provider, "MOTCUA", client, addresses("https://gw.example", "s", kannel=False)
        ).send(MESSAGE)
    return seen[0]


async def test_a_described_provider_gets_its_own_fields() -> None:
    request = await ask(httpx.Response(200, json={"status": "ok"}), body="form")
    form = dict(httpx.QueryParams(request.content.decode()))
    assert form.pop("dlr").startswith("https://gw.example/api/v1/callbacks/sms/d-1.4.sms/")
    assert form == {"id": "d-1.4.sms", "dest": "0900000001", "body": "Đã nhận", "from": "MOTCUA"}


@pytest.mark.parametrize(
    ("answer", "ending", "reason"),
    [
        (httpx.Response(200, json={"status": "bad_number"}), Refused, "sms-refused"),
        (httpx.Response(200, json={"status": "busy"}), NotSent, "sms-answer"),
        (httpx.Response(200, text="<html>"), Unknown, "sms-answer"),
        (httpx.Response(422), Refused, "sms-422"),
        (httpx.Response(429), NotSent, "sms-429"),
        (httpx.Response(503), NotSent, "sms-503"),
        (httpx.Response(500), Unknown, "sms-500"),
        (httpx.ConnectError("x"), NotSent, "sms-connection"),
        (httpx.ReadTimeout("x"), Unknown, "sms-cut"),
        (httpx.ReadError("x"), Unknown, "sms-cut"),
    ],
)
async def test_what_is_definite_and_what_nobody_knows(
    answer: httpx.Response | Exception, ending: type[NotTaken], reason: str
) -> None:
    with pytest.raises(ending) as trouble:
        await ask(answer)
    assert trouble.value.reason == reason


# ---------------------------------------------------------------------- alphabets


@pytest.mark.parametrize(
    ("text", "fold", "coding", "segments"),
    [
        ("a" * 160, False, "gsm7", 1),
        ("a" * 161, False, "gsm7", 2),
        ("€" * 80, False, "gsm7", 1),
        ("€" * 81, False, "gsm7", 2),
        ("ề" * 70, False, "ucs2", 1),
        ("ề" * 71, False, "ucs2", 2),
        ("ề" * 134, False, "ucs2", 2),
        ("ề" * 135, False, "ucs2", 3),
        ("ề" * 160, True, "gsm7", 1),
        ("à" * 160, False, "gsm7", 1),
    ],
)
def test_segments_are_counted_as_they_are_billed(
    text: str, fold: bool, coding: str, segments: int
) -> None:
    encoded = alphabet.encode(text, fold=fold)
    assert ("ucs2" if encoded.ucs2 else "gsm7", encoded.segments) == (coding, segments)


@given(text=st.text(max_size=300))
def test_folded_every_text_is_gsm7_and_kept_none_is_changed(text: str) -> None:
    assert not alphabet.encode(text, fold=True).ucs2
    assert alphabet.encode(text, fold=False).text == text


def test_vietnamese_is_folded_letter_by_letter() -> None:
    assert (
        alphabet.folded("Đường Nguyễn Ái Quốc, “số” ẤỢỸ ư ơ ă â ê ô đ …")
        == 'Duong Nguyen Ai Quoc, "so" AOY u o a a e o d ...'
    )
