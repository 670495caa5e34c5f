"""Replay into an empty store: every state folded from what is on Kafka, and written down
elsewhere. Nothing else is asked.

One database, a collection for each service; a document has the fields of a service's own case:
`_id` (the subject), `lane`, `state` (JSON), `sequence`, `hash` (of the last event's bytes).
"""

import time
from collections.abc import Callable, Mapping

from motcua_chassis.failures import brief
from motcua_chassis.mongo import connect
from motcua_chassis.transport import Kafka
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from .check import Report, ServiceReport, folding
from .domain.rebuild import Rebuild
from .domain.verify import Chains
from .folds import Fold, topics_of
from .log import Log, Unreachable, place_of


async def rebuild(
    kafka: str | Kafka,
    into: str,
    *,
    folds: Mapping[str, Fold] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Fold everything into the database that the URI `into` names, which must be empty; chains are
    verified on the way.

    Raises `Unreachable` where Kafka or MongoDB does not answer, and where that database holds
    something.
    """
    started = time.monotonic()
    report = Report()
    try:
        client = connect(into)
    except (InvalidURI, ConfigurationError) as error:
        raise Unreachable(f"--into: this is no URI of MongoDB ({brief(error)})") from error
    try:
        database = client.get_default_database()
        if names := await database.list_collection_names():
            raise Unreachable(
                f"--into: the database {database.name} holds {', '.join(sorted(names)[:5])}"
                " already; an empty one is required"
            )
        async with Log(kafka) as log:
            for name, fold, part in folding(report, folds):
                for lane in log.lanes(topics_of(name)):
                    progress(f"{name}, lane {lane}")
                    documents = await _lane(log, fold, lane, part)
                    if documents:
                        await database[name].insert_many(documents)
    except ConfigurationError as error:
        raise Unreachable(
            "--into: the URI names no database, such as mongodb://127.0.0.1:27017/replayed"
        ) from error
    except PyMongoError as error:
        raise Unreachable(f"MongoDB of --into: {brief(error)}") from error
    finally:
        client.close()
    report.seconds = time.monotonic() - started
    return report


async def _lane(log: Log, fold: Fold, lane: int, part: ServiceReport) -> list[dict[str, object]]:
    """Adds to the report; gives the documents of the lane."""
    chains, folded = Chains(), Rebuild(fold.source, fold.rules)
    async for record in log.read(fold.topics, lane):
        known = chains.take(record.value or b"", place_of(record))
        if known is not None and known.source == fold.source:
            folded.take(known)
    for chain in chains.verify():
        part.subjects += 1
        part.events += chain.records
        part.copies += chain.copies
        part.differences += chain.differences
    part.differences += chains.strays + folded.differences
    return [
        {"_id": subject, "lane": lane, **stored._asdict()}
        for subject, stored in folded.states().items()
    ]
