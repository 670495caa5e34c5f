"""What every certificate of a local stack is built from: its names, its key usage, its authority
and its leaf.

Authorities sign once and are gone: their keys are never stored.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_CLOCKS_DIFFER = timedelta(days=1)
_NO_USE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


def usage(**allowed: bool) -> x509.KeyUsage:
    """These uses and no other."""
    return x509.KeyUsage(**{**_NO_USE, **allowed})


def authority(name: x509.Name, key: Key, now: datetime, valid: timedelta) -> x509.Certificate:
    """A certificate that signs leaves, and no other authority."""
    return (
        _unsigned(name, name, key, now, valid)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def leaf(
    name: x509.Name,
    key: Key,
    issuer: x509.Certificate,
    issuer_key: Key,
    uses: x509.KeyUsage,
    *others: x509.ExtensionType,
) -> x509.Certificate:
    """A certificate that signs no other, valid as long as its issuer's.

    `others`: further extensions, none of them critical.
    """
    begins, ends = issuer.not_valid_before_utc, issuer.not_valid_after_utc
    unsigned = (
        _unsigned(
            name, issuer.subject, key, begins + _CLOCKS_DIFFER, ends - begins - _CLOCKS_DIFFER
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(uses, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    for other in others:
        unsigned = unsigned.add_extension(other, critical=False)
    return unsigned.sign(issuer_key, hashes.SHA256())


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, valid: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + valid)
    )
