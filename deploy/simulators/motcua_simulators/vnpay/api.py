"""The provider's HTTP side: pay page, merchant API, and what tests read and order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from motcua_simulators.vnpay.ipn import Behaviour, IpnCaller, UnknownOrderError
from motcua_simulators.vnpay.merchant_api import MerchantApi
from motcua_simulators.vnpay.pages import error_page, pay_page
from motcua_simulators.vnpay.protocol import RefusalError, read_pay_request, signed_query
from motcua_simulators.vnpay.settings import VnpaySettings
from motcua_simulators.vnpay.statement import MODES, statement_of
from motcua_simulators.vnpay.transactions import (
    CANCELLED,
    NO_MONEY,
    PAID,
    SUSPECTED,
    Transaction,
    Transactions,
)

_ACTIONS = {"pay": PAID, "cancel": CANCELLED, "no_money": NO_MONEY, "suspect": SUSPECTED}


class VnpayApi:
    """The routes, over one merchant's settings and the provider's books."""

    def __init__(self, settings: VnpaySettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._transactions = Transactions(now)
        self._merchant_api = MerchantApi(self._transactions, settings.tmn_code, settings.secret)
        self._ipn: IpnCaller
        self._api_delay_seconds = 0.0
        """So long querydr and refund wait before they are done and answered."""

    def app(self) -> Starlette:
        return Starlette(
            lifespan=self._lifespan,
            routes=[
                Route("/paymentv2/vpcpay.html", self.show_page, methods=["GET"]),
                Route("/paymentv2/vpcpay.html", self.press_button, methods=["POST"]),
                Route("/merchant_webapi/api/transaction", self.merchant_api, methods=["POST"]),
                Route("/transactions", self.list_transactions, methods=["GET"]),
                Route("/transactions", self.forget, methods=["DELETE"]),
                Route("/transactions/{txn_ref}", self.show_transaction, methods=["GET"]),
                Route("/transactions/{txn_ref}/ipn", self.send_ipn, methods=["POST"]),
                Route("/transactions/{txn_ref}/disorder", self.disorder, methods=["POST"]),
                Route("/statement.csv", self.statement, methods=["GET"]),
                Route("/control", self.show_control, methods=["GET"]),
                Route("/control", self.control, methods=["POST"]),
                Route("/healthz", self.health, methods=["GET"]),
            ],
        )

    async def show_page(self, request: Request) -> Response:
        try:
            transaction = self._open(request)
        except RefusalError as refusal:
            return HTMLResponse(error_page(refusal), status_code=400)
        return HTMLResponse(pay_page(transaction))

    async def press_button(self, request: Request) -> Response:
        """action=pay|cancel|no_money|suspect.

        The IPN goes its own way, so the browser may well be back before it, as in life.
        """
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        outcome = _ACTIONS.get(form.get("action", [""])[0])
        try:
            if outcome is None:
                raise RefusalError("03", "action must be pay, cancel, no_money or suspect")
            transaction = self._open(request)
        except RefusalError as refusal:
            return HTMLResponse(error_page(refusal), status_code=400)
        self._transactions.decide(transaction, outcome)
        self._ipn.start(transaction)
        return RedirectResponse(self._return_url(transaction), status_code=303)

    async def merchant_api(self, request: Request) -> Response:
        try:
            body = await request.json()
        except ValueError:
            body = None
        await asyncio.sleep(self._api_delay_seconds)
        return JSONResponse(self._merchant_api.answer(body if isinstance(body, dict) else {}))

    async def list_transactions(self, request: Request) -> Response:
        return JSONResponse([transaction.describe() for transaction in self._transactions.all()])

    async def forget(self, request: Request) -> Response:
        """Starts from nothing: no transactions, no IPNs under way, no orders."""
        await self._ipn.reset()
        self._transactions.clear()
        self._api_delay_seconds = 0.0
        return Response(status_code=204)

    async def show_transaction(self, request: Request) -> Response:
        transaction = self._transactions.get(request.path_params["txn_ref"])
        return JSONResponse(transaction.describe()) if transaction else _no_transaction()

    async def send_ipn(self, request: Request) -> Response:
        """{"ipn": mode}: sends the IPN of a decided transaction once more, now."""
        transaction = self._transactions.get(request.path_params["txn_ref"])
        if transaction is None or not transaction.response_code:
            return _no_transaction()
        try:
            self._ipn.start(transaction, ipn=(await request.json()).get("ipn", "normal"))
        except (UnknownOrderError, ValueError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(transaction.describe(), status_code=202)

    async def disorder(self, request: Request) -> Response:
        """{"hidden"?: bool, "statement"?: mode}: what querydr and the statement say of a
        transaction, however it went; {"paid": bool} ends a suspicion, and nobody is called.
        """
        transaction = self._transactions.get(request.path_params["txn_ref"])
        if transaction is None:
            return _no_transaction()
        wish = await request.json()
        if (
            not isinstance(wish, dict)
            or wish.get("statement", "normal") not in MODES
            or not isinstance(wish.get("hidden", False), bool)
        ):
            return JSONResponse(
                {"error": f"hidden must be true or false, statement one of {list(MODES)}"},
                status_code=400,
            )
        try:
            if "paid" in wish:
                self._transactions.end_suspicion(transaction, wish["paid"] is True)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        transaction.hidden = wish.get("hidden", transaction.hidden)
        transaction.statement = wish.get("statement", transaction.statement)
        return JSONResponse(transaction.describe())

    async def statement(self, request: Request) -> Response:
        """?day=YYYY-MM-DD (without it: every day): the CSV that the provider sends its merchants
        every morning.
        """
        day = request.query_params.get("day", "").replace("-", "")
        return PlainTextResponse(
            statement_of(self._transactions.all(), day), media_type="text/csv; charset=utf-8"
        )

    async def show_control(self, request: Request) -> Response:
        return JSONResponse({**self._ipn.describe(), "api_delay_seconds": self._api_delay_seconds})

    async def control(self, request: Request) -> Response:
        """{"ipn"?, "delay_seconds"?, "retry_seconds"?, "max_calls"?, "txn_ref"?,
        "api_delay_seconds"?}
        """
        try:
            wish = await request.json()
            self._api_delay_seconds = float(wish.get("api_delay_seconds", self._api_delay_seconds))
            return JSONResponse(
                {**self._ipn.control(wish), "api_delay_seconds": self._api_delay_seconds}
            )
        except (UnknownOrderError, ValueError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    async def health(self, request: Request) -> Response:
        return PlainTextResponse("ok")

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        settings = self._settings
        # Environment proxies are not for calls between processes of one machine.
        async with httpx.AsyncClient(
            timeout=settings.ipn_timeout_seconds, trust_env=False
        ) as client:
            behaviour = Behaviour(
                retry_seconds=settings.retry_seconds, max_calls=settings.max_calls
            )
            self._ipn = IpnCaller(client, settings.ipn_url, settings.secret, self._now, behaviour)
            yield
            await self._ipn.reset()

    def _open(self, request: Request) -> Transaction:
        pairs = request.query_params.multi_items()
        return self._transactions.open(
            read_pay_request(pairs, self._settings.tmn_code, self._settings.secret)
        )

    def _return_url(self, transaction: Transaction) -> str:
        url = transaction.request["vnp_ReturnUrl"]
        return f"{url}{'&' if '?' in url else '?'}{signed_query(self._settings.secret, transaction.result())}"  # noqa: E501


def _no_transaction() -> Response:
    return JSONResponse({"error": "no such transaction, or nobody has decided it"}, status_code=404)
