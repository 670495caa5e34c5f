"""What the effects need from outside: the compiled templates, the providers of each channel, the
limits, citizens' wishes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import httpx
import structlog
from motcua_chassis import Runtime
from motcua_chassis.secret import secret
from motcua_chassis.unreadable import Unreadable
from motcua_contracts.messages.catalog import Person
from motcua_contracts.messages.intake import Contact

from . import configuration, rendering, reports
from .configuration import Providers
from .health import Channel, Provider
from .limits import RecipientLimit
from .officers import person
from .preferences import Wishes
from .provider import Sender
from .settings import Settings
from .sms import SmsSender
from .smtp import Mailer
from .unconfirmed import UnconfirmedLimit


@dataclass(frozen=True, slots=True)
class Tools:
    """`public_url`: the gateway's address, without a slash at its end; links to dossiers begin with
    it.

    `person`: an officer's name and address. `confirm_link`: of a dossier's contact, empty where
    there is none to give. `unreadable` is told of what cannot be read.
    """

    templates: dict[str, rendering.Template]
    email: Channel
    sms: Channel
    limit: RecipientLimit
    wishes: Wishes
    public_url: str
    person: Callable[[str], Awaitable[Person | None]]
    unconfirmed: UnconfirmedLimit
    confirm_link: Callable[[str, Contact, int], str]
    unreadable: Unreadable
    fold_accents: bool = False


@asynccontextmanager
async def open_tools(runtime: Runtime) -> AsyncIterator[Tools]:
    """Nothing is connected yet: a provider that is away delays its own messages, not the start.

    Raises `BadTemplate`, `BadConfiguration`.
    """
    settings = runtime.settings
    assert isinstance(settings, Settings)
    configured = (
        configuration.read(settings.providers)
        if settings.providers
        else settings.of_the_environment()
    )
    database = runtime.database
    limit = UnconfirmedLimit(
        database.unconfirmed,
        await secret(database, "unconfirmed-contacts"),
        settings.unconfirmed_per_day,
        runtime.now,
    )
    await limit.make_indexes()
    # Proxies of the environment are not for providers that are configured by their address.
    async with httpx.AsyncClient(trust_env=False) as client:
        email, sms = channels(configured, settings, client)
        tools = Tools(
            templates=rendering.load(settings.smtp_sender),
            email=email,
            sms=sms,
            limit=RecipientLimit(settings.recipient_per_hour),
            wishes=Wishes(runtime.database.cases),
            public_url=settings.public_url.rstrip("/"),
            person=partial(person, runtime.database.papers),
            unconfirmed=limit,
            confirm_link=reports.confirm_links(
                settings.public_url, settings.report_secret.get_secret_value()
            ),
            unreadable=Unreadable(runtime.metrics, structlog.get_logger()),
            fold_accents=settings.sms_accents == "fold",
        )
        try:
            yield tools
        finally:
            await email.close()


def channels(
    configured: Providers, settings: Settings, client: httpx.AsyncClient
) -> tuple[Channel, Channel]:
    """E-mail and SMS, from their configuration."""
    base, secret = (
        settings.report_url or settings.public_url,
        settings.report_secret.get_secret_value(),
    )
    by_name: dict[str, Sender] = {
        f"email/{one.name}": Mailer(one, settings.smtp_sender) for one in configured.email
    }
    for sms in configured.sms:
        address = reports.addresses(base, secret, kannel=sms.kind == "kannel")
        by_name[f"sms/{sms.name}"] = SmsSender(sms, settings.sms_sender, client, address)

    def channel(
        name: str,
        given: tuple[configuration.SmtpProvider, ...] | tuple[configuration.SmsProvider, ...],
    ) -> Channel:
        return Channel(
            [
                Provider(
                    one.name,
                    by_name[f"{name}/{one.name}"],
                    weight=one.weight,
                    at_once=one.at_once,
                    per_second=one.per_second,
                    slow_seconds=one.slow_seconds,
                )
                for one in given
            ]
        )

    return channel("email", configured.email), channel("sms", configured.sms)
