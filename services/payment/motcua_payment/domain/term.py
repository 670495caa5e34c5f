"""The time to pay (thời hạn nộp phí): it ends while the counter is open, also where its last day is
declared off after the demand.

Every message of a charge is decided by the date that counts, so that money in time is never judged
late because the charge was not told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from motcua_contracts import Catalogue, CatalogueEntryMissing, Event, Label
from motcua_contracts.messages.payment import PayTermMoved
from motcua_contracts.rules.days_off import due_days, moved_date
from motcua_contracts.rules.refusals import AgencyUnknown

from .charge import Charge

A_DAY_SECONDS = 86_400
PAY = Label("Hạn nộp phí, lệ phí", "The time to pay the fee")


def follow(charge: Charge, at: datetime, catalogue: Catalogue) -> tuple[Event, ...]:
    """What the counter's calendar in force makes of the time to pay; a term of less than a day runs
    on, and so does one of an agency that the catalogue does not know.
    """
    if (
        charge.stage != "awaited"
        or charge.expires_at is None
        or charge.owed.pay_within_seconds < A_DAY_SECONDS
    ):
        return ()
    try:
        calendar = catalogue.agency(charge.owed.receiving_agency).calendar
        moved = moved_date(catalogue, calendar, charge.expires_at, at, PAY, day_end=True)
    except (AgencyUnknown, CatalogueEntryMissing):
        return ()
    return (PayTermMoved(expires_at=moved.at, **moved.by),) if moved is not None else ()


def index(charge: Charge) -> Mapping[str, Sequence[str] | None]:
    """`due_on`: the day (UTC) on which the time to pay ends, with the receiving agency, by whose
    calendar it goes.
    """
    runs = charge.stage == "awaited"
    return {
        "due_on": due_days(charge.owed.receiving_agency, (charge.expires_at,)) if runs else None
    }
