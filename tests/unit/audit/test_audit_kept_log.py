"""A log that an earlier release wrote, of every journey, folds to the very states that it stored.

`kept_log.json.gz` holds `records` (topic, partition, offset, append time in ms, key, value) and
`states` (service -> subject -> lane, state, sequence, hash of the last event), as Kafka and MongoDB
had them. `MOTCUA_KEEP_LOG=<file> pytest tests/journeys` writes another one.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from motcua_audit.domain.difference import LogPosition
from motcua_audit.domain.rebuild import Rebuild
from motcua_audit.domain.replay import Stored
from motcua_audit.domain.verify import Chains
from motcua_audit.folds import SPEAKERS, installed
from motcua_contracts.wire.topics import TOPICS

KEPT = Path(__file__).parent / "kept_log.json.gz"


@cache
def kept() -> dict[str, Any]:
    with gzip.open(KEPT, "rt", encoding="utf-8") as file:
        return dict(json.load(file))


def test_the_log_holds_what_every_service_said() -> None:
    owners = [TOPICS[record[0]].owner for record in kept()["records"]]
    assert set(owners) == set(SPEAKERS)
    assert len(owners) > 1_500


@pytest.mark.parametrize("service", SPEAKERS)
def test_every_state_that_was_stored_then_is_read_and_stored_as_the_same_bytes(
    service: str,
) -> None:
    rules, states = installed()[service].rules, kept()["states"][service]
    assert states
    for subject, (_, state, _, _) in states.items():
        assert rules.written(subject, rules.read(subject, state)) == state


@pytest.mark.parametrize("service", SPEAKERS)
def test_todays_rules_fold_it_to_the_states_that_were_stored_then(service: str) -> None:
    fold, chains = installed()[service], Chains()
    rebuilt = Rebuild(fold.source, fold.rules)
    for topic, lane, offset, _, _, value in kept()["records"]:
        if TOPICS[topic].owner != service or value is None:
            continue
        known = chains.take(value.encode(), LogPosition(topic, lane, offset))
        if known is not None and known.source == fold.source:
            rebuilt.take(known)
    assert [found for chain in chains.verify() for found in chain.differences] == []
    assert chains.strays + rebuilt.differences == []
    then = {
        subject: Stored(state, sequence, digest)
        for subject, (_, state, sequence, digest) in kept()["states"][service].items()
        if sequence
    }
    assert rebuilt.states() == then
