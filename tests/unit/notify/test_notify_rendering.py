"""Every template as its reader gets it, and nothing that a person typed can leave its place."""

import email
import email.policy
import unicodedata
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_notify import places, rendering
from motcua_notify.rendering import SAMPLE_ENVELOPE, SAMPLES

TEMPLATES = rendering.load("motcua@motcua.example")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Language",
    "Auto-Submitted",
]


def read(name: str, /, **values: str) -> EmailMessage:
    """The mail as a mail program reads it."""
    raw = TEMPLATES[name].mail.render({**SAMPLES, **SAMPLE_ENVELOPE, **values})
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def test_every_kind_of_news_has_its_template() -> None:
    assert set(TEMPLATES) == {
        "registered",
        "payment-demanded",
        "accepted",
        "granted",
        "refused",
        "stopped-not-paid-in-time",
        "stopped-not-supplemented-in-time",
    }


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_mail_reads_in_vietnamese_and_english(name: str) -> None:
    mail = read(name)
    assert list(mail.keys()) == HEADERS
    assert mail["To"] == "Nguyễn Thị Mẫu An <an@example.vn>"
    assert mail["From"] == "Bộ phận một cửa <motcua@motcua.example>"
    assert mail["Message-ID"] == "<d-1.4.email@motcua.example>"
    assert not mail.defects
    assert mail["Subject"].startswith("Hồ sơ H40.12-261124-0001") or "kết quả" in mail["Subject"]
    assert "H40.12-261124-0001" in mail["Subject"].partition(" / ")[2]
    text = mail.get_content()
    vietnamese, _, english = text.partition("* * *")
    assert "Kính gửi ông/bà Nguyễn Thị Mẫu An," in vietnamese
    assert "Thủ tục: Đăng ký thành lập hộ kinh doanh" in vietnamese
    assert "Dear Nguyễn Thị Mẫu An," in english
    assert "Household business registration" in english
    assert SAMPLES["link"] in vietnamese
    assert SAMPLES["link"] in english
    assert "{" not in text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_preview_shows_what_is_sent(name: str) -> None:
    preview = rendering.preview(name)
    mail = read(name)
    assert preview.startswith(mail["Subject"])
    assert "\n".join(mail.get_content().splitlines()) in preview
    for language in ("vi", "en"):
        assert TEMPLATES[name].sms[language].render(SAMPLES).decode() in preview


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_an_sms_names_the_dossier_and_no_person(name: str) -> None:
    for text in TEMPLATES[name].sms.values():
        sms = text.render({**SAMPLES, "name": "!", "pin": "!"}).decode()
        assert "H40.12-261124-0001" in sms
        assert "!" not in sms
        assert "\n" not in sms


def test_moments_and_amounts_read_as_people_write_them() -> None:
    accepted, demanded = read("accepted").get_content(), read("payment-demanded").get_content()
    assert "Hẹn trả kết quả: 10 giờ 30 ngày 27/11/2026" in accepted
    assert "Result due: 27 November 2026, 10:30" in accepted
    assert "Số tiền: 100.000 đồng" in demanded
    assert "Amount: VND 100,000" in demanded


HOSTILE = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="\r\n\x00\x0b\x85\u2028 \u202e:.<>=?ẫABcc", max_size=60),
    st.builds(lambda name, tail: f"{name}\r\nBcc: {tail}\r\n\r\n.\r\nQUIT", st.text(max_size=10), st.text(max_size=10)),
)


@given(name=HOSTILE, code=HOSTILE, procedure=st.one_of(HOSTILE, st.text(min_size=200, max_size=900)))
def test_no_value_opens_a_header_or_a_line(name: str, code: str, procedure: str) -> None:
    mail = read("accepted", name=name, code=code, procedure_vi=procedure)
    plain = read("accepted", procedure_vi="\u1eab" * min(len(places.one_line(procedure)), 160))
    assert list(mail.keys()) == HEADERS
    assert mail["Message-ID"] == "<d-1.4.email@motcua.example>"
    # A long value is wrapped, nothing else changes the number of lines.
    extra = places.text(procedure).count(b"\r\n")
    assert len(mail.get_content().splitlines()) == len(plain.get_content().splitlines()) + extra


@given(value=st.text(max_size=200))
def test_a_header_says_what_was_meant(value: str) -> None:
    raw = places.header(value)
    assert raw.isascii()
    assert all(len(line) <= 64 for line in raw.split(b"\r\n"))
    assert all(line.startswith(b" ") for line in raw.split(b"\r\n")[1:])
    message = email.message_from_bytes(b"Subject: " + raw + b"\r\n\r\n", policy=email.policy.SMTP)
    assert message["Subject"] == places.one_line(value)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("an@example.vn", "an@example.vn"),
        (" an+hồsơ@example.vn ", "an+hồsơ@example.vn"),
        ("an@münchen.de", "an@xn--mnchen-3ya.de"),
        ("", None),
        ("an", None),
        ("an@", None),
        ("a n@example.vn", None),
        ("an@example.vn>\r\nRCPT TO:<other@example.vn", None),
        ("an@example.vn,other@example.vn", None),
        ("an\u202e@example.vn", None),
        ("an@" + "x" * 64 + ".vn", None),
        ("an@example..vn", None),
    ],
)
def test_an_address_is_checked_before_it_goes_on_the_wire(address: str, mailbox: str | None) -> None:
    assert places.mailbox(address) == mailbox


@pytest.mark.parametrize(
    ("phone", "number"),
    [("0900 000 001", "0900000001"), ("+84.900.000.001", "+84900000001"), ("(0900)000-001", "0900000001"), ("09000x", None), ("", None)],
)
def test_a_phone_number_is_read_as_people_write_it(phone: str, number: str | None) -> None:
    assert places.phone_number(phone) == number


def test_a_message_id_is_always_one_word() -> None:
    assert places.message_id("d-1.4.email") == "d-1.4.email"
    assert places.message_id("d>1\r\n") == places.message_id("d>1\r\n")
    assert places.message_id("d>1\r\n").isalnum()


@pytest.mark.parametrize("hole", ["{nothing}", "{due_at}", "{due_at:fr}", "{code:vi}"])
def test_a_template_with_an_unknown_hole_stops_the_start(hole: str) -> None:
    with pytest.raises(rendering.BadTemplate, match="is not known"):
        rendering._parts("bad", f"Hồ sơ {hole}", places.text)


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(rendering.BadTemplate, match="there is no template nothing"):
        rendering.preview("nothing")
