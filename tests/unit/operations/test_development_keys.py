"""The development keys: made once, kept, a chain that a verifier follows, readable by their owner
alone.
"""

import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from motcua_chassis.signatures import Keyring, Signer
from motcua_contracts.wire.topics import SERVICES
from motcua_documents.key_files import KeyFiles
from motcua_documents.signing_keys import SigningKeys
from motcua_local.layout import private_env
from motcua_operations.development_keys import AUTHORITIES, ensure_keys


def test_the_second_start_finds_the_same_keys(tmp_path: Path) -> None:
    first = ensure_keys(tmp_path / "keys")
    contents = {file.name: file.read_bytes() for file in (tmp_path / "keys").iterdir()}
    assert ensure_keys(tmp_path / "keys") == first
    assert {file.name: file.read_bytes() for file in (tmp_path / "keys").iterdir()} == contents


def test_the_leaf_is_signed_by_the_ca_and_may_sign_documents(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "keys")
    leaf, ca = x509.load_pem_x509_certificates(keys.signing_cert.read_bytes())
    assert [ca] == x509.load_pem_x509_certificates(keys.ca_cert.read_bytes())
    leaf.verify_directly_issued_by(ca)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    key = serialization.load_pem_private_key(keys.signing_key.read_bytes(), None)
    assert key.public_key() == leaf.public_key()


def test_each_agency_has_a_certificate_of_its_own_name_under_the_same_authority(
    tmp_path: Path,
) -> None:
    keys = ensure_keys(tmp_path / "keys")
    signers = SigningKeys.load(
        KeyFiles(str(keys.signing_key), str(keys.signing_cert), str(keys.signing_keys))
    )
    names = {agency: signers.of(agency).name for agency in (*AUTHORITIES, "elsewhere")}
    assert names == {**AUTHORITIES, "elsewhere": "Một Cửa development signer"}
    (ca,) = x509.load_pem_x509_certificates(keys.ca_cert.read_bytes())
    for agency in AUTHORITIES:
        leaf, *_ = x509.load_pem_x509_certificates(
            (tmp_path / "keys" / f"signing-{agency}-cert.pem").read_bytes()
        )
        leaf.verify_directly_issued_by(ca)


def test_a_home_of_an_earlier_release_gets_them_and_its_papers_stay_good(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "keys")
    before = x509.load_pem_x509_certificates(keys.ca_cert.read_bytes())
    keys.signing_keys.unlink()
    ensure_keys(tmp_path / "keys")
    assert x509.load_pem_x509_certificates(keys.ca_cert.read_bytes())[1:] == before


def test_secrets_differ_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "keys")
    assert keys.vnpay_secret != keys.token_secret
    assert len(keys.vnpay_secret) == 64
    for name in ("signing-key.pem", "vnpay-secret", "token-secret"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def test_a_key_without_its_certificate_is_made_anew_with_it(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "keys")
    before = keys.signing_key.read_bytes()
    keys.signing_cert.unlink()
    ensure_keys(tmp_path / "keys")
    assert keys.signing_key.read_bytes() != before


def test_the_keys_of_commands_pair_up_are_kept_and_only_the_gateway_signs_for_people(
    tmp_path: Path,
) -> None:
    keys = ensure_keys(tmp_path / "keys")
    ring = Keyring.load(str(keys.command_keys))
    roles = {
        name: ring.keys[Signer.load(file).id].role
        for name, file in (("gateway", keys.gateway_key), ("tools", keys.tools_key))
    }
    assert roles == {"gateway": "gateway", "tools": "tools"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in (keys.gateway_key, keys.tools_key))
    before = keys.gateway_key.read_bytes()
    keys.command_keys.unlink()
    assert Keyring.load(str(ensure_keys(tmp_path / "keys").command_keys)) == ring
    assert keys.gateway_key.read_bytes() == before
    assert [service for service in SERVICES if private_env(service, keys)] == ["gateway"]
