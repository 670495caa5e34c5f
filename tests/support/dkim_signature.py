"""DKIM (RFC 6376) as a relay signs and a receiver verifies: rsa-sha256, both canonicalizations.

The receiver has the key; no DNS.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

Way = Literal["simple", "relaxed"]
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r]|\r\n[ \t])*)\r\n")
_SIGNATURE = re.compile(rb"(;\s*b\s*=)[^;]*")


def sign(raw: bytes, names: Sequence[str], domain: str, key: RSAPrivateKey, way: Way) -> bytes:
    """The field that a relay puts before the mail.

    A name listed once more than the mail has it forbids to add such a field.
    """
    listed = ":\r\n\t ".join(names)
    tags = (
        f" v=1; a=rsa-sha256; c={way}/{way}; d={domain};"
        f" s=relay;\r\n\th={listed};\r\n\tbh={_body_hash(raw, way)};\r\n\tb="
    )
    field = b"DKIM-Signature:" + tags.encode()
    signature = key.sign(_signed(raw, names, field + b"\r\n", way), PKCS1v15(), SHA256())
    text = b64encode(signature)
    return field + b"\r\n\t ".join(text[at : at + 70] for at in range(0, len(text), 70)) + b"\r\n"


def verifies(raw: bytes, key: RSAPublicKey) -> bool:
    """Whether the first field of a mail is a signature that holds."""
    found = _FIELD.match(raw)
    assert found is not None
    assert found[1] == b"DKIM-Signature"
    tags = dict(
        tag.strip().split("=", 1)
        for tag in re.sub(r"\s+", "", found[2].decode()).strip(";").split(";")
    )
    way: Way = "simple" if tags["c"] == "simple/simple" else "relaxed"
    mail = raw[found.end() :]
    if tags["bh"] != _body_hash(mail, way):
        return False
    own = _SIGNATURE.sub(rb"\1", found[0].removesuffix(b"\r\n")) + b"\r\n"
    try:
        key.verify(
            b64decode(tags["b"]),
            _signed(mail, tags["h"].split(":"), own, way),
            PKCS1v15(),
            SHA256(),
        )
    except InvalidSignature:
        return False
    return True


def _signed(raw: bytes, names: Sequence[str], own: bytes, way: Way) -> bytes:
    """What the signature is made over: the fields that it names, each from the last one up, then
    itself without its value (5.4.2, 3.7).
    """
    fields = [
        (found[1].lower(), found[0])
        for found in _FIELD.finditer(raw.partition(b"\r\n\r\n")[0] + b"\r\n")
    ]
    chosen = []
    for name in names:
        at = next(
            (at for at in reversed(range(len(fields))) if fields[at][0] == name.lower().encode()),
            None,
        )
        if at is not None:
            chosen.append(_field(fields.pop(at)[1], way))
    return b"".join(chosen) + _field(own, way).removesuffix(b"\r\n")


def _field(field: bytes, way: Way) -> bytes:
    """Section 3.4.1 and 3.4.2."""
    if way == "simple":
        return field
    name, _, value = field.partition(b":")
    return (
        name.strip().lower()
        + b":"
        + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" ")
        + b"\r\n"
    )


def _body_hash(raw: bytes, way: Way) -> str:
    """Section 3.4.3 and 3.4.4: empty lines at the end do not count; relaxed, blanks count once and
    at no line's end.
    """
    body = raw.partition(b"\r\n\r\n")[2]
    if way == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", re.sub(rb"[ \t]+\r\n", b"\r\n", body))
    body = re.sub(rb"(\r\n)*\Z", b"", body)
    return b64encode(sha256(body + b"\r\n" if body or way == "simple" else b"").digest()).decode()
