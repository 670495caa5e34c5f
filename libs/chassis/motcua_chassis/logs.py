"""Structured logs: JSON lines with service, instance and what the caller binds (correlation ids).

Nothing personal goes in.

Exceptions are shown without their messages (tracebacks.py), also those that uvicorn, asyncio and
other libraries log.
"""

import logging
from typing import Any

import structlog

from ._telemetry.tracebacks import without_messages
from .settings import ServiceSettings

Log = Any
"""A bound structlog logger."""


def configure(service: str, settings: ServiceSettings) -> Log:
    """Set up logging for this process and give the service's logger.

    Other libraries log from warnings on.
    """
    level = getattr(logging, settings.log_level.upper())
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer()
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared)
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # A broker that is away makes it write a traceback a second; what it means for us is logged
    # where we notice it.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    logging.getLogger("faststream").setLevel(logging.CRITICAL)
    return structlog.get_logger().bind(service=service, instance=settings.instance or service)
