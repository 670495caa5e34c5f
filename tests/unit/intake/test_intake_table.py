"""Every pair of a dossier's state and a message: it moves, is refused by name, or (an event)
changes nothing.
"""

from datetime import datetime, timedelta

import pytest
from motcua_contracts import Payload, Refusal
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
from motcua_contracts.rules.decision import Wake
from motcua_intake.domain.evolve import due, effects

from .harness import ERASE, FILE, NOW, IntakeHarness, on_paper, submit


def assessed(amount_vnd: int, moment: str = "before_acceptance") -> FeeAssessed:
    return FeeAssessed.model_validate(
        {"amount_vnd": amount_vnd, "computation": (), "moment": moment, "pay_within_seconds": 600}
    )


ASKED = (RequestedPaper(paper="proxy"),)
MESSAGES: dict[str, Payload] = {
    "SubmitDossier": submit(),
    "SubmitDossier, result by post": submit(result_delivery="post"),
    "RegisterPaperDossier": on_paper(),
    "AcceptDossier": AcceptDossier(agency="haihau"),
    "RecordAcceptanceSlip": RecordAcceptanceSlip(slip=None),
    "RequestPapers": RequestPapers(agency="haihau", papers=ASKED, reason_code="paper-missing"),
    "RecordSlip, supplement": RecordSlip(about="supplement", slip=None),
    "SubmitSupplement": SubmitSupplement(files=(AttachedPaper(paper="proxy", document=FILE),)),
    "RefuseDossier": RefuseDossier(agency="haihau", reason_code="not-eligible"),
    "RecordSlip, refusal": RecordSlip(about="refusal", slip=None),
    "WithdrawDossier": WithdrawDossier(),
    "HandOver": HandOver(agency="haihau", identity_checked=True),
    "PostResult": PostResult(agency="haihau", item_number="EB000000001VN"),
    "RecordPost, delivered": RecordPost(agency="haihau", delivered=True),
    "RecordPost, not delivered": RecordPost(
        agency="haihau", delivered=False, reason_code="addressee-absent"
    ),
    "RateDossier": RateDossier(stars=5),
    "CorrectApplicant": CorrectApplicant(
        agency="haihau", phone="0912345678", reason_code="typing-error", shown_by="CCCD"
    ),
    "ForgetDossier": ERASE,
    "RecordFilesDeleted": RecordFilesDeleted(),
    "FeeAssessed, nothing to pay": assessed(0),
    "FeeAssessed, before acceptance": assessed(100_000),
    "FeeAssessed, before the result": assessed(100_000, "before_result"),
    "FeeWaived": FeeWaived(percent=100),
    "PaymentSettled": PaymentSettled(
        amount_vnd=100_000,
        channel="cash",
        provider="till",
        attempt=0,
        reference="t-1",
        settled_at=NOW,
    ),
    "PaymentExpired": PaymentExpired(amount_vnd=100_000, expired_at=NOW),
    "SupplementNeeded": SupplementNeeded(
        number=1, papers=ASKED, clock="restart", agency="haihau", officer="officer-haihau"
    ),
    "CaseDecided": CaseDecided(outcome="granted", result=None, decided_at=NOW),
    "CaseClosed": CaseClosed(reason="stopped"),
    "CashCollected": CashCollected(till="till:haihau:cashier", reference="t-1", amount_vnd=100_000),
    "Wake, too early": Wake(),
    "Wake, after two months": Wake(),
}
LATE = {"Wake, after two months": timedelta(days=60)}
ACCEPTED = ("SubmitDossier", "FeeAssessed, nothing to pay", "AcceptDossier", "RecordAcceptanceSlip")
WAYS: dict[str, tuple[str, ...]] = {
    "unregistered": (),
    "unassessed": ("SubmitDossier",),
    "demanded": ("SubmitDossier", "FeeAssessed, before acceptance"),
    "cleared": ("SubmitDossier", "FeeAssessed, nothing to pay"),
    "overdue": ("SubmitDossier", "FeeAssessed, nothing to pay", "Wake, after two months"),
    "deferred": ("SubmitDossier", "FeeAssessed, before the result"),
    "asking": ("SubmitDossier", "FeeAssessed, nothing to pay", "RequestPapers"),
    "asked": (
        "SubmitDossier",
        "FeeAssessed, nothing to pay",
        "RequestPapers",
        "RecordSlip, supplement",
    ),
    "asked, unpaid": (
        "SubmitDossier",
        "FeeAssessed, before acceptance",
        "RequestPapers",
        "RecordSlip, supplement",
    ),
    "supplemented": (
        "SubmitDossier",
        "FeeAssessed, nothing to pay",
        "RequestPapers",
        "RecordSlip, supplement",
        "SubmitSupplement",
    ),
    "refusing": ("SubmitDossier", "FeeAssessed, nothing to pay", "RefuseDossier"),
    "not accepted": (
        "SubmitDossier",
        "FeeAssessed, nothing to pay",
        "RefuseDossier",
        "RecordSlip, refusal",
    ),
    "accepting": ("SubmitDossier", "FeeAssessed, nothing to pay", "AcceptDossier"),
    "accepting, deferred": ("SubmitDossier", "FeeAssessed, before the result", "AcceptDossier"),
    "accepted": ACCEPTED,
    "accepted, deferred": (
        "SubmitDossier",
        "FeeAssessed, before the result",
        "AcceptDossier",
        "RecordAcceptanceSlip",
    ),
    "case asking": (*ACCEPTED, "SupplementNeeded"),
    "case asked": (*ACCEPTED, "SupplementNeeded", "RecordSlip, supplement"),
    "decided, unpaid": (
        "SubmitDossier",
        "FeeAssessed, before the result",
        "AcceptDossier",
        "RecordAcceptanceSlip",
        "CaseDecided",
    ),
    "completed": (*ACCEPTED, "CaseDecided"),
    "completed, by post": (
        "SubmitDossier, result by post",
        "FeeAssessed, nothing to pay",
        "AcceptDossier",
        "RecordAcceptanceSlip",
        "CaseDecided",
    ),
    "with the post": (
        "SubmitDossier, result by post",
        "FeeAssessed, nothing to pay",
        "AcceptDossier",
        "RecordAcceptanceSlip",
        "CaseDecided",
        "PostResult",
    ),
    "came back": (
        "SubmitDossier, result by post",
        "FeeAssessed, nothing to pay",
        "AcceptDossier",
        "RecordAcceptanceSlip",
        "CaseDecided",
        "PostResult",
        "RecordPost, not delivered",
    ),
    "returned": (*ACCEPTED, "CaseDecided", "HandOver"),
    "rated": (*ACCEPTED, "CaseDecided", "HandOver", "RateDossier"),
    "withdrawn": (*ACCEPTED, "WithdrawDossier"),
    "stopped": ("SubmitDossier", "FeeAssessed, before acceptance", "PaymentExpired"),
    "forgotten": (
        "SubmitDossier",
        "FeeAssessed, nothing to pay",
        "WithdrawDossier",
        "ForgetDossier",
    ),
    "erased": (
        "SubmitDossier",
        "FeeAssessed, nothing to pay",
        "WithdrawDossier",
        "ForgetDossier",
        "RecordFilesDeleted",
    ),
}
# R registered, P payment demanded, D fee deferred, C fee cleared, O acceptance overdue, A
# acceptance decided, T taken in (accepted),
# Q supplement demanded, U supplement requested, W supplement submitted, V refusal decided, N not
# accepted, Y withdrawn, S case decision
# seen, X completed, L posted, K came back, B brought to its owner (returned), H halted (stopped), G
# rated, Z applicant
# corrected, F forgotten, E files deleted;
# - nothing follows; lower case: the refusal's slug.
EVENTS = {
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
state                          | unregistered | unassessed | demanded | cleared | overdue | deferred | asking | asked  | asked, unpaid | supplemented | refusing | not accepted | accepting | accepting, deferred | accepted | accepted, deferred | case asking | case asked | decided, unpaid | completed | completed, by post | with the post | came back | returned | rated   | withdrawn | stopped | forgotten | erased
SubmitDossier                  | R            | exists     | exists   | exists  | exists  | exists   | exists | exists | exists        | exists       | exists   | exists       | exists    | exists              | exists   | exists             | exists      | exists     | exists          | exists    | exists             | exists        | exists    | exists   | exists  | exists    | exists  | exists    | exists
SubmitDossier, result by post  | R            | exists     | exists   | exists  | exists  | exists   | exists | exists | exists        | exists       | exists   | exists       | exists    | exists              | exists   | exists             | exists      | exists     | exists          | exists    | exists             | exists        | exists    | exists   | exists  | exists    | exists  | exists    | exists
RegisterPaperDossier           | R            | exists     | exists   | exists  | exists  | exists   | exists | exists | exists        | exists       | exists   | exists       | exists    | exists              | exists   | exists             | exists      | exists     | exists          | exists    | exists             | exists        | exists    | exists   | exists  | exists    | exists  | exists    | exists
AcceptDossier                  | unknown      | fee?       | open     | A       | A       | A        | status | status | status        | A            | status   | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | status        | status    | status   | status  | status    | status  | gone      | gone
RecordAcceptanceSlip           | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | status       | T         | T                   | status   | status             | status      | status     | status          | status    | status             | status        | status    | status   | status  | status    | status  | gone      | gone
RequestPapers                  | unknown      | fee?       | Q        | Q       | Q       | Q        | status | status | status        | once         | status   | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | status        | status    | status   | status  | status    | status  | gone      | gone
RecordSlip, supplement         | unknown      | status     | status   | status  | status  | status   | U      | status | status        | status       | status   | status       | status    | status              | status   | status             | U           | status     | status          | status    | status             | status        | status    | status   | status  | status    | status  | gone      | gone
SubmitSupplement               | unknown      | status     | status   | status  | status  | status   | status | W      | W             | status       | status   | status       | status    | status              | status   | status             | status      | W          | status          | status    | status             | status        | status    | status   | status  | status    | status  | gone      | gone
RefuseDossier                  | unknown      | V          | V        | V       | V       | V        | status | status | status        | V            | status   | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | status        | status    | status   | status  | status    | status  | gone      | gone
RecordSlip, refusal            | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | N        | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | status        | status    | status   | status  | status    | status  | gone      | gone
WithdrawDossier                | unknown      | Y          | Y        | Y       | Y       | Y        | Y      | Y      | Y             | Y            | status   | status       | Y         | Y                   | Y        | Y                  | Y           | Y          | decided         | decided   | decided            | decided       | decided   | decided  | decided | status    | status  | gone      | gone
HandOver                       | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | status       | status    | status              | status   | status             | status      | status     | status          | B         | B                  | status        | B         | status   | status  | status    | status  | gone      | gone
PostResult                     | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | status       | status    | status              | status   | status             | status      | status     | status          | differs   | L                  | status        | L         | status   | status  | status    | status  | gone      | gone
RecordPost, delivered          | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | B             | status    | status   | status  | status    | status  | gone      | gone
RecordPost, not delivered      | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | K             | status    | status   | status  | status    | status  | gone      | gone
RateDossier                    | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | status        | status    | G        | rated   | status    | status  | gone      | gone
CorrectApplicant               | unknown      | Z          | Z        | Z       | Z       | Z        | Z      | Z      | Z             | Z            | Z        | Z            | Z         | Z                   | Z        | Z                  | Z           | Z          | Z               | Z         | Z                  | Z             | Z         | Z        | Z       | Z         | Z       | gone      | gone
ForgetDossier                  | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | early        | status    | status              | status   | status             | status      | status     | status          | status    | status             | status        | status    | early    | early   | F         | early   | gone      | gone
RecordFilesDeleted             | unknown      | status     | status   | status  | status  | status   | status | status | status        | status       | status   | status       | status    | status              | status   | status             | status      | status     | status          | status    | status             | status        | status    | status   | status  | status    | status  | E         | -
FeeAssessed, nothing to pay    | -            | C          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | -        | -                  | -           | -          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
FeeAssessed, before acceptance | -            | P          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | -        | -                  | -           | -          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
FeeAssessed, before the result | -            | D          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | -        | -                  | -           | -          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
FeeWaived                      | -            | C          | C        | -       | -       | C        | -      | -      | C             | -            | -        | -            | -         | C                   | -        | C                  | -           | -          | CX              | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
PaymentSettled                 | -            | C          | C        | -       | -       | C        | -      | -      | C             | -            | -        | -            | -         | C                   | -        | C                  | -           | -          | CX              | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
PaymentExpired                 | -            | H          | H        | -       | -       | H        | -      | -      | H             | -            | -        | -            | -         | H                   | -        | H                  | -           | -          | H               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
SupplementNeeded               | -            | -          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | Q        | Q                  | -           | -          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
CaseDecided                    | -            | -          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | SX       | SP                 | SX          | SX         | -               | -         | -                  | -             | -         | -        | -       | Y         | -       | -         | -
CaseClosed                     | -            | -          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | -        | -                  | -           | -          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
CashCollected                  | -            | -          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | -        | -                  | -           | -          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
Wake, too early                | -            | -          | -        | -       | -       | -        | -      | -      | -             | -            | -        | -            | -         | -                   | -        | -                  | -           | -          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
Wake, after two months         | -            | -          | -        | O       | -       | O        | -      | H      | H             | O            | -        | -            | -         | -                   | -        | -                  | -           | H          | -               | -         | -                  | -             | -         | -        | -       | -         | -       | -         | -
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
        (state, row[0], cell) for row in rows for state, cell in zip(head[1:], row[1:], strict=True)
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
        assert said == [EVENTS[letter] for letter in expected.strip("-")]


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
def test_each_effect_is_open_from_the_event_that_demands_it_to_the_one_that_closes_it(
    state: str,
) -> None:
    expected = [f"d-1/{OPEN[state]}"] if state in OPEN else []
    assert [effect.key for effect in effects(a_dossier(state).dossier)] == expected


WAITING = {"cleared", "deferred", "asked", "asked, unpaid", "supplemented", "case asked"}
"""States in which a time runs: the counter's hours to answer, or the owner's days to supplement."""


@pytest.mark.parametrize("state", list(WAYS))
def test_a_dossier_wants_to_be_woken_only_while_somebodys_time_runs(state: str) -> None:
    assert (due(a_dossier(state).dossier) is not None) == (state in WAITING)
