"""A filled form in words: what each value is called and how people write it, by what the schema
says it means, never by its type.

Vietnamese with English beside it. Digits are grouped only where the schema says that a number is
money or a count (`x-format`): a year, a house number and a code are written as they are. Pure; how
lines look on paper is in form_lines.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from motcua_contracts import VIETNAM
from motcua_contracts.values.meanings import FORMAT_KEY, GROUPED

from .words import grouped

YES, NO = ("Có", "Yes"), ("Không", "No")
MOST_REFERENCES = 8
"""One `$ref` may lead to another, so many times."""
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")

Words = tuple[str, str]
"""Vietnamese and English."""


@dataclass(frozen=True, slots=True)
class FilledLine:
    """One line of a form.

    `depth` counts the parts that it is in; a line without a value heads the part below it.
    """

    label: Words
    value: Words = ("", "")
    depth: int = 0

    @property
    def is_head(self) -> bool:
        return not self.value[0]


def filled_lines(
    schema: Mapping[str, Any], form: Mapping[str, Any], *, everything: bool = False
) -> tuple[FilledLine, ...]:
    """The form in its schema's order; what was not filled is left out.

    `everything`: also declarations (`const: true`) and what the schema does not know, under its own
    name.
    """
    return tuple(_Walk(schema, everything).part(schema, form, 0))


def value_words(schema: Mapping[str, Any], value: Any) -> Words:
    """One value (no list, no object) as people write it; both empty where there is none."""
    if value is None or value == "":
        return "", ""
    if (chosen := _choice(schema, value)) is not None:
        return chosen
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | float):
        return _number(value, schema.get(FORMAT_KEY) in GROUPED)
    said = str(value)
    match schema.get("format"):
        case "date":
            said = _day(said)
        case "date-time":
            said = _moment(said)
    return said, said


class _Walk:
    """Through one form, with the whole schema at hand for its references."""

    def __init__(self, root: Mapping[str, Any], everything: bool) -> None:
        self._root, self._everything = root, everything

    def part(
        self, schema: Mapping[str, Any], form: Mapping[str, Any], depth: int
    ) -> Iterator[FilledLine]:
        known = schema.get("properties", {})
        for name, declared in known.items():
            part = self._resolved(declared)
            if name in form and (self._everything or part.get("const") is not True):
                yield from self._lines(part, _label(part, str(name)), form[name], depth)
        for name in form if self._everything else ():
            if name not in known:
                yield from self._lines({}, (str(name), str(name)), form[name], depth)

    def _lines(
        self, schema: Mapping[str, Any], label: Words, value: Any, depth: int
    ) -> Iterator[FilledLine]:
        if isinstance(value, Mapping):
            yield FilledLine(label, depth=depth)
            yield from self.part(schema, value, depth + 1)
        elif isinstance(value, list):
            yield from self._list(self._resolved(schema.get("items", {})), label, value, depth)
        elif (read := value_words(schema, value))[0]:
            yield FilledLine(label, read, depth)

    def _list(
        self, items: Mapping[str, Any], label: Words, values: list[Any], depth: int
    ) -> Iterator[FilledLine]:
        if not values:
            return
        if not any(isinstance(one, Mapping | list) for one in values):
            read = [value_words(items, one) for one in values]
            yield FilledLine(
                label, ("; ".join(vi for vi, _ in read), "; ".join(en for _, en in read)), depth
            )
            return
        yield FilledLine(label, depth=depth)
        vi, en = _label(items, label[0]) if "title" in items else label
        for number, one in enumerate(values, start=1):
            yield from self._lines(items, (f"{vi} {number}", f"{en} {number}"), one, depth + 1)

    def _resolved(self, schema: Any) -> Mapping[str, Any]:
        for _ in range(MOST_REFERENCES):
            reference = schema.get("$ref") if isinstance(schema, Mapping) else None
            if not isinstance(reference, str):
                break
            found: Any = self._root
            for step in reference.removeprefix("#").strip("/").split("/"):
                found = found.get(step, {}) if isinstance(found, Mapping) else {}
            own = {name: one for name, one in schema.items() if name != "$ref"}
            schema = {**(found if isinstance(found, Mapping) else {}), **own}
        return schema if isinstance(schema, Mapping) else {}


def _label(schema: Mapping[str, Any], name: str) -> Words:
    vi = str(schema.get("title") or name)
    return vi, str(schema.get("x-title-en") or vi)


def _choice(schema: Mapping[str, Any], value: Any) -> Words | None:
    listed = (*schema.get("oneOf", ()), *schema.get("anyOf", ()))
    found = next(
        (one for one in listed if "title" in one and "const" in one and _same(one["const"], value)),
        None,
    )
    return _label(found, str(value)) if found is not None else None


def _same(constant: Any, value: Any) -> bool:
    """`True` is not the number 1."""
    return bool(constant == value) and isinstance(constant, bool) == isinstance(value, bool)


def _number(value: float, grouping: bool) -> Words:
    """`100000000.0` is a whole number; decimals follow a comma in Vietnamese, a
    point in English.
    """
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return str(value), str(value)
    whole, _, rest = f"{exact:f}".partition(".")
    rest = rest.rstrip("0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    vi, en = (grouped(int(digits)), f"{int(digits):,}") if grouping else (digits, digits)
    return sign + vi + (f",{rest}" if rest else ""), sign + en + (f".{rest}" if rest else "")


def _day(said: str) -> str:
    day = _DAY.fullmatch(said)
    return f"{day[3]}/{day[2]}/{day[1]}" if day else said


def _moment(said: str) -> str:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said
    return f"{at.astimezone(VIETNAM) if at.tzinfo else at:%H:%M %d/%m/%Y}"
