"""The declarative form on a page: fields as inputs, what was posted as the form's data, wrong
fields at their places. No JavaScript.

A list has as many rows as were filled, and one more each time that is asked for. What was posted is
shown again and kept nowhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..procedures.form_validation import WrongField
from ..procedures.forms import Field, Part, Rows

MOST_ROWS = 50
_GROUPED = re.compile(r"^\d{1,3}(?:[., ]\d{3})+$")


@dataclass(frozen=True, slots=True)
class Input:
    """One input: `name` in the post, its value, and why it is not valid."""

    name: str
    field: Field
    value: str
    wrong: Any = None


@dataclass(frozen=True, slots=True)
class InputRows:
    """A list of rows of inputs. `more`: another row may be asked for."""

    name: str
    rows: Rows
    inputs: tuple[tuple[Input, ...], ...]
    more: bool
    wrong: Any = None


@dataclass(frozen=True, slots=True)
class InputPart:
    """A section of the page."""

    vi: str
    en: str
    items: tuple[Input | InputRows, ...]


def inputs_of(
    parts: tuple[Part, ...], posted: Mapping[str, str], wrong: Mapping[str, Any], add: str = ""
) -> tuple[InputPart, ...]:
    """The page's inputs. `wrong` by field path; `add` is the list that gets a row more."""
    return tuple(
        InputPart(part.vi, part.en, tuple(_input(item, posted, wrong, add) for item in part.items))
        for part in parts
    )


def _input(
    item: Field | Rows, posted: Mapping[str, str], wrong: Mapping[str, Any], add: str
) -> Input | InputRows:
    if isinstance(item, Field):
        return Input(item.path, item, posted.get(item.path, ""), wrong.get(item.path))
    most = min(item.most, MOST_ROWS)
    count = max(_count(item, posted), item.least, 1 if item.required else 0) + (item.path == add)
    rows = tuple(
        tuple(
            Input(name, field, posted.get(name, ""), wrong.get(name))
            for field in item.fields
            if (name := _name(item, number, field))
        )
        for number in range(min(count, most))
    )
    return InputRows(item.path, item, rows, len(rows) < most, wrong.get(item.path))


def at_inputs(parts: tuple[Part, ...], wrong: Sequence[WrongField]) -> tuple[WrongField, ...]:
    """The same errors where somebody can type: a group that is missing as a whole is told at each
    field that it requires.
    """
    fields = [item for part in parts for item in part.items if isinstance(item, Field)]
    told: list[WrongField] = []
    for one in wrong:
        within = [
            field for field in fields if field.required and field.path.startswith(f"{one.field}.")
        ]
        told += [WrongField(field.path, field.vi, one.allowed) for field in within] or [one]
    return tuple(told)


def data_of(parts: tuple[Part, ...], posted: Mapping[str, str]) -> dict[str, Any]:
    """The form as its schema has it.

    Empty inputs and empty rows are left out, so that the schema says what is missing.
    """
    data: dict[str, Any] = {}
    for part in parts:
        for item in part.items:
            if isinstance(item, Rows):
                rows = list(_filled(item, posted))
                if rows:
                    _put(data, item.path, rows)
            elif (value := _value(item, posted.get(item.path, ""))) is not None:
                _put(data, item.path, value)
    return data


def _filled(rows: Rows, posted: Mapping[str, str]) -> Iterator[Any]:
    for number in range(_count(rows, posted)):
        row: dict[str, Any] = {}
        for field in rows.fields:
            value = _value(field, posted.get(_name(rows, number, field), ""))
            if value is None or (value is False and not field.required):
                continue
            if not field.path:
                yield value
            else:
                _put(row, field.path, value)
        if row:
            yield row


def _count(rows: Rows, posted: Mapping[str, str]) -> int:
    """One more than the highest row with a value."""
    highest = -1
    for name, value in posted.items():
        number = (
            name.removeprefix(f"{rows.path}.").partition(".")[0]
            if name.startswith(f"{rows.path}.")
            else ""
        )
        if value and number.isdecimal() and len(number) <= 3:
            highest = max(highest, int(number))
    return min(highest + 1, MOST_ROWS)


def _name(rows: Rows, number: int, field: Field) -> str:
    return f"{rows.path}.{number}.{field.path}" if field.path else f"{rows.path}.{number}"


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for name in way:
        data = data.setdefault(name, {})
    data[last] = value


def _value(field: Field, typed: str) -> Any:
    """What was typed as the schema's type; as it is where it is none, so that the schema refuses
    it. None: nothing was typed.
    """
    text = typed.replace("\r\n", "\n").strip()
    match field.kind:
        case "declaration":
            return bool(text)
        case "check":
            return True if text else (False if field.required else None)
        case "number":
            return _number(text, field.schema.get("type") == "integer") if text else None
        case "choice":
            consts = [
                one["const"] for one in field.schema.get("oneOf", ()) if "const" in one
            ] + list(field.schema.get("enum", ()))
            return next((const for const in consts if str(const) == text), text) if text else None
        case _:
            return text or None


def _number(text: str, whole: bool) -> Any:
    """`100.000.000` is how an amount is written in Vietnam."""
    digits = re.sub(r"[., ]", "", text) if _GROUPED.match(text) else text
    try:
        return int(digits) if whole else float(digits.replace(",", "."))
    except ValueError:
        return text
