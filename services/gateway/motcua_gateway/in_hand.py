"""Where the stored document that a request is about (`http/held.py`) cannot be read, its page or
call says so by name.

Lists show a broken row as such (`http/safe_rows.py`). A page about one dossier or one till has
nothing else to show: it answers 503 with the reference that an operator needs, instead of a fault
without a name. One place catches it for every page and call.
"""

from motcua_contracts import Refusal
from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .http import held
from .http.problems import answer
from .http.refusals import RecordUnreadable
from .http.safe_rows import SafeRows
from .pages.site import refused as as_page


class InHand:
    """Innermost around the routes: an error that nobody foresaw, with a document in hand, is that
    document's.
    """

    def __init__(self, app: ASGIApp, rows: SafeRows) -> None:
        self._app, self._rows = app, rows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def sending(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        with held.request():
            try:
                await self._app(scope, receive, sending)
            except (PyMongoError, Refusal):
                raise
            except Exception as error:
                about = held.held()
                if began or about is None:
                    raise
                await self._answer(scope, receive, about, error)(scope, receive, send)

    def _answer(
        self, scope: Scope, receive: Receive, about: held.Held, error: Exception
    ) -> Response:
        self._rows.tell(about.view, about.id, error, traced=True)
        refusal, request = RecordUnreadable(reference=about.id), Request(scope, receive)
        browser = not scope["path"].startswith("/api/") and "text/html" in request.headers.get(
            "accept", ""
        )
        return as_page(request, refusal) if browser else answer(refusal)
