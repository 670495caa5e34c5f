"""What command lines, the audit and the development stack read of the engine's own records."""

from ._kafka.heads import headers_of
from ._kafka.producer import headers_on
from ._processing.breaker import COLLECTION as BREAKERS
from ._processing.catalogue_replica import SOURCES as CATALOGUE_TOPICS
from ._processing.lanes import topic_key
from ._store.journal_ids import batch_of, ids_after

__all__ = [
    "BREAKERS",
    "CATALOGUE_TOPICS",
    "batch_of",
    "headers_of",
    "headers_on",
    "ids_after",
    "topic_key",
]
