"""Who asked for it: facts that name a person against the commands that are still on the log, and against their signatures."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from audit_chain import DOSSIER, NOON, fact, readings
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from motcua_audit.callers import Believed, Callers
from motcua_audit.domain.difference import Place
from motcua_audit.domain.verify import Read, read
from motcua_chassis.signatures import Keyring, OwnSigner, PublicKey, Signer, key_id
from motcua_contracts.audit import RecordPaperRead
from motcua_contracts.envelope import GENESIS, Message, encode
from motcua_contracts.topics import AUDIT_COMMANDS, Topic

DAY = timedelta(days=1)


def signer() -> Signer:
    key = Ed25519PrivateKey.generate()
    return Signer(key_id(key.public_key()), key)


GATEWAY, STRANGER = signer(), signer()
KEYRING = Keyring({GATEWAY.id: PublicKey("gateway", GATEWAY._key.public_key())})
OWN = OwnSigner("system:audit", b"audit's own")


@dataclass
class Kept:
    """One record as the consumer gives it."""

    value: bytes
    offset: int
    at: datetime = NOON
    key: bytes = DOSSIER.encode()
    topic: str = AUDIT_COMMANDS.name
    partition: int = 3

    @property
    def timestamp(self) -> int:
        return int(self.at.timestamp() * 1000)


class Topics:
    """The command topic, and what lies there the second time."""

    def __init__(self, *looks: Sequence[Kept], begins: int = 0) -> None:
        self._looks, self._begins = list(looks), begins

    async def read(self, wanted: Sequence[Topic], lane: int) -> AsyncIterator[Kept]:
        assert (list(wanted), lane) == ([AUDIT_COMMANDS], 3)
        for record in self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]:
            yield record

    async def begins(self, topic: Topic, lane: int) -> int:
        return self._begins


def command(actor: str = "officer:o", subject: str = DOSSIER, command_id: str = "c") -> bytes:
    data = RecordPaperRead(document="0" * 64)
    return encode(Message(command_id, "/motcua/gateway", data.wire_type, subject, NOON, actor, command_id, command_id, data))


def signed(raw: bytes | None = None, by: Signer | OwnSigner = GATEWAY, at: datetime = NOON) -> bytes:
    return by.sign(command() if raw is None else raw, AUDIT_COMMANDS.name, at)


def caused(actor: str = "officer:o", cause: str = "c", subject: str = DOSSIER) -> Read:
    said = replace(fact(1, GENESIS, readings(1)[0], subject), actor=actor, causationid=cause)
    known = read(encode(said), Place("audit.records", 3, 100))
    assert isinstance(known, Read)
    return known


async def judged(log: Any, *facts: Read, at: datetime = NOON, since: datetime | None = None) -> Callers:
    callers = Callers(log, Believed(KEYRING, since), "audit", 3)
    await callers.read()
    for one in facts:
        callers.take(one, at)
    await callers.finish()
    return callers


async def test_a_fact_whose_command_is_signed_is_proved() -> None:
    found = await judged(Topics([Kept(signed(), 0)]), caused())
    assert (found.signed, found.unprovable, found.differences) == (1, 0, [])


FORGED: dict[str, tuple[bytes, str]] = {
    "unsigned": (command(), "signature: required"),
    "of a stranger's key": (signed(by=STRANGER), "keyid"),
    "with changed bytes": (signed().replace(b'"0000', b'"1000'), "signature"),
    "of another topic": (GATEWAY.sign(command(), "intake.commands", NOON), "signature"),
    "of the service for a person": (signed(by=OWN), "signature"),
    "of last month": (signed(at=NOON - 31 * DAY), "signedat"),
}


@pytest.mark.parametrize("name", FORGED)
async def test_a_fact_that_a_forged_command_caused_is_a_difference_with_its_place(name: str) -> None:
    raw, reason = FORGED[name]
    found = await judged(Topics([Kept(raw, 7)]), caused())
    (difference,) = found.differences
    assert (difference.kind, difference.subject, difference.place) == ("forged", DOSSIER, Place("audit.records", 3, 100))
    assert "audit.commands/3@7" in difference.detail
    assert reason in difference.detail
    assert found.signed == 0


async def test_a_forged_command_in_the_name_of_a_service_is_found_too() -> None:
    found = await judged(Topics([Kept(command(actor="system:audit"), 7)]), caused(actor="system:audit"))
    assert [difference.kind for difference in found.differences] == ["forged"]
    own = await judged(Topics([Kept(signed(command(actor="system:audit"), OWN), 7)]), caused(actor="system:audit"))
    assert (own.differences, own.signed) == ([], 0)


@pytest.mark.parametrize(("actor", "subject"), [("officer:other", DOSSIER), ("officer:o", "d-2")])
async def test_a_signed_command_proves_its_own_subject_and_actor_alone(actor: str, subject: str) -> None:
    (difference,) = (await judged(Topics([Kept(signed(), 0)]), caused(actor=actor, subject=subject))).differences
    assert "another subject or actor" in difference.detail


async def test_a_forgery_under_a_good_commands_id_changes_nothing() -> None:
    found = await judged(Topics([Kept(signed(), 0), Kept(command(), 1)]), caused())
    assert (found.signed, found.differences) == (1, [])


async def test_a_fact_without_any_command_is_a_difference_while_the_topic_has_all() -> None:
    (difference,) = (await judged(Topics([Kept(signed(command(command_id="c-2")), 0)]), caused())).differences
    assert "was ever on the topic" in difference.detail


async def test_a_command_that_went_with_its_time_is_counted_and_no_difference() -> None:
    young = Kept(signed(command(command_id="c-2"), at=NOON + 40 * DAY), 500, NOON + 40 * DAY)
    found = await judged(Topics([young]), caused())
    assert (found.signed, found.unprovable, found.differences) == (0, 1, [])
    assert (await judged(Topics([], begins=500), caused())).unprovable == 1, "and where all of them went"
    late = await judged(Topics([young]), caused(), at=NOON + 48 * DAY)
    assert [difference.kind for difference in late.differences] == ["forged"], "what is younger than all that went has no excuse"


async def test_a_command_that_came_while_the_facts_were_read_is_looked_up() -> None:
    found = await judged(Topics([], [Kept(signed(), 0)]), caused())
    assert (found.signed, found.differences) == (1, [])


async def test_commands_of_the_release_before_need_no_signature() -> None:
    found = await judged(Topics([Kept(command(), 0)]), caused(), since=NOON + DAY)
    assert (found.signed, found.unprovable, found.differences) == (0, 1, [])


async def test_rules_that_spoke_by_themselves_need_no_command() -> None:
    found = await judged(Topics([]), caused(actor="system:audit", cause="a wake"))
    assert (found.signed, found.unprovable, found.differences) == (0, 0, [])
