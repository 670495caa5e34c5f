"""One act is one object: what it needs is in it, and route, form, label and outcome follow from it
alone.
"""

import re
from dataclasses import replace
from inspect import signature
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from motcua_contracts import Label
from motcua_contracts.messages.intake import AcceptDossier, WithdrawDossier
from motcua_contracts.rules.refusals import NoteRequired, PaperMissing
from motcua_gateway.acts.act import Act, ActGroup
from motcua_gateway.acts.choices import Choices
from motcua_gateway.acts.counter import COUNTER
from motcua_gateway.acts.fields import Line, Note, Short
from motcua_gateway.acts.groups import GROUPS
from motcua_gateway.acts.offered import Offer
from motcua_gateway.acts.submission import Filled
from motcua_gateway.answers.base import Taken
from motcua_gateway.api.acts import body_of, endpoint_of, router_of
from motcua_gateway.api.rights import Rights
from motcua_gateway.pages.site import _templates
from motcua_gateway.rights_table import described, rows_of
from starlette.datastructures import FormData

ACTS = [(group, act) for group in GROUPS for act in group.acts]
ROUTES = {(row.method, row.path): row for row in rows_of(described())}
DOCUMENT: dict[str, Any] = described().openapi()
NAMES = [f"{group.name} {act.name}" for group, act in ACTS]
NEW = Act(
    name="lend-umbrella",
    command=WithdrawDossier,
    roles=("cashier",),
    label=Label("Cho mượn ô", "Lend an umbrella"),
    about="Lend an umbrella.",
    answer=Taken,
    body="Who gets it.",
    fields=(
        Line(name="who", label=Label("Ai mượn", "Who gets it"), most=60, needed=True, api=Short),
        Note(label=Label("Màu", "Colour")),
    ),
    happens=(Label("Ô đi mất.", "The umbrella is gone."),),
)


def drawn(act: Act, **typed: str) -> str:
    """Its form, as the pages draw it."""
    return str(
        _templates()
        .get_template("acts.html")
        .render(
            offers=[Offer(act, act.name, {"step": "s", "consultation": 1})],
            filled=Filled(act.name, FormData(list(typed.items()))) if typed else Filled(),
            choices=Choices(names={"p": "Đơn"}, asked={"p": "Đơn"}),
            opened=set(),
            at="/quay/somewhere",
            key="k",
            t=lambda vi, en: vi,
            pick=lambda one, name: one[f"{name}_vi"],
            link=lambda path: path,
        )
    )


@pytest.mark.parametrize(("group", "act"), ACTS, ids=NAMES)
def test_every_act_has_its_route_rights_words_and_outcome(group: ActGroup, act: Act) -> None:
    path = f"/api/v1{group.prefix}/{act.path or act.name}"
    assert ROUTES["POST", path].rights == Rights(act.roles, seated=group.seated)
    operation = DOCUMENT["paths"][path]["post"]
    assert operation["description"] == act.about
    assert ("requestBody" in operation) == bool(act.schema)
    assert act.label.vi
    assert act.label.en
    assert act.command.closed_by


@pytest.mark.parametrize(("group", "act"), ACTS, ids=NAMES)
def test_every_value_of_an_act_is_one_of_its_command(group: ActGroup, act: Act) -> None:
    said = {name for one in act.fields if not one.for_aim for name in one.schema()}
    assert said | act.fixed.keys() <= act.command.model_fields.keys()
    needed = {name for name, one in act.command.model_fields.items() if one.is_required()}
    assert needed <= said | act.fixed.keys() | group.gives


@pytest.mark.parametrize(
    ("group", "act"),
    [(group, act) for group, act in ACTS if act.on_page],
    ids=[name for name, (_, act) in zip(NAMES, ACTS, strict=True) if act.on_page],
)
def test_every_input_of_a_form_is_drawn_and_has_a_name_for_its_error(
    group: ActGroup, act: Act
) -> None:
    page = drawn(act)
    inputs = set(re.findall(r' name="([a-z_]+)', page)) - {"form", "key"}
    assert inputs - {"step", "consultation"} == act.names.keys()
    assert f'action="/quay/somewhere/{act.name}"' in page
    assert ('class="danger"' in page) == act.is_final
    assert all(label.vi and label.en for label in act.names.values())


def test_an_act_that_is_added_gets_its_route_body_and_form_without_a_template() -> None:
    group = replace(COUNTER, acts=(*COUNTER.acts, NEW))
    router, app = router_of(group), FastAPI()
    app.include_router(router)
    path = f"{COUNTER.prefix}/lend-umbrella"
    (route,) = [
        one for one in router.routes if isinstance(one, APIRoute) and one.path.endswith(NEW.name)
    ]
    assert Rights(("cashier",), seated=True) in [one.call for one in route.dependant.dependencies]
    document: dict[str, Any] = app.openapi()
    operation = document["paths"][path]["post"]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    body = document["components"]["schemas"][reference.rpartition("/")[2]]
    assert body["required"] == ["who"]
    assert body["properties"].keys() == {"who", "note"}
    assert body["description"] == "Who gets it."
    page = drawn(NEW, who="An")
    for words in ("Cho mượn ô…", "Ai mượn", 'value="An"', "Màu", "Không hoàn tác được"):
        assert words in page


def test_a_forms_wrong_field_and_a_refusal_are_said_beside_it() -> None:
    assert NEW.beside(NoteRequired(about="reason")) == "note"
    assert NEW.beside(PaperMissing()) == ""
    told = NEW.told(FormData([("who", "An"), ("note", "đỏ")]), Choices(), english=True)
    assert told == [(Label("Ai mượn", "Who gets it"), "An"), (Label("Màu", "Colour"), "đỏ")]


def test_an_act_without_fields_has_no_body_and_its_command_says_for_which_agency() -> None:
    accept = COUNTER.on_page["accept"]
    assert body_of(COUNTER, accept) is None
    assert "body" not in signature(endpoint_of(COUNTER, accept)).parameters
    command = accept.read(FormData(), Choices(), {"agency": "haihau"})
    assert command == AcceptDossier(agency="haihau")
