"""The committed AsyncAPI document is the one that the code gives, and says where everything travels."""

from pathlib import Path
from typing import Any

from motcua_contracts.asyncapi import document, registry, render, topic_of
from motcua_contracts.topics import TOPICS

COMMITTED = Path(__file__).parents[2] / "docs/asyncapi.json"


def test_the_committed_document_is_of_this_code() -> None:
    """Else: python -m motcua_contracts.asyncapi > docs/asyncapi.json"""
    assert COMMITTED.read_text() == render()


def test_every_topic_is_a_channel_and_every_type_travels_on_one() -> None:
    made = document()
    assert set(made["channels"]) == set(TOPICS)
    travelling = [wire_type for channel in made["channels"].values() for wire_type in channel.get("messages", ())]
    assert sorted(travelling) == list(registry())
    assert topic_of(registry()["vn.motcua.routing.assign-task.v1"]).name == "routing.commands"
    assert topic_of(registry()["vn.motcua.catalog.officer-placed.v1"]).name == "catalog.organisation"


def test_every_reference_leads_somewhere() -> None:
    made = document()

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    found = references(made)
    assert found
    for reference in found:
        target: Any = made
        for part in reference.removeprefix("#/").split("/"):
            assert part in target, reference
            target = target[part]
