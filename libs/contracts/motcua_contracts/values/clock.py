"""Instants as the log has them, and Vietnam's clock. Pure."""

from datetime import UTC, datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
VIETNAM = timezone(timedelta(hours=7))


def instant(milliseconds: int) -> datetime:
    """An append time, exactly."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def milliseconds(at: datetime) -> int:
    """The inverse of `instant`; what is below a millisecond is left out."""
    return (at - EPOCH) // timedelta(milliseconds=1)
