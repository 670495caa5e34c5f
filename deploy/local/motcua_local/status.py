"""`motcua status`: what each instance says of itself at /readyz and /metrics, as one table."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

from motcua_contracts.wire.topics import SERVICES
from prometheus_client.parser import text_string_to_metric_families
from rich import box
from rich.table import Table

from .readiness import answers_ok
from .stack_file import Part, Stack

_SAMPLE_SECONDS = 1.0


@dataclass(slots=True)
class Figures:
    """What one instance's metrics say. Counts are since its start."""

    lanes: list[int] = field(default_factory=list)
    lag: int = 0
    records: int = 0
    unpublished: int = 0
    dead_letters: int = 0
    parked_keys: int = 0


@dataclass(slots=True)
class InstanceStatus:
    """One row. `rate`: records a second just now. Without figures the instance did not answer."""

    name: str
    service: str
    pid: int
    running: bool
    ready: bool
    restarts: int
    rate: float = 0.0
    figures: Figures | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_figures(text: str) -> Figures:
    """Out of the Prometheus text of one instance.

    Lag counts the lanes it owns only: others are somebody else's by now.
    """
    figures = Figures()
    lag_by_lane: dict[str, float] = {}
    owned: set[str] = set()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            match sample.name:
                case "motcua_lane_owned" if sample.value:
                    owned.add(sample.labels["lane"])
                case "motcua_lag_records":
                    lane = sample.labels["lane"]
                    lag_by_lane[lane] = lag_by_lane.get(lane, 0) + sample.value
                case "motcua_records_total":
                    figures.records += int(sample.value)
                case "motcua_unpublished_batches":
                    figures.unpublished += int(sample.value)
                case "motcua_dead_letters_total":
                    figures.dead_letters += int(sample.value)
                case "motcua_parked_keys":
                    figures.parked_keys += int(sample.value)
                case _:
                    pass
    figures.lanes = sorted(int(lane) for lane in owned)
    figures.lag = int(sum(lag for lane, lag in lag_by_lane.items() if lane in owned or not owned))
    return figures


def _figures(part: Part) -> Figures | None:
    if not part.running:
        return None
    try:
        with urllib.request.urlopen(f"{part.probes_url}/metrics", timeout=2) as answer:  # noqa: S310 - an address of this stack
            return read_figures(answer.read().decode())
    except (OSError, ValueError):
        return None


def gather(stack: Stack, sample_seconds: float = _SAMPLE_SECONDS) -> list[InstanceStatus]:
    """Asks every instance twice; the rate is what it took in between."""
    parts = stack.services()
    with ThreadPoolExecutor(max(1, len(parts))) as pool:
        before, begun = list(pool.map(_figures, parts)), time.monotonic()
        ready = list(
            pool.map(lambda part: part.running and answers_ok(f"{part.probes_url}/readyz"), parts)
        )
        time.sleep(max(0.0, sample_seconds - (time.monotonic() - begun)))
        after, seconds = list(pool.map(_figures, parts)), time.monotonic() - begun
    rows = []
    for part, first, last, is_ready in zip(parts, before, after, ready, strict=True):
        row = InstanceStatus(
            part.name, part.service, part.pid, part.running, is_ready, part.restarts, figures=last
        )
        if first and last:
            row.rate = max(0, last.records - first.records) / seconds
        rows.append(row)
    return sorted(
        rows, key=lambda row: (SERVICES.index(row.service), int(row.name.rpartition("-")[2]))
    )


def table(rows: list[InstanceStatus]) -> Table:
    """A row for each instance."""
    shown = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, pad_edge=False)
    for heading in ("instance", "pid", "ready", "lanes"):
        shown.add_column(heading, no_wrap=True)
    for heading in ("lag", "rec/s", "unpubl.", "dead", "parked", "restarts"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        state = "[green]yes" if row.ready else "[yellow]no" if row.running else "[red]down"
        figures = row.figures
        cells = ["-"] * 6
        if figures:
            cells = [
                lane_ranges(figures.lanes),
                _loud(figures.lag, "yellow"),
                f"{row.rate:.0f}",
                _loud(figures.unpublished, "yellow"),
                _loud(figures.dead_letters, "red"),
                _loud(figures.parked_keys, "red"),
            ]
        shown.add_row(row.name, str(row.pid), state, *cells, _loud(row.restarts, "yellow"))
    return shown


def lane_ranges(lanes: list[int]) -> str:
    """`0-2, 5` for 0, 1, 2, 5."""
    ranges: list[list[int]] = []
    for lane in sorted(lanes):
        if ranges and lane == ranges[-1][1] + 1:
            ranges[-1][1] = lane
        else:
            ranges.append([lane, lane])
    return ", ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in ranges) or "none"


def _loud(number: int, colour: str) -> str:
    return f"[{colour}]{number}[/]" if number else "0"
