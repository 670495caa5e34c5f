"""Who asks for what: the part that every form of the counter has, from events and papers alone."""

from typing import TypedDict

from motcua_contracts.messages.intake import DossierPapers

from ..domain.case import Dossier


class Parties(TypedDict):
    """The same fields of `CounterForm`."""

    code: str
    applicant: str
    id_number: str
    address: str
    phone: str
    email: str
    procedure_vi: str
    procedure_code: str
    salt: str


def parties(dossier: Dossier, person: DossierPapers) -> Parties:
    applicant, terms = person.applicant, dossier.pinned
    return Parties(
        code=dossier.code,
        applicant=applicant.full_name,
        id_number=applicant.id_number,
        address=applicant.address,
        phone=applicant.phone,
        email=applicant.email,
        procedure_vi=terms.name_vi,
        procedure_code=terms.code,
        salt=person.salt,
    )
