"""What a form's schema must say so that every value can be printed in words: which numbers are
money or counts, how choices are called.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from motcua_contracts.values.meanings import FORMAT_KEY, GROUPED

from .yaml_lines import Fault, Sheet, Where

NUMBERS = ("integer", "number")
_CODE = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*|[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
"""A choice that is no word of a language: `male`, `other_paper`, `IND`."""


def check_meanings(schema: Mapping[str, Any], sheet: Sheet) -> Iterator[Fault]:
    """A fault for every unknown `x-format`, for one that is not a number's, and for every choice
    that a person would read as a code.
    """
    yield from _part(schema, ("form", "schema"), sheet)


def _part(part: Any, where: Where, sheet: Sheet) -> Iterator[Fault]:
    if not isinstance(part, Mapping):
        return
    if (meaning := part.get(FORMAT_KEY)) is not None:
        if meaning not in GROUPED:
            yield sheet.fault((*where, FORMAT_KEY), f"{FORMAT_KEY} is one of: {', '.join(GROUPED)}")
        elif part.get("type") not in NUMBERS:
            yield sheet.fault((*where, FORMAT_KEY), f"only a number can be {meaning}")
    for position, one in enumerate(part.get("enum", ())):
        if isinstance(one, str) and _CODE.fullmatch(one):
            yield sheet.fault(
                (*where, "enum", position),
                f"people would read {one}: write oneOf with const, title and x-title-en",
            )
    for key in ("oneOf", "anyOf"):
        for position, one in enumerate(part.get(key, ())):
            if (
                isinstance(one, Mapping)
                and isinstance(one.get("const"), str)
                and not one.get("title")
            ):
                yield sheet.fault(
                    (*where, key, position), f"the choice {one['const']} needs a title"
                )
    for key in ("properties", "$defs"):
        for name, inner in part.get(key, {}).items():
            yield from _part(inner, (*where, key, name), sheet)
    yield from _part(part.get("items"), (*where, "items"), sheet)
