"""What is offered is not refused for a reason of state, what is refused for one is not offered, and
what is not offered is refused: over random histories of one dossier, judged by the services' rules.

The reader has heard everything that the services have said, and the services have heard each other:
an offer that is overtaken by an event on its way is refused, and no reader can know it.
"""

from datetime import timedelta

from hypothesis import given, note, settings
from hypothesis import strategies as st
from motcua_contracts import Refusal
from motcua_contracts.messages.payment import RecordProviderResult
from motcua_contracts.rules.archive import ENDED
from motcua_contracts.rules.status import Progress
from motcua_contracts.rules.terms import FeeRule, Lateness, RequiredPaper, Terms, Workflow

from ..intake.harness import AN, on_paper, submit
from ..routing.harness import APPROVE, DRAFT, PROCESS, WAY, automatic
from ..routing.harness import terms as routing_terms
from .commands import Try, tries
from .harness import OfficeHarness
from .judging import actor_of, key_of, offered, refusal_of

WORKFLOWS = [WAY, (DRAFT, APPROVE), (automatic(PROCESS), DRAFT, APPROVE), (APPROVE,)]


@st.composite
def every_terms(draw: st.DrawFn) -> Terms:
    amount_vnd = draw(st.sampled_from([0, 50_000, 50_000]))
    fee = FeeRule(
        amount_vnd=amount_vnd,
        moment=draw(st.sampled_from(["before_acceptance", "before_result"])),
        pay_within_hours=draw(st.sampled_from([1, 96])),
        refundable_on_refusal=draw(st.booleans()),
    )
    workflow = Workflow(
        id="w",
        steps=draw(st.sampled_from(WORKFLOWS)),
        automatic_acceptance=draw(st.sampled_from([False, False, True])),
    )
    return routing_terms().model_copy(
        update={
            "version": 2,
            "level": draw(st.sampled_from([3, 4, 4])),
            "fee": fee,
            "workflow": workflow,
            "issues_documents": draw(st.booleans()),
            "lateness": Lateness(
                extensions=draw(st.sampled_from([0, 1, 2])),
                apology_automatic=draw(st.booleans()),
            ),
            "papers": (
                RequiredPaper(id="application", name_vi="Giấy đề nghị"),
                RequiredPaper(id="minutes", name_vi="Biên bản họp", required=False),
            ),
        }
    )


FORWARD = (
    "accept",
    "supplement",
    "pay_online",
    "collect-cash",
    "complete-step",
    "draft-decision",
    "approve",
    "post-result",
    "hand-over",
    "post-outcome",
    "rate",
)
"""What brings a dossier to its result; a history of these and of what is outside sees all of it."""
KINDS = ("forward",) * 4 + ("offered", "offered", "anything") + ("outside",) * 3
MOVES = st.lists(
    st.tuples(st.sampled_from([*KINDS, "call", "wait", "late"]), st.integers(0, 999)), max_size=40
)
WAITS = [timedelta(minutes=5), timedelta(hours=3), *map(timedelta, (2, 9, 40, 400))]


def filed(terms: Terms, delivery: str = "counter") -> OfficeHarness:
    """Online where the procedure's level allows it; else on paper, which has no account."""
    office = OfficeHarness(terms)
    if terms.service_level < 4:
        office.tell(on_paper(papers_on_paper=("application",)), "officer:clerk")
    else:
        office.tell(submit(result_delivery=delivery), AN)
    return office


def played(terms: Terms, delivery: str, moves: list[tuple[str, int]]) -> OfficeHarness:
    office = filed(terms, delivery)
    for kind, number in moves:
        try:
            move(office, kind, number)
        except Refusal:
            continue
    return office


def move(office: OfficeHarness, kind: str, number: int) -> None:
    """One step of a history. Raises the refusal of a command."""
    match kind:
        case "forward" | "offered" | "anything":
            able, now = tries(office), offered(office)
            if kind != "anything":
                able = [one for one in able if key_of(one) in now]
            if kind == "forward":
                able = [one for one in able if one.act in FORWARD]
            if able:
                one = able[number % len(able)]
                note(f"{office.at}: {one}")
                office.tell(one.data, actor_of(one))
        case "outside":
            if answers := office.outside():
                data, actor = answers[number % len(answers)]
                note(f"{office.at}: {data}")
                office.tell(data, actor)
        case "call":
            if calls := office.provider_calls():
                note(f"{office.at}: {calls[number % len(calls)]}")
                office.tell(RecordProviderResult(raw_query="…"), given=calls[number % len(calls)])
        case _:
            note(f"{kind}: {WAITS[number % len(WAITS)]}")
            office.wait(WAITS[number % len(WAITS)], wakes=kind == "wait")


@settings(max_examples=400, deadline=None)
@given(every_terms(), st.sampled_from(["online", "counter", "post"]), MOVES)
def test_what_is_offered_is_not_refused_for_a_reason_of_state(
    terms: Terms, delivery: str, moves: list[tuple[str, int]]
) -> None:
    office = played(terms, delivery, moves)
    now = offered(office)
    wrong = set()
    for one in tries(office):
        slug, of_state = refusal_of(office, one)
        if of_state and key_of(one) in now:
            wrong.add((one.by, one.act, slug))
    assert wrong == set()


@settings(max_examples=400, deadline=None)
@given(every_terms(), st.sampled_from(["online", "counter", "post"]), MOVES)
def test_what_is_not_offered_is_refused(
    terms: Terms, delivery: str, moves: list[tuple[str, int]]
) -> None:
    office = played(terms, delivery, moves)
    now = offered(office)
    missing = {
        (one.by, one.act)
        for one in tries(office)
        if key_of(one) not in now and not refusal_of(office, one)[0] and not kept_back(office, one)
    }
    assert missing == set()


def kept_back(office: OfficeHarness, one: Try) -> bool:
    """What the rules would take and nobody is offered, with the reason."""
    status: str = office.document["status"]
    charge = office.payment.charge
    taken_back = Progress.model_validate_json(office.document["progress"]).payment.reversed
    match one.act:
        case "correction":
            # the counter has no use for it after the end, nor while a refusal's slip is made
            return status in ENDED or bool(office.document.get("refusing"))
        case "pay_online":
            # first the papers, then the fee: until they come it may be that nothing is to be paid
            # what the bank took back is owed without a limit of time, and collected at the counter
            return status == "supplement_requested" or taken_back
        case "accept":
            # intake does not hear that the bank took the fee back; the counter waits for it
            return taken_back
        case "collect-cash":
            # cash of the very instant of the end was taken before it
            return bool(charge.closed is not None and charge.closed.ended_at == office.at)
        case _:
            return False
