"""Signs what the gateway prints from facts on demand (forms 05 and 06), where the operator has given it a key.

Slips, decisions and receipts are signed by the service whose fact they are. These two are no fact of anybody: they show what all facts say.
"""

import asyncio
from datetime import datetime

from .settings import Settings


class Seal:
    """The key, or none. Raises `SigningNotConfigured` where one of key and certificate is named and the other missing."""

    def __init__(self, settings: Settings) -> None:
        self._signer = None
        if settings.signing_key or settings.signing_cert:
            from motcua_documents.signing import Signer  # a second of imports, for those alone who have a key

            self._signer = Signer.load(settings.signing_key, settings.signing_cert)

    async def seal(self, pdf: bytes, reason: str, at: datetime) -> bytes:
        """The document signed (PAdES), or as it is."""
        if self._signer is None:
            return pdf
        return await asyncio.to_thread(self._signer.sign, pdf, reason, at)
