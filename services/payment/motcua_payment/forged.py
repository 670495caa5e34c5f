"""The counts of forged calls that the gateway keeps, for operators: per hour, and per day of
Vietnam.

Only the command line looks into the gateway's database, with credentials that its operator hands
it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from motcua_chassis.mongo import connect
from motcua_contracts import VIETNAM
from motcua_payment_providers.base import FORGED_CALLS

DATABASE = "motcua_gateway"


@dataclass(slots=True)
class Day:
    """One day of one provider: calls by the hour of Vietnam's clock in which they came."""

    hours: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.hours.values())

    @property
    def in_words(self) -> str:
        """`12 (10 h: 9, 11 h: 3)`."""
        hours = ", ".join(f"{hour} h: {count:,}" for hour, count in sorted(self.hours.items()))
        return f"{self.count:,} ({hours})" if hours else "none"


async def read_forged(uri: str) -> dict[tuple[str, date], Day]:
    """By whose calls they claim to be (`ForgedCalls.seen`) and day. Raises `PyMongoError`."""
    client: Any = connect(uri)
    try:
        return by_day([row async for row in client[DATABASE][FORGED_CALLS].find({})])
    finally:
        client.close()


def by_day(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, date], Day]:
    """The stored rows by provider and day of Vietnam."""
    days: dict[tuple[str, date], Day] = {}
    for row in rows:
        hour: datetime = row["hour"].astimezone(VIETNAM)
        hours = days.setdefault((row["provider"], hour.date()), Day()).hours
        hours[hour.hour] = hours.get(hour.hour, 0) + row["count"]
    return days
