"""The import on a real broker: reads the catalogue's topics, appends its commands.

What to import is decided in run.py.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from aiokafka import AIOKafkaProducer
from motcua_chassis.reader import read_to_end
from motcua_chassis.signatures import tools_signer
from motcua_chassis.tooling import headers_of
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts import Message, Payload
from motcua_contracts.wire import topics
from motcua_contracts.wire.envelope import encode

from ..published import Shelf
from .differences import Change
from .run import WAIT_SECONDS, ImportReport, import_into


async def import_files(
    kafka: str | Kafka,
    paths: Iterable[Path],
    report: Callable[[str], None],
    *,
    dry_run: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    with_samples: bool = False,
    show: Callable[[Sequence[Change]], None] | None = None,
    key: str | Path | None = None,
) -> ImportReport:
    """Import files and directories into the catalogue on a broker; the parameters are those of
    `import_into` and of `KafkaLog`.
    """
    log = KafkaLog(kafka, key)
    return await import_into(
        log,
        paths,
        report,
        dry_run=dry_run,
        wait_seconds=wait_seconds,
        with_samples=with_samples,
        show=show,
    )


class KafkaLog:
    """The catalogue on a broker.

    `kafka`: an address (host:port, comma-separated), or one with a login.

    `key`: the file of the tools' private key, with which commands are signed; None: as
    `MOTCUA_COMMAND_KEY` names it.
    """

    def __init__(self, kafka: str | Kafka, key: str | Path | None = None) -> None:
        self._kafka, self._key = kafka, key

    async def read(self) -> Shelf:
        """Everything that is published up to now."""
        shelf = Shelf()
        for record in await read_to_end(
            self._kafka, (topics.CATALOG_PROCEDURES, topics.CATALOG_ORGANISATION)
        ):
            shelf.take(record.value)
        for record in await read_to_end(self._kafka, (topics.CATALOG_PEOPLE,)):
            shelf.take_paper(record.value)
        return shelf

    async def send(self, commands: Sequence[Message[Payload]]) -> None:
        """Append the commands in order; returns when the broker has them all.

        Raises `UnusableKey`.
        """
        signer, topic = tools_signer(self._key), topics.CATALOG_COMMANDS.name
        producer = AIOKafkaProducer(
            **client_arguments(self._kafka), acks="all", enable_idempotence=True
        )
        await producer.start()
        try:
            sent = [
                await producer.send(
                    topic,
                    signer.sign(encode(c), topic),
                    key=c.subject.encode(),
                    partition=0,
                    headers=headers_of(c),
                )
                for c in commands
            ]
            for acknowledgement in sent:
                await acknowledgement
        finally:
            await producer.stop()
