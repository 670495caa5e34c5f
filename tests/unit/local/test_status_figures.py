"""`motcua status` reads the chassis' metrics as they are written."""

import pytest
from motcua_chassis.metrics import Metrics
from motcua_local.status import Figures, InstanceStatus, lane_ranges, read_figures, table
from prometheus_client import generate_latest
from rich.console import Console


def test_figures_come_from_the_metrics_of_the_chassis() -> None:
    metrics = Metrics()
    metrics.lane_owned.labels("2").set(1)
    metrics.lane_owned.labels("4").set(1)
    metrics.lane_owned.labels("5").set(0)  # lost to another instance
    metrics.lag.labels("intake.dossiers", "2").set(7)
    metrics.lag.labels("payment.charges", "4").set(3)
    metrics.lag.labels("intake.dossiers", "5").set(1_000)
    metrics.records.labels("intake.dossiers").inc(40)
    metrics.records.labels("payment.charges").inc(2)
    metrics.unpublished.set(1)
    metrics.dead_letters.labels("parked").inc()
    metrics.dead_letters.labels("set-aside").inc(2)
    metrics.parked_keys.set(1)
    assert read_figures(generate_latest(metrics.registry).decode()) == Figures(
        [2, 4], 10, 42, 1, 3, 1
    )


@pytest.mark.parametrize(
    ("lanes", "shown"), [([], "none"), ([3], "3"), ([0, 1, 2], "0-2"), ([5, 0, 1, 3], "0-1, 3, 5")]
)
def test_lanes_are_shown_as_ranges(lanes: list[int], shown: str) -> None:
    assert lane_ranges(lanes) == shown


def test_an_instance_that_does_not_answer_is_a_row_too() -> None:
    rows = [
        InstanceStatus(
            "intake-1", "intake", 4711, True, True, 0, 12.4, Figures([0, 1], 3, 99, 0, 0, 0)
        ),
        InstanceStatus("routing-1", "routing", 4712, False, False, 2),
    ]
    console = Console(width=80, record=True)
    console.print(table(rows))
    text = console.export_text()
    assert "intake-1" in text
    assert "12" in text
    assert "down" in next(line for line in text.splitlines() if "routing-1" in line)
    assert max(map(len, text.splitlines())) <= 80


def test_nothing_runs_is_an_empty_table() -> None:
    assert table([]).row_count == 0
