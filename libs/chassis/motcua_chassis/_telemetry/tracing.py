"""W3C trace context through records: what follows from a record belongs to its trace.

Spans where an OpenTelemetry SDK is set up.

Without one (the API alone is a dependency) nothing is recorded and the context is handed on as it
came.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_CONTEXT = TraceContextTextMapPropagator()
_HEADER = "traceparent"


class Tracing:
    """The spans of one service."""

    def __init__(self, service: str) -> None:
        self._tracer = trace.get_tracer(f"motcua.{service}")

    @contextmanager
    def span(self, name: str, traceparent: str | None, correlationid: str) -> Iterator[str | None]:
        """A span within the trace that a record carries; gives the context that what follows is to
        carry.
        """
        if traceparent is None:
            yield None
            return
        parent, attributes = (
            _CONTEXT.extract({_HEADER: traceparent}),
            {"motcua.correlationid": correlationid},
        )
        with self._tracer.start_as_current_span(name, context=parent, attributes=attributes):
            carrier: dict[str, str] = {}
            _CONTEXT.inject(carrier)
            yield carrier.get(_HEADER, traceparent)
