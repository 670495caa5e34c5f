"""Real Kafka and MongoDB for integration tests, and services as processes that a test may kill,
freeze and wake.

Nothing is started here by a second implementation: this is motcua_local's own stack in a home of
its own under a temporary directory.
"""

import asyncio
import atexit
import os
import shutil
import signal
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from motcua_chassis.transport import Kafka
from motcua_local.home import Home, cache_directory
from motcua_local.infra import Infra, start_infra
from motcua_local.kafka_server import SHORT_LIVED, KafkaServer
from motcua_local.layout import access_env
from motcua_local.mongo_server import MongoServer
from motcua_local.parts.mongod_binary import ensure_mongod
from motcua_local.ports import Ports
from motcua_local.process import Process
from motcua_operations import topics
from motcua_operations.access import ADMIN, kafka_rights
from motcua_operations.kafka_acls import apply_acls


@dataclass(slots=True)
class Broken:
    """One server of the cluster that a test may take away: `kill` is kill -9, `restart` waits until
    it serves again.
    """

    server: KafkaServer | MongoServer

    @property
    def pid(self) -> int:
        return self.server.process.pid

    def kill(self) -> None:
        self.server.process.kill()

    def start(self) -> None:
        """Starts it without waiting."""
        self.server.start()

    def wait(self) -> None:
        self.server.wait()

    def restart(self) -> None:
        if not self.server.process.running:
            self.start()
        self.wait()


@dataclass(slots=True)
class Cluster:
    """Kafka and MongoDB, which a test session runs on.

    `kafka_bootstrap` and `mongo_uri` stay the same through kills and restarts.
    """

    home: Home
    ports: Ports
    infra: Infra

    @property
    def kafka_bootstrap(self) -> str:
        return self.infra.kafka_bootstrap

    @property
    def mongo_uri(self) -> str:
        return self.infra.mongo_uri

    def kafka_as(self, who: str) -> Kafka:
        """Kafka as this user reaches it; on a plain cluster, as everybody does."""
        return self.infra.kafka_as(who)

    def mongo_as(self, who: str) -> str:
        """MongoDB's URI for this user; on a plain cluster, everybody's."""
        return self.infra.mongo_as(who)

    @property
    def broker(self) -> Broken:
        assert self.infra.kafka, (
            "the broker is somebody else's (MOTCUA_KAFKA_BOOTSTRAP): a test cannot take it away"
        )
        return Broken(self.infra.kafka)

    @property
    def mongod(self) -> Broken:
        assert self.infra.mongo, (
            "MongoDB is somebody else's (MOTCUA_MONGO_URI): a test cannot take it away"
        )
        return Broken(self.infra.mongo)

    def apply_topics(self) -> None:
        """Makes the topics of the contracts; may be called again.

        Not from inside an event loop (there: `await topics.apply`).
        """
        asyncio.run(topics.apply(self.kafka_as(ADMIN)))
        if self.infra.secured is not None:
            passwords = self.infra.secured.of_everybody()
            asyncio.run(apply_acls(self.kafka_as(ADMIN), kafka_rights(development=True), passwords))


@cache
def mongodb() -> str:
    """MongoDB alone, for tests that need no Kafka: its URI. Started once for the test session."""
    if given := os.environ.get("MOTCUA_MONGO_URI"):
        return given
    root = Path(tempfile.mkdtemp(prefix="motcua-tests-"))
    home = Home(root).ensure()
    port = Ports(home.ports_file).choose("mongod")
    server = MongoServer(
        ensure_mongod(cache_directory()), home.data / "mongo", home.logs / "mongod.log", port
    )
    server.start()
    atexit.register(_end, [server.process], root)
    server.wait()
    return server.uri


@cache
def shared_cluster() -> Cluster:
    """Kafka and MongoDB, started once for the test session and ended with it; fresh data each
    session.
    """
    return fresh_cluster()


@cache
def secured_cluster() -> Cluster:
    """The same with TLS, logins and rights; topics and rights are made."""
    cluster = fresh_cluster(secure=True)
    cluster.apply_topics()
    return cluster


def fresh_cluster(*, secure: bool = False) -> Cluster:
    """The same once more, for tests whose records would be in the way of others'.

    Ends with the process.
    """
    root = Path(tempfile.mkdtemp(prefix="motcua-tests-"))
    home = Home(root).ensure()
    ports = Ports(home.ports_file)
    os.environ.setdefault("MOTCUA_KAFKA_JAVA_OPTIONS", SHORT_LIVED)
    cluster = Cluster(home, ports, start_infra(home, ports, secure=secure))
    atexit.register(_end, cluster.infra.processes, root)
    return cluster


def _end(processes: Sequence[Process], root: Path) -> None:
    for process in processes:  # nobody reads this data again, so nothing is flushed
        process.kill()
    shutil.rmtree(root, ignore_errors=True)


class ServiceProcess:
    """A service (or any Python module) as a process.

    `url` is where its API is, `probes_url` where its probes and metrics are.
    """

    def __init__(self, process: Process, http_port: int, metrics_port: int) -> None:
        self.process, self.url, self.probes_url = (
            process,
            f"http://127.0.0.1:{http_port}",
            f"http://127.0.0.1:{metrics_port}",
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> Path:
        return self.process.log

    def ready(self) -> bool:
        return self._answers("/readyz")

    def alive(self) -> bool:
        return self._answers("/livez")

    def metrics(self) -> str:
        with urllib.request.urlopen(f"{self.probes_url}/metrics", timeout=5) as answer:
            return str(answer.read().decode())

    def wait_ready(self, timeout_seconds: float = 30) -> "ServiceProcess":
        """PartFailedError with the last lines of its log when it ends or does not become ready."""
        self.process.wait_until(self.ready, timeout_seconds)
        return self

    def kill(self) -> None:
        self.process.kill()

    def freeze(self) -> None:
        self.process.signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.signal(signal.SIGCONT)

    def terminate(self, timeout_seconds: float = 20) -> int | None:
        """SIGTERM; its exit code (-9 when it did not end in time and was killed)."""
        return self.process.stop(timeout_seconds)

    def start_again(self) -> "ServiceProcess":
        self.process.start()
        return self

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"{self.probes_url}{path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:  # refused, timed out, or an HTTP status that says no
            return False


def start_service(
    name: str,
    env: Mapping[str, str] | None = None,
    *,
    instance: str | None = None,
    module: str | None = None,
    on: Cluster | None = None,
) -> ServiceProcess:
    """Starts `python -m motcua_<name>` (or `module`) on a cluster, the session's where none is
    given; does not wait until it is ready.

    `env` adds to and overrides what a service gets: MOTCUA_KAFKA_BOOTSTRAP, MOTCUA_MONGO_URI,
    MOTCUA_DOCUMENTS_URI, MOTCUA_HTTP_PORT, … On a secure cluster it signs in as itself, whatever
    `env` says.
    """
    chosen = on or shared_cluster()
    instance = instance or f"{name}-1"
    own = dict(env or {})
    port = int(own.get("MOTCUA_HTTP_PORT") or chosen.ports.choose(instance))
    metrics_port = int(own.get("MOTCUA_METRICS_PORT") or chosen.ports.choose(f"{instance}-metrics"))
    base, _, options = chosen.mongo_uri.partition("?")
    given = {
        "MOTCUA_ENV": "dev",
        "MOTCUA_KAFKA_BOOTSTRAP": chosen.kafka_bootstrap,
        "MOTCUA_MONGO_URI": chosen.mongo_uri,
        "MOTCUA_DOCUMENTS_URI": f"{base}motcua_documents?{options}",
        "MOTCUA_HTTP_HOST": "127.0.0.1",
        "MOTCUA_HTTP_PORT": str(port),
        "MOTCUA_METRICS_HOST": "127.0.0.1",
        "MOTCUA_METRICS_PORT": str(metrics_port),
        "MOTCUA_INSTANCE": instance,
    }
    argv = [sys.executable, "-m", module or f"motcua_{name}"]
    own |= access_env(chosen.infra, name)
    process = Process(
        instance, argv, chosen.home.logs / f"{instance}.log", {**os.environ, **given, **own}
    )
    return ServiceProcess(process.start(), port, metrics_port)
