"""Notify's wiring: what it takes in, what it says, which rules and which hands it has."""

from motcua_chassis.service import Decider, Perform, Service
from motcua_contracts import topics
from motcua_contracts.intake import DossierAccepted, DossierCompleted, DossierRegistered, DossierStopped, PaymentDemanded

from .domain.case import Case
from .domain.decide import decide
from .domain.evolve import SEND_EMAIL, SEND_SMS, effects, evolve
from .sending import send_email, send_sms
from .tools import open_tools

service = Service(
    name="notify",
    decider=Decider(
        Case,
        decide,
        evolve,
        effects,
        hears=(DossierRegistered, PaymentDemanded, DossierAccepted, DossierCompleted, DossierStopped),
    ),
    consumes=(topics.NOTIFY_COMMANDS, topics.INTAKE_DOSSIERS),
    papers=(topics.INTAKE_PRIVATE,),
    emits=topics.NOTIFY_MESSAGES,
    private=None,
    # One bound for each kind: a channel that is stuck delays no other.
    perform={SEND_EMAIL: Perform(send_email, concurrency=16), SEND_SMS: Perform(send_sms, concurrency=8)},
    tools=open_tools,
)
