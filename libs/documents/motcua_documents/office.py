"""The office that issues documents: render, sign, store. One convenience for the services' effects."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime

from motcua_contracts.documents import DocumentRef

from .kinds import PDF
from .signing import Signer
from .store import DocumentStore, open_store


class Office:
    """Issues documents with one key into one store.

    Rendering and signing are CPU-bound and run in one thread: the service's loop goes on, and more threads would not be faster, since
    they share the interpreter's lock. Documents of one service are made one after the other.
    """

    def __init__(self, store: DocumentStore, signer: Signer, worker: ThreadPoolExecutor) -> None:
        self.store = store
        self._signer = signer
        self._worker = worker

    async def issue(self, render: Callable[[], bytes], dossier_id: str, at: datetime, reason: str = "") -> DocumentRef:
        """Render, sign with the time `at`, store for the dossier, and say the reference. Raises whatever goes wrong; then do it again.

        Done twice for one effect (a crash before the answer was read) it gives two documents where the key's scheme signs with random
        numbers. The first answer wins in the chassis; the other document is named by no fact, belongs to the same dossier and goes with it.
        """
        signed = await asyncio.get_running_loop().run_in_executor(self._worker, lambda: self._signer.sign(render(), reason, at))
        return await self.store.put_for(dossier_id, signed, PDF)


@asynccontextmanager
async def open_office(documents_uri: str, signing_key: str, signing_cert: str) -> AsyncIterator[Office]:
    """The office of one service. Raises `SigningNotConfigured` at once, so that a service without its key does not start."""
    signer = Signer.load(signing_key, signing_cert)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="documents") as worker:
        async with open_store(documents_uri) as store:
            yield Office(store, signer, worker)
