"""Topics: one table of what exists on Kafka, with its key, partitions and retention.

A partition count never changes.
"""

from dataclasses import dataclass, field

PARTITIONS = 6
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
HEADS_KEPT_BY = "audit"
"""The service that keeps the head of every command; no command is shredded before."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    `kind`: `events` (kept forever), `commands` (shredded by their owner, 30 days at most),
    `private` (compacted papers), `dead-letters`.
    """

    name: str
    kind: str
    partitions: int = PARTITIONS
    config: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def compacted(self) -> bool:
        return self.kind == "private"

    @property
    def content_type(self) -> str:
        """Of its records, as their header says: private records and the simulated clock are plain
        JSON, all others envelopes.
        """
        return (
            "application/cloudevents+json"
            if self.kind != "private" and self.name != "dev.clock"
            else "application/json"
        )

    @property
    def owner(self) -> str:
        return self.name.split(".", 1)[0]


TOPICS: dict[str, Topic] = {}


def _topic(name: str, kind: str, partitions: int = PARTITIONS) -> Topic:
    config = {"message.timestamp.type": "LogAppendTime"}
    match kind:
        case "events" | "dead-letters":
            config |= {"cleanup.policy": "delete", "retention.ms": "-1"}
        case "commands":
            # What the owner deletes leaves the disk with its segment (decision 0029).
            config |= {
                "cleanup.policy": "delete",
                "retention.ms": str(30 * DAY_MS),
                "segment.ms": str(HOUR_MS),
            }
        case "private":
            config |= {
                "cleanup.policy": "compact",
                "max.compaction.lag.ms": str(DAY_MS),
                "segment.ms": str(DAY_MS),
            }
        case _:
            raise ValueError(kind)
    TOPICS[name] = topic = Topic(name, kind, partitions, config)
    return topic


INTAKE_COMMANDS = _topic("intake.commands", "commands")
INTAKE_DOSSIERS = _topic("intake.dossiers", "events")
INTAKE_PRIVATE = _topic("intake.private", "private")
ROUTING_COMMANDS = _topic("routing.commands", "commands")
ROUTING_CASES = _topic("routing.cases", "events")
ROUTING_PRIVATE = _topic("routing.private", "private")
PAYMENT_COMMANDS = _topic("payment.commands", "commands")
PAYMENT_CHARGES = _topic("payment.charges", "events")
PAYMENT_PRIVATE = _topic("payment.private", "private")
NOTIFY_COMMANDS = _topic("notify.commands", "commands")
NOTIFY_MESSAGES = _topic("notify.messages", "events")
AUDIT_COMMANDS = _topic("audit.commands", "commands")
AUDIT_RECORDS = _topic("audit.records", "events")
CATALOG_COMMANDS = _topic("catalog.commands", "commands", 1)
CATALOG_PROCEDURES = _topic("catalog.procedures", "events", 1)
CATALOG_ORGANISATION = _topic("catalog.organisation", "events", 1)
CATALOG_PEOPLE = _topic("catalog.people", "private", 1)
DEV_CLOCK = _topic("dev.clock", "events", 1)
"""Development only: shifts of the simulated clock."""
SERVICES = ("catalog", "intake", "routing", "payment", "notify", "gateway", "audit")
"""Every service, declared here alone. What cannot follow from it (manifests, the picture of the
README) is held to it by `tests/unit/deploy/test_service_list.py`, which names the file to touch.
"""
DECIDING = tuple(s for s in SERVICES if f"{s}.commands" in TOPICS)
"""Those that take commands, and refuse some."""
DEAD_LETTERS = {s: _topic(f"{s}.dead-letters", "dead-letters") for s in SERVICES}

DOSSIER_EVENTS = (INTAKE_DOSSIERS, ROUTING_CASES, PAYMENT_CHARGES, NOTIFY_MESSAGES)
"""The four logs that together hold the history of a dossier."""
