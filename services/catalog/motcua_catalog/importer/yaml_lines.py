"""YAML as people write it here, with the line of every value.

Only `null`, `true`, `false` and whole numbers mean something else than their letters: a code such
as 1.001193 or an hour such as 07:00 stays what it is without quotes. A key that appears twice is an
error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

Where = tuple[str | int, ...]
"""The way to a value: keys and list positions."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, where. `str()` is the line that people read."""

    path: Path
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.field}: {self.what}"
            if self.field
            else f"{self.path}:{self.line}: {self.what}"
        )


class FileFault(Exception):  # noqa: N818 - the module's word
    """A file that cannot be read as YAML."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(slots=True)
class Sheet:
    """One file: its data, and the line of each value in it."""

    path: Path
    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)

    def line(self, where: Sequence[str | int]) -> int:
        """The line of a value; of the nearest one around it where it is missing."""
        way = tuple(where)
        while way and way not in self.lines:
            way = way[:-1]
        return self.lines.get(way, 1)

    def fault(self, where: Sequence[str | int], what: str) -> Fault:
        return Fault(self.path, self.line(where), ".".join(map(str, where)), what)

    def faults(self, error: ValidationError, within: Where = ()) -> list[Fault]:
        """One fault for each error of a model that was read from this file's
        data under `within`.
        """
        return [
            self.fault((*within, *e["loc"]), e["msg"])
            for e in error.errors(include_input=False, include_url=False)
        ]


def read(path: Path) -> Sheet:
    """Read one file. Raises `FileFault` with the line where it stops to be YAML, and `OSError`."""
    sheet = Sheet(path)
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        sheet.data = None if node is None else _plain(sheet, loader, node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FileFault(
            Fault(path, mark.line + 1 if mark else 1, "", error.problem or "this is not YAML")
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileFault(Fault(path, 1, "", "this is not YAML in UTF-8")) from error
    return sheet


def _plain(sheet: Sheet, loader: yaml.SafeLoader, node: yaml.Node, way: Where) -> Any:
    sheet.lines.setdefault(way, node.start_mark.line + 1)
    match node:
        case yaml.MappingNode():
            found: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(loader.construct_scalar(key_node))
                if key in found:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{key} appears here twice", key_node.start_mark
                    )
                sheet.lines[(*way, key)] = key_node.start_mark.line + 1
                found[key] = _plain(sheet, loader, value_node, (*way, key))
            return found
        case yaml.SequenceNode():
            return [
                _plain(sheet, loader, item, (*way, place)) for place, item in enumerate(node.value)
            ]
        case yaml.ScalarNode():
            if any("\ud800" <= letter <= "\udfff" for letter in node.value):
                raise yaml.constructor.ConstructorError(
                    None, None, "half a character (a surrogate) is not allowed", node.start_mark
                )
            return _scalar(node)
        case _:
            raise yaml.constructor.ConstructorError(
                None, None, "a value is expected here", node.start_mark
            )


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    written: str = node.value
    if node.style is not None:
        return written
    if written in ("", "null", "~"):
        return None
    if written in ("true", "false"):
        return written == "true"
    return (
        int(written)
        if written.lstrip("-").isdecimal()
        and (written == "0" or not written.lstrip("-").startswith("0"))
        else written
    )
