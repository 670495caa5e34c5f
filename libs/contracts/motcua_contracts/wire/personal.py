"""Personal data, marked where it is declared: `full_name: Annotated[PersonName, Personal("name")]`.

The map of personal data (`docs/personal-data.md`, `personal_map.py`) is generated from the marks.
Tests hold that no event and no state of a case has one, and that a field which takes a person's
words bears one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel

from ..values.bounds import Note


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field that holds data about a person. `what`: which, in words for the map."""

    what: str


@dataclass(frozen=True, slots=True)
class Printed:
    """Marks a text of a command that a paper may bear, so that it has only letters that documents
    can print (`printed.py`).
    """


TypedNote = Annotated[Note, Personal("what an officer or applicant typed"), Printed()]


def personal_fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, Personal]]:
    """Every marked field of a model and of the models within it, by its dotted path."""
    for name, field in model.model_fields.items():
        marks = [mark for mark in field.metadata if isinstance(mark, Personal)]
        marks += [mark for mark in _marks(field.annotation) if mark not in marks]
        yield from ((f"{path}{name}", mark) for mark in marks)
        if not marks:
            for inner in _models(field.annotation):
                yield from personal_fields(inner, f"{path}{name}.")


def _marks(annotation: Any) -> Iterator[Personal]:
    for part in get_args(annotation):
        if isinstance(part, Personal):
            yield part
        else:
            yield from _marks(part)
    yield from (
        mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Personal)
    )


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
