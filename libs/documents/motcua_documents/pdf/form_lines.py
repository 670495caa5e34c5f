"""A filled form as lines on paper: labels from the schema's titles, values as they are written in
Vietnam (values.py).
"""

from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Indenter, KeepTogether, Paragraph

from .page import field, paragraph, text
from .values import filled_lines


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line.

    `depth` counts the parts that it is in; a line without a value heads the part below it.
    """

    label_vi: str
    value: str
    depth: int = 0

    def shown(self) -> Paragraph | KeepTogether:
        line = (
            field(self.label_vi, self.value)
            if self.value
            else paragraph(f"{text(self.label_vi)}:", "field")
        )
        return (
            KeepTogether([Indenter(6 * mm * self.depth), line, Indenter(-6 * mm * self.depth)])
            if self.depth
            else line
        )


def form_lines(schema: dict[str, Any], form: dict[str, Any]) -> tuple[FormLine, ...]:
    """The form in its schema's order.

    Left out: what was not filled, what the schema does not know, and declarations (`const: true`).
    """
    return tuple(
        FormLine(line.label[0], line.value[0], line.depth) for line in filled_lines(schema, form)
    )
