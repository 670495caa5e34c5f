"""Certificates of a secure local stack: an authority of its own, and one certificate for each
server, for this machine alone.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from motcua_operations.development_keys import write_private
from motcua_operations.x509_parts import authority, leaf, usage

_DAYS_VALID = 825
PEM = serialization.Encoding.PEM


def make_authority(directory: Path, servers: tuple[str, ...]) -> None:
    """`ca.pem`, and for each server `<name>.pem`: its key, its certificate for localhost and
    127.0.0.1, the authority's. Mode 0600.

    The authority's own key is not kept: it signs these and nothing ever again.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    ca = authority(
        _name("motcua local authority"), key, datetime.now(UTC), timedelta(days=_DAYS_VALID)
    )
    for server in servers:
        write_private(directory / f"{server}.pem", _server(server, ca, key))
    write_private(directory / "ca.pem", ca.public_bytes(PEM))


def _server(name: str, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    # Servers also speak to each other, then as clients.
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = leaf(
        _name(name),
        key,
        ca,
        ca_key,
        usage(digital_signature=True),
        x509.ExtendedKeyUsage(both),
        x509.SubjectAlternativeName(names),
    )
    private = key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(PEM) + ca.public_bytes(PEM)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
