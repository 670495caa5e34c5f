"""Templates: files with holes, compiled once to bytes, so that a mail costs a join and no parsing.

`templates/<name>.txt` holds the sections `[vi]`, `[en]`, `[sms.vi]` and `[sms.en]` (the digest no SMS); `layout.txt` and
`layout.html` what stands around the two texts of every mail, its reader's language first; the title is the contracts'. A hole is `{field}`,
or `{field:vi}` and `{field:en}` for instants, amounts and reasons. What a value becomes at its place is in places.py, HTML out of text in
markup.py; sending is not here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from string import Formatter
from typing import Literal

from motcua_contracts.notify import DIGEST, TITLES
from motcua_contracts.reasons import reason

from . import markup, places

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
    "papers_vi": "Giấy chứng sinh (1 bản chính)\nGiấy tờ chứng minh nơi cư trú (1 bản sao): giấy tờ đã hết hạn",
    "papers_en": "Birth certificate of the hospital (1 original)\nProof of residence (1 photocopy): the paper has expired",
    "tasks_vi": "[QUÁ HẠN] H40.12-261120-0003 – Đăng ký thành lập hộ kinh doanh – Thẩm định hồ sơ – hẹn trả 17:00 23/11/2026\n"
    "H40.12-261124-0001 – Cấp lại Giấy chứng nhận đăng ký hộ kinh doanh – Dự thảo kết quả – hẹn trả 10:30 27/11/2026",
    "tasks_en": "[LATE] H40.12-261120-0003 – Household business registration – Examination – due 17:00 23/11/2026\n"
    "H40.12-261124-0001 – Re-issue of a household business certificate – Draft – due 10:30 27/11/2026",
    "total": "2",
    "late": "1",
    "today": "0",
    "waiting": "1",
    "reason_code": "paper-missing",
    "name": "Nguyễn Thị Mẫu An",
    "pin": "042042",
    "link": "https://motcua.example/track/H40.12-261124-0001",
}
"""Every field that a template may name, with what a preview shows for it."""
OFFICER_SAMPLES = {"name": "Phạm Quốc Tuấn", "link": "https://motcua.example/quay/cong-viec"}
"""What a preview of an officer's mail shows instead."""
SAMPLE_ENVELOPE = {"address": "an@example.vn", "date": "Tue, 24 Nov 2026 02:00:00 +0000", "message_id": "d-1.4.email"}

_IN_LANGUAGE: dict[str, dict[str, Callable[[str], str]]] = {
    "due_at": {"vi": places.moment_vi, "en": places.moment_en},
    "pay_by": {"vi": places.moment_vi, "en": places.moment_en},
    "respond_by": {"vi": places.moment_vi, "en": places.moment_en},
    "amount_vnd": {"vi": places.dong_vi, "en": places.dong_en},
    "reason_code": {"vi": lambda code: reason(code).vi, "en": lambda code: reason(code).en},
}
_LISTS = ("papers_vi", "papers_en", "tasks_vi", "tasks_en")
"""Fields of several lines: they stand in the texts of mails alone."""
_LIST_PLACES: dict[Callable[[str], bytes], Callable[[str], bytes]] = {places.text: places.text_list, places.html: places.html_list}
_OFFICE = "Bộ phận một cửa"
_BOUNDARY = "=_motcua"
"""No line of a text begins with two dashes (places.py), so none can be taken for it."""
_PLAIN_PART = (
    f"--{_BOUNDARY}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
)  # fmt: skip
_HTML_PART = (
    f"\r\n--{_BOUNDARY}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
)  # fmt: skip
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()


class BadTemplate(ValueError):  # noqa: N818 - the reader's word
    """A template file that cannot be used; says which and why. Raised when the service starts."""


class Text:
    """Bytes and holes in turn. A hole that stands in several places is filled once."""

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
    """One message: the mail, from its first header to its last line, and the SMS, for a reader of each language."""

    mail: Mapping[Language, Text]
    sms: Mapping[Language, Text]


def names() -> list[str]:
    """Of all templates."""
    found = (path.name for path in (files(__package__) / "templates").iterdir())
    return sorted(name.removesuffix(".txt") for name in found if name.endswith(".txt") and name != "layout.txt")


def load(sender: str) -> dict[str, Template]:
    """All templates by name. `sender` is the mail's From address. Raises `BadTemplate`."""
    if set(names()) != set(TITLES):
        raise BadTemplate(f"files and titles differ: {', '.join(sorted(set(names()) ^ set(TITLES)))}")
    return {name: _compile(name, sender) for name in TITLES}


def preview(name: str, language: Language = "vi", channel: Literal["email", "sms", "html"] = "email") -> str:
    """The template as a reader of a language gets it, filled with samples: subject and text, the HTML, or the SMS.

    Raises `BadTemplate`, also for an SMS of a template that is mail alone.
    """
    sections, shown = _sections(name, needed(name)), samples(name)
    if channel == "sms" and f"sms.{language}" not in sections:
        raise BadTemplate(f"{name} goes out as a mail alone")
    if channel == "sms":
        return Text(_parts(name, sections[f"sms.{language}"], places.short_text)).render(shown).decode() + "\n"
    if channel == "html":
        return Text(_html(name, sections, language)).render(shown).decode()
    subject = Text(_parts(name, _title(name, language), places.text)).render(shown).decode()
    body = Text(_parts(name, _body(sections, language), places.text)).render(shown).decode()
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
    for line in _file(f"{name}.txt", f"there is no template {name}; there are: {', '.join(names())}").splitlines():
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


def _body(sections: Mapping[str, str], language: Language) -> str:
    layout = _sections("layout", set(LANGUAGES))
    return "\n\n* * *\n\n".join(layout[one].replace("{text}", sections[one]) for one in _in_order(language))


def _html(name: str, sections: Mapping[str, str], language: Language) -> Parts:
    layout = _sections("layout", set(LANGUAGES))
    texts = [markup.html_of(layout[one].replace("{text}", sections[one]), one) for one in _in_order(language)]
    page = _file("layout.html").replace("[lang]", language).replace("[texts]", markup.RULE.join(texts))
    return _parts(name, page.replace("\n", "\r\n"), places.html)


def _compile(name: str, sender: str) -> Template:
    sections = _sections(name, needed(name))
    return Template(
        {one: Text(_mail(name, sections, one, sender)) for one in LANGUAGES},
        {one: Text(_parts(name, sections[f"sms.{one}"], places.short_text)) for one in LANGUAGES if f"sms.{one}" in sections},
    )


def _mail(name: str, sections: Mapping[str, str], language: Language, sender: str) -> Parts:
    domain = sender.rpartition("@")[2]
    return (
        *(b"From: ", places.header(_OFFICE), f"\r\n <{sender}>\r\n".encode()),
        *(b"To: ", *_parts(name, "{name}", places.header), b"\r\n <", partial(_as_it_is, "address"), b">\r\n"),
        *(b"Subject: ", *_subject(name, _title(name, language)), b"\r\n"),
        *(b"Date: ", partial(_as_it_is, "date"), b"\r\n"),
        *(b"Message-ID: <", partial(_as_it_is, "message_id"), f"@{domain}>\r\n".encode()),
        *(f"List-Id: <ho-so.{domain}>\r\n".encode(), b"Auto-Submitted: auto-generated\r\n"),
        f"Content-Language: {', '.join(_in_order(language))}\r\nMIME-Version: 1.0\r\n".encode(),
        f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'.encode(),
        *(_PLAIN_PART, *_parts(name, _body(sections, language).replace("\n", "\r\n"), places.text), b"\r\n"),
        *(_HTML_PART, *_html(name, sections, language)),
        _END,
    )


def _subject(name: str, subject: str) -> Parts:
    """Literals and values alike become encoded-words; the fold between two of them is not part of the text."""
    parts = _parts(name, subject, places.header, literal=places.encoded_words)
    return tuple(piece for part in parts for piece in (b"\r\n ", part))[1:]


def _parts(name: str, template: str, place: Callable[[str], bytes], literal: Callable[[str], bytes] = str.encode) -> Parts:
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
            raise BadTemplate(f"{name}: the list {{{field}}} stands in a title or an SMS")
        parts.append(partial(_hole, field, shown, _LIST_PLACES[place] if field in _LISTS else place))
    return tuple(parts)


def _hole(field: str, shown: Callable[[str], str] | None, place: Callable[[str], bytes], values: Values) -> bytes:
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
