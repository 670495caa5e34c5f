"""From paths to a checked stack of files: every file read, its kind found, its model applied.

All faults at once; no Kafka here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from motcua_contracts.rules.form_rules import letters_allowed, unprintable_in
from pydantic import ValidationError

from .file_base import Written
from .procedure_files import KINDS, SETTINGS
from .yaml_lines import Fault, FileFault, Sheet, read

W = TypeVar("W", bound=Written)
HOME = Path(__file__).resolve().parents[2]
"""Where the catalogue's own files lie: procedures/, organisation/ and the settings beside them."""


@dataclass(slots=True)
class Stack:
    """What was read: each file's model with its sheet, and what is wrong.

    `broken`: codes and ids of files with faults, so that others that refer to them are not called
    wrong as well; `unsettled`: a file of settings is among them, without which procedures cannot be
    judged.
    """

    entries: list[tuple[Written, Sheet]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    unsettled: bool = False

    def of(self, model: type[W]) -> list[tuple[W, Sheet]]:
        return [(entry, sheet) for entry, sheet in self.entries if isinstance(entry, model)]


def read_stack(paths: Iterable[Path]) -> Stack:
    """Read the files and, for directories, every `*.yaml` below them.

    Settings that lie beside a file or one directory above it are read too, so that one procedure
    can be imported alone.
    """
    stack, seen = Stack(), set[Path]()
    asked = list(_files(paths, stack))
    for path in asked:
        _take(path, stack, seen, settings_only=False)
    for folder in dict.fromkeys(
        folder for path in asked for folder in (path.parent, path.parent.parent)
    ):
        for path in sorted(folder.glob("*.yaml")):
            if _is_settings(path):
                _take(path, stack, seen, settings_only=True)
    return stack


def _files(paths: Iterable[Path], stack: Stack) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.yaml"))
        elif path.is_file():
            yield path
        else:
            stack.faults.append(Fault(path, 1, "", "there is no such file"))


def _is_settings(path: Path) -> bool:
    return path.stem in SETTINGS


def _take(path: Path, stack: Stack, seen: set[Path], settings_only: bool) -> None:
    if path.resolve() in seen:
        return
    seen.add(path.resolve())
    try:
        sheet = read(path)
    except FileFault as error:
        stack.faults.append(error.fault)
        stack.broken.add(path.stem)
        stack.unsettled |= _is_settings(path)
        return
    kind = sheet.data.get("kind") if isinstance(sheet.data, dict) else None
    if settings_only and kind not in SETTINGS:
        return
    # Names, posts, papers, guides: all of it is printed.
    if isinstance(sheet.data, dict) and (unprinted := unprintable_in(sheet.data)) is not None:
        stack.faults.append(sheet.fault(unprinted[0], letters_allowed(unprinted[1]).en))
        stack.broken |= {path.stem, str(sheet.data.get("code")), str(sheet.data.get("id"))}
        stack.unsettled |= kind in SETTINGS
        return
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        stack.faults.append(sheet.fault(("kind",), f"must be one of {', '.join(KINDS)}"))
        return
    try:
        stack.entries.append((model.model_validate(sheet.data), sheet))
    except ValidationError as error:
        stack.faults.extend(sheet.faults(error))
        stack.broken |= {path.stem, str(sheet.data.get("code")), str(sheet.data.get("id"))}
        stack.unsettled |= kind in SETTINGS
