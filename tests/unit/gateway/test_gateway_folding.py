"""The read model is a fold: the same document for every order of arrival, deaf to copies, and its
status is that of the contracts' fold.
"""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from motcua_contracts import Event, Message
from motcua_contracts.messages.payment import (
    CashBooked,
    CashGivenBack,
    CashTaken,
    TillClosed,
    TillOpened,
)
from motcua_contracts.rules.status import Progress, fold
from motcua_contracts.wire.payload import REJECTIONS
from motcua_gateway.read_model.document import documents_of, due_steps, fold_all
from motcua_gateway.read_model.folds import HANDLERS
from motcua_gateway.read_model.stored import (
    Acceptance,
    Case,
    Charge,
    Completion,
    Document,
    Filing,
    history_of,
)
from motcua_gateway.read_model.tills import fold_till, subject_of
from pymongo import ReplaceOne

from .dossier_events import AT_LEADER, AT_OFFICER, DECIDED, DOSSIER, SLIP, T0, WAY, said_by, way

PARTS: dict[str, Any] = {
    "filing": Filing,
    "acceptance": Acceptance,
    "completion": Completion,
    "case": Case,
    "charge": Charge,
}
SHOWN = [message for message in way() if type(message.data) in HANDLERS]


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[Message[Event]]]:
    """The events cut into batches: each source in its order, the sources anyhow, some events once
    more.
    """
    left = {source: [m for m in SHOWN if m.source.endswith(source)] for source in WAY}
    heard: list[Message[Event]] = []
    for source in draw(
        st.permutations([source for source, events in left.items() for _ in events])
    ):
        heard.append(left[source].pop(0))
        if draw(st.booleans()):
            heard.append(draw(st.sampled_from(heard)))
    batches: list[list[Message[Event]]] = []
    while heard:
        size = draw(st.integers(1, len(heard)))
        batches.append(heard[:size])
        heard = heard[size:]
    return batches


@given(arrivals())
def test_every_order_and_every_copy_gives_the_same_document(
    batches: list[list[Message[Event]]],
) -> None:
    document = None
    for batch in batches:
        document = fold_all(deepcopy(document), DOSSIER, batch) or document
    in_order = fold_all(None, DOSSIER, SHOWN)
    assert document is not None
    assert in_order is not None
    # Which statuses were seen on the way depends on who was heard first; where it ends does not.
    assert document.pop("passed")[-1][0] == in_order.pop("passed")[-1][0]
    assert document == in_order


def _stored(document: dict[str, Any] | None, written: Any) -> dict[str, Any]:
    """What a store holds after a write."""
    if isinstance(written, ReplaceOne):
        whole: Any = written._doc
        return dict(deepcopy(whole))
    change: Any = deepcopy(written._doc)
    assert document is not None
    document.update(change["$set"])
    for name, items in change.get("$push", {}).items():
        assert name not in change["$set"], "one update may not name a path twice"
        document.setdefault(name, []).extend(items["$each"])
    return document


@given(arrivals())
def test_writing_only_what_changed_stores_the_whole_document(
    batches: list[list[Message[Event]]],
) -> None:
    stored = None
    for batch in batches:
        folded = fold_all(deepcopy(stored), DOSSIER, batch)
        if folded is not None:
            stored = _stored(stored, folded.write())
            assert stored == folded


@given(arrivals())
def test_the_status_is_that_of_the_contracts_fold_at_every_moment(
    batches: list[list[Message[Event]]],
) -> None:
    document, progress = None, Progress()
    for batch in batches:
        document = fold_all(document, DOSSIER, batch) or document
        for message in batch:
            progress = fold(progress, message)
        assert document is not None
        assert (document["status"], document["due_at"]) == (progress.status, progress.due_at)
        assert Progress.model_validate_json(document["progress"]) == progress


def test_no_event_that_moves_the_status_is_passed_over() -> None:
    progress = Progress()
    for message in way():
        after = fold(progress, message)
        moved = {
            part: getattr(after, part).model_dump(exclude={"sequence"})
            for part in ("intake", "routing", "payment")
        }
        before = {
            part: getattr(progress, part).model_dump(exclude={"sequence"})
            for part in ("intake", "routing", "payment")
        }
        if moved != before:
            assert type(message.data) in HANDLERS, type(message.data).__name__
        progress = after


def test_known_events_alone_are_no_news() -> None:
    document = fold_all(None, DOSSIER, SHOWN)
    assert fold_all(document, DOSSIER, SHOWN) is None


def test_the_open_task_is_the_officers_until_it_is_done() -> None:
    at_officer = fold_all(None, DOSSIER, [m for m in way(AT_OFFICER) if type(m.data) in HANDLERS])
    at_leader = fold_all(None, DOSSIER, [m for m in way(AT_LEADER) if type(m.data) in HANDLERS])
    decided = fold_all(None, DOSSIER, [m for m in way(DECIDED) if type(m.data) in HANDLERS])
    assert at_officer is not None
    assert at_leader is not None
    assert decided is not None
    assert [one["officer"] for one in (at_officer, at_leader, decided)] == [
        "officer-tckh",
        "leader-tckh",
        "",
    ]
    assert at_leader["desks"] == ["haihau/tckh"]
    assert at_leader["case"]["draft"] == {"outcome": "granted", "reason_code": ""}


def test_documents_and_the_computation_of_the_due_date_are_there() -> None:
    document = fold_all(None, DOSSIER, SHOWN)
    assert document is not None
    assert [one["kind"] for one in documents_of(document.typed)] == [
        "upload",
        "slip",
        "receipt",
        "result",
    ]
    assert SLIP.sha256 in document["documents"]
    assert [step["text_vi"] for step in due_steps(document.typed)] == ["Nhận hồ sơ."]


def test_refusals_are_no_part_of_the_way() -> None:
    assert all(kind not in HANDLERS for kind in REJECTIONS.values())


def test_a_till_counts_what_was_booked_and_closes_with_its_report() -> None:
    subject = subject_of("haihau", "cashier-haihau")
    taking = {"reference": f"{subject}/1", "dossier_id": DOSSIER, "amount_vnd": 100_000}
    other = {"reference": f"{subject}/2", "dossier_id": DOSSIER, "amount_vnd": 50_000}
    events: list[Event] = [
        TillOpened(agency="haihau", cashier="cashier-haihau", float_vnd=500_000),
        CashTaken.model_validate({**taking, "cashier": "cashier-haihau"}),
        CashTaken.model_validate({**other, "cashier": "cashier-haihau"}),
        CashBooked.model_validate(taking),
        CashGivenBack.model_validate({**other, "reason": "nothing-owed"}),
    ]
    said = [said_by("payment", event, n, subject) for n, event in enumerate(events, 1)]
    till = fold_till(None, subject, said)
    assert till is not None
    assert (session := till["session"]) is not None
    assert session["booked_vnd"] == 100_000
    assert [one["state"] for one in session["takings"]] == ["booked", "given_back"]
    assert fold_till(deepcopy(till), subject, said) is None
    closed = TillClosed(
        expected_vnd=600_000, counted_vnd=590_000, difference_vnd=-10_000, takings=1
    )
    after = fold_till(till, subject, [said_by("payment", closed, 6, subject)])
    assert after is not None
    assert (last := after["last"]) is not None
    assert (after["state"], after["session"], last["difference_vnd"]) == (
        "closed",
        None,
        -10_000,
    )
    assert last["closed_at"] == T0


def test_every_field_that_is_stored_is_declared() -> None:
    document = fold_all(None, DOSSIER, SHOWN)
    assert document is not None
    assert document.keys() <= Document.__annotations__.keys()
    assert Document.__required_keys__ <= document.keys()
    for name, part in PARTS.items():
        assert document[name].keys() <= part.__annotations__.keys(), name


def test_a_line_of_the_history_is_stored_as_an_array() -> None:
    document = fold_all(None, DOSSIER, SHOWN)
    assert document is not None
    assert {type(line) for line in document["history"]} == {list}
    assert [list(line) for line in history_of(document.typed)] == document["history"]
    first = history_of(document.typed)[0]
    assert (first.source, first.sequence, first.event) == (0, 1, "DossierRegistered")
    assert first.more == {"channel": "online"}
