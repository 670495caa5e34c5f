"""The electronic receipt (biên lai thu phí, lệ phí): a number from the book without gaps, then a
signed document.

What it says follows from events and the private record alone, so that it can be made again, byte
for byte but for its signature.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from motcua_chassis import PrivateRecords
from motcua_contracts import Catalogue, Effect
from motcua_contracts.messages.intake import DossierPapers
from motcua_contracts.messages.payment import AllotReceipt, ReceiptNumbered, RecordReceipt
from motcua_documents.pdf.links import tracking

from ..domain.book import book_of
from ..domain.charge import Charge
from ..tools import Tools


@dataclass(frozen=True, slots=True)
class Receipt:
    """The content of a receipt.

    `salt` keeps its hash from proving anything to somebody who guesses the payer.
    """

    number: str
    book: str
    authority_vi: str
    payer: str
    payer_address: str
    dossier_code: str
    procedure_vi: str
    amount_vnd: int
    channel: str
    reference: str
    paid_at: datetime
    salt: str
    link: str = ""
    """Where the QR leads."""
    signed_by: str = ""
    """The certificate's name; the authority's where nothing is signed."""
    cashier: str = ""
    """Who took the cash, by name, and the post. Nobody's where the money came online."""
    cashier_post_vi: str = ""


async def issue_receipt(
    effect: Effect, charge: Charge, records: PrivateRecords, tools: Tools
) -> RecordReceipt:
    """Without a document where the procedure issues none, or the dossier was forgotten.

    Asked again, the book says the same number.
    """
    assert charge.settlement is not None
    book = book_of(charge.owed.authority, charge.settlement.settled_at)
    command = AllotReceipt(dossier_id=charge.id, amount_vnd=charge.settlement.amount_vnd)
    outcome = await tools.runtime.ask(book, command, key=effect.key)
    number = next(
        event.data.number for event in outcome.events if isinstance(event.data, ReceiptNumbered)
    )
    if records.forgotten or not charge.owed.issues_documents:
        return RecordReceipt(number=number, document=None)
    person = DossierPapers.model_validate_json(await records.get(charge.owed.revision))
    receipt = replace(
        written(charge, number, book, person, tools.runtime.catalogue),
        link=tracking(tools.public_url, charge.owed.code),
    )
    receipt = replace(receipt, **await tools.cashier(cashier_of(charge)))
    document = await tools.sign_receipt(receipt, charge.id, charge.owed.authority)
    return RecordReceipt(number=number, document=document)


def cashier_of(charge: Charge) -> str:
    """The cashier of a taking `till:<agency>:<cashier>/<number>`; empty for
    money that came online.
    """
    if charge.settlement is None or charge.settlement.channel != "cash":
        return ""
    return charge.settlement.reference.rpartition("/")[0].split(":", 2)[-1]


def written(
    charge: Charge, number: str, book: str, person: DossierPapers, catalogue: Catalogue
) -> Receipt:
    """The receipt of a settled charge. Raises `ProcedureUnknown`, `AgencyUnknown`."""
    assert charge.settlement is not None
    return Receipt(
        number=number,
        book=book,
        authority_vi=catalogue.agency(charge.owed.authority).name_vi,
        payer=person.applicant.full_name,
        payer_address=person.applicant.address,
        dossier_code=charge.owed.code,
        procedure_vi=catalogue.procedure(
            charge.owed.procedure, charge.owed.procedure_version
        ).terms.name_vi,
        amount_vnd=charge.settlement.amount_vnd,
        channel=charge.settlement.channel,
        reference=charge.settlement.reference,
        paid_at=charge.settlement.settled_at,
        salt=person.salt,
    )
