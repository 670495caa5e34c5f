"""Every pair of a dossier's state and a message: it moves, is refused by name, or (a fact) changes nothing."""

from datetime import datetime

import pytest
from intake_desk import NOW, Desk, on_paper, submit
from motcua_contracts.decision import Refusal, Wake
from motcua_contracts.intake import AcceptDossier, HandOver, RecordAcceptanceSlip
from motcua_contracts.payload import Payload
from motcua_contracts.payment import CashCollected, FeeAssessed, FeeWaived, PaymentExpired, PaymentSettled
from motcua_contracts.routing import CaseClosed, CaseDecided, CompleteStep
from motcua_intake.domain.evolve import effects


def assessed(amount_vnd: int, moment: str = "before_acceptance") -> FeeAssessed:
    return FeeAssessed.model_validate({"amount_vnd": amount_vnd, "computation": (), "moment": moment, "pay_within_seconds": 600})


def at(day: int) -> datetime:
    return NOW.replace(day=day)


MESSAGES: dict[str, Payload] = {
    "submit": submit(),
    "paper": on_paper(),
    "accept": AcceptDossier(agency="haihau"),
    "slip": RecordAcceptanceSlip(slip=None),
    "hand": HandOver(agency="haihau", identity_checked=True),
    "free": assessed(0),
    "owed": assessed(100_000),
    "later": assessed(100_000, "before_result"),
    "waived": FeeWaived(percent=100),
    "settled": PaymentSettled(amount_vnd=100_000, channel="cash", provider="till", attempt=0, reference="t-1", settled_at=NOW),
    "expired": PaymentExpired(amount_vnd=100_000, expired_at=NOW),
    "decided": CaseDecided(outcome="granted", result=None, decided_at=NOW),
    "closed": CaseClosed(reason="stopped"),
    "cash": CashCollected(till="till:haihau:cashier", reference="t-1", amount_vnd=100_000),
    "wake": Wake(),
}
WAYS: dict[str, tuple[str, ...]] = {
    "unregistered": (),
    "unassessed": ("submit",),
    "demanded": ("submit", "owed"),
    "cleared": ("submit", "free"),
    "deferred": ("submit", "later"),
    "accepting": ("submit", "free", "accept"),
    "accepting, deferred": ("submit", "later", "accept"),
    "accepted": ("submit", "free", "accept", "slip"),
    "accepted, deferred": ("submit", "later", "accept", "slip"),
    "decided, unpaid": ("submit", "later", "accept", "slip", "decided"),
    "completed": ("submit", "free", "accept", "slip", "decided"),
    "returned": ("submit", "free", "accept", "slip", "decided", "hand"),
    "stopped": ("submit", "owed", "expired"),
}
# R registered, P payment demanded, D fee deferred, C fee cleared, A acceptance decided, T taken in (accepted), S case decision seen,
# X completed, B brought to its owner (returned), H halted (stopped); - nothing follows; lower case: the refusal's slug.
FACTS = {
    "R": "DossierRegistered",
    "P": "PaymentDemanded",
    "D": "FeeDeferred",
    "C": "FeeCleared",
    "A": "AcceptanceDecided",
    "T": "DossierAccepted",
    "S": "CaseDecisionSeen",
    "X": "DossierCompleted",
    "B": "DossierReturned",
    "H": "DossierStopped",
}
TABLE = """
state               | submit | paper  | accept       | slip    | hand    | free | owed | later | waived | settled | expired | decided | closed | cash | wake
unregistered        | R      | R      | unknown      | unknown | unknown | -    | -    | -     | -      | -       | -       | -       | -      | -    | -
unassessed          | exists | exists | not-assessed | status  | status  | C    | P    | D     | C      | C       | H       | -       | -      | -    | -
demanded            | exists | exists | open         | status  | status  | -    | -    | -     | C      | C       | H       | -       | -      | -    | -
cleared             | exists | exists | A            | status  | status  | -    | -    | -     | -      | -       | -       | -       | -      | -    | -
deferred            | exists | exists | A            | status  | status  | -    | -    | -     | C      | C       | H       | -       | -      | -    | -
accepting           | exists | exists | status       | T       | status  | -    | -    | -     | -      | -       | -       | -       | -      | -    | -
accepting, deferred | exists | exists | status       | T       | status  | -    | -    | -     | C      | C       | H       | -       | -      | -    | -
accepted            | exists | exists | status       | status  | status  | -    | -    | -     | -      | -       | -       | SX      | -      | -    | -
accepted, deferred  | exists | exists | status       | status  | status  | -    | -    | -     | C      | C       | H       | SP      | -      | -    | -
decided, unpaid     | exists | exists | status       | status  | status  | -    | -    | -     | CX     | CX      | H       | -       | -      | -    | -
completed           | exists | exists | status       | status  | B       | -    | -    | -     | -      | -       | -       | -       | -      | -    | -
returned            | exists | exists | status       | status  | status  | -    | -    | -     | -      | -       | -       | -       | -      | -    | -
stopped             | exists | exists | status       | status  | status  | -    | -    | -     | -      | -       | -       | -       | -      | -    | -
"""  # noqa: E501 - a table is read by its columns
SLUGS = {
    "exists": "dossier-exists",
    "unknown": "dossier-unknown",
    "status": "wrong-status",
    "open": "fee-open",
    "not-assessed": "fee-not-assessed",
}


def cells() -> list[tuple[str, str, str]]:
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines())
    return [(row[0], told, cell) for row in rows for told, cell in zip(head[1:], row[1:], strict=True)]


def test_the_table_names_every_state_and_message() -> None:
    assert {(state, told) for state, told, _ in cells()} == {(state, told) for state in WAYS for told in MESSAGES}


@pytest.mark.parametrize(("state", "told", "expected"), cells())
def test_every_pair_of_state_and_message(state: str, told: str, expected: str) -> None:
    desk = Desk()
    desk.tell(*(MESSAGES[step] for step in WAYS[state]))
    before = desk.dossier
    if expected in SLUGS:
        with pytest.raises(Refusal) as refused:
            desk.tell(MESSAGES[told])
        assert refused.value.slug == SLUGS[expected]
        assert desk.dossier == before
    else:
        said = desk.tell(MESSAGES[told])
        assert said == [FACTS[letter] for letter in expected.strip("-")]


def test_a_command_without_a_rule_is_loud() -> None:
    with pytest.raises(TypeError):
        Desk().tell(CompleteStep(step="sign"))


@pytest.mark.parametrize("state", list(WAYS))
def test_the_slip_is_open_only_while_it_is_being_made(state: str) -> None:
    desk = Desk()
    desk.tell(*(MESSAGES[step] for step in WAYS[state]))
    assert [effect.key for effect in effects(desk.dossier)] == (["d-1/acceptance-slip"] if state.startswith("accepting") else [])
