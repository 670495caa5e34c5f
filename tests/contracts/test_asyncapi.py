"""The committed AsyncAPI document is the one that the code gives, and says where everything
travels.
"""

import copy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from motcua_audit.service import service as audit
from motcua_catalog.service import service as catalog
from motcua_chassis._kafka.producer import headers_on
from motcua_contracts import Event
from motcua_contracts.wire.asyncapi import (
    document,
    paper_name,
    papers,
    read_examples,
    registry,
    render,
)
from motcua_contracts.wire.channels import topic_of
from motcua_contracts.wire.envelope import decode
from motcua_contracts.wire.payload import DeadLettered
from motcua_contracts.wire.topics import TOPICS
from motcua_intake.service import service as intake
from motcua_notify.service import service as notify
from motcua_payment.service import service as payment
from motcua_routing.service import service as routing

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs/asyncapi.json"
EXAMPLES = read_examples(ROOT / "tests/contracts/goldens")
MADE = document(EXAMPLES)
MESSAGES: dict[str, Any] = MADE["components"]["messages"]
EVENTS = sorted(
    name
    for name, kind in registry().items()
    if issubclass(kind, Event) and not issubclass(kind, DeadLettered)
)


def validator(name: str) -> Any:
    return jsonschema_rs.validator_for(
        {"components": MADE["components"], **MESSAGES[name]["payload"]}
    )


def test_the_committed_document_is_of_this_code() -> None:
    """Else: python -m motcua_contracts.wire.asyncapi > docs/asyncapi.json"""
    assert COMMITTED.read_text() == render(EXAMPLES)


def test_every_topic_is_a_channel_and_every_type_travels_on_one() -> None:
    made = MADE
    assert set(made["channels"]) == set(TOPICS)
    travelling = [
        wire_type
        for channel in made["channels"].values()
        for wire_type in channel.get("messages", ())
    ]
    assert sorted(travelling) == sorted(MESSAGES)
    assert set(registry()) < set(travelling)
    assert topic_of(registry()["vn.motcua.routing.assign-task.v1"]).name == "routing.commands"
    assert (
        topic_of(registry()["vn.motcua.catalog.officer-placed.v1"]).name == "catalog.organisation"
    )


def test_every_reference_leads_somewhere() -> None:
    made = MADE

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        return (
            [found for value in node for found in references(value)]
            if isinstance(node, list)
            else []
        )

    found = references(made)
    assert found
    for reference in found:
        target: Any = made
        for part in reference.removeprefix("#/").split("/"):
            assert part in target, reference
            target = target[part]


@pytest.mark.parametrize(
    "service",
    [audit, catalog, intake, notify, payment, routing],
    ids=lambda service: str(service.name),
)
def test_an_event_travels_where_its_service_publishes_it(service: Any) -> None:
    own = [
        kind
        for kind in registry().values()
        if issubclass(kind, Event) and kind.owner == service.name
    ]
    events = [kind for kind in own if not issubclass(kind, DeadLettered)]
    assert events
    for kind in events:
        event = decode((ROOT / f"tests/contracts/goldens/{kind.wire_type}.json").read_bytes()).data
        assert isinstance(event, Event)
        assert service.topic_of(event) is topic_of(kind), kind.wire_type


def test_absences_travel_with_the_organisation() -> None:
    assert (
        topic_of(registry()["vn.motcua.catalog.absence-recorded.v1"]).name == "catalog.organisation"
    )


def test_every_message_has_an_example_that_its_schema_takes() -> None:
    for name, message in MESSAGES.items():
        (example,) = message["examples"]
        assert [str(error) for error in validator(name).iter_errors(example["payload"])] == [], name


@pytest.mark.parametrize("missing", ["sequence", "prevhash", "data", "causationid"])
def test_an_event_without_its_place_in_the_chain_is_none(missing: str) -> None:
    for name in EVENTS:
        assert not validator(name).is_valid(
            {key: value for key, value in EXAMPLES[name].items() if key != missing}
        ), name


def amounts(node: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if isinstance(node, list):
        return [
            found
            for number, value in enumerate(node)
            for found in amounts(value, (*path, str(number)))
        ]
    if not isinstance(node, dict):
        return []
    own = [(*path, name) for name in node if name.endswith("_vnd") and name != "difference_vnd"]
    return own + [found for name, value in node.items() for found in amounts(value, (*path, name))]


def test_no_amount_is_below_nothing() -> None:
    """Each amount of each example by itself, set to -1. A difference may be negative."""
    tried = 0
    for name, example in EXAMPLES.items():
        for path in amounts(example):
            changed = copy.deepcopy(example)
            place = changed
            for step in path[:-1]:
                place = place[int(step)] if isinstance(place, list) else place[step]
            place[path[-1]] = -1
            assert not validator(name).is_valid(changed), (name, path)
            tried += 1
    assert tried > 20


def test_records_say_what_they_are() -> None:
    """Private records and the simulated clock are plain JSON; all others are CloudEvents, in the
    document and in Kafka's headers.
    """
    for name, topic in TOPICS.items():
        plain = topic.kind == "private" or name == "dev.clock"
        expected = "application/json" if plain else "application/cloudevents+json"
        assert headers_on(name) == [("content-type", expected.encode())]
        for message in MADE["channels"][name].get("messages", ()):
            assert MESSAGES[message]["contentType"] == expected
    assert {name for name in MESSAGES if name.startswith("paper.")} == {
        paper_name(paper) for paper in papers()
    }
    assert list(MADE["channels"]["catalog.people"]["messages"]) == ["paper.Person"]
