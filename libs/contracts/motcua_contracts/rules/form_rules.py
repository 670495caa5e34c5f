"""What a form's schema asks for beyond JSON Schema: dates relative to today, names, phones, e-mail
and identity numbers. Pure.

    {"type": "string", "format": "date", "x-not-before": "today-150y", "x-not-after": "today"}
    {"type": "integer", "x-not-after": "today"}                       a year
    {"type": "string", "format": "person-name" | "phone" | "email" | "identity-number"}

A bound is `today`, `today` with `+` or `-` days, months or years (`today-18y`), a date, or the name
of a date beside it. Today is the day of the command in Vietnam, so that whoever decides again
decides the same. An identity number's kind is the field `id_kind` beside it, where the form has
one. A text that must be there is not made of blanks, and no text has letters that documents cannot
print (`printable.py`).
"""

import re
from calendar import monthrange
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ..values.clock import VIETNAM
from ..values.contacts import is_email
from ..values.identity_numbers import ALLOWED, identity_of, kind_of_identity
from ..values.labels import Label
from ..values.names import has_letter, line_of
from ..values.phones import kind_of_phone, phone_of
from ..values.printable import unprintable

NAME, PHONE, EMAIL, IDENTITY = "person-name", "phone", "email", "identity-number"
FORMATS = (NAME, PHONE, EMAIL, IDENTITY)
"""What `format` may say beside JSON Schema's own words."""
KIND_FIELD = "id_kind"
NOT_BEFORE, NOT_AFTER = "x-not-before", "x-not-after"
BLANK = Label("không được để trống", "must not be empty")
NAME_ALLOWED = Label("họ tên có ít nhất một chữ cái", "a name with at least one letter")
PHONE_ALLOWED = Label(
    "số di động 10 số (0912 345 678), số cố định (024…), hoặc số nước ngoài bắt đầu bằng +",
    "a mobile number of 10 digits (0912 345 678), a landline (024…), or a foreign number that"
    " begins with +",
)
EMAIL_ALLOWED = Label(
    "địa chỉ thư điện tử, ví dụ ten@gmail.com", "an e-mail address, as name@gmail.com"
)
BOUND_ALLOWED = (
    "today, today with + or - days, months or years (today-18y), a date as 2026-11-24, or a date"
    " beside it by its name"
)
_BOUND = re.compile(r"today(?:([+-])([0-9]{1,5})([dmy]))?")
_MOST_REFERENCES = 20
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that breaks a rule: its path in the form, and what is allowed there."""

    path: Path
    allowed: Label


@dataclass(frozen=True, slots=True)
class _Value:
    path: Path
    schema: Mapping[str, Any]
    value: Any
    beside: Mapping[str, Any]
    """The object that it is a field of."""
    required: bool


def today_of(at: datetime) -> date:
    """The day of an instant, in Vietnam."""
    return at.astimezone(VIETNAM).date()


def bound_of(words: str, today: date) -> date:
    """The date that a bound means. Raises `ValueError` for what is no bound."""
    found = _BOUND.fullmatch(words)
    if found is None:
        return date.fromisoformat(words)
    sign, number, unit = found.groups()
    count = int(number or 0) * (-1 if sign == "-" else 1)
    try:
        if unit in (None, "d"):
            return today + timedelta(days=count)
        months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        raise ValueError(BOUND_ALLOWED) from None


def faults(schema: Mapping[str, Any], form: Mapping[str, Any], today: date) -> Iterator[Fault]:
    """What of a form breaks these rules, in the form's order.

    Values of a wrong type are the schema's to refuse.
    """
    for one in _values(schema, form):
        allowed = _allowed(one, today)
        if allowed is not None:
            yield Fault(one.path, allowed)


def written(schema: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The form with each number, name and address in its one form.

    What breaks a rule stays as it was typed.
    """
    changed = {
        one.path: new for one in _values(schema, form) if (new := _one_form(one)) != one.value
    }
    return _with(form, changed, ()) if changed else dict(form)


def unprintable_in(form: Mapping[str, Any]) -> tuple[Path, str] | None:
    """The first text that documents cannot print: its path, and the letter by its name."""
    waiting: deque[tuple[Path, Any]] = deque([((), form)])
    while waiting:
        path, value = waiting.popleft()
        if isinstance(value, str):
            if letter := unprintable(value):
                return path, letter
        elif isinstance(value, Mapping):
            waiting += [((*path, name), inner) for name, inner in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [((*path, place), inner) for place, inner in enumerate(value)]
    return None


def letters_allowed(letter: str) -> Label:
    """What is allowed where a letter cannot be printed."""
    return Label(
        f"chữ mà giấy tờ in được, không phải {letter}",
        f"letters that documents can print, not {letter}",
    )


def wrong_bounds(
    schema: Any, where: Path = (), beside: Mapping[str, Any] | None = None
) -> Iterator[tuple[Path, str]]:
    """Where a schema's bounds cannot be read, or say nothing of what they bound."""
    if isinstance(schema, Mapping):
        for keyword in (NOT_BEFORE, NOT_AFTER):
            if keyword not in schema or _is_date((beside or {}).get(schema[keyword])):
                continue
            try:
                bound_of(str(schema[keyword]), date(2026, 1, 1))
            except ValueError:
                yield (*where, keyword), BOUND_ALLOWED
            if schema.get("type") != "integer" and schema.get("format") != "date":
                yield (*where, keyword), "bounds a date (format: date) or a year (type: integer)"
        for name, inner in schema.items():
            if name == "properties" and isinstance(inner, Mapping):
                for field, part in inner.items():
                    yield from wrong_bounds(part, (*where, name, field), inner)
            elif name not in ("examples", "const", "enum", "default"):
                yield from wrong_bounds(inner, (*where, name))
    elif isinstance(schema, list):
        for place, inner in enumerate(schema):
            yield from wrong_bounds(inner, (*where, place))


def _is_date(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("format") == "date"


def _values(schema: Mapping[str, Any], form: Mapping[str, Any]) -> Iterator[_Value]:
    waiting = deque([_Value((), schema, form, {}, True)])
    while waiting:
        one = waiting.popleft()
        below: list[_Value] = []
        for part in _parts(one.schema, schema, 0):
            yield _Value(one.path, part, one.value, one.beside, one.required)
            if isinstance(one.value, Mapping):
                fields, needed = part.get("properties", {}), part.get("required", ())
                below += [
                    _Value((*one.path, name), fields[name], inner, one.value, name in needed)
                    for name, inner in one.value.items()
                    if isinstance(fields.get(name), Mapping)
                ]
            elif isinstance(one.value, list) and isinstance(part.get("items"), Mapping):
                below += [
                    _Value((*one.path, place), part["items"], inner, {}, True)
                    for place, inner in enumerate(one.value)
                ]
        waiting.extendleft(reversed(below))


def _parts(
    part: Mapping[str, Any], root: Mapping[str, Any], depth: int
) -> Iterator[Mapping[str, Any]]:
    """The schema itself, what it refers to within the form, and what it is made of (`allOf`)."""
    yield part
    if depth >= _MOST_REFERENCES:
        return
    inner = [one for one in part.get("allOf", ()) if isinstance(one, Mapping)]
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        target: Any = root
        for step in reference.removeprefix("#").strip("/").split("/"):
            target = (
                target.get(step.replace("~1", "/").replace("~0", "~"), {})
                if step and isinstance(target, Mapping)
                else target
            )
        inner += [target] if isinstance(target, Mapping) else []
    for one in inner:
        yield from _parts(one, root, depth + 1)


def _allowed(one: _Value, today: date) -> Label | None:
    value, schema = one.value, one.schema
    if isinstance(value, str):
        typed = schema.get("type") == "string"
        if typed and not line_of(value) and (one.required or schema.get("minLength") or value):
            return BLANK
        if typed and len(line_of(value)) < schema.get("minLength", 0):
            return BLANK
        return _of_format(one, value) or (
            _of_date(one, value, today) if schema.get("format") == "date" else None
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return _of_year(one, value, today)
    return None


def _of_format(one: _Value, value: str) -> Label | None:
    match one.schema.get("format"):
        case "person-name":
            return None if has_letter(value) else NAME_ALLOWED
        case "phone":
            return PHONE_ALLOWED if kind_of_phone(value) in (None, "unknown") else None
        case "email":
            return None if is_email(line_of(value)) else EMAIL_ALLOWED
        case "identity-number":
            chosen = one.beside.get(KIND_FIELD, "")
            kind = chosen if isinstance(chosen, str) else ""
            return (
                None
                if kind_of_identity(identity_of(value), kind)
                else next((label for known, label in ALLOWED.items() if known == kind), ALLOWED[""])
            )
        case _:
            return None


def _of_date(one: _Value, value: str, today: date) -> Label | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None  # the schema says so
    first, last = _bounds(one, today)
    if (first is None or first <= day) and (last is None or day <= last):
        return None
    return _between(first, last, lambda day: f"{day:%d/%m/%Y}", lambda day: day.isoformat())


def _of_year(one: _Value, value: int, today: date) -> Label | None:
    first, last = _bounds(one, today)
    if (first is None or first.year <= value) and (last is None or value <= last.year):
        return None
    return _between(first, last, lambda day: str(day.year), lambda day: str(day.year))


def _bounds(one: _Value, today: date) -> tuple[date | None, date | None]:
    """None where there is no bound, or none that can be read (the import refuses those; the field
    beside it may be missing).
    """

    def of(keyword: str) -> date | None:
        if keyword not in one.schema:
            return None
        words = str(one.schema[keyword])
        try:
            return bound_of(str(one.beside.get(words, words)), today)
        except ValueError:
            return None

    return of(NOT_BEFORE), of(NOT_AFTER)


def _between(first: date | None, last: date | None, vi: Any, en: Any) -> Label:
    if first is None:
        assert last is not None
        return Label(f"không sau {vi(last)}", f"not after {en(last)}")
    if last is None:
        return Label(f"không trước {vi(first)}", f"not before {en(first)}")
    return Label(f"từ {vi(first)} đến {vi(last)}", f"from {en(first)} to {en(last)}")


def _one_form(one: _Value) -> Any:
    value = one.value
    if not isinstance(value, str) or one.schema.get("type") != "string":
        return value
    match one.schema.get("format"):
        case "person-name":
            return line_of(value)
        case "phone":
            return phone_of(value) or value
        case "email":
            return line_of(value)
        case "identity-number":
            return identity_of(value)
        case _:
            return value


def _with(tree: Any, changed: Mapping[Path, Any], path: Path) -> Any:
    if path in changed:
        return changed[path]
    if isinstance(tree, Mapping):
        return {name: _with(inner, changed, (*path, name)) for name, inner in tree.items()}
    if isinstance(tree, list):
        return [_with(inner, changed, (*path, place)) for place, inner in enumerate(tree)]
    return tree
