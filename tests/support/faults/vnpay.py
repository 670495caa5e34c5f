"""The simulated VNPAY beside services that die: started for a test, told to keep silent, asked what
it holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from motcua_contracts.messages.payment import reference_of
from motcua_local.layout import Options, simulator_argv, simulator_env, url
from motcua_local.process import Process

from .deployment import Deployment


@dataclass(frozen=True, slots=True)
class Provider:
    """`address` is its own; nobody of ours answers its calls here."""

    address: str

    def control(self, **wish: Any) -> None:
        httpx.post(f"{self.address}/control", json=wish, trust_env=False).raise_for_status()

    def press_pay(self, pay_page: str) -> None:
        """What the citizen does on the pay page."""
        answer = httpx.post(pay_page, data={"action": "pay"}, trust_env=False)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text

    def transaction(self, dossier_id: str, attempt: int = 1) -> dict[str, Any]:
        answer = httpx.get(
            f"{self.address}/transactions/{reference_of(dossier_id, attempt)}", trust_env=False
        )
        return dict(answer.raise_for_status().json())

    def statement(self) -> str:
        return httpx.get(f"{self.address}/statement.csv", trust_env=False).raise_for_status().text


@contextmanager
def provider(deployment: Deployment) -> Iterator[Provider]:
    """VNPAY where payment looks for it, never calling by itself."""
    cluster = deployment.cluster
    argv = simulator_argv("vnpay", cluster.home, cluster.ports, Options())
    process = Process(
        "vnpay",
        argv,
        cluster.home.logs / "vnpay.log",
        simulator_env(cluster.ports, deployment.keys),
    ).start()
    running = Provider(url(cluster.ports.choose("vnpay")))
    try:
        process.wait_until(lambda: _answers(running.address), 20)
        running.control(ipn="never")
        yield running
    finally:
        process.stop(5)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
