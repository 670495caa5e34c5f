"""Keys and secrets of a stack on one machine: made at its first start, kept in `.motcua/keys`,
readable by this user alone.

For development: whoever signs with them signs for nobody. A real installation mounts its own key
and certificate. deploy/compose makes them with this module:

    python -m motcua_operations.development_keys DIRECTORY
"""

import base64
import json
import secrets
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from .x509_parts import authority, leaf, usage

GATEWAY_KEY, TOOLS_KEY, COMMAND_KEYS = (
    "command-gateway.pem",
    "command-tools.pem",
    "command-keys.json",
)
SIGNING_KEYS = "signing-keys.json"
AUTHORITIES = {
    "namdinh": "Ủy ban nhân dân tỉnh Nam Định",
    "haihau": "Ủy ban nhân dân huyện Hải Hậu",
    "haiminh": "Ủy ban nhân dân xã Hải Minh",
}
"""Agencies of the demo that sign with a certificate of their own, by the name that it and their
papers bear.
"""
_YEARS_VALID = 10


@dataclass(frozen=True, slots=True)
class Keys:
    """`signing_cert`: the leaf, then its CA (PEM).

    `ca_cert`: the CA alone, what a verifier trusts. `rsa` key in PKCS8, unencrypted.
    """

    signing_key: Path
    signing_cert: Path
    ca_cert: Path
    vnpay_secret: str
    bank_secret: str
    token_secret: str
    command_keys: Path
    """Whose commands the services believe: the public halves of the two that follow."""
    gateway_key: Path
    tools_key: Path
    signing_keys: Path
    """The keys and certificates of each authority, by its id."""


def ensure_keys(directory: Path) -> Keys:
    """Makes what is missing. A key without its certificate is replaced together with it."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    key, cert, ca = (
        directory / "signing-key.pem",
        directory / "signing-cert.pem",
        directory / "signing-ca.pem",
    )
    listed = directory / SIGNING_KEYS
    if not (key.is_file() and cert.is_file() and ca.is_file() and listed.is_file()):
        _make_chain(directory, ca, datetime.now(UTC))
    gateway, tools = directory / GATEWAY_KEY, directory / TOOLS_KEY
    command_keys = directory / COMMAND_KEYS
    if not (gateway.is_file() and tools.is_file() and command_keys.is_file()):
        _make_command_keys(command_keys, {"gateway": gateway, "tools": tools})
    secret = {name: _secret(directory / f"{name}-secret") for name in ("vnpay", "bank", "token")}
    return Keys(
        key,
        cert,
        ca,
        secret["vnpay"],
        secret["bank"],
        secret["token"],
        command_keys,
        gateway,
        tools,
        listed,
    )


def _make_command_keys(public: Path, private: dict[str, Path]) -> None:
    """Key pairs by role, those that are there kept; and the list of their public halves."""
    rows = []
    for role, file in private.items():
        if not file.is_file():
            new = Ed25519PrivateKey.generate()
            pem = (
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            write_private(file, new.private_bytes(*pem))
        key = serialization.load_pem_private_key(file.read_bytes(), None)
        der = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        rows.append({"role": role, "key": base64.b64encode(der).decode()})
    write_private(public, json.dumps(rows).encode())


def _secret(file: Path) -> str:
    if not file.is_file():
        write_private(file, secrets.token_hex(32).encode())
    return file.read_text().strip()


def write_private(file: Path, content: bytes) -> None:
    temporary = file.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(content)
    temporary.replace(file)


def _make_chain(directory: Path, ca_file: Path, now: datetime) -> None:
    """An authority, and what it signs: the certificate of everybody, and one for each of the demo's
    agencies.

    An authority that was there before stays trusted: a home of an earlier release has papers of it.
    """
    ca_key = _rsa()
    ca = authority(_name("Một Cửa development CA"), ca_key, now, timedelta(days=366 * _YEARS_VALID))
    ca_file.write_bytes(
        ca.public_bytes(serialization.Encoding.PEM)
        + (ca_file.read_bytes() if ca_file.is_file() else b"")
    )
    _make_leaf(directory, "signing", "Một Cửa development signer", ca, ca_key)
    for agency, name in AUTHORITIES.items():
        _make_leaf(directory, f"signing-{agency}", name, ca, ca_key)
    files = {
        agency: {"key": f"signing-{agency}-key.pem", "cert": f"signing-{agency}-cert.pem"}
        for agency in AUTHORITIES
    }
    # The CA's own key is not kept: it signs these and nothing ever again.
    write_private(directory / SIGNING_KEYS, json.dumps(files, indent=1).encode())


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _make_leaf(
    directory: Path, file: str, name: str, ca: x509.Certificate, ca_key: rsa.RSAPrivateKey
) -> None:
    # content_commitment is what older texts call non-repudiation.
    leaf_key, signs = _rsa(), usage(digital_signature=True, content_commitment=True)
    leaf_cert = leaf(_name(name), leaf_key, ca, ca_key, signs)
    pem = serialization.Encoding.PEM
    (directory / f"{file}-cert.pem").write_bytes(leaf_cert.public_bytes(pem) + ca.public_bytes(pem))
    private = leaf_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(directory / f"{file}-key.pem", private)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Một Cửa (development)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


if __name__ == "__main__":
    ensure_keys(Path(sys.argv[1]))
