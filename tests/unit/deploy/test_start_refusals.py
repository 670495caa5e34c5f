"""Environments with which no service starts: each is refused by the variable's name, and no value
is printed. The good one starts.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from motcua_contracts.wire.topics import SERVICES
from pydantic import ValidationError

from tests.support.deployed import settings_of

SECRET = "n0t-0ne-0f-an-example/{}/5f1d7c9b3a"
URI = (
    "mongodb://{0}:an-own-passw0rd-of-{0}@mongo-0/?replicaSet=motcua&tls=true&authSource=motcua_{0}"
)
KEY, CERT, JWKS = "signing-key.pem", "signing-cert.pem", "jwks.json"
HIDDEN = "this-value-must-not-be-printed"
OWN: dict[str, dict[str, str]] = {
    "catalog": {},
    "audit": {"AUDIT_SECRET": SECRET.format("audit")},
    "intake": {
        "SIGNING_KEY": KEY,
        "SIGNING_CERT": CERT,
        "DOCUMENTS_URI": URI.format("intake"),
        "PUBLIC_URL": "https://motcua.vn",
    },
    "routing": {
        "SIGNING_KEY": KEY,
        "SIGNING_CERT": CERT,
        "DOCUMENTS_URI": URI.format("routing"),
        "PUBLIC_URL": "https://motcua.vn",
    },
    "payment": {
        "SIGNING_KEY": KEY,
        "SIGNING_CERT": CERT,
        "DOCUMENTS_URI": URI.format("payment"),
        "PUBLIC_URL": "https://motcua.vn",
        "VNPAY_URL": "https://pay.vn/paymentv2/vpcpay.html",
        "VNPAY_TMN_CODE": "MOTCUA01",
        "VNPAY_SECRET": SECRET.format("vnpay"),
        "VIETQR_BANK": "970436",
        "VIETQR_ACCOUNT": "1017",
        "VIETQR_SECRET": SECRET.format("bank"),
    },
    "notify": {
        "PUBLIC_URL": "https://motcua.vn",
        "REPORT_SECRET": SECRET.format("reports"),
        "SMTP_HOST": "smtp.vn",
        "SMTP_START_TLS": "true",
        "SMTP_USERNAME": "motcua@motcua.vn",
        "SMTP_PASSWORD": "0ur-mail-passw0rd",
        "SMS_URL": "https://sms.vn",
    },
    "gateway": {
        "PUBLIC_URL": "https://motcua.vn",
        "AUDIT_URL": "http://audit:8080",
        "AUDIT_SECRET": SECRET.format("audit"),
        "DOCUMENTS_URI": URI.format("gateway"),
        "VNPAY_SECRET": SECRET.format("vnpay"),
        "VIETQR_SECRET": SECRET.format("bank"),
        "REPORT_SECRET": SECRET.format("reports"),
        "OIDC_ISSUER": "https://id.motcua.vn/realms/motcua",
        "OIDC_JWKS_URL": "https://id.motcua.vn/realms/motcua/certs",
    },
}
ANY = "catalog"
BAD: list[tuple[str, dict[str, str | None], str]] = [
    # where it listens, and as what
    (ANY, {"ENV": "dev"}, "HTTP_HOST: under MOTCUA_ENV=dev a loopback address alone"),
    (ANY, {"ENV": "dev", "HTTP_HOST": "127.0.0.1"}, "METRICS_HOST: under MOTCUA_ENV=dev"),
    (
        ANY,
        {"ENV": "dev", "HTTP_HOST": "::", "METRICS_HOST": "::1"},
        "HTTP_HOST: under MOTCUA_ENV=dev",
    ),
    (
        ANY,
        {"ENV": "dev", "HTTP_HOST": "10.0.0.7", "METRICS_HOST": "localhost"},
        "HTTP_HOST: under MOTCUA_ENV=dev",
    ),
    (
        ANY,
        {"ENV": "dev", "HTTP_HOST": "localhost.evil.vn", "METRICS_HOST": "localhost"},
        "HTTP_HOST: under MOTCUA_ENV=dev",
    ),
    (ANY, {"ENV": ""}, "ENV: Input should be 'dev', 'test' or 'prod'"),
    (ANY, {"ENV": "production"}, "ENV: Input should be 'dev', 'test' or 'prod'"),
    (ANY, {"ENV": "DEV"}, "ENV: Input should be 'dev', 'test' or 'prod'"),
    (ANY, {"HTTP_HOST": ""}, "HTTP_HOST: an address"),
    (ANY, {"HTTP_PORT": "70000"}, "HTTP_PORT: a port"),
    (ANY, {"FAULT_POINT": "after-commit"}, "FAULT_POINT: nothing is allowed"),
    # Kafka and MongoDB
    (ANY, {"KAFKA_SECURITY": None}, "KAFKA_SECURITY: under MOTCUA_ENV=prod SASL_SSL alone"),
    (ANY, {"KAFKA_SECURITY": "PLAINTEXT"}, "KAFKA_SECURITY: under MOTCUA_ENV=prod"),
    (ANY, {"KAFKA_SECURITY": "SSL"}, "KAFKA_SECURITY: Input should be"),
    (ANY, {"KAFKA_BOOTSTRAP": None}, "KAFKA_BOOTSTRAP: Field required"),
    (ANY, {"KAFKA_BOOTSTRAP": ""}, "KAFKA_BOOTSTRAP: host:port"),
    (ANY, {"KAFKA_BOOTSTRAP": "kafka"}, "KAFKA_BOOTSTRAP: host:port"),
    (ANY, {"KAFKA_USERNAME": ""}, "KAFKA_USERNAME is required"),
    (ANY, {"KAFKA_PASSWORD": None}, "KAFKA_PASSWORD is required"),
    (ANY, {"KAFKA_PASSWORD": "CHANGE-ME"}, "KAFKA_PASSWORD: a secret of your own"),
    (ANY, {"KAFKA_CERT": CERT}, "KAFKA_KEY is required"),
    (ANY, {"KAFKA_KEY": KEY}, "KAFKA_CERT is required"),
    (ANY, {"KAFKA_CA": "/nowhere/ca.pem"}, "KAFKA_CA: "),
    (ANY, {"MONGO_CA": "/nowhere/ca.pem"}, "MONGO_CA: "),
    (ANY, {"MONGO_URI": ""}, "MONGO_URI: mongodb://host"),
    (ANY, {"MONGO_URI": "http://mongo"}, "MONGO_URI: mongodb://host"),
    (
        ANY,
        {"MONGO_URI": "mongodb://catalog:an-own-passw0rd@mongo/"},
        "MONGO_URI: under MOTCUA_ENV=prod tls=true",
    ),
    (
        ANY,
        {"MONGO_URI": "mongodb://catalog:an-own-passw0rd@mongo/?tls=false"},
        "MONGO_URI: under MOTCUA_ENV=prod tls=true",
    ),
    (
        ANY,
        {"MONGO_URI": URI.format(ANY) + "&tlsAllowInvalidCertificates=true"},
        "MONGO_URI: under MOTCUA_ENV=prod tls=true",
    ),
    (ANY, {"MONGO_URI": "mongodb://mongo/?tls=true"}, "MONGO_URI: under MOTCUA_ENV=prod a user"),
    (
        ANY,
        {"MONGO_URI": "mongodb://catalog:CHANGE-ME@mongo/?tls=true"},
        "MONGO_URI: a secret of your own",
    ),
    (
        "intake",
        {"DOCUMENTS_URI": "mongodb://mongo/documents"},
        "DOCUMENTS_URI: under MOTCUA_ENV=prod tls=true",
    ),
    ("intake", {"DOCUMENTS_URI": None}, "DOCUMENTS_URI: Field required"),
    # keys
    ("intake", {"SIGNING_KEY": None}, "SIGNING_KEY: is required"),
    ("routing", {"SIGNING_CERT": None}, "SIGNING_CERT: is required"),
    (
        "payment",
        {"SIGNING_KEY": "/nowhere/key.pem"},
        "SIGNING_KEY: a file that this service can read",
    ),
    ("gateway", {"SIGNING_KEY": KEY}, "SIGNING_CERT: is required with the other"),
    ("gateway", {"SIGNING_CERT": CERT}, "SIGNING_KEY: is required with the other"),
    # addresses
    ("gateway", {"PUBLIC_URL": None}, "PUBLIC_URL: Field required"),
    ("gateway", {"PUBLIC_URL": ""}, "PUBLIC_URL: an address like https://host"),
    ("gateway", {"PUBLIC_URL": "http://motcua.vn"}, "PUBLIC_URL: https is required"),
    ("gateway", {"PUBLIC_URL": "motcua.vn"}, "PUBLIC_URL: an address like https://host"),
    (
        "gateway",
        {"PUBLIC_URL": "https://motcua.vn/portal"},
        "PUBLIC_URL: an address without a path",
    ),
    (
        "gateway",
        {"PUBLIC_URL": f"https://user:{HIDDEN}@motcua.vn"},
        "PUBLIC_URL: an address like https://host",
    ),
    ("gateway", {"PUBLIC_URL": "javascript:alert(1)"}, "PUBLIC_URL: an address like https://host"),
    (
        "gateway",
        {"PUBLIC_URL": "https://motcua.vn:99999"},
        "PUBLIC_URL: an address like https://host",
    ),
    ("gateway", {"AUDIT_URL": "http://audit.motcua.vn"}, "AUDIT_URL: https is required"),
    ("gateway", {"AUDIT_URL": "audit:8080"}, "AUDIT_URL: an address like https://host"),
    ("routing", {"PUBLIC_URL": None}, "PUBLIC_URL: is required"),
    ("routing", {"PUBLIC_URL": "http://motcua.vn"}, "PUBLIC_URL: https is required"),
    ("notify", {"PUBLIC_URL": "http://motcua.vn"}, "PUBLIC_URL: https is required"),
    ("notify", {"REPORT_URL": "http://motcua.vn"}, "REPORT_URL: https is required"),
    ("notify", {"SMS_URL": "http://sms.vn"}, "SMS_URL: https is required"),
    ("payment", {"VNPAY_URL": "http://pay.vn/"}, "VNPAY_URL: https is required"),
    ("payment", {"VNPAY_API_URL": "http://pay.vn/"}, "VNPAY_API_URL: https is required"),
    # who says who somebody is
    (
        "gateway",
        {"OIDC_ISSUER": None, "OIDC_JWKS_URL": None},
        "OIDC_ISSUER: is required under MOTCUA_ENV=prod",
    ),
    ("gateway", {"OIDC_ISSUER": ""}, "OIDC_ISSUER: is required"),
    ("gateway", {"OIDC_ISSUER": "http://id.motcua.vn"}, "OIDC_ISSUER: https is required"),
    ("gateway", {"OIDC_JWKS_URL": "http://id.motcua.vn/certs"}, "OIDC_JWKS_URL: https is required"),
    ("gateway", {"OIDC_JWKS_URL": None}, "OIDC_JWKS_URL: is required, or MOTCUA_OIDC_JWKS_FILE"),
    (
        "gateway",
        {"OIDC_JWKS_FILE": JWKS},
        "OIDC_JWKS_URL: is required, or MOTCUA_OIDC_JWKS_FILE, and not both",
    ),
    (
        "gateway",
        {"OIDC_JWKS_URL": None, "OIDC_JWKS_FILE": "/nowhere.json"},
        "OIDC_JWKS_FILE: a file",
    ),
    ("gateway", {"OIDC_AUDIENCE": ""}, "OIDC_AUDIENCE: is required to judge tokens"),
    ("gateway", {"OIDC_TOKEN_TYPES": " "}, "OIDC_TOKEN_TYPES: is required to judge tokens"),
    ("gateway", {"OIDC_ACR": "leader"}, "OIDC_ACR: write role=value|value"),
    # secrets
    ("gateway", {"VNPAY_SECRET": None}, "VNPAY_SECRET: is required"),
    ("gateway", {"REPORT_SECRET": ""}, "REPORT_SECRET: is required"),
    ("gateway", {"REPORT_SECRET": "CHANGE-ME"}, "REPORT_SECRET: a secret of your own"),
    ("gateway", {"REPORT_SECRET": "development-only"}, "REPORT_SECRET: a secret of your own"),
    ("gateway", {"REPORT_SECRET": "a" * 31}, "REPORT_SECRET: at least 32 letters"),
    ("gateway", {"REPORT_SECRET": "a" * 64}, "REPORT_SECRET: at least 32 letters at random"),
    (
        "gateway",
        {"REPORT_SECRET": SECRET.format("vnpay")},
        "REPORT_SECRET: a secret of its own is required, not that of MOTCUA_VNPAY_SECRET",
    ),
    ("gateway", {"ACCESS_KEY": "short"}, "ACCESS_KEY: at least 32 letters"),
    (
        "gateway",
        {"ENV": "test", "REPORT_SECRET": "development-only"},
        "REPORT_SECRET: a secret of your own",
    ),
    ("payment", {"VNPAY_SECRET": None}, "VNPAY_SECRET: Field required"),
    ("payment", {"VNPAY_SECRET": ""}, "VNPAY_SECRET: is required"),
    ("payment", {"VNPAY_TMN_CODE": "CHANGE-ME"}, "VNPAY_TMN_CODE: a value of your own"),
    ("payment", {"VIETQR_SECRET": ""}, "VIETQR_SECRET: is required for bank transfers"),
    ("payment", {"VIETQR_BANK": ""}, "VIETQR_BANK: is required for bank transfers"),
    ("payment", {"VIETQR_SECRET": SECRET.format("vnpay")}, "VIETQR_SECRET: a secret of its own"),
    ("notify", {"REPORT_SECRET": None}, "REPORT_SECRET: is required"),
    ("notify", {"SMTP_PASSWORD": None}, "SMTP_PASSWORD: is required with the other"),
    ("notify", {"SMTP_USERNAME": None}, "SMTP_USERNAME: is required with the other"),
    ("notify", {"SMTP_START_TLS": "false"}, "SMTP_START_TLS: true is required"),
    ("notify", {"SMTP_START_TLS": None}, "SMTP_START_TLS: true is required"),
    ("notify", {"SMTP_PASSWORD": "password"}, "SMTP_PASSWORD: a secret of your own"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files lie that the environment names."""
    for name in (KEY, CERT, JWKS):
        (tmp_path / name).write_text("{}")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def environment(
    service: str, folder: Path, changes: dict[str, str | None] | None = None
) -> dict[str, str]:
    """What starts the service in production, changed."""
    plain = {
        "ENV": "prod",
        "HTTP_HOST": "0.0.0.0",
        "METRICS_HOST": "0.0.0.0",
        "KAFKA_BOOTSTRAP": "kafka-0:9092,kafka-1:9092",
        "KAFKA_SECURITY": "SASL_SSL",
        "KAFKA_USERNAME": service,
        "KAFKA_PASSWORD": f"0ur-kafka-passw0rd-{service}",
        "MONGO_URI": URI.format(service),
    }
    given = {**plain, **OWN[service], **(changes or {})}
    return {
        f"MOTCUA_{n}": str(folder / v) if v in (KEY, CERT, JWKS) else v
        for n, v in given.items()
        if v is not None
    }


def refusal_of(service: str, given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What an operator reads; empty where it would start."""
    for name in [name for name in os.environ if name.startswith("MOTCUA_")]:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    try:
        settings_of(service)()
    except ValidationError as error:
        if any(value in str(error) for value in secrets_in(given)):
            pytest.fail("a ValidationError ends up in logs")
        lines = []
        for wrong in error.errors(include_input=False, include_url=False):
            name = (
                "MOTCUA_" + "_".join(map(str, wrong["loc"])).upper() + ": " if wrong["loc"] else ""
            )
            lines.append(name + wrong["msg"])
        return "\n".join(lines)
    return ""


def secrets_in(given: dict[str, str]) -> list[str]:
    """Values that nobody may read in a message."""
    named = [
        value for name, value in given.items() if re.search("SECRET|PASSWORD|ACCESS_KEY", name)
    ]
    in_addresses = [
        match[1] for value in given.values() if (match := re.search(r"//[^/@]*:([^@/]+)@", value))
    ]
    return [
        value
        for value in (*named, *in_addresses)
        if len(value) > 8 and value not in ("CHANGE-ME", "development-only")
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_good_environment_starts(
    service: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal_of(service, environment(service, folder), monkeypatch) == ""


@pytest.mark.parametrize(
    ("service", "changes", "said"), BAD, ids=[f"{s} {c}"[:70] for s, c, _ in BAD]
)
def test_a_bad_environment_is_refused_by_its_name(
    service: str,
    changes: dict[str, str | None],
    said: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusal = refusal_of(service, environment(service, folder, changes), monkeypatch)
    assert f"MOTCUA_{said}" in refusal
    assert HIDDEN not in refusal


@pytest.mark.parametrize("service", SERVICES)
def test_development_on_loopback_needs_no_secrets(
    service: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = {
        "ENV": "dev",
        "HTTP_HOST": "127.0.0.1",
        "METRICS_HOST": "127.0.0.1",
        "KAFKA_SECURITY": "PLAINTEXT",
        "MONGO_URI": "mongodb://127.0.0.1:27017/?replicaSet=motcua",
    }
    own = {
        "PUBLIC_URL": "http://127.0.0.1:8080",
        "VNPAY_SECRET": "development-only",
        "REPORT_SECRET": "development-only",
    }
    changes = {**local, **{name: value for name, value in own.items() if name in OWN[service]}}
    assert refusal_of(service, environment(service, folder, dict(changes)), monkeypatch) == ""


def test_every_fault_is_told_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes: dict[str, str | None] = {
        "PUBLIC_URL": "http://motcua.vn",
        "OIDC_ISSUER": "",
        "REPORT_SECRET": "short",
        "KAFKA_SECURITY": None,
    }
    refusal = refusal_of("gateway", environment("gateway", folder, changes), monkeypatch)
    for name in ("PUBLIC_URL", "OIDC_ISSUER", "REPORT_SECRET", "KAFKA_SECURITY"):
        assert f"MOTCUA_{name}: " in refusal


PROCESSES = [
    ("gateway", {"PUBLIC_URL": "http://motcua.vn"}, "MOTCUA_PUBLIC_URL: https is required"),
    (
        "gateway",
        {"REPORT_SECRET": SECRET.format("vnpay")},
        "MOTCUA_REPORT_SECRET: a secret of its own",
    ),
    (
        "payment",
        {"KAFKA_SECURITY": None, "VIETQR_SECRET": "short-but-hidden"},
        "MOTCUA_KAFKA_SECURITY: ",
    ),
    ("notify", {"ENV": "dev"}, "MOTCUA_HTTP_HOST: "),
    (
        "catalog",
        {"MONGO_URI": f"mongodb://catalog:{HIDDEN}@mongo/", "HTTP_PORT": "none"},
        "MOTCUA_HTTP_PORT: ",
    ),
    ("catalog", {"MONGO_URI": f"mongodb://catalog:{HIDDEN}@mongo/"}, "MOTCUA_MONGO_URI: "),
]


@pytest.mark.parametrize(
    ("service", "changes", "said"), PROCESSES, ids=[f"{s} {c}"[:70] for s, c, _ in PROCESSES]
)
def test_the_process_ends_with_2_and_prints_no_secret(
    service: str, changes: dict[str, str | None], said: str, folder: Path
) -> None:
    given = environment(service, folder, changes)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    ran = subprocess.run(
        [sys.executable, "-m", f"motcua_{service}"],
        env={**clean, **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert not [value for value in secrets_in(given) if value in ran.stderr]
    assert "Traceback" not in ran.stderr


def test_a_private_key_that_everybody_can_read_is_warned_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal_of("intake", environment("intake", folder), monkeypatch) == ""
    assert settings_of("intake")().warnings() == []
    (folder / KEY).chmod(0o644)
    (warning,) = settings_of("intake")().warnings()
    assert warning.startswith("MOTCUA_SIGNING_KEY: ")
