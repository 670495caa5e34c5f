"""The bounds of every value in a record, as types: what every encoder, decoder, store, view, PDF
and mail in use can hold.

Whoever makes a record meets them, a caller at the gateway as well as a rule: no event can be said
that somebody downstream cannot keep. The gateway's reader (`motcua_gateway/door.py`) takes the same
numbers from here.

Numbers are within 64 bits, money within ±10^15 đồng, times in 2000…2099. Texts hold no lone
surrogates, NUL or control letters; a `Line` (names, ids) is one line without controls of writing
direction, which make a name read as another one; a `Text` may have line breaks and tabs. Lists have
a most. The bounds are wide beside real data, and tight enough that every record fits
`MAX_RECORD_BYTES` (`tests/unit/contracts/test_contracts_bounds.py` adds them up).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

MAX_HEAD_LETTERS = 250
"""Of each attribute of an envelope."""
MAX_DEPTH = 20
"""Lists and objects within each other, the outermost counted."""
INT64_MAX = 2**63 - 1
MONEY_MAX = 10**15
"""Đồng."""
FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
END_OF_TIME = datetime(2100, 1, 1, tzinfo=UTC)
"""The first instant that is too late."""
MAX_FORM_BYTES = 256_000
"""Of a filled form as JSON in UTF-8."""
MAX_FORM_NODES = 5_000
"""Values and keys of a filled form."""
MAX_TERMS_BYTES = 160_000
MAX_PUBLICATION_BYTES = 500_000
MAX_FILES = 100
"""Files, and papers without a scan, of one dossier."""
MAX_REQUESTED = 30
MAX_HOLIDAYS = 400
MAX_INPUTS = 50
"""Fields of a form that a fee needs."""
MAX_FINDINGS = 500
"""Differences of one day's statement in one command."""
MAX_KEY = 120
"""Letters of a field's name in a form."""
MAX_VALUE_LETTERS = 120_000
"""Of all values of one message: a digest lists dozens of dossiers in two languages."""
FORM_MARKS = "texts with at most ten combining marks in a row"
FORM_TEXT = (
    "texts without control characters and direction controls; line breaks and tabs are allowed"
)
FORM_NUMBER = "finite numbers, whole ones within 64 bits"
FORM_NAME = (
    f"names of fields in one line of at most {MAX_KEY} characters, without control characters"
)
FORM_NODES = f"at most {MAX_FORM_NODES} values"
FORM_DEPTH = f"at most {MAX_DEPTH} levels of lists and objects"
FORM_BYTES = f"at most {MAX_FORM_BYTES} bytes as JSON"

_NO_LINE = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
_NO_TEXT = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
LINE = rf"^[^{_NO_LINE}]*$"
TEXT = rf"^[^{_NO_TEXT}]*$"
HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
HOUR_OR_NONE = r"^$|^([01][0-9]|2[0-3]):[0-5][0-9]$"
SLUG = r"^[a-z0-9-]*$"
REQUEST_NUMBER = r"^[0-9]{1,7}(/[0-9A-ZĐ.-]{1,20})?$"
"""The number that the incoming register (sổ công văn đến) gave a paper:
`125/DDN-HH`. No name fits.
"""
REQUEST_NUMBER_OR_NONE = rf"^$|{REQUEST_NUMBER}"
DIGEST = r"^[0-9a-f]{64}$"
BANK_NUMBER = r"^[0-9A-Za-z._/-]{1,64}$"
"""A bank's number of a movement. No sentence fits."""
PATTERNS = {
    LINE: "one line of text, without control characters and direction controls",
    TEXT: "text without control characters; line breaks and tabs are allowed",
    REQUEST_NUMBER: "the number in the incoming register, as 125/DDN-HH",
    REQUEST_NUMBER_OR_NONE: "the number in the incoming register, as 125/DDN-HH, or empty",
    HOUR: "an hour of the day as 07:30",
    HOUR_OR_NONE: "an hour of the day as 07:30, or empty",
    SLUG: "small letters a-z, digits and hyphens",
    DIGEST: "64 hexadecimal digits",
    BANK_NUMBER: (
        "the bank's number of the movement: letters A-Z without accents, digits and . _ / -, at"
        " most 64"
    ),
}
"""What a pattern asks for, in words."""

NOT_IN_LINE = re.compile(rf"[{_NO_LINE}\ud800-\udfff]")
"""What no `Line` may hold."""
NOT_IN_TEXT = re.compile(rf"[{_NO_TEXT}\ud800-\udfff]")
MARKS_IN_A_ROW = 10
"""To compose a text takes time by the square of these: 250,000 of them in one form were a minute.
Vietnamese has two on a letter.
"""
NOT_IN_FORM = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""A form's texts may have line breaks, but hold names too."""

# ------------------------------------------------------------------ texts
Line = Annotated[str, Field(max_length=500, pattern=LINE)]
"""A name of anything: a procedure, a paper, a step, an agency."""
Key = Annotated[str, Field(max_length=60, pattern=LINE)]
"""An id that the catalogue gives: other ids are made of two of them."""
Id = Annotated[str, Field(max_length=150, pattern=LINE)]
"""An id, a code, a reference, an actor; may be empty where the field says so."""
MessageId = Annotated[str, Field(max_length=200, pattern=LINE)]
BankNumber = Annotated[str, Field(min_length=1, max_length=64, pattern=BANK_NUMBER)]
LongLine = Annotated[str, Field(max_length=2000, pattern=LINE)]
"""A line of a computation, an address, a provider's reason."""
Url = Annotated[str, Field(max_length=2000, pattern=LINE)]
NOTE_CHARS = 2000
Note = Annotated[str, Field(max_length=NOTE_CHARS, pattern=TEXT)]
"""What a person typed, in several lines."""
Guide = Annotated[str, Field(max_length=20_000, pattern=TEXT)]
"""Markdown."""
Slug = Annotated[str, Field(max_length=60, pattern=SLUG)]
Digest = Annotated[str, Field(max_length=64, pattern=LINE)]
"""A SHA-256 in hex; empty, or another word, where the field says so."""
Sha256 = Annotated[str, Field(pattern=DIGEST)]
Hour = Annotated[str, Field(pattern=HOUR)]
PersonName = Annotated[str, Field(max_length=200, pattern=LINE)]

# ------------------------------------------------------------------ numbers
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""How many of something; also an index."""
Number = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""A version, a revision, an attempt, a running number."""
Version = Annotated[int, Field(ge=1, le=1_000_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Weekday = Annotated[int, Field(ge=0, le=10)]
"""ISO: 1 is Monday. The import names what is none."""
Whole = Annotated[int, Field(ge=-INT64_MAX - 1, le=INT64_MAX)]
"""A number of a form, whatever it counts."""
Sequence = Annotated[int, Field(ge=0, le=INT64_MAX)]
"""Of an event in its chain."""
Offset = Annotated[int, Field(ge=-1, le=INT64_MAX)]
"""A place on Kafka; -1 for what never lay there."""
Money = Annotated[int, Field(ge=0, le=MONEY_MAX)]
"""Whole đồng."""
Paid = Annotated[int, Field(gt=0, le=MONEY_MAX)]
"""Whole đồng that change hands."""
Difference = Annotated[int, Field(ge=-MONEY_MAX, le=MONEY_MAX)]
Days = Annotated[float, Field(ge=0, le=366, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, le=8_784, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=8_784 * 3600, allow_inf_nan=False)]

# ------------------------------------------------------------------ times
Instant = Annotated[AwareDatetime, Field(ge=FIRST_INSTANT, lt=END_OF_TIME)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]


# ------------------------------------------------------------------ wholes
@dataclass(frozen=True, slots=True)
class AtMost:
    """Annotates a field whose own validator bounds it as a whole, in bytes of its JSON."""

    bytes: int


def _stacked(text: str) -> bool:
    """Whether more combining marks follow each other than a text may have."""
    marks = 0
    for letter in () if text.isascii() else text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > MARKS_IN_A_ROW:
            return True
    return False


def too_much(tree: Any) -> str:
    """What a decoded JSON value breaks of the bounds of a form, told as what is allowed; empty
    where it keeps all of them.

    Level by level, so that no depth is too deep for this function itself.
    """
    level, depth, nodes = [tree], 0, 0
    while level:
        below: list[Any] = []
        for value in level:
            match value:
                case str():
                    if NOT_IN_FORM.search(value):
                        return FORM_TEXT
                    if _stacked(value):
                        return FORM_MARKS
                case bool() | None:
                    pass
                case int():
                    if not -INT64_MAX - 1 <= value <= INT64_MAX:
                        return FORM_NUMBER
                case float():
                    if not isfinite(value):
                        return FORM_NUMBER
                case Mapping():
                    if not all(
                        isinstance(key, str) and len(key) <= MAX_KEY and not NOT_IN_LINE.search(key)
                        for key in value
                    ):
                        return FORM_NAME
                    below.extend(value.values())
                    nodes += 2 * len(value) + 1
                case list() | tuple():
                    below.extend(value)
                    nodes += len(value) + 1
                case _:
                    return "JSON values"
            if nodes > MAX_FORM_NODES:
                return FORM_NODES
        containers = any(isinstance(value, Mapping | list | tuple) for value in level)
        depth += containers
        if depth > MAX_DEPTH:
            return FORM_DEPTH
        level = below
    return ""


def _form(value: dict[str, Any]) -> dict[str, Any]:
    if wrong := too_much(value):
        raise ValueError(wrong)
    if len(orjson.dumps(value)) > MAX_FORM_BYTES:
        raise ValueError(FORM_BYTES)
    return value


def _published(value: dict[str, Any]) -> dict[str, Any]:
    """A schema may hold longer patterns and texts than a form, and is measured with its
    publication.
    """
    if wrong := too_much(value):
        raise ValueError(wrong)
    return value


def json_bytes(model: BaseModel) -> int:
    """How many bytes a model has as JSON."""
    return len(type(model).__pydantic_serializer__.to_json(model))


def within(letters: int) -> AfterValidator:
    """Bounds the letters of a dict's texts together."""

    def check(value: dict[str, str]) -> dict[str, str]:
        if sum(map(len, value.values())) > letters:
            raise ValueError(f"at most {letters} characters together")
        return value

    return AfterValidator(check)


Form = Annotated[dict[str, Any], AfterValidator(_form), AtMost(MAX_FORM_BYTES)]
"""A filled form: JSON that every part can hold."""
Schema = Annotated[dict[str, Any], AfterValidator(_published), AtMost(MAX_PUBLICATION_BYTES)]
Values = Annotated[
    dict[Id, Annotated[str, Field(max_length=MAX_VALUE_LETTERS, pattern=TEXT)]],
    Field(max_length=60), within(MAX_VALUE_LETTERS), AtMost(4 * MAX_VALUE_LETTERS + 60 * 500),
]  # fmt: skip
"""What a message's template needs, by name."""


def clipped(value: str, most: int = 500) -> str:
    """A text as a line that every record can hold; what a line must not hold is shown as `…`."""
    return NOT_IN_LINE.sub("…", value if len(value) <= most else f"{value[: most - 1]}…")
