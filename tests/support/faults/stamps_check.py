"""The auditor's check of one stamping service, as a process of its own: `python -m
tests.support.faults.stamps_check NAME KAFKA MONGO`.

Ends with 1 and prints each difference where the service's journal, Kafka and its states do not
agree.
"""

import asyncio
import sys
from pathlib import Path

from .stamps import wiring


def main() -> int:
    name, kafka, mongo = sys.argv[1:]
    service = wiring(name, Path())
    # Only now: the auditor's tables are made from the topics that are known when it is imported.
    from motcua_audit.check import check
    from motcua_audit.folds import Fold

    report = asyncio.run(check(kafka, mongo, folds={name: Fold.of(service)}, archive=False))
    part = report.services[name]
    for difference in part.differences:
        print(difference)
    print(f"{part.events} events of {part.subjects} subjects, {part.copies} copies")
    return 1 if part.differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
