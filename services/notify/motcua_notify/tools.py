"""What the effects need from outside: the compiled templates, the SMTP server, the SMS gateway."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx
from motcua_chassis.service import Runtime

from . import rendering
from .settings import Settings
from .sms import SmsGateway
from .smtp import Mailer


@dataclass(frozen=True, slots=True)
class Tools:
    """`public_url`: the gateway's address, without a slash at its end; links to dossiers begin with it."""

    templates: dict[str, rendering.Template]
    mailer: Mailer
    sms: SmsGateway
    public_url: str
    now: Callable[[], datetime]


@asynccontextmanager
async def open_tools(runtime: Runtime) -> AsyncIterator[Tools]:
    """Nothing is connected yet: a provider that is away delays its own messages, not the start. Raises `BadTemplate`."""
    settings = runtime.settings
    assert isinstance(settings, Settings)
    mailer = Mailer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_sender,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value(),
        start_tls=settings.smtp_start_tls,
        timeout_seconds=settings.smtp_timeout_seconds,
    )
    # Proxies of the environment are not for providers that are configured by their address.
    async with httpx.AsyncClient(timeout=settings.sms_timeout_seconds, trust_env=False) as client:
        sms = SmsGateway(settings.sms_url, settings.sms_sender, client)
        try:
            yield Tools(rendering.load(settings.smtp_sender), mailer, sms, settings.public_url.rstrip("/"), runtime.now)
        finally:
            await mailer.close()
