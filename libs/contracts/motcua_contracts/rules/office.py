"""Office hours: when an office is open by its calendar, and how far it is to somewhere in working
time.

Pure arithmetic in the office's own local time; `local` and `instant` are the only doors to UTC.
Nothing of dossiers lives here.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..messages.catalog import Calendar, Holiday

DAY = timedelta(days=1)
LONGEST_CLOSURE_DAYS = 366
"""A calendar that opens on none of so many days is taken for broken."""

MOST_DAYS_LATE = 3 * 366
"""No more than so many days are looked at to say how late something is."""


class Office:
    """A calendar, ready to count with. Local times are naive datetimes in the calendar's timezone.

    A make-up day has the hours of the week's longest day: it counts as a full working day, whatever
    its weekday.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._id = calendar.id
        self._zone = ZoneInfo(calendar.timezone)
        self._week = {
            weekday: tuple(
                (time.fromisoformat(span.opens), time.fromisoformat(span.closes)) for span in spans
            )
            for weekday, spans in calendar.week.items()
            if spans
        }
        self._full_day = max(self._week.values(), key=_open_for, default=())
        self._named = {holiday.day: holiday for holiday in calendar.holidays}
        self._decided_until = calendar.decided_until

    def local(self, at: datetime) -> datetime:
        """An instant as the office's clock shows it."""
        return at.astimezone(self._zone).replace(tzinfo=None)

    def instant(self, local: datetime) -> datetime:
        """The instant (UTC) of a local time."""
        return local.replace(tzinfo=self._zone).astimezone(UTC)

    def named(self, day: date) -> Holiday | None:
        """The holiday or make-up day, if the calendar names that day."""
        return self._named.get(day)

    def is_forecast(self, day: date) -> bool:
        """Whether the days off up to that day are not all decided yet.

        False where the calendar does not say.
        """
        return self._decided_until is not None and day > self._decided_until

    def hours(self, day: date) -> tuple[tuple[time, time], ...]:
        """The spans of opening on that day, none where it is off."""
        named = self._named.get(day)
        if named is None:
            return self._week.get(day.isoweekday(), ())
        return self._full_day if named.working else ()

    def is_open_on(self, day: date) -> bool:
        return bool(self.hours(day))

    def working_day(self, day: date) -> date:
        """That day, or the next one on which the office opens.

        Raises `ValueError` for a calendar that never does.
        """
        for _ in range(LONGEST_CLOSURE_DAYS):
            if self.is_open_on(day):
                return day
            day += DAY
        raise ValueError(
            f"calendar {self._id} opens on none of {LONGEST_CLOSURE_DAYS} days before {day}"
        )

    def closing(self, day: date) -> datetime:
        """When the office closes on that working day."""
        return datetime.combine(day, self.hours(day)[-1][1])

    def opening_at_or_after(self, local: datetime) -> datetime:
        """That time if the office is open then (closing time itself counts as open), else the next
        opening.
        """
        for opens, closes in self.hours(local.date()):
            if local.time() <= closes:
                return max(local, datetime.combine(local.date(), opens))
        day = self.working_day(local.date() + DAY)
        return datetime.combine(day, self.hours(day)[0][0])

    def at_hour(self, day: date, hour: time) -> datetime:
        """That hour of a working day, clipped into the opening hours: in a break the next opening,
        after closing the closing.
        """
        return min(self.opening_at_or_after(datetime.combine(day, hour)), self.closing(day))

    def working_days_before(self, local: datetime, days: int) -> datetime:
        """The same hour so many working days earlier, clipped into that day's opening hours.

        Raises `ValueError` for a calendar that never opens.
        """
        day = local.date()
        for _ in range(days):
            day = self._working_day_before(day)
        return self.at_hour(self.working_day(day), local.time())

    def _working_day_before(self, day: date) -> date:
        for _ in range(LONGEST_CLOSURE_DAYS):
            day -= DAY
            if self.is_open_on(day):
                return day
        raise ValueError(
            f"calendar {self._id} opens on none of {LONGEST_CLOSURE_DAYS} days before {day}"
        )

    def working_days_late(self, due: datetime, at: datetime) -> int:
        """The working days after that of `due`, up to and with that of `at`: 0 on the day itself,
        and before it.
        """
        days = (at.date() - due.date()).days
        return sum(
            self.is_open_on(due.date() + n * DAY) for n in range(1, min(days, MOST_DAYS_LATE) + 1)
        )

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """How long the office is open between the two; nothing where `until` is the earlier one."""
        total, day = timedelta(), since.date()
        while day <= until.date():
            for opens, closes in self.hours(day):
                start = max(since, datetime.combine(day, opens))
                end = min(until, datetime.combine(day, closes))
                total += max(end - start, timedelta())
            day += DAY
        return total

    def is_open_at(self, local: datetime) -> bool:
        """Whether the office is open then; closing time itself counts as open."""
        return any(opens <= local.time() <= closes for opens, closes in self.hours(local.date()))

    def closing_at_or_after(self, local: datetime) -> datetime:
        """The end of that working day, or of the next one where the office is off or has closed by
        then.
        """
        day = self.working_day(local.date())
        closing = self.closing(day)
        return closing if closing >= local else self.closing(self.working_day(day + DAY))

    def later(self, local: datetime, worked: timedelta) -> datetime:
        """The time at which the office has been open for `worked` since `local`.

        Ending with a span, it is that span's closing.
        """
        local = self.opening_at_or_after(local)
        while True:
            for opens, closes in self.hours(local.date()):
                start = max(local, datetime.combine(local.date(), opens))
                left = datetime.combine(local.date(), closes) - start
                if left < timedelta(0):
                    continue
                if worked <= left:
                    return start + worked
                worked -= left
            local = datetime.combine(self.working_day(local.date() + DAY), time())


_KEPT = 64
_offices: dict[int, tuple[Calendar, Office]] = {}


def office_of(calendar: Calendar) -> Office:
    """The office of a calendar, made once for each: a calendar never changes, a new version is
    another one.
    """
    known = _offices.get(id(calendar))
    if known is None or known[0] is not calendar:
        if len(_offices) >= _KEPT:
            _offices.clear()
        known = _offices[id(calendar)] = calendar, Office(calendar)
    return known[1]


def _open_for(spans: tuple[tuple[time, time], ...]) -> timedelta:
    day = date.min
    return sum(
        (datetime.combine(day, closes) - datetime.combine(day, opens) for opens, closes in spans),
        timedelta(),
    )
