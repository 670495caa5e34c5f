"""Mails are ready for DKIM, which the relay signs: its signature holds behind SMTP, and nothing in
them makes a relay rewrite them.
"""

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from motcua_contracts.messages.notify import TITLES
from motcua_notify import rendering
from motcua_notify.configuration import SmtpProvider
from motcua_notify.provider import Mail
from motcua_notify.rendering import SAMPLE_ENVELOPE, SAMPLES
from motcua_notify.smtp import Mailer

from tests.support.dkim_signature import Way, sign, verifies

from .providers import Provider

DOMAIN, SENDER, TO = "motcua.example", "motcua@motcua.example", "an@example.vn"
TEMPLATES = rendering.load(SENDER)
SIGNED = ("From", "To", "Subject", "Date", "Message-ID")
ORDER = [*SIGNED, "List-Id", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type"]
HARD = {
    **SAMPLES,
    **SAMPLE_ENVELOPE,
    "name": ".Nguyễn  Thị\tMẫu\r\nBcc: x@example.vn " + "Ẫ" * 300,
    "procedure_vi": ". " + "Đăng ký thành lập hộ kinh doanh " * 40,
    "procedure_en": ".\r\n.\r\n--=_motcua",
}
"""What a relay or a line's limit would trip over."""
KEY = rsa.generate_private_key(65537, 2048)


def mails(values: dict[str, str]) -> list[bytes]:
    """Every template in both languages."""
    return [
        TEMPLATES[name].mail[language].render(values)
        for name in TITLES
        for language in rendering.LANGUAGES
    ]


@pytest.mark.parametrize("values", [{**SAMPLES, **SAMPLE_ENVELOPE}, HARD], ids=["samples", "hard"])
def test_no_mail_holds_what_a_relay_would_rewrite(values: dict[str, str]) -> None:
    """Headers in ASCII, each once and in one order; CRLF alone, lines within SMTP's limit, the last
    one ended.
    """
    for raw in mails(values):
        head = raw.partition(b"\r\n\r\n")[0]
        assert head.isascii()
        names = re.findall(r"^([^\s:]+):", head.decode(), re.MULTILINE)
        assert [one for one in names if one != "List-Unsubscribe"] == ORDER, (
            "that one is the digest's alone"
        )
        assert len(set(names)) == len(names)
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert raw.endswith(b"\r\n")


@pytest.mark.parametrize("way", ["simple", "relaxed"])
async def test_what_the_relay_signed_holds_behind_smtp(mailbox: Provider, way: Way) -> None:
    """From is named twice: nobody may add another one."""
    provider = SmtpProvider(name="smtp", host="127.0.0.1", port=mailbox.smtp_port)
    mailer = Mailer(provider, SENDER)
    for number, raw in enumerate(mails(HARD)):
        await mailer.send(
            Mail(str(number), TO, sign(raw, ["From", *ORDER], DOMAIN, KEY, way) + raw)
        )
    await mailer.close()
    arrived = [mailbox.raw(kept["id"]) for kept in mailbox.messages()]
    assert len(arrived) == 2 * len(TITLES)
    assert all(verifies(raw, KEY.public_key()) for raw in arrived)


@pytest.mark.parametrize("way", ["simple", "relaxed"])
@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"Subject: =", b"Subject: x ="),
        (b"\r\nDate:", b"\r\nFrom: <x@example.vn>\r\nDate:"),
        (b"042042", b"042043"),
    ],
)
def test_what_was_changed_does_not_hold(way: Way, said: bytes, instead: bytes) -> None:
    """So that the test above can fail."""
    raw = TEMPLATES["accepted"].mail["vi"].render({**SAMPLES, **SAMPLE_ENVELOPE})
    whole = sign(raw, ["From", *ORDER], DOMAIN, KEY, way) + raw
    assert verifies(whole, KEY.public_key())
    assert said in whole
    assert not verifies(whole.replace(said, instead), KEY.public_key())
