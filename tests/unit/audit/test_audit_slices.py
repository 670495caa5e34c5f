"""A lane in slices: the check finds what it finds in one piece, and holds no more than a slice,
however large the lane is.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import cache
from itertools import count, islice
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from motcua_audit import check as checking
from motcua_audit.callers import Believed, Beside, Callers
from motcua_audit.check import Patience, ServiceReport, _Lane
from motcua_audit.domain.replay import Stored
from motcua_audit.domain.verify import Chains
from motcua_audit.folds import installed
from motcua_audit.slices import Slice, slices
from motcua_audit.stores import Snapshot
from motcua_audit.surplus import Surplus
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import Keyring, PublicKey, Signer, key_id
from motcua_contracts import Message
from motcua_contracts.messages.audit import PaperRead, RecordPaperRead
from motcua_contracts.wire.envelope import GENESIS, encode, sha256
from motcua_contracts.wire.topics import AUDIT_COMMANDS, Topic

from .chain import NOON

KEY = Ed25519PrivateKey.generate()
GATEWAY = Signer(key_id(KEY.public_key()), KEY)
KEYRING = Keyring({GATEWAY.id: PublicKey("gateway", KEY.public_key())})
LANE, EACH = 3, 5
"""So many events has each subject."""


@cache
def subjects(number: int) -> tuple[str, ...]:
    return tuple(
        islice(
            (name for n in count() if partition_of(AUDIT_COMMANDS, name := f"d-{n}") == LANE),
            number,
        )
    )


@cache
def told(subject: str) -> tuple[tuple[bytes, bytes], ...]:
    """Each event of a subject, and the command that caused it."""
    said, before = [], GENESIS
    for sequence in range(1, EACH + 1):
        at, known, actor = NOON + timedelta(minutes=sequence), f"{subject}-{sequence}", "officer:o"
        asked = RecordPaperRead(document="0" * 64)
        command = encode(
            Message(
                known, "/motcua/gateway", asked.wire_type, subject, at, actor, known, known, asked
            )
        )
        data = PaperRead(document="0" * 64, reader=actor)
        raw = encode(
            Message(
                f"e-{known}",
                "/motcua/audit",
                data.wire_type,
                subject,
                at,
                actor,
                known,
                known,
                data,
                sequence,
                before,
            )
        )
        before = sha256(raw)
        said.append((raw, GATEWAY.sign(command, AUDIT_COMMANDS.name, at)))
    return tuple(said)


class SyntheticLog:
    """A lane of `number` subjects with `EACH` events."""

    def __init__(self, number: int) -> None:
        self.number = number

    async def read(self, topics: Sequence[Topic], lane: int) -> AsyncIterator[Any]:
        offsets = count()
        for subject in subjects(self.number):
            for sequence, (event, command) in enumerate(told(subject), 1):
                value = command if AUDIT_COMMANDS in topics else event
                at = NOON + timedelta(minutes=sequence)
                place = {
                    "topic": topics[0].name,
                    "partition": LANE,
                    "offset": next(offsets),
                    "key": subject.encode(),
                }
                yield SimpleNamespace(value=value, timestamp=int(at.timestamp() * 1000), **place)

    async def begins(self, topic: Topic, lane: int) -> int:
        return 0


class SyntheticStores:
    """What the service stored of these events."""

    def __init__(self, number: int) -> None:
        self.number = number

    async def snapshot(self, service: str, lane: int, part: Slice) -> Snapshot:
        found = Snapshot()
        for subject in filter(part.holds, subjects(self.number)):
            hashes = [sha256(event) for event, _ in told(subject)]
            found.journal.update(
                {(subject, sequence): one for sequence, one in enumerate(hashes, 1)}
            )
            found.cases[subject] = Stored(f'{{"count":{EACH}}}', EACH, hashes[-1])
        return found


async def checked(
    number: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[ServiceReport, int]:
    """The report of a lane, and the most that was held of anything at once."""
    held = 0

    async def beside(*_: Any) -> Beside:
        return Beside()

    class Watched(Callers):
        async def finish(self) -> None:
            nonlocal held
            await super().finish()
            held = max(held, len(self._events), len(self._causes.commands), len(self._bytes))

    class WatchedChains(Chains):
        def verify(self) -> Any:
            nonlocal held
            held = max(held, sum(map(len, self.links.values())))
            return super().verify()

    monkeypatch.setattr(checking, "beside_of", beside)
    monkeypatch.setattr(checking, "Callers", Watched)
    monkeypatch.setattr(checking, "Chains", WatchedChains)
    log: Any = SyntheticLog(number)
    stores: Any = SyntheticStores(number)
    report, fold = ServiceReport("audit"), installed()["audit"]
    for part in slices(number * EACH, at_once):
        arguments = (log, stores, fold, LANE, report, Patience(0), Surplus(), Believed(KEYRING))
        await _Lane(*arguments, part).check(archive=False)
    return report, held


async def test_a_lane_ten_times_as_long_is_checked_with_no_more_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once = 50
    for number in (20, 200):
        report, held = await checked(number, at_once, monkeypatch)
        assert (report.subjects, report.events, report.signed) == (
            number,
            number * EACH,
            number * EACH,
        )
        assert (report.differences, report.unprovable) == ([], 0)
        assert held <= 2 * at_once, number


async def test_in_one_piece_the_same_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    report, held = await checked(20, 10_000, monkeypatch)
    assert (report.subjects, report.signed, report.differences, held) == (
        20,
        20 * EACH,
        [],
        20 * EACH,
    )


def test_each_subject_is_in_one_slice_and_what_names_none_in_the_first() -> None:
    parts = slices(1_000, 100)
    assert len(parts) == 10
    for subject in ("d-1", "lists-haihau", "", "\udc80"):
        assert sum(part.holds(subject) for part in parts) == 1
    for raw in (b"", b"{", b"[]", b"null", b"\xff"):
        assert [part.number for part in parts if part.takes(raw)] == [0]
    assert slices(0) == slices(1) == [Slice()]
