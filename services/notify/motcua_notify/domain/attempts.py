"""What follows from one attempt at sending: the end of the message, or who tries next and when.

Pure.

A definite failure goes to the next provider at once; when everybody was asked, the round is over
and it waits. An attempt that may have arrived stays with its provider. A refusal by everybody, or a
day gone by, is the end.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import assert_never

from motcua_contracts import Event
from motcua_contracts.messages.notify import (
    MessageAttemptFailed,
    MessageFailed,
    MessageSent,
    MessageSuppressed,
    RecordDelivery,
)

from .case import OnTheWay

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 20, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800)
)
"""Between rounds; the last again and again. A message so has at most eleven rounds in its day, each
with one attempt for each provider.
"""
GIVEN_UP_AFTER = timedelta(hours=24)


def after(way: OnTheWay, answer: RecordDelivery, at: datetime) -> Event:
    """The event that an attempt's answer leads to."""
    message_id, channel, provider = way.queued.message_id, way.queued.channel, answer.provider
    match answer.outcome:
        case "sent":
            return MessageSent(
                message_id=message_id,
                channel=channel,
                provider=provider,
                sent_at=at,
                segments=answer.segments,
            )
        case "suppressed":
            return MessageSuppressed(message_id=message_id, channel=channel, reason=answer.reason)
        case "failed":
            return MessageFailed(
                message_id=message_id, channel=channel, provider=provider, reason=answer.reason
            )
        case "refused":
            if answer.next_provider:
                return _again(way, answer, at, answer.next_provider)
            return MessageFailed(
                message_id=message_id, channel=channel, provider=provider, reason=answer.reason
            )
        case "not_sent":
            return _again(way, answer, at, answer.next_provider or provider)
        case "unknown":
            return _again(way, answer, at, provider)
        case _:
            assert_never(answer.outcome)


def _again(way: OnTheWay, answer: RecordDelivery, at: datetime, next_provider: str) -> Event:
    message_id, channel = way.queued.message_id, way.queued.channel
    at_once = next_provider not in (*way.tried, answer.provider)
    retry_at = at if at_once else at + _wait(message_id, way.round)
    if retry_at > way.since + GIVEN_UP_AFTER:
        return MessageFailed(
            message_id=message_id, channel=channel, provider=answer.provider, reason=answer.reason
        )
    return MessageAttemptFailed(
        message_id=message_id,
        channel=channel,
        provider=answer.provider,
        reason=answer.reason,
        attempt=way.attempts + 1,
        round=way.round if at_once else way.round + 1,
        unknown=answer.outcome == "unknown",
        refused=answer.outcome == "refused",
        next_provider=next_provider,
        retry_at=retry_at,
    )


def _wait(message_id: str, round_: int) -> timedelta:
    """With a jitter of a quarter either way that is the message's own, so that what failed together
    does not come back together.
    """
    spread = sha256(f"{message_id}/{round_}".encode()).digest()[0] / 255
    return WAITS[min(round_, len(WAITS) - 1)] * (0.75 + spread / 2)
