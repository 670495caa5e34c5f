"""Scrape configuration, alerts and dashboard name metrics and labels that exist; the metrics' page
is of this code.
"""

import json
import re
from typing import Any

import pytest
from motcua_chassis.access import EVENTS
from motcua_chassis.metrics_table import collectors, labels_of, render, sample_names
from motcua_contracts.wire.topics import SERVICES

from tests.support.deployed import DEPLOY, ROOT, documents

FOLDER = DEPLOY / "observability"
(ALERTS,) = documents(FOLDER / "alerts.yml")
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
FROM_PROMETHEUS = {"service", "instance", "job", "le"}
"""Labels that the scrape configuration or Prometheus itself adds."""


def expressions() -> list[str]:
    return [rule["expr"] for rule in RULES] + [
        target["expr"] for panel in PANELS for target in panel["targets"]
    ]


def labels_named(expression: str) -> set[str]:
    """Labels in selectors, in `by (…)` and in `on (…)`."""
    matched = set(re.findall(r"(\w+)\s*=~?\"", expression))
    return matched | {
        label
        for group in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression)
        for label in re.split(r"\s*,\s*", group)
    }


def test_the_metrics_page_is_of_this_code() -> None:
    """Else: python -m motcua_chassis.metrics_table > docs/metrics.md"""
    page = (ROOT / "docs/metrics.md").read_text()
    assert page == render()
    assert len(collectors()) == page.count("| `motcua_")


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_and_label_exists(expression: str) -> None:
    metrics = set(re.findall(r"\bmotcua_\w+", expression))
    assert metrics <= sample_names()
    assert metrics or "up{" in expression
    own = {
        label
        for one in collectors()
        for label in labels_of(one)
        if any(m.startswith(next(iter(one.describe())).name) for m in metrics)
    }
    assert labels_named(expression) <= own | FROM_PROMETHEUS
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_says_what_to_do_and_names_labels_that_its_series_have(
    rule: dict[str, Any],
) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    notes = rule["annotations"]
    assert notes["summary"]
    assert len(notes["runbook"].split()) >= 12
    named = set(re.findall(r"\$labels\.(\w+)", notes["summary"] + notes["runbook"]))
    grouped = re.findall(r"\bby\s*\(([^)]*)\)", rule["expr"])
    if grouped:
        assert named <= set(re.split(r"\s*,\s*", grouped[0])) | (
            {"service"} if "unless on (service)" in rule["expr"] else set()
        )


@pytest.mark.parametrize(
    "metric",
    [
        *(
            "motcua_lag_records",
            "motcua_lane_stopped",
            "motcua_lane_owned",
            "motcua_breaker_open",
            "motcua_unpublished_batches",
        ),
        *("motcua_dead_letters_total", "motcua_parked_keys", "motcua_perform_failures_total"),
        *(
            "motcua_http_requests_total",
            "motcua_http_seconds_bucket",
            "motcua_security_events_total",
        ),
    ],
)
def test_what_an_operator_must_hear_of_has_an_alert(metric: str) -> None:
    assert any(metric in rule["expr"] for rule in RULES)


def test_every_security_event_has_an_alert_or_a_reason_why_not() -> None:
    watched = set(re.findall(r'event=~?"([^"]+)"', " ".join(rule["expr"] for rule in RULES)))
    named = {name for group in watched for name in group.split("|")}
    others = {
        "wrong-pin": "a mistyped pin is everyday; its lock has an alert",
        "callback-forged": "motcua_forged_calls_total, by provider",
    }
    assert set(EVENTS) - named == set(others)
    assert any("motcua_forged_calls_total" in rule["expr"] for rule in RULES)
    assert named <= set(EVENTS)


def test_every_alert_is_explained_to_operators() -> None:
    page = (ROOT / "docs/guides/operators.md").read_text()
    security = {
        rule["alert"]
        for rule in RULES
        if "motcua_http_" in rule["expr"] or "motcua_security_" in rule["expr"]
    }
    assert len(security) == 7
    assert {name for name in security if f"| `{name}` |" not in page} == set()


def test_no_metric_is_looked_at_by_nobody() -> None:
    shown = " ".join(expressions())
    names = [next(iter(one.describe())).name for one in collectors()]
    assert [name for name in names if name not in shown] == []


@pytest.mark.parametrize("file", ["prometheus.yml", "prometheus-kubernetes.yml"])
def test_prometheus_reads_the_rules_and_gives_every_series_its_service(file: str) -> None:
    (config,) = documents(FOLDER / file)
    assert config["rule_files"] == ["alerts.yml"]
    (job,) = config["scrape_configs"]
    assert (job["job_name"], job["metrics_path"]) == ("motcua", "/metrics")
    named = {one["labels"]["service"] for one in job.get("static_configs", ())}
    assert named == set(SERVICES) or "service" in {
        relabel.get("target_label") for relabel in job["relabel_configs"]
    }
    for found in job.get("dns_sd_configs", ()):
        assert sorted(found["names"]) == sorted(SERVICES)


def test_panels_do_not_lie_over_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        grid = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & taken, panel["title"]
        assert grid["x"] + grid["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
