"""A pattern of a form carries its words (`x-hint-vi`, `x-hint-en`): nobody who fills in a form is
shown a regular expression. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .yaml_lines import Fault, Sheet, Where

HINTS = ("x-hint-vi", "x-hint-en")
NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
"""Keywords below which the keys are names and no keywords."""
LIKE_A_PATTERN = re.compile(r"\^|\$$|\[[^\]]*\]|\\[dwsb]|\{[0-9]+,?[0-9]*\}|\(\?")


def check_hints(schema: Mapping[str, Any], sheet: Sheet) -> Iterator[Fault]:
    """Each pattern without words, and each words that are a pattern themselves."""
    for where, part in _parts(schema, ("form", "schema")):
        if not isinstance(part.get("pattern"), str):
            continue
        for name in HINTS:
            words = part.get(name)
            if not isinstance(words, str) or not words.strip():
                yield sheet.fault(
                    (*where, name), "a pattern needs words for people, in both languages"
                )
            elif LIKE_A_PATTERN.search(words):
                yield sheet.fault((*where, name), "this is a pattern; say in words what is allowed")


def _parts(part: Any, where: Where) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    """Every schema within a schema, with its place."""
    if isinstance(part, list):
        for position, inner in enumerate(part):
            yield from _parts(inner, (*where, position))
    if not isinstance(part, Mapping):
        return
    yield where, part
    for name, inner in part.items():
        if name in NAMED and isinstance(inner, Mapping):
            for key, below in inner.items():
                yield from _parts(below, (*where, name, key))
        elif name not in ("const", "enum", "default", "examples"):
            yield from _parts(inner, (*where, name))
