"""One thing that aiokafka does not expect of uvloop, mended: a write to a connection that its peer
has just reset.

asyncio drops such a write, and the reader's end then tells of it. uvloop raises RuntimeError in the
one or two turns of the loop between, and aiokafka foresees OSError alone (its issue 1038).
Whichever of its tasks wrote then ends for good, without a word: the one that keeps the metadata
(every request for offsets hangs from then on, and nothing is fetched), the fetcher, the heartbeat,
the producer's sender. The metadata's is the likely one: a consumer's connection to its group's
coordinator breaks, metadata is asked for at once, on the other connection, which the same death has
reset. Told as what it is, a broken connection, each of them tries again.
"""

from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError

_send = AIOKafkaConnection.send


def expect_resets() -> None:
    """From now on, for every connection of this process. May be called again."""
    AIOKafkaConnection.send = _send_or_broken


def _send_or_broken(connection: Any, request: Any, expect_response: bool = True) -> Any:
    try:
        return _send(connection, request, expect_response)
    except KafkaError:  # is a RuntimeError too
        raise
    except RuntimeError as error:
        writer = connection._writer
        if writer is None or not writer.is_closing():
            raise
        connection.close(reason=CloseReason.CONNECTION_BROKEN, exc=error)
        raise KafkaConnectionError(
            f"connection to {connection.host}:{connection.port} was reset"
        ) from error
