"""What `motcua up` is told, where the parts of a stack are, and what the services read from their
environment.
"""

from pathlib import Path

import pytest
from motcua_contracts.wire.topics import SERVICES
from motcua_local import layout
from motcua_local.detached import option_words
from motcua_local.infra import Infra
from motcua_local.layout import OptionError, Options, documents_uri, parse_instances
from motcua_local.ports import Ports
from motcua_operations.development_keys import Keys

from tests.support.deployed import settings_of


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ([], {}),
        (["routing=3"], {"routing": 3}),
        (["routing=3", "notify=2"], {"routing": 3, "notify": 2}),
        (["routing=3,notify=0"], {"routing": 3, "notify": 0}),
    ],
)
def test_instances_are_read(words: list[str], counts: dict[str, int]) -> None:
    assert parse_instances(words) == counts


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("routing", "SERVICE=COUNT"),
        ("routing=x", "SERVICE=COUNT"),
        ("routing=-1", "SERVICE=COUNT"),
        ("routes=2", "allowed are catalog, intake"),
        ("routing=17", "0 to 16"),
    ],
)
def test_a_wrong_word_is_named_with_what_is_allowed(word: str, says: str) -> None:
    with pytest.raises(OptionError, match=says):
        parse_instances([word])


def test_unknown_services_are_refused_whoever_asks() -> None:
    with pytest.raises(OptionError, match="there is no billing"):
        Options(services=("billing",))


@pytest.mark.parametrize(
    ("server", "documents"),
    [
        (
            "mongodb://127.0.0.1:17017/?replicaSet=motcua",
            "mongodb://127.0.0.1:17017/motcua_documents?replicaSet=motcua",
        ),
        ("mongodb://a:1,b:2/?w=1", "mongodb://a:1,b:2/motcua_documents?w=1"),
        ("mongodb://a:1", "mongodb://a:1/motcua_documents"),
        (
            "mongodb+srv://u:p@a.example/admin?tls=true",
            "mongodb+srv://u:p@a.example/motcua_documents?tls=true",
        ),
    ],
)
def test_the_document_store_is_a_database_on_the_same_server(server: str, documents: str) -> None:
    assert documents_uri(server) == documents


def stack(tmp_path: Path) -> tuple[Ports, Infra, Keys]:
    keys = Keys(
        tmp_path / "k.pem",
        tmp_path / "c.pem",
        tmp_path / "ca.pem",
        "vnpay-secret",
        "bank-secret",
        "token-secret",
        *(
            tmp_path / name
            for name in ("keys.json", "gateway.pem", "tools.pem", "signing-keys.json")
        ),
    )
    return (
        Ports(tmp_path / "ports.json"),
        Infra("127.0.0.1:1", "mongodb://127.0.0.1:2/?replicaSet=motcua", None, None),
        keys,
    )


def test_services_are_told_the_addresses_that_the_stack_file_tells(tmp_path: Path) -> None:
    ports, infra, keys = stack(tmp_path)
    env, addresses = (
        layout.service_env(infra, ports, keys),
        layout.addresses(ports, infra, Options()),
    )
    assert env["MOTCUA_KAFKA_BOOTSTRAP"] == addresses["kafka"]
    assert env["MOTCUA_MONGO_URI"] == addresses["mongo"]
    assert f"127.0.0.1:{env['MOTCUA_SMTP_PORT']}" == addresses["smtp"]
    assert env["MOTCUA_SMS_URL"] == addresses["sms"]
    assert env["MOTCUA_PUBLIC_URL"] == addresses["gateway"]
    assert env["MOTCUA_AUDIT_URL"] == addresses["audit"]
    assert env["MOTCUA_VNPAY_URL"].startswith(addresses["vnpay"] + "/")


def test_the_provider_and_the_service_share_merchant_and_secret(tmp_path: Path) -> None:
    ports, infra, keys = stack(tmp_path)
    provider, service = layout.simulator_env(ports, keys), layout.service_env(infra, ports, keys)
    for name in ("MOTCUA_VNPAY_TMN_CODE", "MOTCUA_VNPAY_SECRET"):
        assert provider[name] == service[name]
    assert (
        provider["MOTCUA_VNPAY_IPN_URL"]
        == f"{service['MOTCUA_PUBLIC_URL']}/api/v1/callbacks/vnpay/ipn"
    )


def test_a_detached_start_hands_every_option_on() -> None:
    options = Options(
        services=("catalog", "routing"),
        instances={"routing": 3},
        simulators=False,
        restart=False,
        mail_sink=True,
    )
    assert option_words(options) == [
        *(
            "--services",
            "catalog,routing",
            "--instances",
            "routing=3",
            "--no-simulators",
            "--no-restart",
        ),
        *("--patience", "60", "--mail-sink"),
    ]
    assert option_words(Options(services=()))[:2] == ["--services", "none"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_starts_with_what_a_stack_gives_it(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting that it may not start with would end every local stack."""
    ports, infra, keys = stack(tmp_path)
    for file in (keys.signing_key, keys.signing_cert, keys.ca_cert, keys.signing_keys):
        file.touch(mode=0o600)
    for name, value in layout.instance_env(
        layout.service_env(infra, ports, keys), f"{service}-1", 1, 2
    ).items():
        monkeypatch.setenv(name, value)
    assert settings_of(service)().env == "dev"
