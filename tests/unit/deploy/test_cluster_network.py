"""Network policies and ingress against the code: who is called comes from the settings, what is
reached from the gateway's own routes.
"""

from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from motcua_contracts.wire.topics import SERVICES
from motcua_documents.kinds import MAX_UPLOAD_BYTES
from motcua_gateway.web import MULTIPART_BYTES, build_app

from tests.support.deployed import DEPLOY, Manifest, documents, settings_of
from tests.unit.gateway.harness import settings as gateway_settings

BASE = DEPLOY / "kubernetes" / "base"
MANIFESTS: list[Manifest] = [
    m
    for file in sorted(BASE.glob("*.yaml"))
    if file.name != "kustomization.yaml"
    for m in documents(file)
]
CONFIG = {m["metadata"]["name"]: m["data"] for m in MANIFESTS if m["kind"] == "ConfigMap"}
SECRETS = {
    m["metadata"]["name"]: m["stringData"]
    for m in documents(DEPLOY / "kubernetes" / "secrets.example.yaml")
}
POLICIES = {m["metadata"]["name"]: m["spec"] for m in MANIFESTS if m["kind"] == "NetworkPolicy"}
CALLED = {
    ("gateway", "audit_url"): "gateway-to-audit",
    ("gateway", "oidc_jwks_url"): "gateway-to-identity",
    ("payment", "vnpay_api_url"): "payment-to-vnpay",
    ("notify", "smtp_host"): "notify-to-mail",
    ("notify", "sms_url"): "notify-to-sms",
}
"""Settings that name somebody whom a service calls, and the policy that lets it."""
NOT_CALLED = {
    # where it listens
    *((service, name) for service in SERVICES for name in ("http_host", "metrics_host")),
    ("gateway", "public_url"),  # in pages: where browsers go
    ("notify", "public_url"),  # in messages
    ("notify", "report_url"),  # where a provider calls
    ("routing", "public_url"),  # in a result's QR
    ("intake", "public_url"),  # in a slip's
    ("payment", "public_url"),  # in a receipt's
    ("payment", "vnpay_url"),  # the citizen's browser goes there
    ("gateway", "clamd"),  # the base names none; README.md says what an overlay adds
}


def test_every_setting_that_names_an_address_is_one_that_is_called_or_not() -> None:
    found = {
        (s, name)
        for s in SERVICES
        for name in settings_of(s).model_fields
        if name.endswith(("_url", "_host", "clamd"))
    }
    assert found - set(NOT_CALLED) - set(CALLED) == set()
    assert set(CALLED) - found == set()


def port_of(service: str, setting: str) -> int:
    """The port that the ConfigMap's value leads to."""
    value = CONFIG[service][f"MOTCUA_{setting.upper()}"]
    if setting == "smtp_host":
        return int(CONFIG[service]["MOTCUA_SMTP_PORT"])
    parts = urlsplit(value)
    return parts.port or {"https": 443, "http": 80}[parts.scheme]


@pytest.mark.parametrize(("service", "setting"), CALLED)
def test_a_service_reaches_whom_its_settings_name(service: str, setting: str) -> None:
    policy = POLICIES[CALLED[service, setting]]
    assert policy["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": service}}
    assert policy["policyTypes"] == ["Egress"]
    (rule,) = policy["egress"]
    assert rule["ports"] == [{"port": port_of(service, setting)}]
    (to,) = rule["to"]
    if setting == "audit_url":
        assert to == {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "audit"}}}
    else:
        assert ip_network(to["ipBlock"]["cidr"]).prefixlen == 32


def test_everybody_reaches_kafka_and_mongodb_where_the_settings_say() -> None:
    policy = POLICIES["to-names-kafka-and-mongodb"]
    assert policy["podSelector"] == {"matchLabels": {"app.kubernetes.io/part-of": "motcua"}}
    reached = {
        rule["to"][0]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]: {
            one["port"] for one in rule["ports"]
        }
        for rule in policy["egress"]
    }
    brokers = {
        tuple(one.rsplit(":", 1)) for one in CONFIG["motcua"]["MOTCUA_KAFKA_BOOTSTRAP"].split(",")
    }
    assert {host.split(".")[2] for host, _ in brokers} == {"kafka"}
    assert reached == {
        "kube-system": {53},
        "kafka": {int(port) for _, port in brokers},
        "mongodb": {27017},
    }
    for name, values in SECRETS.items():
        for uri in (
            values[key] for key in ("MOTCUA_MONGO_URI", "MOTCUA_DOCUMENTS_URI") if key in values
        ):
            hosts = uri.split("@")[1].split("/")[0].split(",")
            assert {host.split(".")[2] for host in hosts} == {"mongodb"}, name


def test_nobody_goes_out_but_by_these() -> None:
    assert POLICIES["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    outgoing = {name for name, spec in POLICIES.items() if spec.get("egress")}
    assert outgoing == {*CALLED.values(), "to-names-kafka-and-mongodb"}
    for name in outgoing:
        for rule in POLICIES[name]["egress"]:
            assert rule["to"], f"{name} leads anywhere"
            assert rule["ports"], f"{name} has every port"
            for to in rule["to"]:
                assert to.get("namespaceSelector", True) != {}, f"{name} leads into every namespace"
                assert (
                    "ipBlock" not in to or ip_network(to["ipBlock"]["cidr"]).num_addresses <= 256
                ), f"{name} is wide"


def test_nobody_is_reached_but_by_who_must() -> None:
    let_in = {
        (name, port["port"]): rule.get("from")
        for name, spec in POLICIES.items()
        for rule in spec.get("ingress", ())
        for port in rule["ports"]
    }
    gateway = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "gateway"}}}

    def namespace(name: str) -> dict[str, Any]:
        return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}

    assert let_in == {
        ("gateway-from-ingress", 8080): [namespace("ingress-nginx")],
        ("audit-from-gateway", 8080): [gateway],
        ("metrics-from-monitoring", 9464): [namespace("monitoring")],
    }


# ------------------------------------------------------------------------------------------------
# ingress


def ingress() -> Manifest:
    (found,) = [m for m in MANIFESTS if m["kind"] == "Ingress"]
    return found


def routed(path: str) -> bool:
    """Whether the ingress sends a path to the gateway, as Kubernetes defines Prefix: element by
    element.
    """
    for rule in ingress()["spec"]["rules"]:
        for one in rule["http"]["paths"]:
            assert one["backend"]["service"] == {"name": "gateway", "port": {"name": "http"}}
            assert one["pathType"] == "Prefix"
            wanted = [part for part in one["path"].split("/") if part]
            if [part for part in path.split("/") if part][: len(wanted)] == wanted:
                return True
    return False


def routes() -> list[str]:
    gateway = SimpleNamespace(settings=gateway_settings(), log=None, rows=None)
    app = build_app(SimpleNamespace(as_of=lambda: None), gateway)  # type: ignore[arg-type]
    return sorted(
        {str(one.path) for one in iter_route_contexts(app.routes) if hasattr(one, "path")}
    )


def test_every_page_and_every_call_is_reached_from_outside() -> None:
    paths = routes()
    assert {"/", "/tra-cuu", "/quay", "/api/v1/callbacks/vnpay/ipn"} <= set(paths)
    assert [path for path in paths if not routed(path)] == []


def test_what_is_for_operators_is_not_on_the_public_port() -> None:
    assert not {"/metrics", "/livez", "/readyz"} & set(routes())
    (service,) = [
        m for m in MANIFESTS if m["kind"] == "Service" and m["metadata"]["name"] == "gateway"
    ]
    assert [port["name"] for port in service["spec"]["ports"]] == ["http"]


def test_an_upload_passes_the_ingress() -> None:
    most = ingress()["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    assert int(most.removesuffix("m")) * 2**20 >= MAX_UPLOAD_BYTES + MULTIPART_BYTES


def test_the_certificate_is_for_the_host_that_people_are_told() -> None:
    spec = ingress()["spec"]
    host = urlsplit(CONFIG["gateway"]["MOTCUA_PUBLIC_URL"]).hostname
    assert ([rule["host"] for rule in spec["rules"]], spec["tls"][0]["hosts"]) == ([host], [host])
