"""The dossier as intake keeps it: what later decisions need and nothing else. No rules live here."""

from datetime import datetime
from typing import Literal

from motcua_contracts.intake import AcceptanceDecided, CaseDecisionSeen, Channel, Contact, Delivery
from motcua_contracts.payload import Model
from motcua_contracts.terms import Terms

Stage = Literal["unregistered", "registered", "accepting", "accepted", "completed", "returned", "stopped"]
"""`accepting`: acceptance is decided and the slip (giấy tiếp nhận và hẹn trả kết quả) is being made."""

FeeState = Literal["unassessed", "demanded", "deferred", "cleared"]


class Fee(Model):
    """What the dossier owes. `deferred`: owed, but only before the result. `settled` tells money from free and waived."""

    state: FeeState = "unassessed"
    amount_vnd: int = 0
    pay_within_seconds: float = 0
    settled: bool = False


class Dossier(Model):
    """The fold of intake's own facts of one dossier. `Dossier()` is a dossier that nobody has filed."""

    id: str = ""
    stage: Stage = "unregistered"
    code: str = ""
    terms: Terms | None = None
    revision: int = 0
    channel: Channel = "online"
    receiving_agency: str = ""
    result_delivery: Delivery = "counter"
    contacts: tuple[Contact, ...] = ()
    received_at: datetime | None = None
    papers: tuple[str, ...] = ()
    """Ids of the papers that files came with; the slip lists them."""
    fee: Fee = Fee()
    acceptance: AcceptanceDecided | None = None
    """While the slip is being made; DossierAccepted repeats it."""
    decision: CaseDecisionSeen | None = None
    """While the department's decision waits for the fee; DossierCompleted repeats it."""

    @property
    def pinned(self) -> Terms:
        """The terms it was registered under. Only a registered dossier has them."""
        assert self.terms is not None, "asked for the terms of a dossier that is not registered"
        return self.terms
