"""Notify's wiring: what it takes in, what it says, its rules and its side effects."""

from motcua_chassis import Decider, Perform, Service
from motcua_contracts.messages.intake import ApplicantCorrected
from motcua_contracts.messages.notify import PREFERENCES
from motcua_contracts.wire import topics

from .domain import preferences
from .domain.case import Case
from .domain.decide import decide
from .domain.evolve import SEND_EMAIL, SEND_SMS, effects, evolve
from .domain.news import TOLD
from .domain.preferences import Preferences
from .effects.delivery import send_email, send_sms
from .prepare import prepare
from .stored import OF_CASE, OF_PREFERENCES
from .tools import open_tools

service = Service(
    name="notify",
    deciders=(
        Decider(Case, decide, evolve, effects, hears=(*TOLD, ApplicantCorrected), stored=OF_CASE),
        Decider(
            Preferences,
            preferences.decide,
            preferences.evolve,
            subjects=PREFERENCES,
            stored=OF_PREFERENCES,
        ),
    ),
    consumes=(
        topics.NOTIFY_COMMANDS,
        topics.INTAKE_DOSSIERS,
        topics.ROUTING_CASES,
        topics.PAYMENT_CHARGES,
    ),
    private_records=(topics.INTAKE_PRIVATE, topics.CATALOG_PEOPLE),
    emits=topics.NOTIFY_MESSAGES,
    private=None,
    prepare=prepare,
    # One bound for each kind: a channel that is stuck delays no other. Longer than the longest talk
    # with a provider.
    perform={
        SEND_EMAIL: Perform(send_email, concurrency=24, seconds=180),
        SEND_SMS: Perform(send_sms, concurrency=16, seconds=120),
    },
    tools=open_tools,
)
