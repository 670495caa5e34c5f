"""Every pair of a dossier's state and a message: it moves, is refused by name, or (a fact) changes
nothing.
"""

from datetime import datetime, timedelta

import pytest
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    AcceptDossier,
    CorrectApplicant,
    HandOver,
    PostResult,
    RateDossier,
    RecordAcceptanceSlip,
    RecordFilesDeleted,
    RecordPost,
    RecordSlip,
    RefuseDossier,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.messages.payment import (
    CashCollected,
    FeeAssessed,
    FeeWaived,
    PaymentExpired,
    PaymentSettled,
)
from motcua_contracts.messages.routing import (
    CaseClosed,
    CaseDecided,
    CompleteStep,
    SupplementNeeded,
)
from motcua_contracts.rules.decision import Refusal, Wake
from motcua_contracts.wire.payload import Payload
from motcua_intake.domain.evolve import due, effects

from .harness import ERASE, FILE, NOW, IntakeHarness, on_paper, submit


def assessed(amount_vnd: int, moment: str = "before_acceptance") -> FeeAssessed:
    return FeeAssessed.model_validate(
        {"amount_vnd": amount_vnd, "computation": (), "moment": moment, "pay_within_seconds": 600}
    )


ASKED = (RequestedPaper(paper="proxy"),)
MESSAGES: dict[str, Payload] = {
    "submit": submit(),
    "posted": submit(result_delivery="post"),
    "paper": on_paper(),
    "accept": AcceptDossier(agency="haihau"),
    "slip": RecordAcceptanceSlip(slip=None),
    "ask": RequestPapers(agency="haihau", papers=ASKED, reason_code="paper-missing"),
    "asked": RecordSlip(about="supplement", slip=None),
    "bring": SubmitSupplement(files=(AttachedPaper(paper="proxy", document=FILE),)),
    "refuse": RefuseDossier(agency="haihau", reason_code="not-eligible"),
    "refused": RecordSlip(about="refusal", slip=None),
    "withdraw": WithdrawDossier(),
    "hand": HandOver(agency="haihau", identity_checked=True),
    "post": PostResult(agency="haihau", item_number="EB000000001VN"),
    "arrived": RecordPost(agency="haihau", delivered=True),
    "back": RecordPost(agency="haihau", delivered=False, reason_code="addressee-absent"),
    "rate": RateDossier(stars=5),
    "correct": CorrectApplicant(
        agency="haihau", phone="0912345678", reason_code="typing-error", shown_by="CCCD"
    ),
    "forget": ERASE,
    "files": RecordFilesDeleted(),
    "free": assessed(0),
    "owed": assessed(100_000),
    "later": assessed(100_000, "before_result"),
    "waived": FeeWaived(percent=100),
    "settled": PaymentSettled(
        amount_vnd=100_000,
        channel="cash",
        provider="till",
        attempt=0,
        reference="t-1",
        settled_at=NOW,
    ),
    "expired": PaymentExpired(amount_vnd=100_000, expired_at=NOW),
    "needed": SupplementNeeded(
        number=1, papers=ASKED, clock="restart", agency="haihau", officer="officer-haihau"
    ),
    "decided": CaseDecided(outcome="granted", result=None, decided_at=NOW),
    "closed": CaseClosed(reason="stopped"),
    "cash": CashCollected(till="till:haihau:cashier", reference="t-1", amount_vnd=100_000),
    "wake": Wake(),
    "late wake": Wake(),
}
LATE = {"late wake": timedelta(days=60)}
ACCEPTED = ("submit", "free", "accept", "slip")
WAYS: dict[str, tuple[str, ...]] = {
    "unregistered": (),
    "unassessed": ("submit",),
    "demanded": ("submit", "owed"),
    "cleared": ("submit", "free"),
    "overdue": ("submit", "free", "late wake"),
    "deferred": ("submit", "later"),
    "asking": ("submit", "free", "ask"),
    "asked": ("submit", "free", "ask", "asked"),
    "asked, unpaid": ("submit", "owed", "ask", "asked"),
    "supplemented": ("submit", "free", "ask", "asked", "bring"),
    "refusing": ("submit", "free", "refuse"),
    "not accepted": ("submit", "free", "refuse", "refused"),
    "accepting": ("submit", "free", "accept"),
    "accepting, deferred": ("submit", "later", "accept"),
    "accepted": ACCEPTED,
    "accepted, deferred": ("submit", "later", "accept", "slip"),
    "case asking": (*ACCEPTED, "needed"),
    "case asked": (*ACCEPTED, "needed", "asked"),
    "decided, unpaid": ("submit", "later", "accept", "slip", "decided"),
    "completed": (*ACCEPTED, "decided"),
    "completed, by post": ("posted", "free", "accept", "slip", "decided"),
    "with the post": ("posted", "free", "accept", "slip", "decided", "post"),
    "came back": ("posted", "free", "accept", "slip", "decided", "post", "back"),
    "returned": (*ACCEPTED, "decided", "hand"),
    "rated": (*ACCEPTED, "decided", "hand", "rate"),
    "withdrawn": (*ACCEPTED, "withdraw"),
    "stopped": ("submit", "owed", "expired"),
    "forgotten": ("submit", "free", "withdraw", "forget"),
    "erased": ("submit", "free", "withdraw", "forget", "files"),
}
# R registered, P payment demanded, D fee deferred, C fee cleared, O acceptance overdue, A
# acceptance decided, T taken in (accepted),
# Q supplement demanded, U supplement requested, W supplement submitted, V refusal decided, N not
# accepted, Y withdrawn, S case decision
# seen, X completed, L posted, K came back, B brought to its owner (returned), H halted (stopped), G
# rated, Z applicant
# corrected, F forgotten, E files deleted;
# - nothing follows; lower case: the refusal's slug.
FACTS = {
    "R": "DossierRegistered",
    "P": "PaymentDemanded",
    "D": "FeeDeferred",
    "C": "FeeCleared",
    "O": "AcceptanceOverdue",
    "A": "AcceptanceDecided",
    "T": "DossierAccepted",
    "Q": "SupplementDemanded",
    "U": "SupplementRequested",
    "W": "SupplementSubmitted",
    "V": "RefusalDecided",
    "N": "DossierNotAccepted",
    "Y": "DossierWithdrawn",
    "S": "CaseDecisionSeen",
    "X": "DossierCompleted",
    "L": "ResultPosted",
    "K": "PostCameBack",
    "B": "DossierReturned",
    "H": "DossierStopped",
    "G": "DossierRated",
    "Z": "ApplicantCorrected",
    "F": "DossierForgotten",
    "E": "FilesDeleted",
}
TABLE = """
state               | submit | posted | paper  | accept  | slip    | ask     | asked   | bring   | refuse  | refused | withdraw | hand    | post    | arrived | back    | rate    | correct | forget  | files   | free | owed | later | waived | settled | expired | needed | decided | closed | cash | wake | late wake
unregistered        | R      | R      | R      | unknown | unknown | unknown | unknown | unknown | unknown | unknown | unknown  | unknown | unknown | unknown | unknown | unknown | unknown | unknown | unknown | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
unassessed          | exists | exists | exists | fee?    | status  | fee?    | status  | status  | V       | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | C    | P    | D     | C      | C       | H       | -      | -       | -      | -    | -    | -
demanded            | exists | exists | exists | open    | status  | Q       | status  | status  | V       | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | C      | C       | H       | -      | -       | -      | -    | -    | -
cleared             | exists | exists | exists | A       | status  | Q       | status  | status  | V       | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | O
overdue             | exists | exists | exists | A       | status  | Q       | status  | status  | V       | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
deferred            | exists | exists | exists | A       | status  | Q       | status  | status  | V       | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | C      | C       | H       | -      | -       | -      | -    | -    | O
asking              | exists | exists | exists | status  | status  | status  | U       | status  | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
asked               | exists | exists | exists | status  | status  | status  | status  | W       | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | H
asked, unpaid       | exists | exists | exists | status  | status  | status  | status  | W       | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | C      | C       | H       | -      | -       | -      | -    | -    | H
supplemented        | exists | exists | exists | A       | status  | once    | status  | status  | V       | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | O
refusing            | exists | exists | exists | status  | status  | status  | status  | status  | status  | N       | status   | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
not accepted        | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | status   | status  | status  | status  | status  | status  | Z       | early   | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
accepting           | exists | exists | exists | status  | T       | status  | status  | status  | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
accepting, deferred | exists | exists | exists | status  | T       | status  | status  | status  | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | C      | C       | H       | -      | -       | -      | -    | -    | -
accepted            | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | Q      | SX      | -      | -    | -    | -
accepted, deferred  | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | C      | C       | H       | Q      | SP      | -      | -    | -    | -
case asking         | exists | exists | exists | status  | status  | status  | U       | status  | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | SX      | -      | -    | -    | -
case asked          | exists | exists | exists | status  | status  | status  | status  | W       | status  | status  | Y        | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | SX      | -      | -    | -    | H
decided, unpaid     | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | decided  | status  | status  | status  | status  | status  | Z       | status  | status  | -    | -    | -     | CX     | CX      | H       | -      | -       | -      | -    | -    | -
completed           | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | decided  | B       | differs | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
completed, by post  | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | decided  | B       | L       | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
with the post       | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | decided  | status  | status  | B       | K       | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
came back           | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | decided  | B       | L       | status  | status  | status  | Z       | status  | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
returned            | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | decided  | status  | status  | status  | status  | G       | Z       | early   | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
rated               | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | decided  | status  | status  | status  | status  | rated   | Z       | early   | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
withdrawn           | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | status   | status  | status  | status  | status  | status  | Z       | F       | status  | -    | -    | -     | -      | -       | -       | -      | Y       | -      | -    | -    | -
stopped             | exists | exists | exists | status  | status  | status  | status  | status  | status  | status  | status   | status  | status  | status  | status  | status  | Z       | early   | status  | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
forgotten           | exists | exists | exists | gone    | gone    | gone    | gone    | gone    | gone    | gone    | gone     | gone    | gone    | gone    | gone    | gone    | gone    | gone    | E       | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
erased              | exists | exists | exists | gone    | gone    | gone    | gone    | gone    | gone    | gone    | gone     | gone    | gone    | gone    | gone    | gone    | gone    | gone    | -       | -    | -    | -     | -      | -       | -       | -      | -       | -      | -    | -    | -
"""  # noqa: E501
SLUGS = {
    "exists": "dossier-exists",
    "unknown": "dossier-unknown",
    "status": "wrong-status",
    "open": "fee-open",
    "fee?": "fee-not-assessed",
    "once": "supplement-used",
    "decided": "already-decided",
    "differs": "delivery-differs",
    "rated": "already-rated",
    "early": "erasure-too-early",
    "gone": "dossier-forgotten",
}


def cells() -> list[tuple[str, str, str]]:
    head, *rows = (
        [cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()
    )
    return [
        (row[0], told, cell) for row in rows for told, cell in zip(head[1:], row[1:], strict=True)
    ]


def at(told: str) -> datetime:
    return NOW + LATE.get(told, timedelta())


def a_dossier(state: str) -> IntakeHarness:
    desk = IntakeHarness()
    for told in WAYS[state]:
        desk.tell(MESSAGES[told], at=at(told))
    return desk


def test_the_table_names_every_state_and_message() -> None:
    assert {(state, told) for state, told, _ in cells()} == {
        (state, told) for state in WAYS for told in MESSAGES
    }


@pytest.mark.parametrize(("state", "told", "expected"), cells())
def test_every_pair_of_state_and_message(state: str, told: str, expected: str) -> None:
    desk = a_dossier(state)
    before = desk.dossier
    if expected in SLUGS:
        with pytest.raises(Refusal) as refused:
            desk.tell(MESSAGES[told], at=at(told))
        assert refused.value.slug == SLUGS[expected]
        assert desk.dossier == before
    else:
        said = desk.tell(MESSAGES[told], at=at(told))
        assert said == [FACTS[letter] for letter in expected.strip("-")]


def test_a_command_without_a_rule_is_loud() -> None:
    with pytest.raises(TypeError):
        IntakeHarness().tell(CompleteStep(step="sign"))


OPEN = {
    "accepting": "acceptance-slip",
    "accepting, deferred": "acceptance-slip",
    "asking": "supplement-slip/counter/1",
    "case asking": "supplement-slip/department/1",
    "refusing": "refusal-slip",
    "forgotten": "delete-files",
}
"""State -> the effect that it demands; no other state has one."""


@pytest.mark.parametrize("state", list(WAYS))
def test_each_effect_is_open_from_the_fact_that_demands_it_to_the_one_that_closes_it(
    state: str,
) -> None:
    expected = [f"d-1/{OPEN[state]}"] if state in OPEN else []
    assert [effect.key for effect in effects(a_dossier(state).dossier)] == expected


WAITING = {"cleared", "deferred", "asked", "asked, unpaid", "supplemented", "case asked"}
"""States in which a time runs: the counter's hours to answer, or the owner's days to supplement."""


@pytest.mark.parametrize("state", list(WAYS))
def test_a_dossier_wants_to_be_woken_only_while_somebodys_time_runs(state: str) -> None:
    assert (due(a_dossier(state).dossier) is not None) == (state in WAITING)
