"""Reads the bounds out of the models themselves: which field is without one, and how many bytes a
record can have at most.
"""

from collections.abc import Iterator
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from motcua_contracts.values import bounds
from motcua_contracts.values.bounds import AtMost
from pydantic import BaseModel

BYTES_OF_A_LETTER = 4
"""Of the widest one in UTF-8; JSON's own escapes (of quotes, backslashes and line breaks) have two
bytes, and control letters are none.
"""
LENGTH_OF_A_PATTERN = {
    bounds.HOUR: 5,
    bounds.HOUR_OR_NONE: 5,
    bounds.DIGEST: 64,
    bounds.REQUEST_NUMBER_OR_NONE: 28,
    bounds.BANK_NUMBER: 64,
}
TEXTS = {bounds.LINE, bounds.TEXT, bounds.SLUG, *LENGTH_OF_A_PATTERN}


class Unbounded(Exception):  # noqa: N818 - the test's word
    """A field whose type admits more than every part can hold."""


def faults(model: type[BaseModel]) -> Iterator[str]:
    """Every field without bounds, as `Model.field: why`; of nested models too."""
    for name, field in model.model_fields.items():
        try:
            most_bytes(field.annotation, field.metadata)
        except Unbounded as why:
            yield f"{model.__name__}.{name}: {why}"


def most_bytes_of(model: type[BaseModel]) -> int:
    """The most bytes of a model's JSON. Raises `Unbounded`."""
    if (whole := getattr(model, "most_bytes", None)) is not None:
        return int(whole)
    return 2 + sum(
        len(name) + 4 + most_bytes(field.annotation, field.metadata)
        for name, field in model.model_fields.items()
    )


def most_bytes(kind: Any, metadata: Any = ()) -> int:
    """The most bytes that a value of this type has as JSON. Raises `Unbounded`."""
    metadata = list(metadata)
    while hasattr(kind, "__metadata__"):
        metadata += [*kind.__metadata__]
        kind = get_args(kind)[0]
    metadata = [part for one in metadata for part in _parts(one)]
    for part in metadata:
        if isinstance(part, AtMost):
            return part.bytes
    origin, args = get_origin(kind), get_args(kind)
    match origin or kind:
        case _ if origin is Literal:
            return max(len(str(arg).encode()) + 2 for arg in args)
        case _ if origin in (Union, UnionType):
            return max(4, *(most_bytes(arg, metadata) for arg in args if arg is not NoneType))
        case _ if origin in (tuple, list):
            return 2 + int(_least(metadata, "max_length", "a list")) * (1 + most_bytes(args[0]))
        case _ if origin is dict:
            return 2 + int(_least(metadata, "max_length", "an object")) * (
                2 + most_bytes(args[0]) + most_bytes(args[1])
            )
        case _ if kind is bool:
            return 5
        case _ if kind is str:
            return _text(metadata)
        case _ if kind is int:
            low, high = _greatest(metadata), _least(metadata, "le", "a whole number", "lt")
            if low < -bounds.INT64_MAX - 1 or high > bounds.INT64_MAX:
                raise Unbounded("a whole number beyond 64 bits")
            return 20
        case _ if kind is float:
            _greatest(metadata)
            _least(metadata, "le", "a number", "lt")
            if not any(getattr(part, "allow_inf_nan", None) is False for part in metadata):
                raise Unbounded("a number that may be infinite or none")
            return 25
        case _ if kind is datetime or getattr(kind, "__name__", "") == "AwareDatetime":
            if (
                _greatest(metadata) < bounds.FIRST_INSTANT
                or _least(metadata, "lt", "a time", "le") > bounds.END_OF_TIME
            ):
                raise Unbounded("a time outside 2000 to 2099")
            return 40
        case _ if kind is date:
            if _greatest(metadata).year < 2000 or _least(metadata, "le", "a day").year > 2099:
                raise Unbounded("a day outside 2000 to 2099")
            return 12
        case _ if isinstance(kind, type) and issubclass(kind, BaseModel):
            if found := next(faults(kind), None):
                raise Unbounded(found)
            return most_bytes_of(kind)
        case _:
            raise Unbounded(f"{kind} has no bounds that this test knows")


def _parts(one: Any) -> list[Any]:
    """`Field(...)` in an Annotated keeps its constraints inside."""
    return [one, *getattr(one, "metadata", ())]


def _text(metadata: list[Any]) -> int:
    patterns = [part.pattern for part in metadata if getattr(part, "pattern", None)]
    if not set(patterns) & TEXTS:
        raise Unbounded("a text that admits control letters: no pattern of bounds.py")
    lengths = [LENGTH_OF_A_PATTERN[one] for one in patterns if one in LENGTH_OF_A_PATTERN]
    lengths += [
        part.max_length for part in metadata if getattr(part, "max_length", None) is not None
    ]
    if not lengths:
        raise Unbounded("a text without a length")
    return 2 + BYTES_OF_A_LETTER * min(lengths)


def _least(metadata: list[Any], name: str, what: str, or_: str = "") -> Any:
    found = [
        value
        for part in metadata
        for one in (name, or_)
        if one and (value := getattr(part, one, None)) is not None
    ]
    if not found:
        raise Unbounded(f"{what} without a most")
    return min(found)


def _greatest(metadata: list[Any]) -> Any:
    found = [
        value
        for part in metadata
        for one in ("ge", "gt")
        if (value := getattr(part, one, None)) is not None
    ]
    if not found:
        raise Unbounded("no least")
    return max(found)
