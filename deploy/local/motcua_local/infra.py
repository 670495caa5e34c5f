"""Kafka and MongoDB together: the ground that services and integration tests stand on."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from .home import Home, cache_directory
from .kafka_server import KafkaServer
from .mongo_server import MongoServer
from .parts.kafka_jars import ensure_jars
from .parts.mongod_binary import ensure_mongod
from .ports import Ports
from .process import Process
from .progress import Progress, Silent


@dataclass(slots=True)
class Infra:
    """Where Kafka and MongoDB are. `kafka` or `mongo` is None where a server of somebody else is used."""

    kafka_bootstrap: str
    mongo_uri: str
    kafka: KafkaServer | None
    mongo: MongoServer | None

    @property
    def processes(self) -> list[Process]:
        return [server.process for server in (self.mongo, self.kafka) if server]

    def stop(self) -> list[str]:
        """Kafka first, it takes longest; both end with what they hold on disk. The names of those that had to be killed."""
        killed = []
        for server, seconds in ((self.kafka, 20), (self.mongo, 20)):
            if server and server.process.running and server.process.stop(seconds) == -9:
                killed.append(server.process.name)
        return killed


def start_infra(home: Home, ports: Ports, progress: Progress | None = None) -> Infra:
    """Starts what MOTCUA_KAFKA_BOOTSTRAP and MOTCUA_MONGO_URI do not name. PartFailedError, LockError, MongodMissingError say why not."""
    progress = progress or Silent()
    external_kafka, external_mongo = os.environ.get("MOTCUA_KAFKA_BOOTSTRAP"), os.environ.get("MOTCUA_MONGO_URI")
    cache = cache_directory()
    mongo = kafka = None
    try:
        if not external_mongo:
            with progress.step("MongoDB: start"):
                mongo = MongoServer(ensure_mongod(cache), home.data / "mongo", home.logs / "mongod.log", ports.choose("mongod"))
                mongo.start()
        if not external_kafka:
            with progress.step("Kafka: jars, checked against the lock") as step:
                jars = ensure_jars(cache, step.update)
            with progress.step("Kafka: start"):
                kafka = KafkaServer(
                    jars, home.data / "kafka", home.logs / "kafka.log", ports.choose("kafka"), ports.choose("kafka-controller")
                )
                kafka.start()
        if mongo:
            with progress.step("MongoDB: primary"):
                mongo.wait()
        if kafka:
            with progress.step("Kafka: serving"):
                kafka.wait()
    except BaseException:
        for server in (kafka, mongo):
            if server and server.process.running:
                server.process.kill()
        raise
    return Infra(external_kafka or (kafka.bootstrap if kafka else ""), external_mongo or (mongo.uri if mongo else ""), kafka, mongo)


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
