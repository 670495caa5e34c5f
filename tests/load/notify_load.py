"""How many messages a second one instance of notify hands to a local SMTP server, and what one
costs.

    python -m tests.load.notify_load [--messages 6000] [--rate 0]

Starts Kafka, MongoDB, a mailbox that only counts, and one notify; appends news with their papers;
prints messages/s and CPU-ms a message (of notify, and of all that it needs). `--rate`: so many news
a second instead of all at once, to see the delay from event to acceptance.
"""

import argparse
import time

import psutil
from motcua_local.layout import private_env, service_env
from motcua_operations.development_keys import ensure_keys

from tests.support.notify import news as notify_news
from tests.support.notify.counterparts import Counterparts, counterparts
from tests.support.stack import shared_cluster, start_service

WARM = 200


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=6000)
    parser.add_argument("--rate", type=float, default=0)
    arguments = parser.parse_args()
    cluster = shared_cluster()
    cluster.apply_topics()
    keys = ensure_keys(cluster.home.keys)
    env = {**service_env(cluster.infra, cluster.ports, keys), **private_env("notify", keys)}
    with counterparts("--sink") as servers:
        own = {f"MOTCUA_{name.upper()}": value for name, value in servers.environment().items()}
        notify = start_service("notify", {**env, **own}, on=cluster).wait_ready(60)
        try:
            run(cluster.kafka_bootstrap, servers, psutil.Process(notify.pid), 0, WARM, 0)
            run(
                cluster.kafka_bootstrap,
                servers,
                psutil.Process(notify.pid),
                WARM,
                arguments.messages,
                arguments.rate,
            )
        finally:
            notify.terminate()


def run(
    kafka: str, servers: Counterparts, notify: psutil.Process, before: int, count: int, rate: float
) -> None:
    """Append the news and wait until the mailbox has all; print the figures."""
    everything = [one for one in psutil.process_iter() if _is_part(one)]
    cpu, all_cpu, begun = _cpu(notify), sum(map(_cpu, everything)), time.monotonic()
    delays: list[float] = []
    waiting: list[tuple[int, float]] = []  # so many messages, appended at that time
    step = count if not rate else max(1, round(rate / 5))
    done = 0

    def look() -> int:
        """Which appended parts the mailbox has by now."""
        accepted = servers.counts("mailbox")["accepted"]
        while waiting and accepted >= before + waiting[0][0]:
            delays.append(time.monotonic() - waiting.pop(0)[1])
        return accepted

    while done < count:
        part = min(step, count - done)
        notify_news.append(kafka, notify_news.accepted(part, ("email",)))
        done += part
        waiting.append((done, time.monotonic()))
        while rate and time.monotonic() < begun + done / rate:
            look()
            time.sleep(0.005)
    while (accepted := look()) < before + count:
        time.sleep(0.01)
    seconds = time.monotonic() - begun
    mine, all_of_it = _cpu(notify) - cpu, sum(map(_cpu, everything)) - all_cpu
    print(
        f"{count} messages in {seconds:.1f} s: {count / seconds:.0f} messages/s; CPU-ms a message:"
        f" notify {1000 * mine / count:.2f}, with Kafka, MongoDB and the mailbox"
        f" {1000 * all_of_it / count:.2f}; repeats"
        f" {accepted - servers.counts('mailbox')['distinct']}"
    )
    if rate:
        delays.sort()
        print(
            f"from event to acceptance at {rate:g}/s: median {delays[len(delays) // 2]:.2f} s,"
            f" longest {delays[-1]:.2f} s"
        )


def _is_part(process: psutil.Process) -> bool:
    return process.ppid() == psutil.Process().pid


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
