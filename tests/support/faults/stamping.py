"""A test's hold on one stamping service: records to it by their bytes, its switches, its sheets,
and the check of it all.
"""

import asyncio
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import OwnSigner, Signer
from motcua_contracts.wire.envelope import GENESIS, rfc3339, stable_id
from motcua_operations import topics

from tests.support.stack import ServiceProcess

from .checker import left_of
from .deployment import READY_SECONDS, Deployment
from .load import SIGNERS, Raw, append_raw
from .stamps_topics import topics_of
from .waiting import until

ROOT = Path(__file__).resolve().parents[3]
POISON = 666


class StampingHarness:
    """One stamping service with a name of its own."""

    def __init__(self, deployment: Deployment, name: str) -> None:
        self.deployment, self.name = deployment, f"{name}{uuid4().hex[:6]}"
        self.topics = topics_of(self.name)
        self.switches = Path(
            tempfile.mkdtemp(prefix=f"{self.name}-", dir=deployment.cluster.home.root)
        )
        self.database = deployment.database(self.name)
        self._heads: dict[str, tuple[int, str]] = {}
        asyncio.run(topics.apply(deployment.kafka, self.topics.all))

    def start(self, number: int = 1, /, **env: str) -> ServiceProcess:
        """Start an instance without waiting."""
        own = {"stamps_name": self.name, "stamps_switches": str(self.switches), **env}
        return self.deployment.start(
            self.name, instance=f"{self.name}-{number}", module="tests.support.faults.stamps", **own
        )

    def switch(self, name: str) -> None:
        (self.switches / name).touch()

    def switch_off(self, name: str) -> None:
        (self.switches / name).unlink()

    # ------------------------------------------------------------------ what is said to it

    def stamp(
        self,
        subject: str,
        value: int,
        *,
        seal: bool = False,
        command_id: str = "",
        actor: str = "citizen:test",
    ) -> Raw:
        """The bytes of a command."""
        return self.command(
            "stamp", subject, {"value": value, "seal": seal}, command_id or str(uuid4()), actor
        )

    def answer(self, subject: str, key: str, by: str) -> Raw:
        """The answer of the effect `key`, as another doing of it would send it."""
        own = OwnSigner(
            f"system:{self.name}",
            bytes(self.database.secrets.find_one({"_id": "own-commands"})["value"]),
        )
        return self.command(
            "record-seal", subject, {"key": key, "by": by}, stable_id("effect", key), own.actor, own
        )

    def command(
        self,
        name: str,
        subject: str,
        data: dict[str, Any],
        command_id: str,
        actor: str,
        signer: Signer | OwnSigner | None = None,
    ) -> Raw:
        """Signed as the gateway's, or by another's key."""
        head = _head(command_id, "/motcua/gateway", f"vn.motcua.stamps.{name}.v1", subject, actor)
        return self.signed(subject, orjson.dumps({**head, "data": data}), signer)

    def signed(self, subject: str, raw: bytes, signer: Signer | OwnSigner | None = None) -> Raw:
        """Any bytes on the command topic, with the gateway's signature or another's."""
        return Raw(
            self.topics.commands,
            subject,
            (signer or SIGNERS[str(self.deployment.kafka)]).sign(raw, self.topics.commands.name),
        )

    def notice(
        self, subject: str, value: int, *, skip: int = 0, broken: bool = False, name: str = "given"
    ) -> Raw:
        """The next event of the other service.

        `skip`: so many of its sequences are missing before it; `broken`: its data cannot be read.

        `name`: `given`, or `murmured`, which no rule answers. A value below zero is answered by
        nothing.
        """
        sequence, known = self._heads.get(subject, (0, GENESIS))
        sequence += 1 + skip
        head = _head(
            str(uuid4()),
            f"/motcua/{self.name}-notices",
            f"vn.motcua.notices.{name}.v1",
            subject,
            "system:notices",
        )
        data = {"value": value if not broken else "no number"}
        raw = orjson.dumps({**head, "sequence": sequence, "prevhash": known, "data": data})
        self._heads[subject] = sequence, hashlib.sha256(raw).hexdigest()
        return Raw(self.topics.notices, subject, raw)

    def say_anew(self, subject: str, sequence: int = 0, prevhash: str = GENESIS) -> None:
        """From here on the other service goes on behind another event than it had said: what nobody
        should ever see.
        """
        self._heads[subject] = sequence, prevhash

    def say(self, *records: Raw) -> None:
        append_raw(self.deployment.kafka, records)

    # ------------------------------------------------------------------ what became of it

    def sheet(self, subject: str) -> dict[str, Any]:
        """The stored state; empty where nothing was said of it."""
        case = self.database.cases.find_one({"_id": subject})
        state: dict[str, Any] = orjson.loads(case["state"]) if case else {}
        return state

    def lane(self, subject: str) -> int:
        return partition_of(self.topics.commands, subject)

    def subject_in(self, lane: int, name: str = "sheet") -> str:
        """A subject that is in a lane."""
        return next(
            s for s in (f"{name}-{number}" for number in range(10_000)) if self.lane(s) == lane
        )

    def has(self, subject: str, field: str, values: list[int], seconds: float = 30) -> None:
        """Wait until a sheet holds exactly this, in this order."""

        def look() -> bool | str:
            found = self.sheet(subject).get(field, [])
            same = next(
                (
                    n
                    for n, (one, other) in enumerate(zip(found, values, strict=False))
                    if one != other
                ),
                min(len(found), len(values)),
            )
            return (
                found == values
                or f"it has {len(found)}, alike up to {same}: {found[same : same + 5]}"
            )

        until(
            f"{subject}.{field} are the {len(values)} expected ones, {values[:5]} first",
            look,
            seconds,
        )

    def check(self, *, parked: int = 0) -> str:
        """Nothing left to do but so many parked records; then the auditor's check.

        Gives its summary.
        """
        empty = ("outbox", "effects")
        look = lambda: (  # noqa: E731
            "; ".join(left_of(self.deployment, self.name, self.topics.inputs, empty=empty)) or True
        )
        until("nothing is left to do", look, 30)
        assert self.database.parked.count_documents({}) == parked, "records are still parked"
        command = [
            sys.executable,
            "-m",
            "tests.support.faults.stamps_check",
            self.name,
            str(self.deployment.kafka),
            self.deployment.cluster.mongo_uri,
        ]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.splitlines()[-1]


@contextmanager
def stamping(
    deployment: Deployment, name: str, **env: str
) -> Iterator[tuple[StampingHarness, ServiceProcess]]:
    """A stamping service and its first instance, ready. Everything is stopped at the end."""
    own = StampingHarness(deployment, name)
    with deployment.services():
        yield own, own.start(**env).wait_ready(READY_SECONDS)


def _head(record_id: str, source: str, wire_type: str, subject: str, actor: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": record_id,
        "source": source,
        "type": wire_type,
        "subject": subject,
        "time": rfc3339(datetime.now(UTC)),
        "datacontenttype": "application/json",
        "correlationid": record_id,
        "causationid": record_id,
        "actor": actor,
    }
