"""Who sees what: the owner the officer's name and post, the public department, post and step, and
nobody outside anything personal.
"""

import json
from typing import Any

import pytest
from motcua_contracts.messages.payment import MismatchFound
from motcua_gateway.identity.callers import Caller
from motcua_gateway.read_model.document import fold_all
from motcua_gateway.read_model.folds import HANDLERS
from motcua_gateway.read_model.stored import Document
from motcua_gateway.views.dossier import desk_view, officers_of, owner_view, public_view
from motcua_gateway.views.texts import HISTORY, PUBLIC

from .dossier_events import (
    AT_LEADER,
    AT_OFFICER,
    DECIDED,
    DOSSIER,
    MARKS,
    OFFICER_NAMES,
    REGISTERED_ONLY,
    RESULT,
    T0,
    WAY,
    catalogue,
    registered,
    said_by,
    way,
)

EVENTS = catalogue()


def document(upto: dict[str, int] | None = None) -> Document:
    folded = fold_all(None, DOSSIER, [m for m in way(upto) if type(m.data) in HANDLERS])
    assert folded is not None
    return folded.typed


def officer(name: str, role: str) -> Caller:
    return Caller(f"officer:{name}", frozenset({role}), name, EVENTS.last_seat(name))


def text(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False, default=str)


@pytest.mark.parametrize("upto", [REGISTERED_ONLY, AT_OFFICER, AT_LEADER, DECIDED, None])
def test_the_public_sees_no_person_at_any_moment(upto: dict[str, int] | None) -> None:
    shown = text(public_view(document(upto), EVENTS, OFFICER_NAMES))
    for mark in (*MARKS, *OFFICER_NAMES.values(), *OFFICER_NAMES, "citizen:", "sha256", DOSSIER):
        assert mark not in shown, mark


def test_the_public_sees_department_post_and_step() -> None:
    place = public_view(document(AT_OFFICER), EVENTS, {})["place"]
    assert (place["agency_vi"], place["department_vi"]) == (
        "UBND huyện Hải Hậu",
        "Phòng Tài chính – Kế hoạch",
    )
    assert (place["post_vi"], place["step_vi"]) == ("Chuyên viên tài chính", "Thẩm định")


def test_the_officers_name_is_public_where_the_office_wants_it() -> None:
    place = public_view(document(AT_OFFICER), EVENTS, OFFICER_NAMES, show_officer=True)["place"]
    assert place["officer"] == {"id": "officer-tckh", "name": "Phạm Quốc Tuấn"}


def test_the_owner_sees_name_and_post_and_no_pseudonym() -> None:
    view = owner_view(document(AT_OFFICER), EVENTS, OFFICER_NAMES)
    assert view["place"]["officer"]["name"] == "Phạm Quốc Tuấn"
    assert view["place"]["post_vi"] == "Chuyên viên tài chính"
    assert "pseudonym" not in text(view)


def test_the_result_is_the_owners_once_it_is_returned() -> None:
    decided, returned = (
        owner_view(document(DECIDED), EVENTS, {}),
        owner_view(document(), EVENTS, {}),
    )
    assert RESULT.sha256 not in text(decided)
    assert [one["kind"] for one in returned["documents"]] == ["upload", "slip", "receipt", "result"]


def test_what_only_the_office_mends_is_not_in_the_owners_history() -> None:
    mismatch = MismatchFound(
        reason="late", amount_vnd=1, provider="vnpay", attempt=1, reference="r"
    )
    folded = fold_all(document(), DOSSIER, [said_by("payment", mismatch, len(WAY["payment"]) + 1)])
    assert folded is not None
    assert "MismatchFound" not in text(owner_view(folded.typed, EVENTS, {}))
    assert "MismatchFound" in text(
        desk_view(folded.typed, EVENTS, {}, officer("clerk-haihau", "clerk"))
    )


@pytest.mark.parametrize(
    ("upto", "name", "role", "actions"),
    [
        (REGISTERED_ONLY, "clerk-haihau", "clerk", ["refuse", "withdrawal", "correction"]),
        (
            {"intake": 2, "payment": 2},
            "clerk-haihau",
            "clerk",
            ["request-supplement", "refuse", "withdrawal", "correction"],
        ),
        (
            {"intake": 3, "payment": 5},
            "clerk-haihau",
            "clerk",
            ["accept", "request-supplement", "refuse", "withdrawal", "correction"],
        ),
        ({"intake": 2, "payment": 2}, "cashier-haihau", "cashier", ["collect-cash"]),
        ({"intake": 3, "payment": 5}, "cashier-haihau", "cashier", ["refund"]),
        (
            AT_OFFICER,
            "officer-tckh",
            "officer",
            ["draft-decision", "request-supplement", "consult"],
        ),
        (AT_OFFICER, "leader-tckh", "leader", ["assign", "extend", "refund"]),
        (
            AT_LEADER,
            "leader-tckh",
            "leader",
            [
                "approve",
                "return-step",
                "request-supplement",
                "consult",
                "assign",
                "extend",
                "refund",
            ],
        ),
        (AT_LEADER, "officer-tckh", "officer", []),
        (None, "clerk-haihau", "clerk", ["forget"]),
    ],
)
def test_what_may_be_done_now(
    upto: dict[str, int] | None, name: str, role: str, actions: list[str]
) -> None:
    view = desk_view(document(upto), EVENTS, {}, officer(name, role))
    assert [one["action"] for one in view["actions"]] == actions


def test_a_result_for_the_counter_waits_for_its_hand_over() -> None:
    events = [
        said_by("intake", registered("counter"), 1),
        *[m for m in way(DECIDED)[1:] if type(m.data) in HANDLERS],
    ]
    folded = fold_all(None, DOSSIER, events)
    assert folded is not None
    offered = desk_view(folded.typed, EVENTS, {}, officer("clerk-haihau", "clerk"))["actions"]
    assert [one["action"] for one in offered] == ["hand-over", "correction"]
    assert owner_view(folded.typed, EVENTS, {})["next_actions"] == ["collect_result"]


def test_every_event_of_a_history_has_its_words_in_both_languages() -> None:
    seen = document()["history"]
    assert {entry[3] for entry in seen} <= set(HISTORY)
    assert set(HISTORY) >= PUBLIC
    for line in owner_view(document(), EVENTS, {})["history"]:
        assert line["text_vi"]
        assert line["text_en"]
        assert line["at"] == T0
    assert "100.000 đồng" in text(owner_view(document(), EVENTS, {}))


def test_the_names_that_a_view_asks_for_are_those_of_its_officers() -> None:
    assert officers_of(document()) == {"officer-tckh", "leader-tckh"}
