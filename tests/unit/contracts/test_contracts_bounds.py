"""No field of a record admits what some part cannot hold, and no record can be
too large for Kafka.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import pytest
from motcua_contracts import Model
from motcua_contracts.rules.terms import FeeRule
from motcua_contracts.values import bounds
from motcua_contracts.wire.asyncapi import papers, registry
from motcua_contracts.wire.envelope import MAX_RECORD_BYTES
from pydantic import BaseModel, Field

from .reflected_bounds import faults, most_bytes_of

ENVELOPE_BYTES = 8 * (4 * bounds.MAX_HEAD_LETTERS + 30)


def models(base: type[BaseModel] = Model) -> Iterator[type[BaseModel]]:
    """Every model of the contracts: payloads, papers and what is in them."""
    registry()
    for model in base.__subclasses__():
        yield model
        yield from models(model)


ALL = sorted(
    {model for model in models() if model.__module__.startswith("motcua_contracts.")},
    key=lambda model: model.__qualname__,
)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_no_field_is_without_bounds(model: type[BaseModel]) -> None:
    assert list(faults(model)) == []


@pytest.mark.parametrize(
    "model", [*registry().values(), *papers()], ids=lambda model: model.__name__
)
def test_the_largest_record_fits(model: type[BaseModel]) -> None:
    assert most_bytes_of(model) + ENVELOPE_BYTES <= MAX_RECORD_BYTES


def test_a_fee_by_the_copy_is_told_before_anything_is_taken_off() -> None:
    rule = FeeRule(
        amount_vnd=8_000,
        per_copy=True,
        copies_input="copies",
        free_copies=1,
        online_discount_percent=50,
    )
    assert rule.full_vnd({"copies": 3}) == 16_000
    assert rule.full_vnd({"copies": bounds.INT64_MAX}) > bounds.MONEY_MAX


@pytest.mark.parametrize(
    "kind",
    [
        str, int, float, datetime, dict[str, Any], dict[str, str], tuple[int, ...], list[str], Any,
        object,
        Annotated[str, Field(max_length=5)], Annotated[int, Field(ge=0)],
        Annotated[int, Field(ge=0, le=2**63)],
        Annotated[float, Field(ge=0, le=1)], Annotated[tuple[str, ...], Field(max_length=3)],
        str | None,
    ],
    ids=str,
)  # fmt: skip
def test_the_reflection_finds_a_type_without_bounds(kind: Any) -> None:
    class Made(BaseModel):
        field: kind

    assert list(faults(Made))
