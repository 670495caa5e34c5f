"""The Kubernetes manifests against the code: services, images, probes, the environment that
settings read, and who may reach whom.
"""

import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from motcua_chassis.transport import signs_in, uses_tls
from motcua_contracts.wire.topics import PARTITIONS, SERVICES
from motcua_operations.access import ADMIN, AUDITOR, OPERATOR, PRINCIPALS
from motcua_operations.development_keys import ensure_keys
from motcua_operations.mongo_users import script
from pydantic import ValidationError

from tests.support.deployed import (
    DEPLOY,
    Manifest,
    documents,
    environment_faults,
    settings_of,
    version_of,
    with_files,
)

BASE = DEPLOY / "kubernetes" / "base"
KUSTOMIZATION = "kustomization.yaml"
FILES = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))
WITH_AN_API = ("gateway", "audit")
MANIFESTS: list[Manifest] = [
    m for file in FILES if file.name != KUSTOMIZATION for m in documents(file)
]


def one(kind: str, name: str) -> Manifest:
    (found,) = [m for m in MANIFESTS if (m["kind"], m["metadata"]["name"]) == (kind, name)]
    return found


def pod(service: str) -> Manifest:
    spec: Manifest = one("Deployment", service)["spec"]["template"]["spec"]
    return spec


def container(service: str) -> Manifest:
    (only,) = pod(service)["containers"]
    found: Manifest = only
    return found


def given(holder: Manifest) -> dict[str, Any]:
    """The environment of a container: values, or where they come from."""
    found: dict[str, Any] = {}
    for source in holder.get("envFrom", ()):
        if "configMapRef" in source:
            found |= one("ConfigMap", source["configMapRef"]["name"])["data"]
        else:
            found |= one("Secret", source["secretRef"]["name"])["stringData"]
    return found | {
        entry["name"]: entry.get("value", "from the pod") for entry in holder.get("env", ())
    }


def test_every_service_is_there_and_the_base_holds_every_file() -> None:
    assert {m["metadata"]["name"] for m in MANIFESTS if m["kind"] == "Deployment"} == set(SERVICES)
    (kustomization,) = documents(BASE / KUSTOMIZATION)
    assert sorted(kustomization["resources"]) == sorted(
        file.name for file in BASE.glob("*.yaml") if file.name != KUSTOMIZATION
    )


@pytest.mark.parametrize("service", SERVICES)
def test_the_environment_is_what_the_settings_read(service: str) -> None:
    assert environment_faults(service, set(given(container(service)))) == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_settings_take_the_values_once_each_example_is_replaced(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = given(container(service))
    mounted = {mount["mountPath"]: mount["name"] for mount in container(service)["volumeMounts"]}
    for name, value in with_files(values, tmp_path).items():
        assert isinstance(value, str), f"{name}: Kubernetes takes strings alone"
        if values[name] == "/ca/ca.pem":
            assert mounted["/ca"] == "ca"
            value = str(ensure_keys(tmp_path).ca_cert)
        monkeypatch.setenv(name, value.replace("CHANGE-ME", secrets.token_hex(24)))
    settings = settings_of(service)()
    assert (settings.env, settings.http_host) == ("prod", "0.0.0.0")
    assert (settings.kafka.security, settings.kafka.username, bool(settings.kafka.ca)) == (
        "SASL_SSL",
        service,
        True,
    )
    for uri in (
        settings.mongo_uri,
        *([settings.documents_uri] if hasattr(settings, "documents_uri") else []),
    ):
        assert uses_tls(uri)
        assert signs_in(uri)
        assert "tlsCAFile=" in uri


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_starts_with_the_secrets_of_the_example(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = given(container(service))
    for name, value in with_files(values, tmp_path).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refusal:
        settings_of(service)()
    told = refusal.value.errors()[0]["msg"]
    assert [
        name for name, value in values.items() if "CHANGE-ME" in value and f"{name}: " not in told
    ] == []


@pytest.mark.parametrize("service", SERVICES)
def test_image_ports_and_probes(service: str) -> None:
    this, reached = container(service), one("Service", service)["spec"]
    port, probes = (int(given(this)[f"MOTCUA_{name}_PORT"]) for name in ("HTTP", "METRICS"))
    public, private = (
        {"name": "http", "containerPort": port},
        {"name": "metrics", "containerPort": probes},
    )
    assert this["image"] == f"motcua/{service}:{version_of(service)}"
    if service in WITH_AN_API:
        assert this["ports"] == [public, private]
        assert reached["ports"] == [{"name": "http", "port": port, "targetPort": "http"}], (
            "no Service shows the metrics beside an API"
        )
    else:
        assert this["ports"] == [private]
        assert reached["ports"] == [{"name": "metrics", "port": probes, "targetPort": "metrics"}]
    assert this["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "metrics"}
    assert this["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "metrics"}
    assert this["resources"]["limits"]["memory"]
    assert set(this["resources"]["requests"]) == {"cpu", "memory"}


@pytest.mark.parametrize("service", SERVICES)
def test_selectors_find_the_pods(service: str) -> None:
    deployment, labels = one("Deployment", service)["spec"], {"app.kubernetes.io/name": service}
    assert deployment["template"]["metadata"]["labels"] == {
        **labels,
        "app.kubernetes.io/part-of": "motcua",
    }
    assert deployment["selector"]["matchLabels"] == labels
    assert one("Service", service)["spec"]["selector"] == labels
    budget = one("PodDisruptionBudget", service)["spec"]
    assert (budget["selector"]["matchLabels"], budget["maxUnavailable"]) == (labels, 1)


@pytest.mark.parametrize("service", SERVICES)
def test_the_drain_ends_before_the_pod_is_killed(service: str) -> None:
    drain = float(given(container(service))["MOTCUA_DRAIN_SECONDS"])
    assert pod(service)["terminationGracePeriodSeconds"] > 2 * drain + 5 + 30, (
        "effects, the turn and the group, closing the producer"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_no_more_instances_than_lanes(service: str) -> None:
    lanes = 1 if service == "catalog" else PARTITIONS
    scaled = [
        m["spec"]
        for m in MANIFESTS
        if m["kind"] == "HorizontalPodAutoscaler" and m["spec"]["scaleTargetRef"]["name"] == service
    ]
    most = scaled[0]["maxReplicas"] if scaled else one("Deployment", service)["spec"]["replicas"]
    assert 1 <= most <= lanes


def pods() -> list[Manifest]:
    """Every pod that the manifests make."""
    return [
        *[pod(service) for service in SERVICES],
        *[m["spec"] for m in MANIFESTS if m["kind"] == "Pod"],
        *[m["spec"]["template"]["spec"] for m in MANIFESTS if m["kind"] == "Job"],
    ]


def test_every_pod_is_confined() -> None:
    assert len(pods()) > len(SERVICES)
    for spec in pods():
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for this in spec["containers"]:
            confined = {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert this["securityContext"] == confined


def test_each_service_signs_in_to_its_own_database_as_itself() -> None:
    for service in SERVICES:
        environment = given(container(service))
        uris = [
            environment["MOTCUA_MONGO_URI"],
            *[environment[n] for n in ("MOTCUA_DOCUMENTS_URI",) if n in environment],
        ]
        for uri in uris:
            assert uri.startswith(f"mongodb://{service}:")
            assert f"authSource=motcua_{service}" in uri


def test_the_users_of_mongodb_are_of_the_table_of_rights() -> None:
    """Else: python -m motcua_operations.mongo_users > deploy/kubernetes/mongodb-users.js"""
    users = (DEPLOY / "kubernetes" / "mongodb-users.js").read_text()
    assert users == script()
    assert not re.search('AnyDatabase|root|dbOwner|Admin"', users)


def test_who_knows_a_providers_calls_by_a_secret_is_given_it() -> None:
    for name, services in (
        ("MOTCUA_VNPAY_SECRET", ("payment", "gateway")),
        ("MOTCUA_VIETQR_SECRET", ("payment", "gateway")),
        ("MOTCUA_REPORT_SECRET", ("notify", "gateway")),
        ("MOTCUA_AUDIT_SECRET", ("audit", "gateway")),
    ):
        assert all(given(container(service))[name] for service in services), name


def test_topics_rights_and_users_are_made_on_a_cluster_by_the_command_line() -> None:
    (this,) = one("Job", "topics")["spec"]["template"]["spec"]["containers"]
    assert this["args"] == [
        "topics",
        "apply",
        "--replicas",
        "3",
        "--acls",
        "--passwords",
        "/passwords",
    ]
    assert this["image"].startswith("motcua/tools:")
    environment = given(this)
    assert environment["MOTCUA_KAFKA_USERNAME"] == ADMIN
    assert environment["MOTCUA_ENV"] == "prod", "nobody gets rights on the simulated clock"
    assert "MOTCUA_MONGO_URI" not in environment, "Kafka's administrator needs no store"
    assert set(one("Secret", "kafka-passwords")["stringData"]) == set(PRINCIPALS)


@pytest.mark.parametrize(("name", "user"), [("tools", OPERATOR), ("auditor", AUDITOR)])
def test_people_work_as_themselves(name: str, user: str) -> None:
    (this,) = one("Pod", name)["spec"]["containers"]
    environment = given(this)
    assert environment["MOTCUA_KAFKA_USERNAME"] == user
    assert environment["MOTCUA_MONGO_URI"].startswith(f"mongodb://{user}:")


def test_every_pod_has_the_authority_and_every_image_its_digest() -> None:
    (component,) = documents(DEPLOY / "kubernetes" / "images" / KUSTOMIZATION)
    digests = {image["name"]: image["digest"] for image in component["images"]}
    used = set()
    for spec in pods():
        assert {"name": "ca", "configMap": {"name": "motcua-ca"}} in spec["volumes"]
        for this in spec["containers"]:
            assert {"name": "ca", "mountPath": "/ca", "readOnly": True} in this["volumeMounts"]
            used.add(this["image"].partition(":")[0])
    assert set(digests) == used
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in digests.values())
    folders = [
        file.parent
        for file in (DEPLOY / "kubernetes").rglob(KUSTOMIZATION)
        if file.parent.name != "images"
    ]
    for folder in folders:
        (kustomization,) = documents(folder / KUSTOMIZATION)
        (components,) = kustomization["components"]
        assert (folder / components).resolve() == (DEPLOY / "kubernetes" / "images").resolve()
        assert sorted(kustomization["resources"]) == sorted(
            file.name for file in folder.glob("*.yaml") if file.name != KUSTOMIZATION
        )


def test_prometheus_alone_reaches_the_metrics() -> None:
    port = int(given(container("gateway"))["MOTCUA_METRICS_PORT"])
    let_in = [
        (rule.get("from"), m["metadata"]["name"])
        for m in MANIFESTS
        if m["kind"] == "NetworkPolicy"
        for rule in m["spec"].get("ingress", ())
        if not rule.get("ports") or port in [one["port"] for one in rule["ports"]]
    ]
    assert [name for _, name in let_in] == ["metrics-from-monitoring"]
    assert let_in[0][0] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    ]


def test_only_the_gateway_and_the_command_line_hold_a_key_of_commands_and_each_its_own() -> None:
    holders = {service for service in SERVICES if "MOTCUA_COMMAND_KEY" in given(container(service))}
    assert holders == {"gateway"}
    secrets = {
        volume["secret"]["secretName"]
        for spec in pods()
        for volume in spec.get("volumes", ())
        if "secret" in volume
    }
    assert {"gateway-command", "tools-command"} <= secrets
    for name in ("gateway-command", "tools-command"):
        assert list(one("Secret", name)["stringData"]) == ["key.pem"]
    (tools,) = [
        m["spec"] for m in MANIFESTS if m["kind"] == "Pod" and m["metadata"]["name"] == "tools"
    ]
    assert [v["secret"]["secretName"] for v in tools["volumes"] if "secret" in v] == [
        "tools-command"
    ]
