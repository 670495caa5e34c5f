"""An old producer that was thought dead: it brings a paper once more, after the dossier was
forgotten.
"""

import asyncio
import time

from aiokafka import AIOKafkaProducer
from motcua_chassis.partition import partition_of
from motcua_chassis.reader import read_to_end
from motcua_contracts.wire.topics import INTAKE_PRIVATE


def bring(kafka: str, dossier_id: str, revision: int) -> int:
    """Append the paper as the service would have; gives its offset."""

    async def send() -> int:
        producer = AIOKafkaProducer(bootstrap_servers=kafka)
        await producer.start()
        try:
            key, partition = (
                f"{dossier_id}/{revision}".encode(),
                partition_of(INTAKE_PRIVATE, dossier_id),
            )
            return int(
                (
                    await producer.send_and_wait(
                        INTAKE_PRIVATE.name, b'{"late": true}', key=key, partition=partition
                    )
                ).offset
            )
        finally:
            await producer.stop()

    return asyncio.run(send())


def after(
    kafka: str, dossier_id: str, revision: int, offset: int, seconds: float = 20
) -> bytes | None:
    """What the log holds last for that paper, once something followed the late copy.

    Raises `TimeoutError`.
    """
    key, until = f"{dossier_id}/{revision}".encode(), time.monotonic() + seconds
    while time.monotonic() < until:
        records = [
            record
            for record in asyncio.run(read_to_end(kafka, (INTAKE_PRIVATE,)))
            if record.key == key and record.offset > offset
        ]
        if records:
            last: bytes | None = records[-1].value
            return last
        time.sleep(0.2)
    raise TimeoutError("nothing followed the late paper")
