"""Templates: files with holes, compiled once to bytes, so that a mail costs a join and no parsing.

`templates/<name>.txt` holds the sections `[subject]`, `[vi]`, `[en]`, `[sms.vi]` and `[sms.en]`; `templates/layout.txt` what stands around
the two texts of every mail. A hole is `{field}`, or `{field:vi}` and `{field:en}` for instants and amounts. What a value becomes at its
place is in places.py; sending is not here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from string import Formatter
from typing import Literal

from . import places

Language = Literal["vi", "en"]
Values = Mapping[str, str]
Hole = Callable[[Values], bytes]
Parts = tuple[bytes | Hole, ...]

SAMPLES: dict[str, str] = {
    "code": "H40.12-261124-0001",
    "procedure_vi": "Đăng ký thành lập hộ kinh doanh",
    "procedure_en": "Household business registration",
    "due_at": "2026-11-27T03:30:00.000Z",
    "pay_by": "2026-12-04T02:00:00.000Z",
    "amount_vnd": "100000",
    "name": "Nguyễn Thị Mẫu An",
    "pin": "042042",
    "link": "https://motcua.example/track/H40.12-261124-0001",
}
"""Every field that a template may name, with what a preview shows for it."""
SAMPLE_ENVELOPE = {"address": "an@example.vn", "date": "Tue, 24 Nov 2026 02:00:00 +0000", "message_id": "d-1.4.email"}

_SHOWN: dict[tuple[str, str], Callable[[str], str]] = {
    ("due_at", "vi"): places.moment_vi,
    ("due_at", "en"): places.moment_en,
    ("pay_by", "vi"): places.moment_vi,
    ("pay_by", "en"): places.moment_en,
    ("amount_vnd", "vi"): places.dong_vi,
    ("amount_vnd", "en"): places.dong_en,
}
_NEEDED = {"subject", "vi", "en", "sms.vi", "sms.en"}
_OFFICE = "Bộ phận một cửa"


class BadTemplate(ValueError):  # noqa: N818 - the reader's word
    """A template file that cannot be used; says which and why. Raised when the service starts."""


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes and holes in turn."""

    parts: Parts

    def render(self, values: Values) -> bytes:
        """Raises `KeyError` for a field without a value."""
        return b"".join([part if isinstance(part, bytes) else part(values) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Template:
    """One message: the mail, from its first header to its last line, and the SMS in each language."""

    mail: Text
    sms: Mapping[Language, Text]


def names() -> list[str]:
    """Of all templates."""
    found = (path.name for path in (files(__package__) / "templates").iterdir())
    return sorted(name.removesuffix(".txt") for name in found if name.endswith(".txt") and name != "layout.txt")


def load(sender: str) -> dict[str, Template]:
    """All templates by name. `sender` is the mail's From address. Raises `BadTemplate`."""
    return {name: _compile(name, sender) for name in names()}


def preview(name: str) -> str:
    """The template as its readers see it, filled with samples: subject, mail, and the SMS in both languages. Raises `BadTemplate`."""
    sections = _sections(name, _NEEDED)
    subject = Text(_parts(name, sections["subject"], places.text)).render(SAMPLES)
    mail = Text(_parts(name, _body(sections), places.text)).render(SAMPLES)
    sms = [Text(_parts(name, sections[section], places.short_text)).render(SAMPLES) for section in ("sms.vi", "sms.en")]
    return f"{subject.decode()}\n\n{mail.decode()}\n\nSMS: {sms[0].decode()}\nSMS: {sms[1].decode()}\n"


def _sections(name: str, needed: set[str]) -> dict[str, str]:
    try:
        content = (files(__package__) / "templates" / f"{name}.txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadTemplate(f"there is no template {name}") from None
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in content.splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = found[line[1:-1]] = []
        else:
            lines.append(line)
    if set(found) != needed:
        raise BadTemplate(f"{name}: has the sections {sorted(found)}, needs {sorted(needed)}")
    return {section: "\n".join(lines).strip() for section, lines in found.items()}


def _body(sections: Mapping[str, str]) -> str:
    return _sections("layout", {"email"})["email"].replace("{vi}", sections["vi"]).replace("{en}", sections["en"])


def _compile(name: str, sender: str) -> Template:
    sections = _sections(name, _NEEDED)
    head = (
        *(b"From: ", places.header(_OFFICE), f"\r\n <{sender}>\r\n".encode()),
        *(b"To: ", *_parts(name, "{name}", places.header), b"\r\n <", partial(_as_it_is, "address"), b">\r\n"),
        *(b"Subject: ", *_subject(name, sections["subject"]), b"\r\n"),
        *(b"Date: ", partial(_as_it_is, "date"), b"\r\n"),
        *(b"Message-ID: <", partial(_as_it_is, "message_id"), f"@{sender.rpartition('@')[2]}>\r\n".encode()),
        b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n",
        b"Content-Language: vi, en\r\nAuto-Submitted: auto-generated\r\n\r\n",
    )
    body = _parts(name, _body(sections).replace("\n", "\r\n") + "\r\n", places.text)
    sms: dict[Language, Text] = {
        "vi": Text(_parts(name, sections["sms.vi"], places.short_text)),
        "en": Text(_parts(name, sections["sms.en"], places.short_text)),
    }
    return Template(Text(_joined((*head, *body))), sms)


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
        shown = _SHOWN.get((field, spec or ""))
        if field not in SAMPLES or (shown is None) != (not spec) or (shown is None and (field, "vi") in _SHOWN):
            raise BadTemplate(f"{name}: a hole {{{field}{':' if spec else ''}{spec}}} is not known")
        parts.append(partial(_hole, field, shown, place))
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
