"""Payment's wiring: what it takes in, what it says, which rules and which hands it has."""

from motcua_chassis.service import Decider, Service
from motcua_contracts import topics
from motcua_contracts.intake import DossierRegistered, PaymentDemanded

from .cash import record_cash
from .domain.case import Case, decide, due, effects, evolve
from .domain.charge import ISSUE_RECEIPT, START_PAYMENT
from .domain.till import RECORD_CASH
from .online import prepare, start_payment
from .receipts import issue_receipt
from .tools import open_tools

service = Service(
    name="payment",
    decider=Decider(Case, decide, evolve, effects, due, hears=(DossierRegistered, PaymentDemanded)),
    consumes=(topics.PAYMENT_COMMANDS, topics.INTAKE_DOSSIERS),
    papers=(topics.INTAKE_PRIVATE,),
    emits=topics.PAYMENT_CHARGES,
    private=topics.PAYMENT_PRIVATE,
    facts=True,
    prepare=prepare,
    perform={START_PAYMENT: start_payment, RECORD_CASH: record_cash, ISSUE_RECEIPT: issue_receipt},
    tools=open_tools,
)
