"""The office that issues documents: render, sign, store.

One convenience for the services' effects.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from motcua_contracts.messages.documents import DocumentRef

from .key_files import KeyFiles
from .kinds import PDF
from .renderer import Renderer
from .signing_keys import SigningKeys
from .store import DocumentStore, open_store

Value = TypeVar("Value")


class Office:
    """Issues documents with the authorities' keys into one store.

    Rendering and signing take the processor, so they run in the renderer's process: the service's
    loop goes on. Documents of one service are made one after the other.
    """

    def __init__(self, store: DocumentStore, renderer: Renderer, keys: SigningKeys) -> None:
        self.store = store
        self._renderer = renderer
        self._keys = keys

    async def issue(
        self,
        render: Callable[[Value], bytes],
        value: Value,
        dossier_id: str,
        at: datetime,
        reason: str = "",
        agency: str = "",
        *,
        lasting: bool = False,
    ) -> DocumentRef:
        """`render(value)`, signed with the time `at` and stored for the dossier; gives the
        reference. `render` is a module's function. `lasting`: it stays when the dossier is
        forgotten.

        The key is that of `agency`, and the value's `signed_by` names its certificate.

        Raises whatever goes wrong; then do it again. Done twice for one effect (a crash before the
        answer was read) it gives two documents where the key's scheme signs with random numbers.
        The first answer wins in the chassis; the other document is named by no event, belongs to
        the same dossier and goes with it.
        """
        signed = await self._renderer.signed(
            render, self._keys.naming(value, agency), reason, at, agency
        )
        return await self.store.put_for(dossier_id, signed, PDF, lasting=lasting)


@asynccontextmanager
async def open_office(documents_uri: str, files: KeyFiles) -> AsyncIterator[Office]:
    """The office of one service.

    Raises `SigningNotConfigured` at once, so that a service without its keys does not start.
    """
    keys = SigningKeys.load(files)
    renderer = Renderer(keys=files)
    renderer.warm()
    try:
        async with open_store(documents_uri) as store:
            yield Office(store, renderer, keys)
    finally:
        await renderer.close()
