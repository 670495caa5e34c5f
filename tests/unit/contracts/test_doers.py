"""Every field of an event that names a person says whether that is whoever acted; the auditor holds
those against the actor.
"""

import re
from importlib import import_module

import pytest
from motcua_contracts import Event
from motcua_contracts.messages.routing import ConsultationRequested, StepCompleted
from motcua_contracts.wire.doers import Named, doer_fields, named_otherwise
from motcua_contracts.wire.payload import REGISTRY

for _name in (
    "intake",
    "routing",
    "payment",
    "notify",
    "audit",
    "catalog",
    "till",
    "refunds",
    "digests",
):
    import_module(f"motcua_contracts.messages.{_name}")

PERSON = re.compile(
    r"(^|_)(officer|clerk|leader|cashier|accountant|reader|actor|signer|author|deputy|person|by|to)$"
)
NOT_IDS = {("DossierForgotten", "asked_by"): "in which capacity somebody asked"}
FIELDS = [
    (model, name)
    for model in REGISTRY.values()
    if issubclass(model, Event) and model.__module__.startswith("motcua_contracts.")
    for name, field in model.model_fields.items()
    if PERSON.search(name) and field.annotation is str and (model.__name__, name) not in NOT_IDS
]


@pytest.mark.parametrize(
    ("model", "name"), FIELDS, ids=[f"{model.__name__}.{name}" for model, name in FIELDS]
)
def test_who_is_named_is_declared(model: type[Event], name: str) -> None:
    marks = [mark for mark in model.model_fields[name].metadata if isinstance(mark, Named)]
    assert len(marks) == 1, "Doer or Somebody"


def test_the_fields_are_found() -> None:
    assert len(FIELDS) >= 22
    assert doer_fields(StepCompleted) == ("officer",)
    assert doer_fields(ConsultationRequested) == ()


@pytest.mark.parametrize(
    ("officer", "actor", "wrong"),
    [
        ("o", "officer:o", ""),
        ("officer:o", "officer:o", ""),
        ("", "officer:o", ""),
        ("o", "system:routing", ""),
        ("o", "officer:p", "officer"),
        ("o", "citizen:o", ""),
        ("officer:o", "citizen:o", "officer"),
    ],
)
def test_an_event_of_a_person_names_that_person(officer: str, actor: str, wrong: str) -> None:
    assert named_otherwise(StepCompleted(step="a", officer=officer), actor) == wrong
