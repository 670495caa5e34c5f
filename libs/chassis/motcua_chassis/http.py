"""Probes and metrics of every service, and beside them the API of those that have one."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from .metrics import Metrics


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the service drains first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Health:
    """What the probes say. `ready` gives the reasons why not, none where it is; `beats` the ages in seconds of what must keep turning."""

    def __init__(self) -> None:
        self.ready: Callable[[], list[str]] = lambda: ["starting"]
        self.beats: Callable[[], float] = lambda: 0.0


def build(metrics: Metrics, health: Health, stall_seconds: float) -> Starlette:
    """The app. `mount` adds a service's own API below it later, once its tools are open."""

    async def livez(request: Request) -> Response:
        """Fails when the loop stalls, not when the process lives."""
        age = health.beats()
        return JSONResponse({"alive": age < stall_seconds, "stalled_seconds": round(age, 1)}, 200 if age < stall_seconds else 503)

    async def readyz(request: Request) -> Response:
        reasons = health.ready()
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def show(request: Request) -> Response:
        return Response(generate_latest(metrics.registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", show)])


def mount(app: Starlette, own: Any) -> None:
    """Serve a service's own app for every other path."""
    app.router.routes.append(Mount("/", own))


async def serve(app: Starlette, host: str, port: int) -> tuple[uvicorn.Server, asyncio.Task[None], int]:
    """Listen and serve in a task; gives the port. Raises `OSError` where the port is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    # `log_config` None: what uvicorn says goes through our own log, which shows no exception's message.
    config = uvicorn.Config(
        app, log_config=None, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=3
    )  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    return server, task, int(listener.getsockname()[1])


def monotonic_age(since: float | None) -> float:
    """Seconds since a monotonic instant, 0 for none."""
    return 0.0 if since is None else time.monotonic() - since
