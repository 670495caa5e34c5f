"""Routing's wiring: what it takes in, what it says, its rules and its side effects."""

from motcua_chassis import DaysOff, Decider, Service
from motcua_contracts.messages.digests import WORKLIST
from motcua_contracts.messages.intake import (
    ApplicantCorrected,
    DossierAccepted,
    DossierForgotten,
    DossierStopped,
    DossierWithdrawn,
    SupplementSubmitted,
)
from motcua_contracts.messages.routing import FollowCalendar
from motcua_contracts.wire import topics

from .domain import worklist
from .domain.case import Case, Worklist
from .domain.decide import decide
from .domain.evolve import APOLOGY_LETTER, SIGN_DECISION, due, effects, evolve, index
from .effects.apology_letter import make_letter
from .effects.decision_document import sign_decision
from .prepare import prepare
from .stored import OF_CASE, OF_WORKLIST
from .tools import open_tools

service = Service(
    name="routing",
    deciders=(
        Decider(
            Case,
            decide,
            evolve,
            effects,
            due,
            index=index,
            hears=(
                DossierAccepted,
                SupplementSubmitted,
                DossierStopped,
                DossierWithdrawn,
                DossierForgotten,
                ApplicantCorrected,
            ),
            stored=OF_CASE,
        ),
        Decider(
            Worklist,
            worklist.decide,
            worklist.evolve,
            due=worklist.due,
            subjects=WORKLIST,
            stored=OF_WORKLIST,
        ),
    ),
    consumes=(topics.ROUTING_COMMANDS, topics.INTAKE_DOSSIERS),
    private_records=(topics.INTAKE_PRIVATE, topics.CATALOG_PEOPLE),
    emits=topics.ROUTING_CASES,
    private=topics.ROUTING_PRIVATE,
    reads_catalogue=True,
    prepare=prepare,
    perform={SIGN_DECISION: sign_decision, APOLOGY_LETTER: make_letter},
    announces=DaysOff(lambda calendar, version: FollowCalendar(calendar=calendar, version=version)),
    tools=open_tools,
)
