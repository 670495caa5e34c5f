"""Kafka and MongoDB together: the ground that services and integration tests stand on."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from motcua_chassis.transport import Kafka, kafka_of

from .home import Home, cache_directory
from .kafka_server import KafkaServer
from .mongo_server import MongoServer
from .parts.kafka_jars import ensure_jars
from .parts.mongod_binary import ensure_mongod
from .patience import QUIET_SECONDS
from .ports import Ports
from .process import PartFailedError, Process
from .progress import Progress, Silent
from .secured import Secured, ensure_secured


@dataclass(slots=True)
class Infra:
    """Where Kafka and MongoDB are.

    `kafka` or `mongo` is None where a server of somebody else is used. `secured`: by TLS and login.
    """

    kafka_bootstrap: str
    mongo_uri: str
    kafka: KafkaServer | None
    mongo: MongoServer | None
    secured: Secured | None = None

    def kafka_as(self, who: str) -> Kafka:
        """Kafka as this user reaches it; a server of somebody else, and one without logins, as the
        environment says.
        """
        return (
            self.secured.kafka(self.kafka_bootstrap, who)
            if self.secured
            else kafka_of(self.kafka_bootstrap)
        )

    def mongo_as(self, who: str) -> str:
        """MongoDB's URI for this user; without logins, everybody's."""
        return self.secured.mongo(self.mongo_uri, who) if self.secured else self.mongo_uri

    @property
    def processes(self) -> list[Process]:
        return [server.process for server in (self.mongo, self.kafka) if server]

    def stop(self) -> list[str]:
        """Kafka first, it takes longest; both end with what they hold on disk.

        The names of those that had to be killed.
        """
        killed = []
        for server, seconds in ((self.kafka, 20), (self.mongo, 20)):
            if server and server.process.running and server.process.stop(seconds) == -9:
                killed.append(server.process.name)
        return killed


def start_infra(
    home: Home,
    ports: Ports,
    progress: Progress | None = None,
    *,
    secure: bool = False,
    patience: float = QUIET_SECONDS,
) -> Infra:
    """Starts what MOTCUA_KAFKA_BOOTSTRAP and MOTCUA_MONGO_URI do not name.

    PartFailedError, LockError, MongodMissingError say why not.

    `patience`: seconds without anything new in a server's log until it is given up. `secure`: by
    TLS and login, with certificates and passwords of this home. A home stays what it was at its
    first start.
    """
    progress = progress or Silent()
    external_kafka, external_mongo = (
        os.environ.get("MOTCUA_KAFKA_BOOTSTRAP"),
        os.environ.get("MOTCUA_MONGO_URI"),
    )
    if secure and (external_kafka or external_mongo):
        named = "MOTCUA_KAFKA_BOOTSTRAP" if external_kafka else "MOTCUA_MONGO_URI"
        raise PartFailedError(
            "secure", f"--secure is for servers of this stack's own, and {named} names another"
        )
    _stays(home, secure)
    secured = ensure_secured(home.keys) if secure else None
    cache = cache_directory()
    mongo = kafka = None
    try:
        if not external_mongo:
            with progress.step("MongoDB: start"):
                mongo = MongoServer(
                    ensure_mongod(cache),
                    home.data / "mongo",
                    home.logs / "mongod.log",
                    ports.choose("mongod"),
                    secured,
                )
                mongo.start()
        if not external_kafka:
            with progress.step("Kafka: jars, checked against the lock") as step:
                jars = ensure_jars(cache, step.update)
            with progress.step("Kafka: start"):
                kafka = KafkaServer(
                    jars,
                    home.data / "kafka",
                    home.logs / "kafka.log",
                    ports.choose("kafka"),
                    ports.choose("kafka-controller"),
                    secured,
                )
                kafka.start()
        if mongo:
            with progress.step("MongoDB: primary"):
                mongo.wait(patience)
        if kafka:
            with progress.step("Kafka: serving"):
                kafka.wait(patience)
    except BaseException:
        for server in (kafka, mongo):
            if server and server.process.running:
                server.process.kill()
        raise
    return Infra(
        external_kafka or (kafka.bootstrap if kafka else ""),
        external_mongo or (mongo.uri if mongo else ""),
        kafka,
        mongo,
        secured,
    )


def _stays(home: Home, secure: bool) -> None:
    """A home's data are of a secure stack or not: users and rights are made
    with the first start.
    """
    mark = home.data / "secure"
    begun = (home.data / "kafka").exists() or (home.data / "mongo").exists()
    if begun and secure != mark.exists():
        was, asked = ("with", "without") if mark.exists() else ("without", "with")
        raise PartFailedError(
            "secure",
            f"{home.root} was started {was} --secure before; {asked} it, another MOTCUA_HOME is"
            " needed",
        )
    if secure:
        mark.touch()


@contextlib.contextmanager
def running_infra(home: Home, progress: Progress | None = None) -> Iterator[Infra]:
    """Kafka and MongoDB for as long as the block runs, in a home of their own."""
    home.ensure()
    with home.held():
        infra = start_infra(home, Ports(home.ports_file), progress)
        try:
            yield infra
        finally:
            infra.stop()
