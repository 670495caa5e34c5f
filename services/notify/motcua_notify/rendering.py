"""Templates: files with holes, compiled once to bytes, so that a mail costs a join and no parsing.

`templates/<name>.txt` holds the sections `[vi]`, `[en]`, `[sms.vi]` and `[sms.en]` (the digest no
SMS); `layout.txt` and `layout.html` is the frame around the two texts of every mail, the reader's
language first; the title is the contracts'. `unconfirmed.txt` is what an address gets that nobody
has confirmed: fixed words and the title, whatever the news. No text of a citizen comes before the
office's own heading, and none is used in a header. A hole is `{field}`, or `{field:vi}` and
`{field:en}` for instants, amounts and reasons. What a value becomes at its place is in formats.py,
HTML out of text in markup.py; sending is not here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from string import Formatter
from typing import Literal

from motcua_contracts.messages.notify import DIGEST, TITLES
from motcua_contracts.rules.reasons import reason

from . import formats, markup

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
Values = Mapping[str, str]
Hole = Callable[[Values], bytes]
Parts = tuple[bytes | Hole, ...]

SAMPLES: dict[str, str] = {
    "code": "H40.12-261124-0001",
    "procedure_vi": "Đăng ký thành lập hộ kinh doanh",
    "procedure_en": "Household business registration",
    "due_at": "2026-11-27T03:30:00.000Z",
    "pay_by": "2026-12-04T02:00:00.000Z",
    "respond_by": "2026-12-08T10:00:00.000Z",
    "amount_vnd": "100000",
    "number": "HH-0000042",
    "count": "2",
    "papers_vi": (
        "Giấy chứng sinh (1 bản chính)\nGiấy tờ chứng minh nơi cư trú (1 bản sao): giấy tờ đã"
        " hết hạn"
    ),
    "papers_en": (
        "Birth certificate of the hospital (1 original)\nProof of residence (1 photocopy): the"
        " paper has expired"
    ),
    "tasks_vi": (
        "[QUÁ HẠN] H40.12-261120-0003 – Đăng ký thành lập hộ kinh doanh – Thẩm định hồ sơ – hẹn trả"
        " 17:00 23/11/2026\nH40.12-261124-0001 – Cấp lại Giấy chứng nhận đăng ký hộ kinh doanh – Dự"
        " thảo kết quả – hẹn trả 10:30 27/11/2026"
    ),
    "tasks_en": (
        "[LATE] H40.12-261120-0003 – Household business registration – Examination – due 17:00"
        " 23/11/2026\nH40.12-261124-0001 – Re-issue of a household business certificate – Draft –"
        " due 10:30 27/11/2026"
    ),
    "total": "2",
    "late": "1",
    "today": "0",
    "waiting": "1",
    "reason_code": "paper-missing",
    "name": "Nguyễn Thị Mẫu An",
    "pin": "042042",
    "link": "https://motcua.example/track/H40.12-261124-0001",
    "confirm": (
        "https://motcua.example/xac-nhan/0198a7c0-6c1e-7000-8000-000000000001/email/00112233445566778899aabbccddeeff"
    ),
}
"""Every field that a template may name, with what a preview shows for it."""
OFFICER_SAMPLES = {"name": "Phạm Quốc Tuấn", "link": "https://motcua.example/quay/cong-viec"}
"""What a preview of an officer's mail shows instead."""
SAMPLE_ENVELOPE = {
    "address": "an@example.vn",
    "date": "Tue, 24 Nov 2026 02:00:00 +0000",
    "message_id": "d-1.4.email",
    "wishes": "https://motcua.example/quay/ban-tin",
}

_IN_LANGUAGE: dict[str, dict[str, Callable[[str], str]]] = {
    "due_at": {"vi": formats.due_vi, "en": formats.due_en},
    "pay_by": {"vi": formats.moment_vi, "en": formats.moment_en},
    "respond_by": {"vi": formats.moment_vi, "en": formats.moment_en},
    "amount_vnd": {"vi": formats.dong_vi, "en": formats.dong_en},
    "reason_code": {"vi": lambda code: reason(code).vi, "en": lambda code: reason(code).en},
}
_LISTS = ("papers_vi", "papers_en", "tasks_vi", "tasks_en")
"""Fields of several lines: they stand in the texts of mails alone."""
_LIST_PLACES: dict[Callable[[str], bytes], Callable[[str], bytes]] = {
    formats.text: formats.text_list,
    formats.html: formats.html_list,
}
CITIZENS = frozenset({"name", "pin"})
"""Holes that a mail to an unconfirmed address, and every SMS, must not have: a citizen's own text,
and what opens the tracking.
"""
_OFFICE = "Bộ phận một cửa"
_AROUND = ("layout", "unconfirmed")
"""Files that are no message by themselves."""
_BOUNDARY = "=_motcua"
"""No line of a text begins with two dashes (formats.py), so none can be taken for it."""
_PLAIN_PART = f"--{_BOUNDARY}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()  # noqa: E501
_HTML_PART = f"\r\n--{_BOUNDARY}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()  # noqa: E501
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()


class BadTemplate(ValueError):  # noqa: N818 - the reader's word
    """A template file that cannot be used; says which and why. Raised when the service starts."""


class Text:
    """Bytes and holes in turn. A hole that occurs several times is filled once."""

    __slots__ = ("_holes", "_parts")

    def __init__(self, parts: Parts) -> None:
        holes: dict[object, Hole] = {}
        self._parts: list[bytes | int] = []
        for part in _joined(parts):
            if isinstance(part, bytes):
                self._parts.append(part)
            else:
                key = part.args if isinstance(part, partial) else part
                holes.setdefault(key, part)
                self._parts.append(list(holes).index(key))
        self._holes = tuple(holes.values())

    def render(self, values: Values) -> bytes:
        """Raises `KeyError` for a field without a value."""
        filled = [hole(values) for hole in self._holes]
        return b"".join([filled[part] if isinstance(part, int) else part for part in self._parts])


@dataclass(frozen=True, slots=True)
class Template:
    """One message: the mail, from its first header to its last line, and the SMS, for a reader of
    each language.

    The others are for addresses that nobody has confirmed: `fixed_mail` with the link that
    confirms, `bare_mail` where there is none. The officers' digest has none of them.
    """

    mail: Mapping[Language, Text]
    sms: Mapping[Language, Text]
    fixed_mail: Mapping[Language, Text]
    bare_mail: Mapping[Language, Text]
    fixed_sms: Mapping[Language, Text]


def names() -> list[str]:
    """Of all templates."""
    found = (path.name for path in (files(__package__) / "templates").iterdir())
    return sorted(
        {name.removesuffix(".txt") for name in found if name.endswith(".txt")} - set(_AROUND)
    )


def load(sender: str) -> dict[str, Template]:
    """All templates by name. `sender` is the mail's From address. Raises `BadTemplate`."""
    if set(names()) != set(TITLES):
        raise BadTemplate(
            f"files and titles differ: {', '.join(sorted(set(names()) ^ set(TITLES)))}"
        )
    return {name: _compile(name, sender) for name in TITLES}


def preview(
    name: str,
    language: Language = "vi",
    channel: Literal["email", "sms", "html"] = "email",
    *,
    confirmed: bool = True,
) -> str:
    """The template as a reader of a language gets it, filled with samples: subject and text, the
    HTML, or the SMS.

    `confirmed` False: as an address gets it that nobody has confirmed. Raises `BadTemplate`, also
    for an SMS of a template that is mail alone.
    """
    sections, shown = _sections(name, needed(name)), samples(name)
    if name == DIGEST and (channel == "sms" or not confirmed):
        raise BadTemplate(f"{name} goes out as a mail alone, to the office's own addresses")
    if channel == "sms":
        text = sections[f"sms.{language}"] if confirmed else _fixed(name)[f"sms.{language}"]
        return Text(_parts(name, text, formats.short_text)).render(shown).decode() + "\n"
    texts = _whole(name, sections) if confirmed else _fixed(name)
    if channel == "html":
        return Text(_html(name, texts, language)).render(shown).decode()
    subject = Text(_parts(name, _title(name, language), formats.text)).render(shown).decode()
    body = Text(_parts(name, _body(texts, language), formats.text)).render(shown).decode()
    return f"{subject}\n\n{body}\n".replace("\r\n", "\n")


def needed(name: str) -> set[str]:
    """The sections that a template's file has: officers' digest is mail alone."""
    return {*LANGUAGES} if name == DIGEST else {"vi", "en", "sms.vi", "sms.en"}


def samples(name: str) -> Values:
    """What a preview of a template shows for each field."""
    return SAMPLES | (OFFICER_SAMPLES if name == DIGEST else {})


def _sections(name: str, wanted: set[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in _file(
        f"{name}.txt", f"there is no template {name}; there are: {', '.join(names())}"
    ).splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = found[line[1:-1]] = []
        else:
            lines.append(line)
    if set(found) != wanted:
        raise BadTemplate(f"{name}: has the sections {sorted(found)}, needs {sorted(wanted)}")
    if any(line.startswith("--") for section in found.values() for line in section):
        raise BadTemplate(f"{name}: a line begins with two dashes")
    return {section: "\n".join(lines).strip() for section, lines in found.items()}


def _file(name: str, otherwise: str = "") -> str:
    path = files(__package__) / "templates" / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadTemplate(otherwise or f"there is no file {name}") from None


def _in_order(language: Language) -> tuple[Language, Language]:
    return ("vi", "en") if language == "vi" else ("en", "vi")


def _title(name: str, language: Language) -> str:
    title = TITLES[name]
    return " / ".join({"vi": title.vi, "en": title.en}[one] for one in _in_order(language))


def _whole(name: str, sections: Mapping[str, str]) -> dict[str, str]:
    """The text of the mail in each language with its frame: the office's heading first."""
    kind = "digest" if name == DIGEST else "dossier"
    layout = _sections(
        "layout",
        {
            *LANGUAGES,
            *(f"{one}.{language}" for one in ("digest", "dossier") for language in LANGUAGES),
        },
    )
    return {
        one: (
            layout[one]
            .replace("{heading}", layout[f"{kind}.{one}"])
            .replace("{text}", sections[one])
        )
        for one in LANGUAGES
    }


def _fixed(name: str, *, link: bool = True) -> dict[str, str]:
    """The same, and the SMS, for an address that nobody has confirmed.

    Without a link the paragraph that offers it goes.
    """
    sections, title = _sections("unconfirmed", needed("unconfirmed")), TITLES[name]
    if any(
        field in CITIZENS
        for section in sections.values()
        for _, field, _, _ in Formatter().parse(section)
    ):
        raise BadTemplate("unconfirmed: names something of a citizen's")
    texts = {
        where: text.replace("{title}", title.vi if where.endswith("vi") else title.en)
        for where, text in sections.items()
    }
    return {
        where: "\n\n".join(part for part in text.split("\n\n") if link or "{confirm}" not in part)
        for where, text in texts.items()
    }


def _body(texts: Mapping[str, str], language: Language) -> str:
    return "\n\n* * *\n\n".join(texts[one] for one in _in_order(language))


def _html(name: str, texts: Mapping[str, str], language: Language) -> Parts:
    both = markup.RULE.join(markup.html_of(texts[one], one) for one in _in_order(language))
    page = _file("layout.html").replace("[lang]", language).replace("[texts]", both)
    return _parts(name, page.replace("\n", "\r\n"), formats.html)


def _compile(name: str, sender: str) -> Template:
    sections = _sections(name, needed(name))
    _keeps_citizens_out(name, sections)
    fixed, bare = ({}, {}) if name == DIGEST else (_fixed(name), _fixed(name, link=False))
    return Template(
        mail=_mails(name, _whole(name, sections), sender),
        sms=_texts(name, sections),
        fixed_mail=_mails(name, fixed, sender),
        bare_mail=_mails(name, bare, sender),
        fixed_sms=_texts(name, fixed),
    )


def _keeps_citizens_out(name: str, sections: Mapping[str, str]) -> None:
    """Titles stand in subjects, and an SMS on a lock screen; the name is the layout's, behind the
    heading. Raises `BadTemplate`.
    """
    short = [
        TITLES[name].vi,
        TITLES[name].en,
        *(text for where, text in sections.items() if where.startswith("sms.")),
    ]
    for text, held_out in [(text, CITIZENS) for text in short] + [
        (sections[one], {"name"}) for one in LANGUAGES
    ]:
        if found := {field for _, field, _, _ in Formatter().parse(text) if field} & held_out:
            raise BadTemplate(f"{name}: {', '.join(sorted(found))} must not stand there")


def _mails(name: str, texts: Mapping[str, str], sender: str) -> dict[Language, Text]:
    return {one: Text(_mail(name, texts, one, sender)) for one in LANGUAGES if one in texts}


def _texts(name: str, sections: Mapping[str, str]) -> dict[Language, Text]:
    return {
        one: Text(_parts(name, sections[f"sms.{one}"], formats.short_text))
        for one in LANGUAGES
        if f"sms.{one}" in sections
    }


def _mail(name: str, texts: Mapping[str, str], language: Language, sender: str) -> Parts:
    domain = sender.rpartition("@")[2]
    return (
        *(b"From: ", formats.header(_OFFICE), f"\r\n <{sender}>\r\n".encode()),
        *(b"To: <", partial(_as_it_is, "address"), b">\r\n"),
        *(b"Subject: ", *_subject(name, _title(name, language)), b"\r\n"),
        *(b"Date: ", partial(_as_it_is, "date"), b"\r\n"),
        *(b"Message-ID: <", partial(_as_it_is, "message_id"), f"@{domain}>\r\n".encode()),
        *(
            f"List-Id: <{'ban-tin' if name == DIGEST else 'ho-so'}.{domain}>\r\n".encode(),
            b"Auto-Submitted: auto-generated\r\n",
        ),
        # Its page asks who it is, so no List-Unsubscribe-Post (RFC 8058): nobody turns it off for
        # somebody else.
        *(
            (b"List-Unsubscribe: <", partial(_as_it_is, "wishes"), b">\r\n")
            if name == DIGEST
            else ()
        ),
        f"Content-Language: {', '.join(_in_order(language))}\r\nMIME-Version: 1.0\r\n".encode(),
        f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'.encode(),
        *(
            _PLAIN_PART,
            *_parts(name, _body(texts, language).replace("\n", "\r\n"), formats.text),
            b"\r\n",
        ),
        *(_HTML_PART, *_html(name, texts, language)),
        _END,
    )


def _subject(name: str, subject: str) -> Parts:
    """Literals and values alike become encoded-words; the fold between two of them is not part of
    the text.
    """
    parts = _parts(name, subject, formats.header, literal=formats.encoded_words)
    return tuple(piece for part in parts for piece in (b"\r\n ", part))[1:]


def _parts(
    name: str,
    template: str,
    place: Callable[[str], bytes],
    literal: Callable[[str], bytes] = str.encode,
) -> Parts:
    parts: list[bytes | Hole] = []
    for before, field, spec, _ in Formatter().parse(template):
        if before:
            parts.append(literal(before))
        if field is None:
            continue
        shown = _IN_LANGUAGE.get(field, {}).get(spec or "")
        if field not in SAMPLES or (shown is None and (spec or field in _IN_LANGUAGE)):
            raise BadTemplate(f"{name}: a hole {{{field}{':' if spec else ''}{spec}}} is not known")
        if field in _LISTS and place not in _LIST_PLACES:
            raise BadTemplate(f"{name}: the list {{{field}}} is used in a title or an SMS")
        parts.append(
            partial(_hole, field, shown, _LIST_PLACES[place] if field in _LISTS else place)
        )
    return tuple(parts)


def _hole(
    field: str, shown: Callable[[str], str] | None, place: Callable[[str], bytes], values: Values
) -> bytes:
    return place(shown(values[field]) if shown is not None else values[field])


def _as_it_is(field: str, values: Values) -> bytes:
    """For what this service made or checked itself: the mailbox, the date, the Message-ID."""
    return values[field].encode()


def _joined(parts: Parts) -> Parts:
    """The same with neighbouring bytes as one."""
    joined: list[bytes | Hole] = []
    for part in parts:
        if isinstance(part, bytes) and joined and isinstance(last := joined[-1], bytes):
            joined[-1] = last + part
        else:
            joined.append(part)
    return tuple(joined)
