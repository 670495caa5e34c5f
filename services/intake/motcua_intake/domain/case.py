"""The dossier as intake keeps it: what later decisions need and nothing else.

No rules live here.
"""

from datetime import datetime
from typing import Literal

from motcua_contracts import Model
from motcua_contracts.messages.intake import (
    AcceptanceDecided,
    CaseDecisionSeen,
    Channel,
    Contact,
    Delivery,
    RefusalDecided,
    SupplementDemanded,
)
from motcua_contracts.rules.terms import Terms

Stage = Literal[
    "unregistered",
    "registered",
    "refusing",
    "not_accepted",
    "accepting",
    "accepted",
    "completed",
    "posted",
    "returned",
    "withdrawn",
    "stopped",
    "forgotten",
]
"""`accepting`: acceptance is decided and the slip (giấy tiếp nhận và hẹn trả kết quả) is being
made; `refusing`: the refusal's slip is.
"""

FeeState = Literal["unassessed", "demanded", "deferred", "cleared"]


class Fee(Model):
    """What the dossier owes.

    `deferred`: owed, but only before the result. `settled` tells money from free and waived.
    """

    state: FeeState = "unassessed"
    amount_vnd: int = 0
    pay_within_seconds: float = 0
    settled: bool = False


class Dossier(Model):
    """The fold of intake's own events of one dossier.

    `Dossier()` is a dossier that nobody has filed.
    """

    id: str = ""
    stage: Stage = "unregistered"
    code: str = ""
    owner: str = ""
    """`citizen:<pseudonym>`, empty for a paper dossier without an account."""
    terms: Terms | None = None
    revision: int = 0
    """The last revision of the private records. Every revision is whole, so it is also the one to
    read.
    """
    channel: Channel = "online"
    receiving_agency: str = ""
    result_delivery: Delivery = "counter"
    contacts: tuple[Contact, ...] = ()
    confirmed: tuple[Contact, ...] = ()
    """Those of the contacts that were known to be the applicant's at registration."""
    received_at: datetime | None = None
    papers: tuple[str, ...] = ()
    """Ids of the papers that files came with; the slip lists them."""
    on_paper: tuple[str, ...] = ()
    """Ids of the papers that were handed in on paper, without a scan."""
    file_bytes: int = 0
    """Of all its files together."""
    fee: Fee = Fee()
    waits_since: datetime | None = None
    """Since when it waits for the counter's answer, while that is watched."""
    answer_by: datetime | None = None
    overdue: bool = False
    """The counter did not answer in time, and this was said."""
    supplement: SupplementDemanded | None = None
    """What is asked for and not handed in yet."""
    supplement_at: datetime | None = None
    """When it was asked for; the slip bears this date."""
    supplement_asked: bool = False
    """The slip (phiếu yêu cầu bổ sung) is made and the owner is asked."""
    supplements_used: int = 0
    """How often the counter asked before acceptance."""
    refusal: RefusalDecided | None = None
    """While the slip (phiếu từ chối) is being made; DossierNotAccepted repeats it."""
    acted_by: str = ""
    """Id of the officer who asked or refused: the slip names the post."""
    acceptance: AcceptanceDecided | None = None
    """While the slip is being made; DossierAccepted repeats it."""
    accepted_by: str = ""
    """Id of the clerk who accepts, as long: the slip bears name and post. Empty
    where the rules do.
    """
    decision: CaseDecisionSeen | None = None
    """While the department's decision waits for the fee; DossierCompleted repeats it."""
    rated: bool = False
    files_deleted: bool = False
    ended_at: datetime | None = None
    """When it was returned, not accepted, withdrawn or stopped: the archive's term counts from
    here.
    """

    @property
    def pinned(self) -> Terms:
        """The terms it was registered under. Only a registered dossier has them."""
        assert self.terms is not None, "asked for the terms of a dossier that is not registered"
        return self.terms
