"""Which contacts are known to be the applicant's own: the identity provider vouches for them, or an
earlier dossier confirmed them.
"""

from motcua_contracts.messages.intake import CONTACTS, Applicant, Contact, SubmitDossier
from motcua_contracts.values.contacts import email_of
from motcua_contracts.values.phones import phone_of

from ..commands.sending import request_id
from ..identity.callers import Caller
from ..read_model.dossiers import Dossiers
from ..read_model.private_records import PapersReplica
from ..tools import Gateway

LOOKED_AT = 20
"""How many of the applicant's latest dossiers with a confirmed contact are compared."""
BESIDE = "confirmed"
"""Where a request keeps what was found when it first came: a repeat is the same command, whatever
was confirmed meanwhile.
"""


def compared(applicant: Applicant, contact: Contact) -> str:
    """The applicant's contact as it is compared; empty where there is none."""
    return email_of(applicant.email) if contact == "email" else phone_of(applicant.phone)


def vouched(caller: Caller, email: str, phone: str) -> tuple[Contact, ...]:
    """Which of these the identity provider says to be the caller's own."""
    given: dict[Contact, str] = {"email": email_of(email), "phone": phone_of(phone)}
    said: dict[Contact, str] = {"email": caller.email, "phone": caller.phone}
    return tuple(
        contact for contact in CONTACTS if given[contact] and given[contact] == said[contact]
    )


async def confirmed_contacts(
    gateway: Gateway, caller: Caller, applicant: Applicant, dossier_id: str, key: str
) -> tuple[Contact, ...]:
    """Of a citizen who files. Never what the caller says of them."""
    request = request_id(caller.actor, SubmitDossier, dossier_id, key)
    earlier = await gateway.requests.collection.find_one({"_id": request}, {BESIDE: 1})
    if earlier is not None and BESIDE in earlier:
        return tuple(contact for contact in CONTACTS if contact in earlier[BESIDE])
    vouched: dict[Contact, str] = {"email": caller.email, "phone": caller.phone}
    left = {contact: value for contact in CONTACTS if (value := compared(applicant, contact))}
    found = [
        contact
        for contact, value in left.items()
        if value == vouched[contact]
        or await _confirmed_before(gateway.dossiers, gateway.papers, caller, contact, value)
    ]
    return tuple(found)


async def _confirmed_before(
    dossiers: Dossiers, papers: PapersReplica, caller: Caller, contact: Contact, value: str
) -> bool:
    async for dossier_id, revision in dossiers.with_confirmed(caller.actor, contact, LOOKED_AT):
        held = await papers.of_dossier(dossier_id, revision)
        if held is not None and compared(held.applicant, contact) == value:
            return True
    return False
