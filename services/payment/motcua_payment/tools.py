"""What payment's effects and `prepare` need from outside: the chassis' runtime, the
providers, the office that issues receipts.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypedDict

import httpx
from motcua_chassis import Runtime
from motcua_chassis.people import name_of
from motcua_contracts import CatalogueEntryMissing
from motcua_contracts.messages.documents import DocumentRef
from motcua_documents.office import Office, open_office
from motcua_documents.pdf import render_receipt
from motcua_documents.pdf.receipt import ReceiptLines

from .bank_claims import BankClaims
from .domain.charge import Charge
from .providers import Provider
from .providers.configured import configured
from .settings import Settings

PROVIDER_SECONDS = 15
REASON_VI = "Biên lai thu phí, lệ phí"


class CashierShown(TypedDict):
    """The same fields of `Receipt`."""

    cashier: str
    cashier_post_vi: str


@dataclass(frozen=True, slots=True)
class Tools:
    """`prepare` and `perform` get this and nothing else.

    `providers` by the name that commands and events call them.
    """

    runtime: Runtime
    providers: Mapping[str, Provider]
    office: Office
    claims: BankClaims
    public_url: str = ""

    async def charge(self, dossier_id: str) -> Charge:
        """The charge of a dossier as it is now; an empty one where nothing was said."""
        case: Charge = await self.runtime.case(dossier_id)
        return case

    async def cashier(self, officer: str) -> CashierShown:
        """Name and post of a cashier as papers print them; empty what nobody knows (yet), and for
        nobody.
        """
        try:
            post_vi = self.runtime.catalogue.last_seat(officer).post_vi if officer else ""
        except CatalogueEntryMissing:
            post_vi = ""
        return CashierShown(
            cashier=await name_of(self.runtime.database["papers"], officer), cashier_post_vi=post_vi
        )

    async def sign_receipt(
        self, receipt: ReceiptLines, dossier_id: str, authority: str
    ) -> DocumentRef:
        """Render, sign and store a receipt.

        It is dated by the payment, so that it can be made again.
        """
        return await self.office.issue(
            render_receipt, receipt, dossier_id, receipt.paid_at, REASON_VI, authority, lasting=True
        )


@asynccontextmanager
async def open_tools(runtime: Runtime) -> AsyncIterator[Tools]:
    """Raises `SigningNotConfigured` where key and certificate are missing: no receipt could be
    issued, so the service does not start.
    """
    settings = runtime.settings
    assert isinstance(settings, Settings)
    # Environment proxies are not for a provider that the settings name by its address.
    async with (
        open_office(settings.documents_uri, settings.keys) as office,
        httpx.AsyncClient(timeout=PROVIDER_SECONDS) as client,
    ):
        yield Tools(
            runtime,
            configured(settings, client, runtime.now),
            office,
            BankClaims(runtime.database["bank_transactions"]),
            settings.public_url,
        )
