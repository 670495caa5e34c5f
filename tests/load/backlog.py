"""How a gateway answers while it has 100,000 records to take in.

    python -m tests.load.backlog [--records 100000]

Starts Kafka, MongoDB and the services of a straight-through dossier, and files until the log holds
so many records that no gateway has seen. Then starts a gateway and asks for its readiness and a
page ten times a second. Prints how the answers were, how long they took, how many said `As-Of`, and
when the view was up to date.
"""

import argparse
import asyncio
import statistics
import time
from collections import Counter
from functools import partial

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from motcua_chassis.transport import client_arguments
from motcua_contracts.wire.topics import TOPICS

from tests.support.faults.checker import missing
from tests.support.faults.deployment import FLOW, STRAIGHT, Deployment, separate_deployment
from tests.support.faults.load import file_dossiers
from tests.support.faults.waiting import until

A_TIME = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=100_000)
    wanted = parser.parse_args().records
    deployment = separate_deployment()
    with deployment.services(*FLOW):
        while (records := asyncio.run(_records(deployment))) < wanted:
            until(
                "they are returned",
                partial(missing, deployment, file_dossiers(deployment.kafka, STRAIGHT, A_TIME).ids),
                300,
                every=0.5,
            )
    print(f"records that no gateway has seen: {records}")
    with deployment.services():
        begun = time.monotonic()
        gateway = deployment.start("gateway")
        seen = _Seen()
        while not seen.up_to_date and time.monotonic() - begun < 600:
            seen.ask(gateway.url, gateway.probes_url, begun)
            time.sleep(0.1)
        print(seen)


async def _records(deployment: Deployment) -> int:
    consumer = AIOKafkaConsumer(**client_arguments(deployment.kafka), enable_auto_commit=False)
    await consumer.start()
    try:
        parts = [
            TopicPartition(topic.name, number)
            for topic in TOPICS.values()
            for number in range(topic.partitions)
        ]
        ends = await consumer.end_offsets(
            [part for part in parts if not part.topic.endswith(".commands")]
        )
        return sum(ends.values())
    finally:
        await consumer.stop()


class _Seen:
    """The answers, and when things were first so. Seconds since the start of the process."""

    def __init__(self) -> None:
        self.ready: Counter[str] = Counter()
        self.pages: Counter[str] = Counter()
        self.times: list[float] = []
        self.first_ready = self.up_to_date = 0.0
        self.unready_again = self.as_of = 0

    def ask(self, url: str, probes: str, begun: float) -> None:
        try:
            ready = httpx.get(f"{probes}/readyz", timeout=5, trust_env=False).status_code
        except httpx.HTTPError as error:
            self.ready[type(error).__name__] += 1
            return
        self.ready[str(ready)] += 1
        if ready != httpx.codes.OK:
            self.unready_again += bool(self.first_ready)
            return
        self.first_ready = self.first_ready or time.monotonic() - begun
        sent = time.monotonic()
        answer = httpx.get(f"{url}/api/v1/procedures", timeout=20, trust_env=False)
        self.times.append(time.monotonic() - sent)
        self.pages[str(answer.status_code)] += 1
        if "As-Of" in answer.headers:
            self.as_of += 1
        elif self.as_of:
            self.up_to_date = time.monotonic() - begun

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.times, n=100)
        return (
            f"readiness: {dict(self.ready)}, first ready after {self.first_ready:.1f} s, not ready"
            f" again {self.unready_again} times\npages: {dict(self.pages)}, {self.as_of} of them"
            f" with As-Of; median {cuts[49]:.3f} s, 95 % {cuts[94]:.3f} s, most"
            f" {max(self.times):.3f} s\nup to date after {self.up_to_date:.1f} s"
        )


if __name__ == "__main__":
    main()
