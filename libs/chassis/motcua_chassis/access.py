"""The access and security log of a public port, and its HTTP metrics: one look at each request,
outside the app.

A line tells who (a pseudonym or an officer's id), which route (its template, never the path), what
came of it, and why it was refused. It holds no path, no query, no body, no header, and an address
only as the setting allows. `note` lets a route name a security event that its answer does not tell,
such as a forged callback that is answered with 200.
"""

import hmac
import ipaddress
import random
import secrets
import time
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .failures import told
from .logs import Log
from .metrics import Metrics
from .settings import ServiceSettings

READS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = READS | {"POST", "PUT", "PATCH", "DELETE"}
UNMATCHED = "unmatched"
"""One label for every path that no route has: a script that guesses paths makes no series."""
PROBLEM = b"application/problem+json"
PREFIX = "urn:motcua:problem:"
REFUSED_LINES_A_SECOND = 50
"""Of refused requests; those beyond are counted and told with the next line. Metrics count all of
them.
"""
EVENTS = (
    "sign-in-refused",
    "role-refused",
    "foreign-agency-refused",
    "foreign-form-refused",
    "wrong-pin",
    "pin-locked",
    "rate-limited",
    "callback-forged",
    "upload-refused",
    "signature-refused",
)
"""Names of security events, as the log and `motcua_security_events_total` have them."""
BY_SLUG = {
    "unauthenticated": "sign-in-refused",
    "sign-in-too-weak": "sign-in-refused",
    "forbidden": "role-refused",
    "role-required": "role-refused",
    "officer-not-placed": "role-refused",
    "development-only": "role-refused",
    "foreign-agency": "foreign-agency-refused",
    "not-your-task": "foreign-agency-refused",
    "document-not-yours": "foreign-agency-refused",
    "foreign-form": "foreign-form-refused",
    "tracking-unknown": "wrong-pin",
    "verification-unknown": "wrong-pin",
    "too-many-tries": "pin-locked",
    "document-refused": "upload-refused",
    "document-too-large": "upload-refused",
    "files-too-large": "upload-refused",
    "bad-signature": "signature-refused",
}
TOO_MANY, TOO_LARGE = 429, 413
FAILED = orjson.dumps(
    {
        "type": f"{PREFIX}internal-error",
        "title": "Có lỗi ở hệ thống; vui lòng thử lại sau.",
        "title_en": "Something went wrong on our side; please try again later.",
        "status": 500,
        "params": {},
    }
)


def note(scope: Scope, event: str) -> None:
    """Name a security event of this request, one of `EVENTS`.

    Raises `ValueError` for another name.
    """
    if event not in EVENTS:
        raise ValueError(f"{event} is no security event; allowed are {', '.join(EVENTS)}")
    scope.setdefault("state", {})["security"] = event


def known(scope: Scope, actor: str) -> None:
    """Say who asks, once that is known: `citizen:<pseudonym>`, `officer:<id>`."""
    scope.setdefault("state", {})["actor"] = actor


def refused(scope: Scope, slug: str) -> None:
    """Say why, where the answer itself is no problem document (a page)."""
    scope.setdefault("state", {})["refused"] = slug


class Watched:
    """Around an app: logs and counts each request, and answers for an app that ends with an
    exception.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, log: Log, settings: ServiceSettings) -> None:
        self._app, self._metrics, self._log = app, metrics, log
        self._reads, self._address = settings.access_log_reads, Address(settings)
        self._second, self._lines, self._left_out = 0, 0, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        started, began, status, is_problem = time.perf_counter(), 0.0, 0, False

        async def sending(message: Message) -> None:
            nonlocal began, status, is_problem
            if message["type"] == "http.response.start":
                began, status = time.perf_counter(), message["status"]
                is_problem = status >= 400 and _is_problem(message)
            elif is_problem:
                is_problem = False
                state.setdefault("refused", _slug(message.get("body", b"")))
            await send(message)

        self._metrics.http_in_flight.inc()
        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            # Starlette raises on after it has answered. Not so here: the server would print a
            # traceback. An answer that broke off it
            # cuts by itself.
            self._log.error(
                "request failed", **told(error), where=_where(error), route=template_of(scope)
            )
            if status == 0:
                await _answer_failed(sending)
        finally:
            self._metrics.http_in_flight.dec()
            self._tell(scope, state, status, (began or time.perf_counter()) - started)

    def _tell(self, scope: Scope, state: Mapping[str, Any], status: int, seconds: float) -> None:
        route, method = (
            template_of(scope),
            scope["method"] if scope["method"] in METHODS else "other",
        )
        group = f"{status // 100}xx" if status else "none"
        self._metrics.http_requests.labels(route, method, group).inc()
        self._metrics.http_seconds.labels(route).observe(seconds)
        slug, event = state.get("refused", ""), _event(scope, state, status, route)
        if event:
            self._metrics.security_events.labels(event).inc()
        no = status >= 400 or bool(event)
        if no and not self._has_room():
            return
        if not (no or method not in READS or random.random() < self._reads):
            return
        line = {
            "method": method,
            "route": route,
            "status": status,
            "actor": state.get("actor", ""),
            "address": self._address.shown(scope),
            "ms": round(seconds * 1000, 1),
        }
        line |= {"refused": slug} if slug else {}
        line |= {"trace": trace} if (trace := _trace(scope)) else {}
        if no and self._left_out:
            line["left_out"], self._left_out = self._left_out, 0
        if event:
            self._log.warning("security", name=event, **line)
        else:
            self._log.info("access", **line)

    def _has_room(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._lines = second, 0
        self._lines += 1
        if self._lines > REFUSED_LINES_A_SECOND:
            self._left_out += 1
            return False
        return True


class Address:
    """The caller's address as a log may hold it: a keyed hash, its network, or nothing.

    An address is personal data.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._how = settings.access_address
        self._key = settings.access_key.get_secret_value().encode() or secrets.token_bytes(32)

    def shown(self, scope: Scope) -> str:
        """Empty where the server does not know it."""
        host = (scope.get("client") or ("", 0))[0]
        if not host or self._how == "none":
            return ""
        if self._how == "hash":
            return hmac.digest(self._key, host.encode(), "sha256").hex()[:16]
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return ""
        return str(
            ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False)
        )


def template_of(scope: Scope) -> str:
    """The route's template, `/api/v1/dossiers/{dossier_id}`.

    An app may name its routes' full templates in `state.templates`.
    """
    route = scope.get("route")
    path = getattr(route, "path", None)
    if not isinstance(path, str):
        return UNMATCHED
    templates = getattr(getattr(scope.get("app"), "state", None), "templates", {})
    return str(templates.get(id(route), path))


def _event(scope: Scope, state: Mapping[str, Any], status: int, route: str) -> str:
    if "security" in state:
        return str(state["security"])
    slug = state.get("refused", "")
    if slug == "unauthenticated" and not _bears_credentials(scope):
        return ""  # somebody who has not signed in yet
    if slug in BY_SLUG:
        return BY_SLUG[slug]
    if status == TOO_MANY:
        return "rate-limited"
    return "upload-refused" if status == TOO_LARGE and route.endswith("/files") else ""


def _bears_credentials(scope: Scope) -> bool:
    return any(name in (b"authorization", b"cookie") for name, _ in scope["headers"])


def _is_problem(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(PROBLEM)
        for name, value in message.get("headers", ())
    )


def _slug(body: bytes) -> str:
    try:
        kind = orjson.loads(body)["type"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
    return (
        kind.removeprefix(PREFIX)[:60] if isinstance(kind, str) and kind.startswith(PREFIX) else ""
    )


def _trace(scope: Scope) -> str:
    """The trace id of a W3C context, empty for none or for anything else."""
    for name, value in scope["headers"]:
        if name == b"traceparent":
            parts = value.split(b"-")
            if [len(part) for part in parts] == [2, 32, 16, 2] and not set(parts[1]) - set(
                b"0123456789abcdef"
            ):
                return str(parts[1].decode())
    return ""


def _where(error: BaseException) -> str:
    """File and line of the code that raised; its message may quote what a citizen sent."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (
        f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
    )


async def _answer_failed(send: Send) -> None:
    headers = [(b"content-type", PROBLEM), (b"content-length", str(len(FAILED)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": FAILED})
