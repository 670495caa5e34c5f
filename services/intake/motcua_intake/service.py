"""Intake's wiring: what it takes in, what it says, which rules and which hands it has."""

from motcua_chassis.service import Decider, Service
from motcua_contracts import topics
from motcua_contracts.payment import FeeAssessed, FeeWaived, PaymentExpired, PaymentSettled
from motcua_contracts.routing import CaseDecided

from .domain.decide import decide
from .domain.evolve import ACCEPTANCE_SLIP, effects, evolve
from .domain.state import Dossier
from .filing import prepare
from .slip import acceptance_slip
from .tools import open_tools

service = Service(
    name="intake",
    decider=Decider(
        Dossier,
        decide,
        evolve,
        effects,
        hears=(FeeAssessed, FeeWaived, PaymentSettled, PaymentExpired, CaseDecided),
    ),
    consumes=(topics.INTAKE_COMMANDS, topics.PAYMENT_CHARGES, topics.ROUTING_CASES),
    emits=topics.INTAKE_DOSSIERS,
    private=topics.INTAKE_PRIVATE,
    facts=True,
    prepare=prepare,
    perform={ACCEPTANCE_SLIP: acceptance_slip},
    tools=open_tools,
)
