"""Which decider a subject falls to: by its form, in one place, and never two or none."""

from datetime import datetime
from typing import Any

import pytest
from motcua_chassis import Decider, Service, StoredAs
from motcua_chassis.deciders import Deciders
from motcua_contracts import Effect, Message, Model
from motcua_contracts.messages.intake import DossierStopped, DossierWithdrawn
from motcua_contracts.messages.payment import PaymentSettled
from motcua_contracts.rules.decision import NOTHING
from motcua_contracts.wire import topics

NOON = datetime.fromisoformat("2026-11-24T12:00:00+07:00")


class Dossier(Model):
    stage: str = "new"


class Drawer(Model):
    coins: int = 0


class Kept(Model):
    """What is in the store for both."""

    dossier: Dossier | None = None
    drawer: Drawer | None = None


def nothing(*_: Any) -> Any:
    return NOTHING


def decider(case: type[Model] = Dossier, subjects: str = "", **more: Any) -> Decider:
    return Decider(case, nothing, lambda case, _: case, subjects=subjects, **more)


def drawers(**more: Any) -> Decider:
    part = StoredAs(
        Kept,
        lambda case: Kept(drawer=case if case != Drawer() else None),
        lambda kept: kept.drawer or Drawer(),
    )
    return decider(Drawer, "drawer:", stored=part, **more)


@pytest.mark.parametrize(
    ("subject", "case"),
    [
        ("d-1", Dossier()),
        ("drawer:haihau", Drawer()),
        ("drawer:", Drawer()),
        ("drawer", Dossier()),
        ("a-drawer:haihau", Dossier()),
        ("book:haihau", Dossier()),
        ("", Dossier()),
    ],
)
def test_the_beginning_of_a_subject_chooses(subject: str, case: Model) -> None:
    for order in ((decider(), drawers()), (drawers(), decider())):
        assert Deciders("routing", order).empty(subject) == case


@pytest.mark.parametrize(
    ("deciders", "said"),
    [
        ((decider(), drawers(), drawers()), "routing: two deciders take the subjects drawer:…"),
        (
            (decider(), decider(subjects="drawer:a:"), drawers()),
            "routing: two deciders take the subjects drawer:a:…",
        ),
        ((decider(), decider()), "routing: 2 deciders take the subjects that no prefix names"),
        ((drawers(),), "routing: no deciders take the subjects that no prefix names"),
    ],
)
def test_a_service_whose_subjects_have_two_deciders_or_none_does_not_start(
    deciders: tuple[Decider, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Service("routing", (topics.ROUTING_COMMANDS,), deciders)


def test_an_event_that_no_topic_brings_is_named_at_the_start() -> None:
    consumes = (topics.ROUTING_COMMANDS, topics.INTAKE_DOSSIERS)
    Service("routing", consumes, (decider(hears=(DossierStopped,)),))
    with pytest.raises(ValueError, match="hears PaymentSettled, but consumes no topic of payment"):
        Service("routing", consumes, (decider(hears=(DossierStopped, PaymentSettled)),))


def test_each_kind_of_subject_hears_its_own_events() -> None:
    rules = Deciders(
        "routing", (decider(hears=(DossierStopped,)), drawers(hears=(DossierWithdrawn,)))
    )
    heard = {
        (subject, event.__name__)
        for subject in ("d-1", "drawer:haihau")
        for event in (DossierStopped, DossierWithdrawn)
        if rules.hears(subject, event)
    }
    assert heard == {("d-1", "DossierStopped"), ("drawer:haihau", "DossierWithdrawn")}


def test_effects_dues_and_indexes_are_those_of_the_subject() -> None:
    effect = Effect("drawer:haihau/1", "count")
    first = decider(due=lambda _: NOON, index=lambda case: {"stage": case.stage, "late": None})
    rules = Deciders("routing", (first, drawers(effects=lambda _: (effect,))))
    assert (rules.effects("d-1", Dossier()), rules.due("d-1", Dossier())) == ((), NOON)
    assert rules.effects("drawer:haihau", Drawer()) == (effect,)
    assert rules.due("drawer:haihau", Drawer()) is None
    assert rules.index("d-1", Dossier()) == {"stage": "new"}
    assert rules.index("drawer:haihau", Drawer()) == {}
    assert (rules.wakes, rules.indexed) == (True, ("stage", "late"))
    assert not Deciders("routing", (decider(), drawers())).wakes


def test_decide_and_evolve_are_those_of_the_subject() -> None:
    counted = Decider(
        Drawer, nothing, lambda case, _: Drawer(coins=case.coins + 1), subjects="drawer:"
    )
    rules, data = (
        Deciders("routing", (decider(), counted)),
        DossierStopped(reason="not_paid_in_time"),
    )

    def said(subject: str) -> Message[Any]:
        return Message("1", "/x", data.wire_type, subject, NOON, "a", "c", "c", data, 1)

    assert rules.evolve(Drawer(), said("drawer:haihau")) == Drawer(coins=1)
    assert rules.evolve(Dossier(), said("d-1")) == Dossier()
    assert rules.decide(Drawer(), said("drawer:haihau"), NOON, None, None) is NOTHING  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "case", "state"),
    [
        ("d-1", Dossier(stage="old"), '{"stage":"old"}'),
        ("drawer:haihau", Drawer(coins=3), '{"dossier":null,"drawer":{"coins":3}}'),
        ("drawer:haihau", Drawer(), '{"dossier":null,"drawer":null}'),
    ],
)
def test_a_case_is_written_and_read_in_its_stored_form(
    subject: str, case: Model, state: str
) -> None:
    rules = Deciders("routing", (decider(), drawers()))
    assert rules.written(subject, case) == state
    assert rules.read(subject, state) == case


def test_a_service_without_deciders_has_no_rules() -> None:
    rules = Service("gateway", ()).rules
    assert not rules
    with pytest.raises(LookupError):
        rules.empty("d-1")
