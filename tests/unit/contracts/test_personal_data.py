"""Personal data is where the marks say, and nowhere else: no event and no state of a case has a
marked field.
"""

from importlib import import_module
from pathlib import Path

import pytest
from motcua_contracts import Command, Event, Payload, PrivateRecord
from motcua_contracts.wire.payload import REGISTRY
from motcua_contracts.wire.personal import personal_fields
from motcua_contracts.wire.personal_map import markdown
from motcua_contracts.wire.topics import DECIDING

PAGE = Path(__file__).resolve().parents[3] / "docs" / "personal-data.md"
TYPED = (
    "note",
    "text",
    "recipient",
    "full_name",
    "form",
    "email",
    "phone",
    "address",
    "id_number",
    "item_number",
    "pin",
)
"""Names of fields that take a person's words or data, wherever they appear."""
NOT_PERSONAL = {
    "SetPreferences.email": "a wish: yes or no",
    "PreferencesSet.email": "a wish: yes or no",
    "ImportProcedure.form": "",
}
for service in DECIDING:
    import_module(f"motcua_{service}.service")

PRIVATE = [
    papers for papers in PrivateRecord.__subclasses__() if papers.__module__.startswith("motcua_")
]
"""Other tests have classes of their own."""
EVENTS = [
    model
    for model in REGISTRY.values()
    if issubclass(model, Event) and model.__module__.startswith("motcua_")
]
COMMANDS = [
    model
    for model in REGISTRY.values()
    if issubclass(model, Command) and model.__module__.startswith("motcua_")
]


def test_the_map_is_what_the_fields_say() -> None:
    assert PAGE.read_text() == markdown()


@pytest.mark.parametrize("event", EVENTS, ids=lambda model: model.wire_type)
def test_no_event_holds_personal_data(event: type[Payload]) -> None:
    assert list(personal_fields(event)) == []


@pytest.mark.parametrize("service", DECIDING)
def test_no_state_of_a_case_holds_personal_data(service: str) -> None:
    deciders = import_module(f"motcua_{service}.service").service.deciders
    assert deciders
    for decider in deciders:
        assert list(personal_fields(decider.case)) == []


@pytest.mark.parametrize("model", [*COMMANDS, *EVENTS, *PRIVATE], ids=lambda model: model.__name__)
def test_a_field_that_takes_a_persons_words_is_marked(model: type[Payload]) -> None:
    marked = {path.partition(".")[0] for path, _ in personal_fields(model)}
    unmarked = {name for name in model.model_fields if name in TYPED} - marked
    assert {f"{model.__name__}.{name}" for name in unmarked} <= set(NOT_PERSONAL)


def test_every_private_record_is_in_the_map() -> None:
    for papers in PRIVATE:
        assert list(personal_fields(papers)), papers
        assert papers.__name__ in markdown()
