"""What was published stays readable: each golden decodes under the present models and encodes to
the same bytes again.
"""

import hashlib

import pytest
from motcua_contracts.wire.asyncapi import papers, registry
from motcua_contracts.wire.envelope import decode, encode

from .golden_records import GOLDENS, example, expected, sums

RECORDS = sorted(path.name for path in GOLDENS.glob("vn.motcua.*.json"))
PAPERS = sorted(path.name for path in GOLDENS.glob("paper.*.json"))


@pytest.mark.parametrize("name", RECORDS)
def test_a_published_record_reads_and_writes_back_to_its_bytes(name: str) -> None:
    raw = (GOLDENS / name).read_bytes()
    message = decode(raw)
    assert f"{message.type}.json" == name
    assert encode(message) == raw


@pytest.mark.parametrize("name", PAPERS)
def test_a_published_paper_reads_and_writes_back_to_the_bytes_that_an_event_commits_to(
    name: str,
) -> None:
    raw = (GOLDENS / name).read_bytes()
    (model,) = [paper for paper in papers() if f"paper.{paper.__name__}.json" == name]
    assert model.__pydantic_serializer__.to_json(model.model_validate_json(raw)) == raw


def test_no_type_is_without_a_golden_and_no_golden_without_its_type() -> None:
    assert {name for name, _ in expected()} == {*RECORDS, *PAPERS}


def test_a_golden_never_changes() -> None:
    found = {
        name: hashlib.sha256((GOLDENS / name).read_bytes()).hexdigest()
        for name in (*RECORDS, *PAPERS)
    }
    assert found == sums()


@pytest.mark.parametrize("wire_type", list(registry()))
def test_the_golden_of_a_type_fills_every_field_of_today(wire_type: str) -> None:
    """A new field needs a golden of its own: a record of a new version, or, before the first
    release, the golden rewritten.
    """
    message = decode((GOLDENS / f"{wire_type}.json").read_bytes())
    assert message.data == example(registry()[wire_type])
