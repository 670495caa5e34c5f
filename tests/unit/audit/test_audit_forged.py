"""Who asked for it: events against what they say caused them: commands on the log or their kept
heads, others' events, and wakes.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from motcua_audit.callers import Believed, Beside, Callers
from motcua_audit.domain.difference import LogPosition
from motcua_audit.domain.verify import Read, read
from motcua_audit.heads import Heads, keep_heads
from motcua_audit.slices import WHOLE, slices
from motcua_chassis import Projected
from motcua_chassis.partition import partition_of
from motcua_chassis.signatures import Keyring, OwnSigner, PublicKey, Signer, key_id, split_signed
from motcua_contracts import Message
from motcua_contracts.messages.audit import RecordPaperRead
from motcua_contracts.values.clock import milliseconds
from motcua_contracts.wire.envelope import GENESIS, encode, wake_id
from motcua_contracts.wire.topics import AUDIT_COMMANDS, INTAKE_DOSSIERS, Topic

from .chain import DOSSIER, NOON, event, readings
from .store import Collection, Found

DAY = timedelta(days=1)


def signer() -> Signer:
    key = Ed25519PrivateKey.generate()
    return Signer(key_id(key.public_key()), key)


GATEWAY, STRANGER = signer(), signer()
KEYRING = Keyring({GATEWAY.id: PublicKey("gateway", GATEWAY._key.public_key())})
OWN = OwnSigner("system:audit", b"audit's own")


AT = NOON + timedelta(minutes=1)
"""When the first event was said, and so when what caused it was appended."""
LANE = partition_of(AUDIT_COMMANDS, DOSSIER)
ELSEWHERE = next(f"d-{n}" for n in range(2, 100) if partition_of(AUDIT_COMMANDS, f"d-{n}") == LANE)
"""Another dossier of the same lane."""


@dataclass
class Kept:
    """One record as the consumer gives it."""

    value: bytes
    offset: int
    at: datetime = AT
    key: bytes = DOSSIER.encode()
    topic: str = AUDIT_COMMANDS.name
    partition: int = LANE

    @property
    def timestamp(self) -> int:
        return int(self.at.timestamp() * 1000)


class Topics:
    """The command topic, and what is there the second time; and events of others."""

    def __copy__(self) -> "Topics":
        return Topics(*self._looks, begins=self._begins, heard=self._heard)

    def __init__(self, *looks: Sequence[Kept], begins: int = 0, heard: Sequence[Kept] = ()) -> None:
        self._looks, self._begins, self._heard = list(looks), begins, heard

    async def read(self, topics: Sequence[Topic], lane: int) -> AsyncIterator[Kept]:
        assert lane == LANE
        if list(topics) != [AUDIT_COMMANDS]:
            assert list(topics) == [INTAKE_DOSSIERS]
            for record in self._heard:
                yield record
            return
        for record in self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]:
            yield record

    async def begins(self, topic: Topic, lane: int) -> int:
        return self._begins


def command(actor: str = "officer:o", subject: str = DOSSIER, command_id: str = "c") -> bytes:
    data = RecordPaperRead(document="0" * 64)
    return encode(
        Message(
            command_id,
            "/motcua/gateway",
            data.wire_type,
            subject,
            NOON,
            actor,
            command_id,
            command_id,
            data,
        )
    )


def signed(
    raw: bytes | None = None, by: Signer | OwnSigner = GATEWAY, at: datetime = NOON
) -> bytes:
    return by.sign(command() if raw is None else raw, AUDIT_COMMANDS.name, at)


def caused(
    actor: str = "officer:o",
    cause: str = "c",
    subject: str = DOSSIER,
    sequence: int = 1,
    time: datetime | None = None,
) -> Read:
    said = replace(
        event(sequence, GENESIS, readings(1)[0], subject), actor=actor, causationid=cause
    )
    known = read(
        encode(replace(said, time=time or said.time)),
        LogPosition("audit.records", LANE, 99 + sequence),
    )
    assert isinstance(known, Read)
    return known


async def judged(
    log: Any,
    *events: Read,
    at: datetime = AT,
    since: datetime | None = None,
    beside: Beside = Beside(),  # noqa: B008 - it is frozen
    due: datetime | None = None,
    folded: bool = True,
    one_subject: bool = False,
) -> Callers:
    """What is found in one piece. Each time it is held against what three slices find together."""
    parts: list[Callers] = []
    for part in (WHOLE, *(slices(3, 1) if not one_subject else ())):
        callers = Callers(
            copy(log), Believed(KEYRING, since), "audit", LANE, beside, one_subject, part=part
        )
        await callers.read()
        for one in events:
            if part.holds(one.subject):
                callers.take(one, at, due, folded=folded)
        await callers.finish()
        parts.append(callers)
    whole, *sliced = parts
    if sliced:
        assert Counter(one for part in sliced for one in part.differences) == Counter(
            whole.differences
        )
        assert sum(part.signed for part in sliced) == whole.signed
        assert sum(part.unprovable for part in sliced) == whole.unprovable
    return whole


FORGED: dict[str, tuple[bytes, str]] = {
    "unsigned": (command(), "signature: required"),
    "of a stranger's key": (signed(by=STRANGER), "keyid"),
    "with changed bytes": (signed().replace(b'"0000', b'"1000'), "signature"),
    "of another topic": (GATEWAY.sign(command(), "intake.commands", NOON), "signature"),
    "of the service for a person": (signed(by=OWN), "signature"),
    "of last month": (signed(at=NOON - 31 * DAY), "signedat"),
}


@pytest.mark.parametrize("name", FORGED)
async def test_an_event_that_a_forged_command_caused_is_a_difference_with_its_place(
    name: str,
) -> None:
    raw, reason = FORGED[name]
    found = await judged(Topics([Kept(raw, 7)]), caused())
    (difference,) = found.differences
    assert (difference.kind, difference.subject, difference.place) == (
        "forged",
        DOSSIER,
        LogPosition("audit.records", LANE, 100),
    )
    assert f"audit.commands/{LANE}@7" in difference.detail
    assert reason in difference.detail
    assert found.signed == 0


async def test_a_forged_command_in_the_name_of_a_service_is_found_too() -> None:
    found = await judged(
        Topics([Kept(command(actor="system:audit"), 7)]), caused(actor="system:audit")
    )
    assert [difference.kind for difference in found.differences] == ["forged"]
    own = await judged(
        Topics([Kept(signed(command(actor="system:audit"), OWN), 7)]), caused(actor="system:audit")
    )
    assert (own.differences, own.signed) == ([], 0)


@pytest.mark.parametrize(
    ("actor", "subject"), [("officer:other", DOSSIER), ("officer:o", ELSEWHERE)]
)
async def test_a_signed_command_proves_its_own_subject_and_actor_alone(
    actor: str, subject: str
) -> None:
    (difference,) = (
        await judged(Topics([Kept(signed(), 0)]), caused(actor=actor, subject=subject))
    ).differences
    assert "another subject or actor" in difference.detail


async def test_a_forgery_under_a_good_commands_id_changes_nothing() -> None:
    found = await judged(Topics([Kept(signed(), 0), Kept(command(), 1)]), caused())
    assert (found.signed, found.differences) == (1, [])


async def test_an_event_without_any_command_is_a_difference_while_the_topic_has_all() -> None:
    (difference,) = (
        await judged(Topics([Kept(signed(command(command_id="c-2")), 0)]), caused())
    ).differences
    assert "was ever on the topic" in difference.detail


async def test_a_command_that_went_with_its_time_is_counted_and_no_difference() -> None:
    young = Kept(signed(command(command_id="c-2"), at=NOON + 40 * DAY), 500, NOON + 40 * DAY)
    found = await judged(Topics([young]), caused())
    assert (found.signed, found.unprovable, found.differences) == (0, 1, [])
    assert (await judged(Topics([], begins=500), caused())).unprovable == 1, (
        "and where all of them went"
    )
    late = await judged(Topics([young]), caused(), at=NOON + 48 * DAY)
    assert [difference.kind for difference in late.differences] == ["forged"], (
        "what is younger than all that went has no excuse"
    )


async def test_a_command_that_came_while_the_events_were_read_is_looked_up() -> None:
    found = await judged(Topics([], [Kept(signed(), 0)]), caused())
    assert (found.signed, found.differences) == (1, [])


async def test_commands_of_the_release_before_need_no_signature() -> None:
    found = await judged(Topics([Kept(command(), 0)]), caused(), since=NOON + DAY)
    assert (found.signed, found.unprovable, found.differences) == (0, 1, [])


# ---------------------------------------------------------------------- what was shredded


class Rows(Collection):
    """The collection `commands`, with the look by a command's id."""

    def find(self, wanted: dict[str, Any], fields: Any = None) -> Found:
        if "id" in wanted:
            return Found(
                [row for row in self.documents.values() if row.get("id") in wanted["id"]["$in"]]
            )
        return super().find(wanted, fields)


async def kept(*records: Kept) -> Rows:
    """The heads as audit keeps them, offset by offset."""
    rows = Rows()
    for one in records:
        seen = Projected(AUDIT_COMMANDS, LANE, one.offset, one.key.decode(), one.value, one.at)
        rows.write(await keep_heads([seen], KEYRING, rows))
        rows.write(await keep_heads([seen, seen], KEYRING, rows))
    return rows


async def shredded(
    rows: Rows, *events: Read, begins: int = 1, reached: int = 1, **how: Any
) -> Callers:
    """With nothing left on the topic."""
    return await judged(
        Topics([], begins=begins), *events, beside=Beside(Heads(rows), reached), **how
    )


@pytest.mark.parametrize("one_subject", [True, False])
async def test_an_event_whose_command_was_shredded_is_proved_by_its_head(one_subject: bool) -> None:
    rows = await kept(Kept(signed(), 0))
    (row,) = rows.documents.values()
    assert set(row) == {"_id", "at", "id", "head", "digest", "tail"}
    assert b"0000000" not in b"".join((row["head"], row["tail"])), "none of its data"
    found = await shredded(rows, caused(), one_subject=one_subject)
    assert (found.signed, found.unprovable, found.differences) == (1, 0, [])


@pytest.mark.parametrize("name", FORGED)
async def test_a_head_that_nobody_signed_causes_nothing(name: str) -> None:
    raw, _ = FORGED[name]
    found = await shredded(await kept(Kept(raw, 0)), caused())
    assert [(d.kind, d.subject) for d in found.differences] == [("forged", DOSSIER)]
    assert (await shredded(await kept(Kept(raw, 0)))).differences == [], (
        "one that caused nothing is no difference"
    )


async def test_of_what_has_no_form_nothing_is_kept_but_its_hash() -> None:
    long = command().replace(b'"specversion"', b'"x":"' + b"a" * 9_000 + b'","specversion"')
    rows = await kept(
        Kept(b"Nguyen Van A", 0), Kept(command(), 1), Kept(b"", 2), Kept(signed(long), 3)
    )
    assert [set(row) for row in rows.documents.values()] == [{"_id", "at", "sha256", "refused"}] * 4


ALTERED: dict[str, dict[str, Any]] = {
    "the actor": {"head": split_signed(signed(command(actor="officer:x")))[0].head},
    "the subject": {"head": split_signed(signed(command(subject=ELSEWHERE)))[0].head},
    "the type": {"head": split_signed(signed())[0].head.replace(b"record-paper", b"record-other")},
    "the data's hash": {"digest": "0" * 64},
    "the signature": {"tail": split_signed(signed(command(command_id="c-2")))[0].tail},
    "all of it": {"head": None},
    "the id that it is found by": {"id": "c-2"},
}


@pytest.mark.parametrize("name", ALTERED)
async def test_a_head_that_was_altered_is_found_whether_or_not_it_caused_anything(
    name: str,
) -> None:
    rows = await kept(Kept(signed(), 0))
    (row,) = rows.documents.values()
    row |= ALTERED[name]
    for events in ([], [caused()]):
        found = await shredded(rows, *events)
        assert found.differences, name
        kinds = {difference.kind for difference in found.differences}
        assert kinds == (
            {"altered"}
            if not events
            else {"altered", "forged"}
            if name != "the id that it is found by"
            else {"altered"}
        )


async def test_an_own_command_s_head_is_held_against_the_service_s_secret() -> None:
    raw = signed(command(actor="system:audit"), OWN)
    rows = await kept(Kept(raw, 0))
    beside = Beside(Heads(rows), 1, OWN._secret)
    own = caused(actor="system:audit")
    assert (await judged(Topics([], begins=1), own, beside=beside)).differences == []
    (row,) = rows.documents.values()
    row["head"] = row["head"].replace(b"record-paper", b"record-other")
    found = await judged(Topics([], begins=1), own, beside=beside)
    assert {difference.kind for difference in found.differences} == {"altered", "forged"}


async def test_a_head_that_somebody_took_is_missed_even_if_its_command_caused_nothing() -> None:
    three = [Kept(signed(command(command_id=f"c-{n}")), n) for n in range(3)]
    for lost, said in ((0, "offset 0 is"), (1, "offset 1 is"), (2, "offset 2 is")):
        rows = await kept(*three[:lost], *three[lost + 1 :])
        (difference,) = (await shredded(rows, begins=3, reached=3)).differences
        assert (difference.kind, difference.place) == (
            "removed",
            LogPosition(AUDIT_COMMANDS.name, LANE, lost),
        )
        assert said in difference.detail
    (difference,) = (await shredded(await kept(), begins=3, reached=0)).differences
    assert "offsets 0 to 2 are" in difference.detail, "gone from Kafka and kept nowhere"


async def test_an_event_that_names_a_command_of_which_neither_has_anything_is_forged() -> None:
    found = await shredded(await kept(Kept(signed(command(command_id="c-2")), 0)), caused())
    (difference,) = found.differences
    assert (difference.kind, found.unprovable) == ("forged", 0)


async def test_heads_of_before_the_upgrade_may_lack_where_the_auditor_says_so() -> None:
    rows = await kept(Kept(signed(command(command_id="c-9"), at=NOON + 2 * DAY), 9, NOON + 2 * DAY))
    found = await shredded(rows, caused(), begins=10, reached=10, since=NOON + DAY)
    assert (found.unprovable, found.differences) == (1, [])
    assert [d.kind for d in (await shredded(rows, begins=10, reached=10)).differences] == [
        "removed"
    ]


async def test_a_head_is_that_of_the_command_on_kafka() -> None:
    rows = await kept(Kept(signed(command(actor="officer:x")), 0))
    found = await judged(Topics([Kept(signed(), 0)]), caused(), beside=Beside(Heads(rows), 1))
    assert [(d.kind, d.detail) for d in found.differences] == [
        ("altered", "the kept head is not that of the command on Kafka")
    ]


# ---------------------------------------------------------------------- every event has a cause


async def test_an_event_of_the_rules_needs_a_cause_too() -> None:
    (difference,) = (
        await judged(Topics([]), caused(actor="system:audit", cause="a wake"))
    ).differences
    assert (difference.kind, difference.detail.partition(":")[0]) == ("forged", "causationid")


def heard(subject: str = DOSSIER, at: datetime = AT) -> Kept:
    raw = encode(replace(event(1, GENESIS, readings(1)[0], subject, "/motcua/intake"), id="e"))
    return Kept(raw, 0, at, subject.encode(), INTAKE_DOSSIERS.name)


async def of_an_event(one: Read, said: Kept) -> Callers:
    return await judged(Topics([], heard=[said]), one, beside=Beside(hears=(INTAKE_DOSSIERS,)))


async def test_an_event_that_answers_another_service_is_of_its_subject_and_of_the_rules() -> None:
    assert (await of_an_event(caused(actor="system:audit", cause="e"), heard())).differences == []
    for one, said in (
        (caused(actor="system:audit", cause="e"), heard(ELSEWHERE)),
        (caused(actor="officer:o", cause="e"), heard()),
        (caused(actor="system:audit", cause="e-2"), heard()),
        (caused(actor="system:audit", cause="e"), heard(at=AT - timedelta(minutes=30))),
    ):
        assert [d.kind for d in (await of_an_event(one, said)).differences] == ["forged"]


def woken(due: datetime, time: datetime, sequence: int = 1) -> Read:
    return caused(
        "system:audit", wake_id("audit", DOSSIER, milliseconds(due)), sequence=sequence, time=time
    )


async def test_a_wake_is_known_by_its_instant() -> None:
    assert (await judged(Topics([]), woken(AT, AT))).differences == []
    late = [d.kind for d in (await judged(Topics([]), woken(AT, AT + DAY))).differences]
    assert late == ["forged"], "the time is the instant that was due, however late it came"
    other = caused("system:audit", wake_id("audit", ELSEWHERE, milliseconds(AT)))
    assert [d.kind for d in (await judged(Topics([]), other)).differences] == ["forged"]


async def test_a_wake_that_was_due_before_the_event_before_it_is_known_by_what_was_due() -> None:
    first = caused()
    second, third = woken(AT - DAY, AT, 2), woken(AT - DAY, AT, 3)
    log = Topics([Kept(signed(), 0)])
    assert (await judged(log, first, second, third, due=AT - DAY)).differences == []
    assert [d.kind for d in (await judged(log, first, second, due=AT - 2 * DAY)).differences] == [
        "forged"
    ]
    unknown = await judged(log, first, second, folded=False)
    assert (unknown.unprovable, unknown.differences) == (1, [])


@pytest.mark.parametrize("by", [timedelta(minutes=-30), timedelta(milliseconds=1), DAY])
async def test_the_time_of_an_event_is_when_its_cause_came(by: timedelta) -> None:
    (difference,) = (await judged(Topics([Kept(signed(), 0)]), caused(time=AT + by))).differences
    assert (difference.kind, difference.detail.partition(":")[0]) == ("forged", "time")


async def test_time_never_runs_backwards_in_a_chain_and_a_command_may_lie_there_twice() -> None:
    early = Kept(signed(command(command_id="c-2")), 1, AT - DAY)
    log = Topics([Kept(signed(), 0), early])
    assert (await judged(log, caused(), caused(cause="c-2", sequence=2, time=AT))).differences == []
    later = AT + timedelta(hours=1)
    twice = Topics([Kept(signed(), 0), Kept(signed(), 1, later)])
    assert (await judged(twice, caused(time=later))).differences == [], (
        "a refused repeat is told at its own time"
    )


async def test_on_a_development_stack_the_time_is_shifted() -> None:
    beside = Beside(shifted=lambda at: at + 40 * DAY)
    assert (
        await judged(Topics([Kept(signed(), 0)]), caused(time=AT + 40 * DAY), beside=beside)
    ).differences == []
    assert (await judged(Topics([Kept(signed(), 0)]), caused(), beside=beside)).differences != []


async def test_data_that_name_another_person_than_the_actor_are_forged() -> None:
    one = caused(actor="officer:x")
    found = await judged(Topics([Kept(signed(command(actor="officer:x")), 0)]), one)
    (difference,) = found.differences
    assert (difference.kind, difference.detail.partition(":")[0]) == ("forged", "reader")
