"""Intake's wiring: what it takes in, what it says, its rules and its side effects."""

from motcua_chassis import DaysOff, Decider, Service
from motcua_contracts.messages.intake import FollowCalendar
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived, PaymentExpired, PaymentSettled
from motcua_contracts.messages.routing import CaseDecided, SupplementNeeded
from motcua_contracts.rules.days_off import agencies_with
from motcua_contracts.wire import topics

from .domain.case import Dossier
from .domain.decide import decide
from .domain.evolve import (
    ACCEPTANCE_SLIP,
    DELETE_FILES,
    REFUSAL_SLIP,
    SUPPLEMENT_SLIP,
    due,
    effects,
    evolve,
    index,
)
from .effects.acceptance_slip import acceptance_slip
from .effects.slips import delete_files, refusal_slip, supplement_slip
from .prepare import prepare
from .tools import open_tools

service = Service(
    name="intake",
    deciders=(
        Decider(
            Dossier,
            decide,
            evolve,
            effects,
            due,
            index=index,
            hears=(
                FeeAssessed,
                FeeWaived,
                PaymentSettled,
                PaymentExpired,
                CaseDecided,
                SupplementNeeded,
            ),
        ),
    ),
    consumes=(topics.INTAKE_COMMANDS, topics.PAYMENT_CHARGES, topics.ROUTING_CASES),
    private_records=(topics.ROUTING_PRIVATE, topics.CATALOG_PEOPLE),
    emits=topics.INTAKE_DOSSIERS,
    private=topics.INTAKE_PRIVATE,
    reads_catalogue=True,
    prepare=prepare,
    perform={
        ACCEPTANCE_SLIP: acceptance_slip,
        SUPPLEMENT_SLIP: supplement_slip,
        REFUSAL_SLIP: refusal_slip,
        DELETE_FILES: delete_files,
    },
    announces=DaysOff(
        lambda calendar, version: FollowCalendar(calendar=calendar, version=version), agencies_with
    ),
    tools=open_tools,
)
