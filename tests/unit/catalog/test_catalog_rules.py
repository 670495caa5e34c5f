"""What may be published: versions that never change, nothing said twice, names on paper only."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_contracts import Command, Refusal
from motcua_contracts.messages.catalog import (
    AgencyPublished,
    CalendarPublished,
    OfficerPlaced,
    Person,
    PlaceOfficer,
    ProcedurePublished,
    PublishAgency,
    PublishCalendar,
    PublishProcedure,
    Span,
)
from motcua_contracts.rules.decision import NOTHING
from motcua_contracts.wire.envelope import sha256

from .harness import AGENCY, CALENDAR, PLACE, PUBLICATION, SINCE, CatalogHarness, terms

CODE = "1.001612"


def procedure(version: int = 1, **changes: Any) -> PublishProcedure:
    return PublishProcedure(
        terms=terms(version, **changes), publication=PUBLICATION, effective_from=SINCE
    )


def officer(full_name: str = "Phạm Quốc Mẫu", **changes: Any) -> PlaceOfficer:
    return PlaceOfficer(
        place=PLACE.model_copy(update=changes), full_name=full_name, effective_from=SINCE
    )


FIRST_AND_CHANGED: list[tuple[str, Command, Command, type]] = [
    (CODE, procedure(), procedure(2, days=5), ProcedurePublished),
    (
        "agency:haihau",
        PublishAgency(agency=AGENCY, effective_from=SINCE),
        PublishAgency(
            agency=AGENCY.model_copy(update={"phone": "0900000000"}), effective_from=SINCE
        ),
        AgencyPublished,
    ),
    (
        "calendar:haihau",
        PublishCalendar(calendar=CALENDAR, effective_from=SINCE),
        PublishCalendar(
            calendar=CALENDAR.model_copy(
                update={"week": {1: (Span(opens="07:00", closes="11:30"),)}}
            ),
            effective_from=SINCE,
        ),
        CalendarPublished,
    ),
    ("officer:officer-tckh", officer(), officer(post_vi="Phó trưởng phòng"), OfficerPlaced),
]


@pytest.mark.parametrize(("subject", "first", "changed", "event_type"), FIRST_AND_CHANGED)
def test_new_content_is_a_version_and_the_same_content_is_none(
    subject: str, first: Command, changed: Command, event_type: type
) -> None:
    desk = CatalogHarness()
    assert [type(event) for event in desk.tell(subject, first).events] == [event_type]
    assert desk.tell(subject, first) == NOTHING
    assert [type(event) for event in desk.tell(subject, changed).events] == [event_type]
    assert desk.tell(subject, changed) == NOTHING
    assert desk.entries[subject].version == 2


@pytest.mark.parametrize(("subject", "first", "changed", "event"), FIRST_AND_CHANGED)
def test_content_under_another_subject_is_no_command(
    subject: str, first: Command, changed: Command, event: type
) -> None:
    with pytest.raises(ValueError, match="subject"):
        CatalogHarness().tell(subject + "x", first)


@pytest.mark.parametrize(
    ("version", "changes", "slug", "params"),
    [
        (1, {"days": 5}, "version-conflict", {"version": 1}),
        (2, {"days": 9}, "version-conflict", {"version": 2}),
        (4, {"days": 9}, "version-gap", {"expected": 3}),
        (0, {"days": 9}, "version-gap", {"expected": 3}),
    ],
)
def test_a_published_version_never_changes(
    version: int, changes: dict[str, Any], slug: str, params: dict[str, int]
) -> None:
    desk = CatalogHarness()
    desk.tell(CODE, procedure())
    desk.tell(CODE, procedure(2, days=4))
    with pytest.raises(Refusal) as refused:
        desk.tell(CODE, procedure(version, **changes))
    assert (refused.value.slug, refused.value.params) == (slug, params)


def test_an_older_version_said_again_is_nothing_new_and_older_content_may_come_back() -> None:
    desk = CatalogHarness()
    desk.tell(CODE, procedure())
    desk.tell(CODE, procedure(2, days=4))
    assert desk.tell(CODE, procedure()) == NOTHING
    (event,) = desk.tell(CODE, procedure(3)).events
    assert isinstance(event, ProcedurePublished)
    assert event.terms == terms(3)


def test_a_name_is_on_the_paper_and_never_in_the_event() -> None:
    desk = CatalogHarness()
    decision = desk.tell("officer:officer-tckh", officer())
    (placed,), (paper,) = decision.events, decision.private_records
    assert isinstance(placed, OfficerPlaced)
    assert paper.raw is not None
    assert placed.commitment == paper.commitment == sha256(paper.raw)
    assert paper.revision == placed.version == 1
    assert Person.model_validate_json(paper.raw).full_name == "Phạm Quốc Mẫu"
    assert "Phạm" not in json.dumps(json.loads(desk.catalogue[0]), ensure_ascii=False)


def test_another_name_is_another_version_with_a_new_paper() -> None:
    desk = CatalogHarness()
    desk.tell("officer:officer-tckh", officer())
    decision = desk.tell("officer:officer-tckh", officer("Phạm Quốc Mẫu Hai"))
    assert [paper.revision for paper in decision.private_records] == [2]
    assert desk.entries["officer:officer-tckh"].version == 2


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3)), max_size=25))
def test_any_order_of_commands_leaves_versions_without_gaps_that_never_change(
    asked: list[tuple[int, int]],
) -> None:
    desk, said = CatalogHarness(), dict[int, Any]()
    for version, days in asked:
        try:
            decision = desk.tell(CODE, procedure(version, days=days))
        except Refusal:
            continue
        for event in decision.events:
            assert isinstance(event, ProcedurePublished)
            assert event.terms.version == len(said) + 1
            assert not said or said[len(said)] != event.terms.days
            said[event.terms.version] = event.terms.days
    assert desk.entries.get(CODE) is None or desk.entries[CODE].version == len(said)
