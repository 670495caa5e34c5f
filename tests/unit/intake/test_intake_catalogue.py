"""What the catalogue says decides on a new dossier: suspended, withdrawn, terms unknown, papers
that a case demands, waivers.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from motcua_contracts import Catalogue, Event, Refusal
from motcua_contracts.messages.catalog import (
    ProcedurePublished,
    ProcedureResumed,
    ProcedureSuspended,
    ProcedureWithdrawn,
    Publication,
)
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import DossierRegistered
from motcua_contracts.rules.conditions import Condition
from motcua_contracts.rules.terms import FeeRule, RequiredPaper, Waiver

from .harness import (
    AN,
    CLERK,
    FILE,
    NOW,
    IntakeHarness,
    catalogue,
    message,
    on_paper,
    submit,
    terms,
)

CODE = "1.001612"
HOUR = timedelta(hours=1)


def told(catalogue: Catalogue, *events: Event) -> Catalogue:
    for number, event in enumerate(events):
        catalogue.apply(
            replace(message(event, "system:catalog", NOW), id=f"turn{number}", subject=CODE)
        )
    return catalogue


def refusal(
    catalogue: Catalogue, command: Any, actor: str = AN, after: timedelta = timedelta()
) -> str:
    with pytest.raises(Refusal) as refused:
        IntakeHarness(catalogue).tell(command, actor=actor, at=NOW + after)
    return refused.value.slug


SUSPENDED = ProcedureSuspended(version=1, effective_from=NOW + HOUR, reason_code="law-changed")
RESUMED = ProcedureResumed(version=1, effective_from=NOW + 3 * HOUR)
WITHDRAWN = ProcedureWithdrawn(version=1, effective_from=NOW + 5 * HOUR, reason_code="replaced")


@pytest.mark.parametrize(("command", "actor"), [(submit(), AN), (on_paper(), CLERK)])
def test_a_suspended_or_withdrawn_procedure_takes_no_new_dossier_from_anybody(
    command: Any, actor: str
) -> None:
    replica = told(catalogue(terms()), SUSPENDED, RESUMED, WITHDRAWN)
    for hours in (0, 3):
        assert IntakeHarness(replica).tell(command, actor=actor, at=NOW + hours * HOUR) == [
            "DossierRegistered"
        ]
    for hours, slug in (
        (1, "procedure-suspended"),
        (2, "procedure-suspended"),
        (5, "procedure-withdrawn"),
        (50, "procedure-withdrawn"),
    ):
        assert refusal(replica, command, actor, hours * HOUR) == slug


def test_days_fee_and_workflow_must_be_known_before_a_dossier_can_run() -> None:
    replica = catalogue()
    unknown = Publication(unknown=("fee",))
    told(replica, ProcedurePublished(terms=terms(), publication=unknown, effective_from=NOW - HOUR))
    assert refusal(replica, submit()) == "terms-unknown"
    assert refusal(replica, on_paper(), CLERK) == "terms-unknown"


def test_a_level_too_low_is_said_before_what_is_unknown() -> None:
    replica = catalogue()
    event = ProcedurePublished(
        terms=terms(level=None),
        publication=Publication(unknown=("fee",)),
        effective_from=NOW - HOUR,
    )
    assert refusal(told(replica, event), submit()) == "level-too-low"


PAPERS = (
    RequiredPaper(id="application", name_vi="Giấy đề nghị"),
    RequiredPaper(
        id="minutes",
        name_vi="Biên bản",
        required=False,
        required_when=(Condition(field="members", at_least=2),),
    ),
    RequiredPaper(id="poor-book", name_vi="Sổ hộ nghèo", required=False),
)
WAIVERS = FeeRule(
    amount_vnd=100_000,
    inputs=("members",),
    waivers=(Waiver(id="poor", name_vi="Hộ nghèo", percent=50, input="poor", paper="poor-book"),),
)


def test_a_paper_is_missing_where_its_case_holds() -> None:
    replica = catalogue(terms(papers=PAPERS, fee=WAIVERS))
    assert refusal(replica, submit()) == "paper-missing"
    assert IntakeHarness(replica).tell(submit(form={"members": 1}), actor=AN) == [
        "DossierRegistered"
    ]


def test_a_waiver_is_a_percentage_in_the_event_and_its_ground_a_paper() -> None:
    desk = IntakeHarness(catalogue(terms(papers=PAPERS, fee=WAIVERS)))
    claimed = submit(form={"members": 1, "poor": True})
    with pytest.raises(Refusal) as refused:
        desk.tell(claimed, actor=AN)
    assert refused.value.params == {"paper": "poor-book", "names": "Sổ hộ nghèo"}, (
        "who claims it proves it"
    )
    files = tuple(
        AttachedPaper(paper=paper, document=FILE) for paper in ("application", "poor-book")
    )
    desk.tell(claimed.model_copy(update={"files": files}), actor=AN)
    (registered,) = desk.journal
    assert isinstance(registered, DossierRegistered)
    assert (registered.waiver_percent, registered.fee_inputs) == (50, {"members": 1})
    assert desk.papers[1].waiver_ground == "poor"
