"""Counts calls that are not rightly signed: one number an hour and provider, however many come. Nothing of a call is kept or logged."""

from collections.abc import Callable
from datetime import datetime

from motcua_chassis.logs import Log
from motcua_chassis.metrics import Metrics

HOUR = "%Y-%m-%dT%H"


class ForgedCalls:
    """Of one instance. A call adds to a counter in memory; the log gets one line an hour and provider, when the first comes."""

    def __init__(self, metrics: Metrics, log: Log, now: Callable[[], datetime]) -> None:
        self._metrics, self._log, self._now = metrics, log, now
        self._said: dict[str, str] = {}

    def seen(self, provider: str) -> None:
        """One more. `provider` is ours to name: `vnpay`, `vnpay-return`, `vietqr`, `sms`."""
        self._metrics.forged_calls.labels(provider).inc()
        hour = self._now().strftime(HOUR)
        if self._said.get(provider) != hour:
            self._said[provider] = hour
            self._log.warning("forged calls come in; said once an hour", provider=provider, hour=hour)
