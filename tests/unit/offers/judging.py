"""What the reader offers, beside what the rules of the services say of the same act."""

from motcua_contracts import Refusal
from motcua_contracts.messages.payment import CashDeclined, RecordCash
from motcua_contracts.messages.refunds import RecordPayOut
from motcua_contracts.rules.offers import at_counter, in_case, to_owner, with_money
from motcua_gateway.views.offer_inputs import dossier_of, moment_of, who_of

from .commands import OWNER, Try
from .harness import PEOPLE, OfficeHarness

STATE = ("conflict", "gone", "not-found")
"""The kinds of a refusal that has its reason in the dossier's state."""
Offered = set[tuple[str, str, str, int]]


def offered(office: OfficeHarness) -> Offered:
    """Who may do what at once: officer or empty for the owner, service, act, number."""
    dossier, moment = dossier_of(office.document), moment_of(office.events, office.at)
    found: Offered = {("", "", act, 0) for act in to_owner(dossier, moment)}
    for officer, *_ in PEOPLE:
        who = who_of(office.caller(officer))
        for service, offers in (
            ("intake", at_counter(dossier, who, moment)),
            ("routing", in_case(dossier.case, who, moment)),
            ("payment", with_money(dossier, who, moment)),
        ):
            found |= {(officer, service, one.act, one.number) for one in offers if one.is_possible}
    return found


def acts(office: OfficeHarness, officer: str = "") -> set[str]:
    """The names of what somebody may do at once."""
    return {act for by, _, act, _ in offered(office) if by == officer}


def key_of(one: Try) -> tuple[str, str, str, int]:
    return one.by, one.data.owner if one.by else "", one.act, one.number


def actor_of(one: Try) -> str:
    if isinstance(one.data, RecordCash | RecordPayOut):
        return "system:payment"  # the cashier's till asks the dossier
    return f"officer:{one.by}" if one.by else OWNER


def refusal_of(office: OfficeHarness, one: Try) -> tuple[str, bool]:
    """Why the act would be refused now, empty where it would not; and whether that is a reason of
    state.
    """
    try:
        said = office.judge(one.data, actor_of(one))
    except Refusal as refusal:
        return refusal.slug, refusal.kind in STATE
    declined = next((event.reason for event in said if isinstance(event, CashDeclined)), "")
    return declined, bool(declined)
