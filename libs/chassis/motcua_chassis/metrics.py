"""Every metric of the chassis, each with its sentence. No labels that name people or dossiers."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One set for one process, in a registry of its own, so that tests can have several."""

    def __init__(self) -> None:
        self.registry = r = CollectorRegistry()
        self.records = Counter(
            "motcua_records", "Records taken in, by topic.", ["topic"], registry=r
        )
        self.copies = Counter(
            "motcua_copies", "Records that were known already, by topic.", ["topic"], registry=r
        )
        self.unknown = Counter(
            "motcua_unknown_types",
            "Records of a type that this release does not know.",
            ["topic"],
            registry=r,
        )
        self.events = Counter("motcua_facts", "Events said, by type name.", ["type"], registry=r)
        self.refusals = Counter(
            "motcua_refusals", "Commands refused by the rules, by slug.", ["slug"], registry=r
        )
        self.batch = Histogram(
            "motcua_batch_records",
            "Records in one turn.",
            buckets=(1, 5, 20, 50, 100, 200, 500, 1000),
            registry=r,
        )
        self.decide = Histogram(
            "motcua_decide_seconds", "Loading and deciding one batch.", buckets=_SECONDS, registry=r
        )
        self.commit = Histogram(
            "motcua_commit_seconds", "One group commit.", buckets=_SECONDS, registry=r
        )
        self.publish = Histogram(
            "motcua_publish_seconds",
            "Publishing what one batch said.",
            buckets=_SECONDS,
            registry=r,
        )
        self.perform = Histogram(
            "motcua_perform_seconds",
            "One effect in the outside world, by kind.",
            ["kind"],
            buckets=_SECONDS,
            registry=r,
        )
        self.perform_failures = Counter(
            "motcua_perform_failures",
            "Effects that failed and are tried again, by kind.",
            ["kind"],
            registry=r,
        )
        self.effects = Gauge(
            "motcua_effects_open", "Effects that wait or run in this instance.", registry=r
        )
        self.dead_letters = Counter(
            "motcua_dead_letters",
            "Dead letters written, by what became of the record.",
            ["fate"],
            registry=r,
        )
        self.dead_causes = Counter(
            "motcua_dead_letter_causes",
            "Dead letters written, by topic and class of error.",
            ["topic", "error"],
            registry=r,
        )
        self.batches_apart = Counter(
            "motcua_batches_taken_apart",
            "Batches that failed as a whole and were tried in parts to find the record at fault.",
            registry=r,
        )
        self.parked_keys = Gauge(
            "motcua_parked_keys",
            "Subjects of this instance's lanes whose records wait behind a dead letter.",
            registry=r,
        )
        self.lane_owned = Gauge(
            "motcua_lane_owned", "1 for each lane that this instance owns.", ["lane"], registry=r
        )
        self.lane_stopped = Gauge(
            "motcua_lane_stopped",
            "1 for each lane that was stopped: a gap or another content.",
            ["lane"],
            registry=r,
        )
        self.lag = Gauge(
            "motcua_lag_records",
            "Records on the topic that the lane has not taken in.",
            ["topic", "lane"],
            registry=r,
        )
        self.unpublished = Gauge(
            "motcua_unpublished_batches",
            "Batches that are committed and not known to be on Kafka.",
            registry=r,
        )
        self.breaker = Gauge(
            "motcua_breaker_open", "1 when a run of dead letters stopped this instance.", registry=r
        )
        self.forged_calls = Counter(
            "motcua_forged_calls",
            "Provider calls that are not rightly signed, by provider.",
            ["provider"],
            registry=r,
        )
        self.unreadable_rows = Counter(
            "motcua_unreadable_rows",
            "Rows and private records that could not be read and were shown as such, by view and"
            " class of error.",
            ["view", "error"],
            registry=r,
        )
        self.commands_oldest = Gauge(
            "motcua_commands_oldest_seconds",
            "Age of the oldest command on the service's own topic, by lane; 0 if none is left.",
            ["lane"],
            registry=r,
        )
        self.commands_overdue = Gauge(
            "motcua_commands_overdue_seconds",
            "For how long a command is kept that should have been shredded, by lane: audit is"
            " behind, or the lane is stopped.",
            ["lane"],
            registry=r,
        )
        self.takes = Counter("motcua_takes", "Take-overs of lanes.", registry=r)
        self.repairs = Counter(
            "motcua_published_again", "Events published again at a take-over.", registry=r
        )
        self.http_requests = Counter(
            "motcua_http_requests",
            "Requests at the public port, by route template, method and class of status.",
            ["route", "method", "status"],
            registry=r,
        )
        self.http_seconds = Histogram(
            "motcua_http_seconds",
            "Until an answer begins, by route template.",
            ["route"],
            buckets=_SECONDS,
            registry=r,
        )
        self.http_in_flight = Gauge(
            "motcua_http_in_flight",
            "Requests at the public port that are being answered.",
            registry=r,
        )
        self.security_events = Counter(
            "motcua_security_events",
            "What the security log names, by event.",
            ["event"],
            registry=r,
        )

    def forget_commands(self) -> None:
        """Lanes that are no longer ours have other owners, who say how old their commands are."""
        self.commands_oldest.clear()
        self.commands_overdue.clear()

    def count(self, counted: Mapping[tuple[str, ...], int]) -> None:
        """Add what one stored batch led to: (name of a counter here, its labels) -> how often."""
        for (name, *labels), times in counted.items():
            getattr(self, name).labels(*labels).inc(times)
