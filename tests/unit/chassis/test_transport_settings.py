"""Settings that say how Kafka and MongoDB are reached, and what clients are made of them."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from motcua_chassis import ServiceSettings
from motcua_chassis.transport import (
    Kafka,
    client_arguments,
    kafka_of,
    mongo_of,
    signs_in,
    uses_tls,
    with_tls,
)
from motcua_operations.development_keys import ensure_keys
from pydantic import ValidationError

PLAIN = {
    "env": "dev",
    "kafka_bootstrap": "kafka:9092",
    "mongo_uri": "mongodb://mongo/?replicaSet=motcua",
}
SIGNED_IN = PLAIN | {
    "kafka_security": "SASL_SSL",
    "kafka_username": "routing",
    "kafka_password": "a-secret-word",
}


class Keeper(ServiceSettings):
    """A service that keeps documents."""

    documents_uri: str


@pytest.fixture
def ca(tmp_path: Path) -> str:
    return str(ensure_keys(tmp_path).ca_cert)


def test_plain_text_says_nothing_but_the_address() -> None:
    settings = ServiceSettings.model_validate(PLAIN)
    assert settings.kafka.arguments() == {"bootstrap_servers": "kafka:9092"}
    assert settings.kafka.of_the_broker() is None
    assert settings.mongo_uri == PLAIN["mongo_uri"]


def test_sasl_ssl_signs_in_by_scram_and_checks_who_answers(ca: str) -> None:
    kafka = ServiceSettings.model_validate(SIGNED_IN | {"kafka_ca": ca}).kafka
    arguments = kafka.arguments()
    context = arguments.pop("ssl_context")
    assert arguments == {
        "bootstrap_servers": "kafka:9092",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "routing",
        "sasl_plain_password": "a-secret-word",
    }
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(context.get_ca_certs()) == 1, (
        "the system's authorities may not speak for our brokers where a CA is named"
    )
    broker = kafka.of_the_broker()
    assert broker is not None
    assert (broker.username, broker.password, broker.use_ssl) == ("routing", "a-secret-word", True)


def test_a_password_is_shown_nowhere(ca: str) -> None:
    settings = ServiceSettings.model_validate(SIGNED_IN | {"kafka_ca": ca})
    assert "a-secret-word" not in f"{settings!r} {settings} {settings.kafka!r} {settings.kafka}"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"kafka_username": ""}, "MOTCUA_KAFKA_USERNAME"),
        ({"kafka_password": ""}, "MOTCUA_KAFKA_PASSWORD"),
        ({"kafka_ca": "/nowhere/ca.pem"}, "MOTCUA_KAFKA_CA"),
        ({"kafka_cert": "/nowhere/cert.pem"}, "MOTCUA_KAFKA_KEY"),
        ({"kafka_key": "/nowhere/key.pem"}, "MOTCUA_KAFKA_CERT"),
        ({"kafka_security": "SSL"}, "kafka_security"),
        ({"mongo_ca": "/nowhere/ca.pem"}, "MOTCUA_MONGO_CA"),
        ({"mongo_cert": "/nowhere/cert.pem"}, "MOTCUA_MONGO_CERT"),
    ],
)
def test_what_is_missing_is_named(change: dict[str, str], name: str) -> None:
    with pytest.raises(ValidationError, match=name) as refused:
        ServiceSettings.model_validate(SIGNED_IN | change)
    assert "a-secret-word" not in str(refused.value.errors(include_input=False))


def test_both_stores_get_the_files_of_tls(ca: str) -> None:
    uris = {
        "mongo_uri": "mongodb://intake:x@mongo/?replicaSet=m",
        "documents_uri": "mongodb://intake:x@mongo/motcua_documents",
    }
    settings = Keeper.model_validate(PLAIN | uris | {"mongo_ca": ca})
    assert settings.mongo_uri == f"mongodb://intake:x@mongo/?replicaSet=m&tls=true&tlsCAFile={ca}"
    assert (
        settings.documents_uri
        == f"mongodb://intake:x@mongo/motcua_documents?tls=true&tlsCAFile={ca}"
    )
    assert Keeper.model_validate(settings.model_dump()).mongo_uri == settings.mongo_uri, (
        "built again, nothing is said twice"
    )


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("mongodb://a,b", "mongodb://a,b/?tls=true&tlsCAFile=/ca"),
        ("mongodb://a/?", "mongodb://a/?tls=true&tlsCAFile=/ca"),
        ("mongodb://a/db", "mongodb://a/db?tls=true&tlsCAFile=/ca"),
        ("mongodb://a?w=1", "mongodb://a/?w=1&tls=true&tlsCAFile=/ca"),
        ("mongodb://a/?TLS=true", "mongodb://a/?TLS=true&tlsCAFile=/ca"),
        ("mongodb://a/?tlscafile=/own", "mongodb://a/?tlscafile=/own"),
    ],
)
def test_a_uri_keeps_what_it_says(uri: str, found: str) -> None:
    assert with_tls(uri, "/ca") == found
    assert with_tls(uri, "") == uri


@pytest.mark.parametrize(
    ("uri", "tls", "user"),
    [
        ("mongodb://a/?replicaSet=m", False, False),
        ("mongodb://u:p@a/?tls=true", True, True),
        ("mongodb://u:p@a/?ssl=true&replicaSet=m", True, True),
        ("mongodb://a/?tls=false&x=user@home", False, False),
        ("mongodb+srv://u:p@a/", True, True),
        ("mongodb+srv://u:p@a/?tls=false", False, True),
        ("mongodb://a/?tls=true&authMechanism=MONGODB-X509", True, True),
        ("mongodb://u:p@a/?tls=true&tlsInsecure=true", False, True),
        ("mongodb://u:p@a/?tls=true&tlsAllowInvalidCertificates=true", False, True),
    ],
)
def test_what_a_uri_says_of_tls_and_login(uri: str, tls: bool, user: bool) -> None:
    assert (uses_tls(uri), signs_in(uri)) == (tls, user)


def test_command_lines_take_the_login_from_the_environment(
    ca: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Kafka("kafka:9092", "SASL_SSL", "operator", "another-word", ca)
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MOTCUA_MONGO_CA", ca)
    assert kafka_of("kafka:9092") == given
    assert client_arguments("other:9092")["sasl_plain_username"] == "operator"
    assert client_arguments(Kafka("plain:9092")) == {"bootstrap_servers": "plain:9092"}, (
        "what is complete asks nobody"
    )
    assert uses_tls(mongo_of("mongodb://u:p@a"))


def test_every_client_is_made_from_these_arguments() -> None:
    """A client with an address of its own would speak plain text on a secure stack."""
    root = Path(__file__).parents[3]
    files = [f for part in ("libs", "services", "deploy") for f in (root / part).rglob("*.py")]
    bare: list[Any] = [
        str(f.relative_to(root))
        for f in files
        if "bootstrap_servers=" in f.read_text() and f.name != "transport.py"
    ]
    assert bare == []
