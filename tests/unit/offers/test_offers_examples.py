"""Where the offers once disagreed with the rules, each as an example: what is refused for a reason
of state is not offered, also while a slip is being made and after a time limit.
"""

from datetime import timedelta
from typing import Any

from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    AcceptDossier,
    RecordAcceptanceSlip,
    RecordSlip,
    RefuseDossier,
    RequestPapers,
    SubmitSupplement,
)
from motcua_contracts.messages.payment import RecordPaymentStarted, RecordProviderResult
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    CompleteStep,
    Consult,
    Extend,
    RecordApology,
    RequestSupplement,
)
from motcua_contracts.rules.offer_views import Moment
from motcua_contracts.rules.offers import at_counter, in_case
from motcua_contracts.rules.terms import FeeRule, Lateness, Step, Terms, Workflow
from motcua_gateway.views.dossier import desk_view
from motcua_gateway.views.offer_inputs import case_of, dossier_of, moment_of, who_of

from ..intake.harness import AN, FILE, submit
from ..payment.harness import START
from ..routing.harness import APPROVE, DRAFT, PROCESS, WAY
from ..routing.harness import terms as routing_terms
from .commands import ASKED
from .harness import AGENCY, OfficeHarness
from .judging import acts

OFFICER, LEADER, CLERK, CASHIER = "officer-tckh", "leader-tckh", "clerk", "cashier"


def terms(*steps: Step, **changes: Any) -> Terms:
    workflow = Workflow(id="w", steps=steps or WAY)
    papers = routing_terms().papers
    optional = (papers[0], papers[1].model_copy(update={"required": False}))
    plain = {"version": 2, "level": 4, "workflow": workflow, "papers": optional}
    return routing_terms().model_copy(update=plain | changes)


def filed(*steps: Step, **changes: Any) -> OfficeHarness:
    office = OfficeHarness(terms(*steps, **changes))
    office.tell(submit(), AN)
    return office


def accepted(*steps: Step, **changes: Any) -> OfficeHarness:
    office = filed(*steps, **changes)
    office.tell(AcceptDossier(agency=AGENCY), "officer:clerk")
    if office.intake.dossier.stage == "accepting":
        office.tell(RecordAcceptanceSlip(slip=FILE))
    return office


def test_the_counter_has_answered_while_the_acceptances_slip_is_made() -> None:
    office = filed()
    assert {"accept", "refuse", "request-supplement"} <= acts(office, CLERK)
    office.tell(AcceptDossier(agency=AGENCY), "officer:clerk")
    assert office.document["status"] == "registered"
    assert acts(office, CLERK) == {"withdrawal", "correction"}
    assert acts(office) == {"withdraw"}


def test_nobody_withdraws_while_the_refusals_slip_is_made() -> None:
    office = filed()
    office.tell(RefuseDossier(agency=AGENCY, reason_code="not-eligible"), "officer:clerk")
    assert (acts(office), acts(office, CLERK)) == (set(), set())


def test_the_department_waits_from_the_moment_that_it_asks_for_papers() -> None:
    office = accepted()
    assert {"complete-step", "consult", "request-supplement"} <= acts(office, OFFICER)
    office.tell(
        RequestSupplement(step="process", papers=ASKED, reason_code="paper-missing"),
        f"officer:{OFFICER}",
    )
    assert office.document["status"] == "processing"
    assert (acts(office, OFFICER), acts(office, LEADER)) == (set(), {"assign"})


def extension(office: OfficeHarness) -> Extend:
    due_at = office.routing.case.appointment + timedelta(days=1)
    return Extend(step="process", new_due_at=due_at, reason_code="complex-matter")


def test_new_due_dates_are_offered_as_often_as_the_terms_allow() -> None:
    assert "extend" not in acts(accepted(lateness=Lateness(extensions=0)), LEADER)
    office = accepted(lateness=Lateness(extensions=2))
    office.tell(extension(office), f"officer:{LEADER}")
    assert "extend" not in acts(office, LEADER), "the letter is being made"
    office.tell(RecordApology(letter=FILE))
    assert "extend" in acts(office, LEADER)
    office.tell(extension(office), f"officer:{LEADER}")
    office.tell(RecordApology(letter=FILE))
    assert "extend" not in acts(office, LEADER)


def test_a_fee_is_not_taken_after_its_time_though_nobody_has_said_so_yet() -> None:
    office = filed(fee=FeeRule(amount_vnd=50_000, moment="before_acceptance", pay_within_hours=96))
    assert "collect-cash" in acts(office, CASHIER)
    assert {"pay_online", "pay_at_counter"} <= acts(office)
    office.wait(timedelta(days=9), wakes=False)
    assert office.document["status"] == "payment_due"
    assert "collect-cash" not in acts(office, CASHIER)
    assert acts(office) == {"withdraw"}


def test_papers_are_not_taken_after_their_time_though_nobody_has_said_so_yet() -> None:
    office = filed()
    asked = RequestPapers(agency=AGENCY, papers=ASKED, reason_code="paper-missing")
    office.tell(asked, "officer:clerk")
    office.tell(RecordSlip(about="supplement", slip=FILE))
    assert "supplement" in acts(office) & acts(office, CLERK)
    office.wait(timedelta(days=400), wakes=False)
    assert office.document["status"] == "supplement_requested"
    assert "supplement" not in acts(office) | acts(office, CLERK)


def test_an_agency_asks_for_papers_once() -> None:
    office = filed()
    asked = RequestPapers(agency=AGENCY, papers=ASKED, reason_code="paper-missing")
    office.tell(asked, "officer:clerk")
    office.tell(RecordSlip(about="supplement", slip=FILE))
    brought = SubmitSupplement(files=(AttachedPaper(paper="minutes", document=FILE),))
    office.tell(brought, AN)
    assert acts(office, CLERK) == {"accept", "refuse", "withdrawal", "correction"}
    office.tell(AcceptDossier(agency=AGENCY), "officer:clerk")
    office.tell(RecordAcceptanceSlip(slip=FILE))
    assert acts(office, OFFICER) == {"complete-step", "consult"}


def test_a_decision_waits_for_the_opinions_that_are_asked_for() -> None:
    office = accepted(DRAFT, APPROVE)
    consult = Consult(step="draft", agency=AGENCY, department="tuphap")
    office.tell(consult, f"officer:{OFFICER}")
    assert "draft-decision" not in acts(office, OFFICER)
    moment = moment_of(office.events, office.at)
    offers = in_case(case_of(office.document), who_of(office.caller(OFFICER)), moment)
    (draft,) = [one for one in offers if one.act == "draft-decision"]
    assert draft.possible_from == office.document["case"]["consultations"][0]["respond_by"]
    answer = AnswerConsultation(consultation=1, opinion="agrees")
    office.tell(answer, "officer:officer-tuphap")
    assert "draft-decision" in acts(office, OFFICER)


def doubted() -> OfficeHarness:
    """A payment of which its provider cannot say whether it brought money."""
    office = filed(fee=FeeRule(amount_vnd=50_000, moment="before_acceptance", pay_within_hours=96))
    office.tell(START, AN)
    office.tell(
        RecordPaymentStarted(
            attempt=1,
            redirect_url="https://pay.example",
            expires_at=office.at + timedelta(minutes=15),
        )
    )
    calls = {one.standing: one for one in office.provider_calls()}
    office.tell(RecordProviderResult(raw_query="…"), given=calls["doubted"])
    return office


def test_nobody_pays_online_again_while_a_payment_is_in_doubt() -> None:
    assert acts(doubted()) == {"pay_at_counter", "withdraw"}


def test_a_doubt_is_not_ended_while_its_provider_is_being_asked() -> None:
    office = doubted()
    assert "end-doubt" in acts(office, CASHIER)
    while not office.payment.charge.attempts[0].asked:
        nearest = office.next_wake()
        assert nearest is not None
        office.wait(nearest[0] - office.at)
    assert "end-doubt" not in acts(office, CASHIER)
    (answer, _) = next(one for one in office.outside() if "Doubt" in type(one[0]).__name__)
    office.tell(answer)
    assert "end-doubt" in acts(office, CASHIER)


def test_a_step_is_sent_back_only_where_a_person_did_one_before() -> None:
    office = accepted(APPROVE)
    assert "approve" in acts(office, LEADER)
    assert "return-step" not in acts(office, LEADER)
    office = accepted(PROCESS, APPROVE)
    office.tell(CompleteStep(step="process"), f"officer:{OFFICER}")
    assert "return-step" in acts(office, LEADER)


def test_an_erasure_waits_for_the_end_of_the_archives_term() -> None:
    office = filed()
    office.tell(RefuseDossier(agency=AGENCY, reason_code="not-eligible"), "officer:clerk")
    office.tell(RecordSlip(about="refusal", slip=FILE))
    who = who_of(office.caller(CLERK))
    (forget,) = at_counter(dossier_of(office.document), who, Moment(office.at))
    assert (forget.act, forget.is_possible) == ("forget", False)
    assert forget.possible_from is not None
    (then,) = at_counter(dossier_of(office.document), who, Moment(forget.possible_from))
    assert then.is_possible


def test_an_applicant_is_corrected_as_long_as_a_revision_is_free() -> None:
    office = filed()
    assert "correction" in acts(office, CLERK)
    office.document["filing"]["revision"] = 100
    assert "correction" not in acts(office, CLERK)


def test_the_desk_offers_an_absent_colleagues_task() -> None:
    office = accepted()
    office.wait(timedelta(days=2), wakes=False)  # the officer is away from the first day on
    view = desk_view(office.document, office.events, {}, office.caller("officer-tckh-2"), office.at)
    assert "take-over" in {one["action"] for one in view["actions"]}
