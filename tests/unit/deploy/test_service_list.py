"""The services are declared once, as `SERVICES` in the contracts' `wire/topics.py`.

Code follows from it. Every other place that lists them is held to it here; a test that fails names
the file to touch. The recipe "A new service" in CONTRIBUTING.md lists the same files.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from motcua_contracts.wire.topics import DECIDING, SERVICES, TOPICS

from tests.support.deployed import DEPLOY, ROOT, documents

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
CONTRACTS: list[dict[str, Any]] = PROJECT["importlinter"]["contracts"]
BASE = DEPLOY / "kubernetes/base"


def words(names: Iterable[str], before: str, after: str = "") -> set[str]:
    """What follows `before` and precedes `after` in each name that is written so."""
    found = (re.fullmatch(rf"{re.escape(before)}([a-z_-]+){re.escape(after)}", n) for n in names)
    return {match[1] for match in found if match}


def folders() -> set[str]:
    return {file.parent.name for file in ROOT.glob("services/*/pyproject.toml")}


def sources() -> set[str]:
    """Distributions of the workspace that are below services/."""
    return words(PROJECT["uv"]["sources"], "motcua-") & (folders() | set(SERVICES))


def type_paths() -> set[str]:
    return words(PROJECT["mypy"]["mypy_path"], "services/")


def root_packages() -> set[str]:
    return words(PROJECT["importlinter"]["root_packages"], "motcua_") & (folders() | set(SERVICES))


def layer() -> set[str]:
    (layers,) = (one["layers"] for one in CONTRACTS if "motcua_contracts" in one.get("layers", ()))
    (row,) = (row for row in layers if "motcua_intake" in row)
    return words(row.split(" | "), "motcua_")


def pure_domains() -> set[str]:
    (packages,) = (one["packages"] for one in CONTRACTS if one["type"] == "only_allowed")
    return words(packages, "motcua_", ".domain")


def not_for_simulators() -> set[str]:
    (modules,) = (
        one["forbidden_modules"]
        for one in CONTRACTS
        if one.get("source_modules") == ["motcua_simulators"]
    )
    return words(modules, "motcua_") & (folders() | set(SERVICES))


def operators_table() -> set[str]:
    about = tomllib.loads((DEPLOY / "operations/pyproject.toml").read_text())["project"]
    names = (re.split(r"[><=]", line)[0] for line in about["dependencies"])
    return words(names, "motcua-") & (folders() | set(SERVICES))


def composed() -> set[str]:
    (compose,) = documents(DEPLOY / "compose/compose.yaml")
    built = (part.get("build", {}).get("args", {}) for part in compose["services"].values())
    return {one["SERVICE"] for one in built if one} - {"simulators", "operations"}


def deployments() -> set[str]:
    manifests = (one for file in BASE.glob("*.yaml") for one in documents(file))
    return {one["metadata"]["name"] for one in manifests if one["kind"] == "Deployment"}


def manifests_used() -> set[str]:
    (base,) = documents(BASE / "kustomization.yaml")
    shared = {"namespace", "config", "network", "ingress"}
    return words(base["resources"], "", ".yaml") - shared


def images() -> set[str]:
    (component,) = documents(DEPLOY / "kubernetes/images/kustomization.yaml")
    return words((one["name"] for one in component["images"]), "motcua/") - {"tools"}


def secrets() -> set[str]:
    """Whose own secret has a login at Kafka; people and the administrator have theirs, too."""
    people = {"tools", "auditor", "kafka-admin"}
    return {
        one["metadata"]["name"]
        for one in documents(DEPLOY / "kubernetes/secrets.example.yaml")
        if "MOTCUA_KAFKA_USERNAME" in one["stringData"]
    } - people


def passwords() -> set[str]:
    (one,) = (
        one
        for one in documents(DEPLOY / "kubernetes/secrets.example.yaml")
        if one["metadata"]["name"] == "kafka-passwords"
    )
    return set(one["stringData"]) - {"operator", "auditor"}


def mongodb_users() -> set[str]:
    script = (DEPLOY / "kubernetes/mongodb-users.js").read_text()
    return set(re.findall(r'^  "([a-z-]+)": \{', script, re.MULTILINE)) - {"operator", "auditor"}


def scraped() -> set[str]:
    (prometheus,) = documents(DEPLOY / "observability/prometheus.yml")
    (job,) = prometheus["scrape_configs"]
    return {one["labels"]["service"] for one in job["static_configs"]}


def readme() -> set[str]:
    row = re.search(
        r"^\| `services/` \| one distribution each: ([\w, ]+);",
        (ROOT / "README.md").read_text(),
        re.MULTILINE,
    )
    assert row, "README.md: the row of `services/` lists them"
    return set(row[1].split(", "))


def drawn() -> set[str]:
    picture = re.findall(r"^.*[│┌].*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    return {name for name in SERVICES if re.search(rf"\b{name}\b", "\n".join(picture))}


def reported() -> set[str]:
    (form,) = documents(ROOT / ".github/ISSUE_TEMPLATE/bug.yml")
    (part,) = (one for one in form["body"] if one.get("id") == "part")
    return set(part["attributes"]["options"]) & set(SERVICES)


def published() -> set[str]:
    channels = json.loads((ROOT / "docs/asyncapi.json").read_text())["channels"]
    return words((one["address"] for one in channels.values()), "", ".dead-letters")


def documented() -> set[str]:
    page = (ROOT / "docs/dependencies.md").read_text()
    return set(re.findall(r"services/([a-z]+)", page))


ALL = set(SERVICES)
PLACES: list[tuple[str, Callable[[], set[str]], set[str]]] = [
    ("services/<service>/pyproject.toml", folders, ALL),
    ("pyproject.toml, tool.uv.sources", sources, ALL),
    ("pyproject.toml, tool.mypy.mypy_path", type_paths, ALL),
    ("pyproject.toml, tool.importlinter.root_packages", root_packages, ALL),
    ("pyproject.toml, the layer of services", layer, ALL),
    ("pyproject.toml, the contract of pure domains", pure_domains, set(DECIDING)),
    ("pyproject.toml, the contract of simulators", not_for_simulators, ALL),
    ("deploy/operations/pyproject.toml, dependencies", operators_table, ALL),
    ("deploy/compose/compose.yaml", composed, ALL),
    ("deploy/kubernetes/base/<service>.yaml", deployments, ALL),
    ("deploy/kubernetes/base/kustomization.yaml, resources", manifests_used, ALL),
    ("deploy/kubernetes/images/kustomization.yaml", images, ALL),
    ("deploy/kubernetes/secrets.example.yaml, its own secret", secrets, ALL),
    ("deploy/kubernetes/secrets.example.yaml, kafka-passwords", passwords, ALL),
    ("deploy/observability/prometheus.yml", scraped, ALL),
    ("README.md, the row of `services/`", readme, ALL),
    ("README.md, the picture", drawn, ALL),
    (
        ".github/ISSUE_TEMPLATE/bug.yml, the parts (the gateway is `pages` and `API`)",
        reported,
        ALL - {"gateway"},
    ),
    ("deploy/kubernetes/mongodb-users.js (`make generated`)", mongodb_users, ALL),
    ("docs/asyncapi.json (`make generated`)", published, ALL),
    ("docs/dependencies.md (`make generated`)", documented, ALL),
]
"""File, what it lists, what it must list."""


@pytest.mark.parametrize(
    ("file", "listed", "wanted"), PLACES, ids=[place for place, _, _ in PLACES]
)
def test_a_place_that_lists_the_services_lists_those_that_are_declared(
    file: str, listed: Callable[[], set[str]], wanted: set[str]
) -> None:
    found = listed()
    assert found == wanted, (
        f"{file}: add {sorted(wanted - found)}, take away {sorted(found - wanted)};"
        " the services are declared in libs/contracts/motcua_contracts/wire/topics.py"
    )


def test_topics_are_of_declared_services() -> None:
    assert {topic.owner for topic in TOPICS.values()} - {"dev"} == ALL
