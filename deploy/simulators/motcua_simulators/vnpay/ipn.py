"""The calls of the merchant's IPN address: the provider's retries, and the disorder that a test
orders.

VNPAY ends on RspCode 00 or 02. On 01, 04, 97, 99, no answer or an unreadable one it calls again:
ten calls in all, five minutes apart (its documentation, "Cơ chế retry IPN"). Number and pause can
be set, tests do not wait fifty minutes.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import httpx

from motcua_simulators.vnpay.protocol import signed_query
from motcua_simulators.vnpay.transactions import IpnCall, Transaction

# normal; twice: the same call again after the first was answered; twice_at_once, ten_at_once: so
# many at one moment; late: the first call
# after `delay_seconds`; never; forged: signed with another secret; other_amount: rightly signed,
# another amount.
MODES = (
    "normal",
    "twice",
    "twice_at_once",
    "ten_at_once",
    "late",
    "never",
    "forged",
    "other_amount",
)
_FINAL = frozenset({"00", "02"})


class UnknownOrderError(ValueError):
    """A test ordered something this simulator cannot do."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How IPNs are sent.

    `delay_seconds` before the first call (late) or before the repeat (twice); `retry_seconds`
    between calls.
    """

    ipn: str = "normal"
    delay_seconds: float = 0.0
    retry_seconds: float = 300.0
    max_calls: int = 10

    def changed(self, wish: dict[str, Any]) -> "Behaviour":
        """With the named fields replaced. Raises UnknownOrderError."""
        fields = {
            name: wish[name]
            for name in ("ipn", "delay_seconds", "retry_seconds", "max_calls")
            if name in wish
        }
        if "ipn" in fields and fields["ipn"] not in MODES:
            raise UnknownOrderError(f"ipn must be one of {list(MODES)}")
        for name in ("delay_seconds", "retry_seconds", "max_calls"):
            value = fields.get(name, 1)
            if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
                raise UnknownOrderError(f"{name} must be a number from 0")
        return replace(self, **fields)


class IpnCaller:
    """Calls in the background and writes every answer into the transaction."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        secret: str,
        now: Callable[[], datetime],
        behaviour: Behaviour,
    ) -> None:
        self._client = client
        self._url = url
        self._secret = secret
        self._now = now
        self._initial = self._general = behaviour
        self._own: dict[str, Behaviour] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def control(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Puts an order in force, for one `txn_ref` or for all that have none of their own.

        Raises UnknownOrderError.
        """
        txn_ref = wish.get("txn_ref")
        if txn_ref:
            self._own[str(txn_ref)] = self._own.get(str(txn_ref), self._general).changed(wish)
        else:
            self._general = self._general.changed(wish)
        return self.describe()

    def describe(self) -> dict[str, Any]:
        return {
            **asdict(self._general),
            "txn_refs": {txn_ref: asdict(own) for txn_ref, own in self._own.items()},
        }

    def start(self, transaction: Transaction, ipn: str | None = None) -> None:
        """Sends the IPN of a decided transaction as ordered, or in the mode `ipn` at once, whatever
        was ordered.
        """
        behaviour = self._own.get(transaction.txn_ref, self._general)
        if ipn is not None:
            behaviour = behaviour.changed({"ipn": ipn, "delay_seconds": 0.0})
        task = asyncio.create_task(self._perform(transaction, behaviour))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def reset(self) -> None:
        """Drops the calls under way and every order."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._general = self._initial
        self._own.clear()

    async def _perform(self, transaction: Transaction, behaviour: Behaviour) -> None:
        right = signed_query(self._secret, transaction.result())
        match behaviour.ipn:
            case "normal":
                await self._until_taken(transaction, behaviour, right)
            case "late":
                await asyncio.sleep(behaviour.delay_seconds)
                await self._until_taken(transaction, behaviour, right)
            case "twice":
                await self._until_taken(transaction, behaviour, right)
                await asyncio.sleep(behaviour.delay_seconds)
                await self._call(transaction, "twice", right)
            case "twice_at_once" | "ten_at_once":
                calls = 2 if behaviour.ipn == "twice_at_once" else 10
                await asyncio.gather(
                    *(self._until_taken(transaction, behaviour, right) for _ in range(calls))
                )
            case "never":
                return
            case "forged":
                # A forger does not read the answer, so nothing is called again.
                await self._call(
                    transaction, "forged", signed_query(f"not {self._secret}", transaction.result())
                )
            case "other_amount":
                other = {**transaction.result(), "vnp_Amount": str(transaction.amount + 100_000)}
                await self._until_taken(transaction, behaviour, signed_query(self._secret, other))
            case mode:
                raise UnknownOrderError(f"no such mode: {mode}")

    async def _until_taken(
        self, transaction: Transaction, behaviour: Behaviour, query: str
    ) -> None:
        for attempt in range(behaviour.max_calls):
            if attempt:
                await asyncio.sleep(behaviour.retry_seconds)
            if await self._call(transaction, behaviour.ipn, query) in _FINAL:
                return

    async def _call(self, transaction: Transaction, kind: str, query: str) -> str | None:
        """One call; gives the RspCode, None without a usable answer.

        The call is in the books before it is sent.
        """
        call = IpnCall(at=self._now().isoformat(), kind=kind)
        transaction.ipn_calls.append(call)
        separator = "&" if "?" in self._url else "?"
        try:
            response = await self._client.get(f"{self._url}{separator}{query}")
            answer = json.loads(response.content)
            call.rsp_code, call.message = str(answer["RspCode"]), str(answer.get("Message", ""))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            call.error = f"{type(error).__name__}: {error}"
        except (ValueError, KeyError, TypeError, AttributeError):
            call.error = f"answer {response.status_code} is not JSON with a RspCode"
        return call.rsp_code
