"""What the tests with faults run on: Kafka, MongoDB and a catalogue, once for the session;
services as processes, a group for each test.

The topics and databases are shared by all tests: each speaks of its own dossiers.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from motcua_audit.callers import Believed
from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_catalog.importer.kafka import import_files
from motcua_chassis.signatures import Keyring, Signer
from motcua_chassis.transport import Kafka
from motcua_local.layout import private_env, service_env
from motcua_local.process import stop_all
from motcua_operations.access import ADMIN
from motcua_operations.development_keys import ensure_keys
from pymongo import MongoClient

from tests.support.stack import (
    Cluster,
    ServiceProcess,
    fresh_cluster,
    secured_cluster,
    shared_cluster,
    start_service,
)

from .load import SIGNERS

STRAIGHT = "bench.straight-through"
SHORT_PAYMENT = "faults.short-payment"
FLOW = ("intake", "routing", "payment")
"""What a straight-through dossier needs."""
READY_SECONDS = 60
ROOT = Path(__file__).resolve().parents[3]
OWN_CATALOGUE = ROOT / "tests" / "integration" / "catalogue"


class Deployment:
    """A cluster with topics, keys and a catalogue; starts services on it."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.cluster.apply_topics()
        self.keys = ensure_keys(self.cluster.home.keys)
        SIGNERS[str(self.kafka)] = Signer.load(self.keys.gateway_key)
        self.believed = Believed(Keyring.load(str(self.keys.command_keys)))
        self.env = service_env(self.cluster.infra, self.cluster.ports, self.keys)
        # So that a service of the tests' own is found beside the installed ones.
        self.env["PYTHONPATH"] = os.pathsep.join(
            filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
        )
        self.mongo: MongoClient[dict[str, Any]] = MongoClient(
            self.cluster.mongo_as(ADMIN), tz_aware=True
        )
        self._started: list[list[ServiceProcess]] = []
        with self.services("catalog"):
            files = [
                CATALOGUE / "organisation",
                CATALOGUE / "procedures" / f"{STRAIGHT}.yaml",
                OWN_CATALOGUE,
            ]
            report = asyncio.run(import_files(self.kafka, files, print, key=self.keys.tools_key))
        assert report.ok, str(report)

    @property
    def kafka(self) -> Kafka:
        """As its administrator reaches it: tests write what no service may."""
        return self.cluster.kafka_as(ADMIN)

    def database(self, service: str) -> Any:
        """A service's database, as its operator sees it."""
        return self.mongo[f"motcua_{service}"]

    def start(
        self, service: str, *, instance: str = "", module: str | None = None, **env: str
    ) -> ServiceProcess:
        """Start an instance without waiting, inside a `services` block.

        `env`: `fault_point="after-commit"` is MOTCUA_FAULT_POINT.
        """
        own = {
            **self.env,
            **private_env(service, self.keys),
            **{f"MOTCUA_{name.upper()}": value for name, value in env.items()},
        }
        process = start_service(
            service, own, instance=instance or f"{service}-1", module=module, on=self.cluster
        )
        self._started[-1].append(process)
        return process

    @contextmanager
    def services(self, *names: str, wait: bool = True) -> Iterator[dict[str, ServiceProcess]]:
        """One instance of each, ready.

        At the end these and what the test started itself are stopped: they leave their groups.
        """
        self._started.append([])
        try:
            running = {name: self.start(name) for name in names}
            if wait:
                for process in running.values():
                    process.wait_ready(READY_SECONDS)
            yield running
        finally:
            stop_all([service.process for service in self._started.pop()], 20)


@cache
def shared_deployment() -> Deployment:
    """Once for the session.

    Call it from the main thread: children end with the thread that started them.
    """
    return Deployment(shared_cluster())


@cache
def secured_deployment() -> Deployment:
    """Another one, where Kafka and MongoDB ask for TLS and logins and grant what the table of
    rights says. From the main thread too.
    """
    return Deployment(secured_cluster())


@cache
def separate_deployment() -> Deployment:
    """Another one, for tests that put events on the log which nobody decided, or count all that is
    sent. From the main thread too.
    """
    return Deployment(fresh_cluster())


def restarted(service: ServiceProcess, **env: str) -> ServiceProcess:
    """The same instance again, with settings that differ: an empty value takes one away."""
    for name, value in env.items():
        service.process.env[f"MOTCUA_{name.upper()}"] = value
    return service.start_again()
