"""The page behind the link of a mail to a contact that nobody has confirmed: one click says that
its messages are wanted.

Opening the page changes nothing, so that programs which look at the links of a mail confirm none.
The signature in the address is known only to who reads what is sent to that contact.
"""

import hmac
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.messages.intake import CONTACTS
from motcua_contracts.messages.notify import ConfirmContact, contact_signature
from motcua_contracts.wire.envelope import stable_id

from ..api.calls import TheGateway
from ..http.refusals import LinkInvalid
from ..read_model.dossiers import Dossiers
from ..settings import Settings
from .site import PageRoute, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ACTOR = "system:contact"
PATH = "/xac-nhan/{dossier_id}/{contact}/{signature}"


@router.get(PATH)
async def ask(
    request: Request, gateway: TheGateway, dossier_id: str, contact: str, signature: str
) -> Response:
    """Whether the reader filed this dossier and wants its messages."""
    await _signed(gateway.dossiers, gateway.settings, dossier_id, contact, signature)
    return await _page(request, gateway.dossiers, dossier_id, contact, "asked")


@router.post(PATH)
async def confirm(
    request: Request, gateway: TheGateway, dossier_id: str, contact: str, signature: str
) -> Response:
    """Yes. Said again it is the same."""
    command = await _signed(gateway.dossiers, gateway.settings, dossier_id, contact, signature)
    of = [str(command.corrected)] if command.corrected else []
    done = await gateway.commands.send_as(
        stable_id("confirm-contact", dossier_id, contact, *of), command, dossier_id, ACTOR
    )
    return await _page(
        request,
        gateway.dossiers,
        dossier_id,
        contact,
        "confirmed" if done is not None else "pending",
    )


async def _signed(
    dossiers: Dossiers, settings: Settings, dossier_id: str, contact: str, signature: str
) -> ConfirmContact:
    """What the link confirms.

    Raises `LinkInvalid` for one that notify did not give out, or that an earlier address was sent.
    """
    document = await dossiers.get(dossier_id)
    secret = settings.report_secret.get_secret_value()
    known = contact if contact in CONTACTS else CONTACTS[0]
    corrections = document["filing"].get("corrected", {}) if document is not None else {}
    corrected = int(corrections.get(known, 0))
    right = hmac.compare_digest(
        signature.encode(), contact_signature(dossier_id, known, secret, corrected).encode()
    )
    if not secret or contact not in CONTACTS or not right:
        raise LinkInvalid()
    return ConfirmContact(contact=known, corrected=corrected)


async def _page(
    request: Request, dossiers: Dossiers, dossier_id: str, contact: str, state: str
) -> Response:
    """The dossier is named as the mail names it; not at all where it is not known here yet."""
    document = await dossiers.get(dossier_id)
    seen: dict[str, Any] | None = None
    if document is not None:
        seen = {
            "code": document["code"],
            "procedure_vi": document["filing"]["name_vi"],
            "procedure_en": document["filing"]["name_en"],
        }
    return show(request, "confirm.html", seen=seen, contact=contact, state=state)
