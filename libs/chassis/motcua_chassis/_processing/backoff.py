"""Whether waiting may help, and how long to wait before the next try."""

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError


def is_transient(error: Exception) -> bool:
    """Whether Kafka, MongoDB or the network is to blame: then it is tried again, and nothing is
    anybody's fault.
    """
    return isinstance(error, PyMongoError | KafkaError | OSError | TimeoutError)


def backoff(first: float, most: float, attempt: int) -> float:
    """Seconds, doubled with each attempt up to `most`; safe for any number of attempts."""
    return min(most, first * 2.0 ** min(attempt, 20))
