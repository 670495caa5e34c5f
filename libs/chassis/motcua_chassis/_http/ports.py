"""The two ports of a service: probes and metrics for operators, and the API of those services that
have one.

The API's port answers nothing else, so that no rule of a proxy is needed to keep metrics from the
public.
"""

import asyncio
import contextlib
import math
import socket
import time
from collections.abc import Callable, Iterator

import uvicorn
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ..access import Watched
from ..logs import Log
from ..metrics import Metrics
from ..settings import ServiceSettings
from .headers import SafeHeaders
from .slow_clients import ConnectionLimits, guarded


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the service drains first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Health:
    """What the probes say.

    `ready` gives the reasons why not, none where it is; `beats` the ages in seconds of what must
    keep turning.
    """

    def __init__(self) -> None:
        self.ready: Callable[[], list[str]] = lambda: ["starting"]
        self.beats: Callable[[], float] = lambda: 0.0


def operators(metrics: Metrics, health: Health, stall_seconds: float) -> ASGIApp:
    """`/livez`, `/readyz` and `/metrics`."""

    async def livez(request: Request) -> Response:
        """Fails when the loop stalls, not when the process lives."""
        age = health.beats()
        return JSONResponse(
            {"alive": age < stall_seconds, "stalled_seconds": round(age, 1)},
            200 if age < stall_seconds else 503,
        )

    async def readyz(request: Request) -> Response:
        reasons = health.ready()
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def show(request: Request) -> Response:
        return Response(
            generate_latest(metrics.registry), media_type="text/plain; version=0.0.4; charset=utf-8"
        )

    app = Starlette(
        routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", show)]
    )
    # that redirect is made from the Host header, which is the sender's word
    app.router.redirect_slashes = False
    return SafeHeaders(app, https=False)


def public(own: ASGIApp, metrics: Metrics, log: Log, settings: ServiceSettings) -> ASGIApp:
    """A service's own app with its log, its metrics and the headers around it."""
    return SafeHeaders(Watched(own, metrics, log, settings), https=settings.env == "prod")


async def serve(
    app: ASGIApp, host: str, port: int, limits: ConnectionLimits | None = None
) -> tuple[uvicorn.Server, asyncio.Task[None], int]:
    """Listen and serve in a task; gives the port. Raises `OSError` where the port is taken."""
    limits = limits or ConnectionLimits()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    # `log_config` None: what uvicorn says goes through our own log, which shows no exception's
    # message.
    # Who calls is read from X-Forwarded-For where a trusted proxy wrote it, from the right to the
    # left, and nowhere else.
    config = uvicorn.Config(
        app,
        http=guarded(limits),
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_keep_alive=math.ceil(limits.idle_seconds),
        timeout_graceful_shutdown=3,
        proxy_headers=bool(limits.trusted),
        forwarded_allow_ips=[str(network) for network in limits.trusted],
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.001)
    return server, task, int(listener.getsockname()[1])


def monotonic_age(since: float | None) -> float:
    """Seconds since a monotonic instant, 0 for none."""
    return 0.0 if since is None else time.monotonic() - since
