"""A filled form as lines that a person reads: labels from the schema's titles, values as they are written in Vietnam."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Indenter, KeepTogether, Paragraph

from .page import field, paragraph, text
from .words import grouped

_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$")


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line. `depth` counts the parts that it lies in; a line without a value heads the part below it."""

    label_vi: str
    value: str
    depth: int = 0

    def shown(self) -> Paragraph | KeepTogether:
        line = field(self.label_vi, self.value) if self.value else paragraph(f"{text(self.label_vi)}:", "field")
        return KeepTogether([Indenter(6 * mm * self.depth), line, Indenter(-6 * mm * self.depth)]) if self.depth else line


def form_lines(schema: dict[str, Any], form: dict[str, Any]) -> tuple[FormLine, ...]:
    """The form in its schema's order. Left out: what was not filled, what the schema does not know, and declarations (`const: true`)."""
    return tuple(_part(schema, form, 0))


def _part(schema: dict[str, Any], form: dict[str, Any], depth: int) -> Iterator[FormLine]:
    for name, part in schema.get("properties", {}).items():
        if name in form and part.get("const") is not True:
            yield from _lines(part, str(part.get("title", name)), form[name], depth)


def _lines(schema: dict[str, Any], label: str, value: Any, depth: int) -> Iterator[FormLine]:
    if isinstance(value, dict):
        yield FormLine(label, "", depth)
        yield from _part(schema, value, depth + 1)
    elif isinstance(value, list):
        items = schema.get("items", {})
        if not all(isinstance(item, dict) for item in value):
            yield FormLine(label, "; ".join(_read(items, item) for item in value), depth)
            return
        if value:
            yield FormLine(label, "", depth)
        for number, item in enumerate(value, start=1):
            yield FormLine(f"{items.get('title', label)} {number}", "", depth + 1)
            yield from _part(items, item, depth + 2)
    elif (read := _read(schema, value)) != "":
        yield FormLine(label, read, depth)


def _read(schema: dict[str, Any], value: Any) -> str:
    choice = next((one for one in schema.get("oneOf", []) if one.get("const") == value), None)
    if choice is not None and "title" in choice:
        return str(choice["title"])
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int):
        return grouped(value)
    if value is None:
        return ""
    day = _DAY.match(str(value)) if schema.get("format") == "date" else None
    return f"{day[3]}/{day[2]}/{day[1]}" if day else str(value)
