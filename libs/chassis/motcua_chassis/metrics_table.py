"""The table of every metric, made from the chassis' one catalogue of them.

python -m motcua_chassis.metrics_table > docs/metrics.md
"""

import sys

from prometheus_client import Counter, Gauge, Histogram

from motcua_chassis.metrics import Metrics

HEAD = """\
# Metrics

Every service shows these at `/metrics` on its metrics port. No label names a person or a dossier. Made by
`python -m motcua_chassis.metrics_table > docs/metrics.md` from `libs/chassis/motcua_chassis/metrics.py`; alerts and the dashboard that use
them are in `deploy/observability/`.

| metric | kind | labels | says |
|---|---|---|---|
"""  # noqa: E501
_SAMPLES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def collectors() -> list[Counter | Gauge | Histogram]:
    """The chassis' metrics, in the order in which they are written there."""
    return [one for one in vars(Metrics()).values() if isinstance(one, Counter | Gauge | Histogram)]


def sample_names() -> set[str]:
    """Every name under which Prometheus keeps a series."""
    return {
        family.name + suffix
        for one in collectors()
        for family in one.describe()
        for suffix in _SAMPLES[family.type]
    }


def labels_of(one: Counter | Gauge | Histogram) -> tuple[str, ...]:
    # The client has no public way to ask a metric without samples for its labels.
    return tuple(one._labelnames)


def render() -> str:
    """The page as it is committed."""
    rows = []
    for one in collectors():
        (family,) = one.describe()
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = ", ".join(f"`{label}`" for label in labels_of(one))
        rows.append(f"| `{name}` | {family.type} | {labels} | {family.documentation} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(render())
