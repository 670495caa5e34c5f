"""Every template as its reader gets it, and nothing that a person typed can leave its place."""

import email
import email.policy
import unicodedata
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_contracts.messages.notify import DIGEST, TITLES
from motcua_notify import alphabet, formats, rendering
from motcua_notify.cli import app
from motcua_notify.rendering import SAMPLE_ENVELOPE, SAMPLES
from motcua_notify.seven_bit import seven_bit
from typer.testing import CliRunner

TEMPLATES = rendering.load("motcua@motcua.example")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
LANGUAGES: tuple[rendering.Language, ...] = ("vi", "en")


def read(name: str, /, language: rendering.Language = "vi", **values: str) -> EmailMessage:
    """The mail as a mail program reads it."""
    raw = (
        TEMPLATES[name]
        .mail[language]
        .render({**rendering.samples(name), **SAMPLE_ENVELOPE, **values})
    )
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def part(mail: EmailMessage, kind: str) -> str:
    """The plain text or the HTML of a mail: it has one of each, the plain one first."""
    parts = list(mail.iter_parts())
    assert [one.get_content_type() for one in parts] == ["text/plain", "text/html"]
    assert not any(one.defects for one in parts)
    content = parts[["plain", "html"].index(kind)].get_content()
    assert isinstance(content, str)
    return content


class Shown(HTMLParser):
    """What a reader of the HTML sees, and every tag and address in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags, self.links = "", list[str](), list[str]()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(TITLES))
def test_a_mail_reads_in_both_languages_the_readers_first(
    name: str, language: rendering.Language
) -> None:
    mail = read(name, language)
    assert [header for header in mail.keys() if header != "List-Unsubscribe"] == HEADERS  # noqa: SIM118 - a mail is no dict
    assert mail["List-Unsubscribe"] == (
        "<https://motcua.example/quay/ban-tin>" if name == DIGEST else None
    )
    assert mail["List-Unsubscribe-Post"] is None, "its page asks who it is"
    reader = rendering.samples(name)["name"]
    assert mail["To"] == "an@example.vn"
    assert mail["From"] == "Bộ phận một cửa <motcua@motcua.example>"
    assert mail["Message-ID"] == "<d-1.4.email@motcua.example>"
    assert not mail.defects
    titles = [TITLES[name].vi.format_map(SAMPLES), TITLES[name].en.format_map(SAMPLES)]
    assert mail["Subject"].split(" / ") == (titles if language == "vi" else titles[::-1])
    halves = part(mail, "plain").split("* * *")
    vietnamese, english = halves if language == "vi" else halves[::-1]
    assert f"Kính gửi ông/bà {reader}," in vietnamese
    assert name == DIGEST or "Thủ tục: Đăng ký thành lập hộ kinh doanh" in vietnamese
    assert f"Dear {reader}," in english
    assert "Household business registration" in english
    for half in halves:
        assert SAMPLES["code"] in half
        assert rendering.samples(name)["link"] in half
        assert "{" not in half
        assert unicodedata.is_normalized("NFC", half)


@pytest.mark.parametrize("name", sorted(TITLES))
def test_in_seven_bits_a_mail_has_the_same_headers_and_texts(name: str) -> None:
    raw = TEMPLATES[name].mail["vi"].render({**rendering.samples(name), **SAMPLE_ENVELOPE})
    short = seven_bit(raw)
    assert short.isascii()
    assert not raw.isascii()
    assert all(len(line) <= 998 for line in short.split(b"\r\n"))
    assert b"\n" not in short.replace(b"\r\n", b"")
    assert short.partition(b"\r\n\r\n")[0] == raw.partition(b"\r\n\r\n")[0]
    there, here = (email.message_from_bytes(one, policy=email.policy.SMTP) for one in (short, raw))
    assert isinstance(there, EmailMessage)
    assert isinstance(here, EmailMessage)
    for kind in ("plain", "html"):
        assert part(there, kind).replace("\r\n", "\n") == part(here, kind).replace("\r\n", "\n")
    assert seven_bit(short) == short


@pytest.mark.parametrize("name", sorted(TITLES))
def test_the_html_says_what_the_plain_text_says(name: str) -> None:
    mail = read(name)
    page = Shown(part(mail, "html"))
    title = "Bộ phận một cửa"
    said = " ".join(page.text.split()).replace(f"{title} {title} ", "", 1)
    assert said == " ".join(part(mail, "plain").replace("* * *", "").split())
    assert page.links == [rendering.samples(name)["link"]] * 2
    assert not {"script", "img", "form"} & set(page.tags)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(TITLES))
def test_a_preview_shows_what_is_sent(name: str, language: rendering.Language) -> None:
    shown = rendering.preview(name, language)
    mail = read(name, language)
    assert shown.startswith(mail["Subject"])
    assert "\n".join(part(mail, "plain").splitlines()).strip() in shown
    assert rendering.preview(name, language, "html").splitlines() == part(mail, "html").splitlines()
    if name != DIGEST:
        assert (
            rendering.preview(name, language, "sms").strip()
            == TEMPLATES[name].sms[language].render(SAMPLES).decode()
        )


def test_officers_get_no_sms_and_a_preview_says_so() -> None:
    assert TEMPLATES[DIGEST].sms == {}
    with pytest.raises(rendering.BadTemplate, match="digest goes out as a mail alone"):
        rendering.preview(DIGEST, "vi", "sms")


def test_a_list_has_a_line_for_each_of_its_items_and_what_stands_in_one_cannot_make_another() -> (
    None
):
    mail = read(
        "supplement-requested", papers_vi="Đơn (1 bản chính)\nTờ\rkhai <b>\u2028-- x (2 bản sao)"
    )
    lines = part(mail, "plain").splitlines()
    first = lines.index("• Đơn (1 bản chính)")
    assert lines[first : first + 3] == ["• Đơn (1 bản chính)", "• Tờ khai <b> -- x (2 bản sao)", ""]
    page = part(mail, "html")
    assert "• Đơn (1 bản chính)<br>" in page
    assert "<b>" not in page


@pytest.mark.parametrize("name", sorted(set(TITLES) - {DIGEST}))
def test_an_sms_names_the_dossier_and_no_person_and_is_short(name: str) -> None:
    for language, text in TEMPLATES[name].sms.items():
        sms = text.render({**SAMPLES, "name": "!", "pin": "!"}).decode()
        assert "H40.12-261124-0001" in sms
        assert "!" not in sms
        assert "\n" not in sms
        assert SAMPLES[f"procedure_{language}"] not in sms, (
            "what somebody asks the authority for is not for a lock screen"
        )
        assert alphabet.encode(sms, fold=True).segments <= 1 + (len(sms) > 160)
        assert alphabet.encode(sms, fold=False).segments <= 3


def test_the_command_line_previews_and_names_what_there_is() -> None:
    cli = CliRunner()
    shown = cli.invoke(app, ["preview", "accepted", "--language", "en", "--channel", "sms"])
    assert shown.exit_code == 0
    assert (
        shown.stdout
        == "Dossier H40.12-261124-0001 has been accepted. Result due: 27 November 2026, 10:30.\n"
    )
    assert "Da duoc" not in cli.invoke(app, ["preview", "accepted", "--channel", "sms"]).stdout
    assert (
        "da duoc tiep nhan"
        in cli.invoke(app, ["preview", "accepted", "--channel", "sms", "--fold"]).stdout
    )
    unknown = cli.invoke(app, ["preview", "welcome"])
    assert unknown.exit_code == 2
    assert "there is no template welcome; there are: accepted, " in unknown.stderr
    assert cli.invoke(app, ["templates"]).stdout.split() == sorted(TITLES)


def test_moments_amounts_and_reasons_read_as_people_write_them() -> None:
    accepted, demanded = part(read("accepted"), "plain"), part(read("payment-demanded"), "plain")
    assert "Hẹn trả kết quả: 10 giờ 30 ngày 27/11/2026" in accepted
    assert "Result due: 27 November 2026, 10:30" in accepted
    assert "Số tiền: 100.000 đồng" in demanded
    assert "Amount: VND 100,000" in demanded
    asked = part(read("supplement-requested"), "plain")
    assert "Lý do: Thiếu giấy tờ" in asked
    assert "Reason: A paper is missing" in asked


HOSTILE = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="\r\n\x00\x0b\x85\u2028 \u202e:.<>=?ẫABcc-_&\"'", max_size=60),
    st.builds(
        lambda name, tail: f"{name}\r\nBcc: {tail}\r\n\r\n.\r\nQUIT",
        st.text(max_size=10),
        st.text(max_size=10),
    ),
    st.sampled_from(
        [
            "--=_motcua--",
            "x" * 159 + " --=_motcua--",
            "</p><script>alert(1)</script>",
            '"><img src=x onerror=y>',
            "{link}",
            "&lt;",
        ]
    ),
)


@given(
    name=HOSTILE, code=HOSTILE, procedure=st.one_of(HOSTILE, st.text(min_size=200, max_size=900))
)
def test_no_value_leaves_its_place(name: str, code: str, procedure: str) -> None:
    """It opens no header, no line, no part, no tag; and the text says it as it was meant."""
    mail = read("accepted", name=name, code=code, procedure_vi=procedure)
    plain = read("accepted", procedure_vi="\u1eab" * min(len(formats.one_line(procedure)), 160))
    assert list(mail.keys()) == HEADERS
    assert mail["Message-ID"] == "<d-1.4.email@motcua.example>"
    # A long value is wrapped, nothing else changes the number of lines.
    values = (procedure, procedure, code, code, code, code, name, name)
    extra = sum(formats.text(value).count(b"\r\n") for value in values)
    assert len(part(mail, "plain").splitlines()) == len(part(plain, "plain").splitlines()) + extra
    page = Shown(part(mail, "html"))
    assert page.tags == Shown(part(plain, "html")).tags
    assert "".join(formats.one_line(procedure).split()) in "".join(page.text.split())


@given(value=st.text(max_size=200))
def test_a_header_says_what_was_meant(value: str) -> None:
    raw = formats.header(value)
    assert raw.isascii()
    assert all(len(line) <= 64 for line in raw.split(b"\r\n"))
    assert all(line.startswith(b" ") for line in raw.split(b"\r\n")[1:])
    message = email.message_from_bytes(b"Subject: " + raw + b"\r\n\r\n", policy=email.policy.SMTP)
    assert message["Subject"] == formats.one_line(value)


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
def test_an_address_is_checked_before_it_goes_on_the_wire(
    address: str, mailbox: str | None
) -> None:
    assert formats.mailbox(address) == mailbox


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("0900 000 001", "0900000001"),
        ("+84.900.000.001", "0900000001"),
        ("(0900)000-001", "0900000001"),
        ("09000x", None),
        ("", None),
    ],
)
def test_a_phone_number_is_read_as_people_write_it(phone: str, number: str | None) -> None:
    assert formats.phone_number(phone) == number


def test_a_message_id_is_always_one_word() -> None:
    assert formats.message_id("d-1.4.email") == "d-1.4.email"
    assert formats.message_id("d>1\r\n") == formats.message_id("d>1\r\n")
    assert formats.message_id("d>1\r\n").isalnum()


@pytest.mark.parametrize("hole", ["{nothing}", "{due_at}", "{due_at:fr}", "{code:vi}"])
def test_a_template_with_an_unknown_hole_stops_the_start(hole: str) -> None:
    with pytest.raises(rendering.BadTemplate, match="is not known"):
        rendering._parts("bad", f"Hồ sơ {hole}", formats.text)


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(rendering.BadTemplate, match="there is no template nothing"):
        rendering.preview("nothing")
