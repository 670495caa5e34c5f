"""`motcua topics apply`: makes the topics of the contracts' table on Kafka.

Explicit and idempotent. It never deletes. It refuses any change of a partition count: keys would
move to other lanes. A configuration that differs is set to what the table says; what the table does
not name is left as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code
from motcua_chassis.transport import Kafka, client_arguments
from motcua_contracts.wire.topics import TOPICS, Topic

_SET_ON_THE_TOPIC = 1
"""DescribeConfigs' source of a value that somebody set on the topic itself; others are the broker's
defaults.
"""
SAFE_REPLICAS = 3


class PartitionsDifferError(Exception):
    """A topic has another partition count than the table says."""


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as it is on Kafka.

    `config`: every value; `own`: those set on the topic; `copies`: of the partition with the
    fewest.
    """

    partitions: int
    config: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying the table would do."""

    create: tuple[Topic, ...]
    configure: tuple[tuple[Topic, dict[str, tuple[str | None, str]]], ...]
    """Topics with, for each key that differs, the value found and the value wanted."""
    fewer: tuple[str, ...] = ()
    """What is said of topics that stand with fewer copies than asked for: copies are moved by
    Kafka's own tool.
    """

    def lines(self) -> list[str]:
        made = [
            f"created {topic.name} ({topic.partitions} partitions, {topic.kind})"
            for topic in self.create
        ]
        changed = [
            f"changed {topic.name} {key}: {old} -> {new}"
            for topic, keys in self.configure
            for key, (old, new) in sorted(keys.items())
        ]
        return made + changed + list(self.fewer)


def compare(table: Iterable[Topic], found: Mapping[str, Found]) -> Difference:
    """Raises PartitionsDifferError, which names every topic concerned.

    Topics that only Kafka has are none of its business.
    """
    create, configure, refused = [], [], []
    for topic in table:
        standing = found.get(topic.name)
        if standing is None:
            create.append(topic)
            continue
        if standing.partitions != topic.partitions:
            refused.append(
                f"{topic.name} has {standing.partitions} partitions, the table says"
                f" {topic.partitions}"
            )
        if keys := {
            k: (standing.config.get(k), v)
            for k, v in topic.config.items()
            if standing.config.get(k) != v
        }:
            configure.append((topic, keys))
    if refused:
        raise PartitionsDifferError(
            "; ".join(refused)
            + ": a partition count never changes, keys would move to other lanes; nothing was"
            " changed"
        )
    return Difference(tuple(create), tuple(configure))


async def apply(
    kafka: str | Kafka, table: Iterable[Topic] = tuple(TOPICS.values()), replicas: int = 1
) -> Difference:
    """Makes what is missing and sets what differs; what was done.

    PartitionsDifferError before anything is touched, else KafkaError.

    With three replicas or more a record is acknowledged once two have it: one broker may be away,
    and nothing that is lost was ever said to be there. That counts for topics that stand too, once
    they have three copies; those that have fewer are named.
    """
    admin = AIOKafkaAdminClient(**client_arguments(kafka), client_id="motcua-topics")
    await admin.start()
    try:
        table = tuple(table)
        found = await _found(admin, [topic.name for topic in table])
        copies = {name: min(one.copies, replicas) for name, one in found.items()}
        table = tuple(replicated(topic, copies.get(topic.name, replicas)) for topic in table)
        difference = replace(compare(table, found), fewer=few_copies(found, replicas))
        if difference.create:
            new = [
                NewTopic(t.name, t.partitions, replicas, topic_configs=dict(t.config))
                for t in difference.create
            ]
            _raise_first(
                (name, code, message)
                for name, code, message in (await admin.create_topics(new)).topic_errors
            )
        if difference.configure:
            # The call replaces the whole configuration of a topic, so what was set beside the table
            # is handed back.
            resources = [
                ConfigResource(
                    ConfigResourceType.TOPIC, topic.name, {**found[topic.name].own, **topic.config}
                )
                for topic, _ in difference.configure
            ]
            for response in await admin.alter_configs(resources):
                _raise_first(
                    (resource[3], resource[0], resource[1]) for resource in response.resources
                )
        return difference
    finally:
        await admin.close()


def replicated(topic: Topic, replicas: int) -> Topic:
    """The topic with what so many copies ask for.

    Fewer than three leave it to the broker: then one away would stop all writing.
    """
    return (
        topic
        if replicas < SAFE_REPLICAS
        else replace(topic, config={**topic.config, "min.insync.replicas": "2"})
    )


def few_copies(found: Mapping[str, Found], replicas: int) -> tuple[str, ...]:
    """A line for each topic that has fewer copies.

    It is not told to wait for two: with one it could not be written.
    """
    return tuple(
        f"warning: {name} has {one.copies} of {replicas} copies, and stays so; move it with"
        " kafka-reassign-partitions, then apply again"
        for name, one in sorted(found.items())
        if one.copies < replicas
    )


async def _found(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, Found]:
    existing = set(await admin.list_topics())
    standing = [name for name in names if name in existing]
    if not standing:
        return {}
    described = {t["topic"]: t["partitions"] for t in await admin.describe_topics(standing)}
    values: dict[str, tuple[dict[str, str], dict[str, str]]] = {name: ({}, {}) for name in standing}
    for response in await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in standing]
    ):
        for code, message, _, name, entries in response.resources:
            _raise_first([(name, code, message)])
            for entry in entries:
                key, value, source = entry[0], entry[1], entry[3]
                values[name][0][key] = value
                if source == _SET_ON_THE_TOPIC:
                    values[name][1][key] = value
    return {
        name: Found(
            len(described[name]),
            *values[name],
            min(len(partition["replicas"]) for partition in described[name]),
        )
        for name in standing
    }


def _raise_first(errors: Iterable[tuple[str, int, Any]]) -> None:
    for name, code, message in errors:
        if code:
            raise for_code(code)(f"topic {name}: {message}")
