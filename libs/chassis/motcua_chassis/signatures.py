"""Signatures of commands: who may write which actor, shown on the record's own bytes.

Nothing of a command is believed before.

A signed record is the encoded one with three more fields at its end, so that a reader splits bytes
and serialises nothing again:

    {"specversion":"1.0", …,
    "data":{…},"keyid":"3f0c…","signedat":"2026-11-27T02:00:00Z","signature":"…"}

The signature is over a fixed word, the topic's name, the head (every byte before `,"data":`), the
SHA-256 of the data's bytes in place of them, and the key's id and the time. So a head can still be
verified after the data behind it was shredded (decision 0029). It is Ed25519 for a key pair (the
gateway has one, the command line another) and HMAC-SHA256 for what a service tells itself, under a
secret that only its own database holds.
"""

import hashlib
import hmac
import json
import os
import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)
from motcua_contracts.wire.envelope import Undecodable

OWN = "own"
"""The key id of what a service tells itself."""
MOST_AGE = timedelta(days=1)
"""Between signing and appending. Far below the 30 days for which answered commands are known, so
that no copy is taken for a new one.
"""
PROVIDERS = ("system:vnpay", "system:bank", "system:sms", "system:contact")
"""Whose word the gateway brings though nobody signed in: providers, and whoever follows the signed
link that confirms a contact.
"""
TOOLS = ("system:catalog-import", "system:catalog-desk", "system:reconciliation")
ROLES = ("gateway", "tools")
FORM = (
    '[{"role": "gateway" or "tools", "key": "…", "not_after": "2027-01-31T00:00:00Z" or left out}]'
)

_WORD = b"motcua.command.v2\n"
_DATA = b',"data":'
_TAIL = re.compile(
    rb',"keyid":"([0-9a-z]{1,32})","signedat":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"(,"signature":"([\w-]{43}|[\w-]{86})"\})\Z',
    re.ASCII,
)
_LONGEST_TAIL = 256
UNSIGNED = "signature: required; this command bears none"


class Parts(NamedTuple):
    """A signed record without its data: what has to be kept of it, so that whoever has the public
    key can verify it again.

    `head`: the bytes before `,"data":`. `digest`: SHA-256 of the data's bytes, in hex. `tail`: from
    `,"keyid"` to the end. No string of a head can hold `,"data":`, since JSON escapes its quotes:
    the first one is the member itself.
    """

    head: bytes
    digest: str
    tail: bytes

    @property
    def envelope(self) -> bytes:
        """The head as a JSON object of its own."""
        return self.head + b"}"

    @property
    def key(self) -> str:
        """The key id that it bears, whether its signature holds or not; empty
        where it bears none.
        """
        found = _TAIL.fullmatch(self.tail)
        return found[1].decode() if found is not None else ""

    def content(self, topic: str) -> bytes:
        """What is signed."""
        return _content(
            topic, self.head, self.digest, self.tail[: self.tail.rindex(b',"signature"')]
        )


def split_signed(raw: bytes) -> tuple[Parts, bytes]:
    """A signed record's parts and its data, of which nothing is verified yet.

    Raises `Forged` for what has not the form of one.
    """
    tail = _TAIL.search(raw, max(0, len(raw) - _LONGEST_TAIL))
    at = raw.find(_DATA)
    if tail is None or not 0 < at <= tail.start() - len(_DATA):
        raise Forged("unsigned", UNSIGNED)
    data = raw[at + len(_DATA) : tail.start()]
    return Parts(raw[:at], hashlib.sha256(data).hexdigest(), raw[tail.start() :]), data


def _content(topic: str, head: bytes, digest: str, key: bytes) -> bytes:
    """No two records have the same: topics hold no line break, a head no `,"data":`, and digest and
    time have fixed lengths.
    """
    return b"".join((_WORD, topic.encode(), b"\n", head, _DATA, digest.encode(), key))


class Forged(Undecodable):
    """A command that nobody vouches for.

    `reason` begins with the field and holds nothing of the record; `slug` names the kind.
    """

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(reason)
        self.slug = slug


class UnusableKey(ValueError):  # noqa: N818 - the reader's word
    """A key that cannot be used; the text says what is required."""


def speaks(role: str, actor: str) -> bool:
    """Whether a key of this role may vouch for the actor.

    No key pair speaks for a service: that is the service's own secret's.
    """
    if role == "tools":
        return actor in TOOLS
    return role == "gateway" and (
        actor in PROVIDERS or (bool(actor) and not actor.startswith("system:"))
    )


# ---------------------------------------------------------------------- signing


@dataclass(frozen=True, slots=True)
class Signer:
    """The private half of a key pair.

    `id` follows from the public half, so that the two cannot be mixed up.
    """

    id: str
    _key: Ed25519PrivateKey

    @classmethod
    def load(cls, file: str | Path) -> "Signer":
        """From a PEM file (PKCS8, unencrypted). Raises `UnusableKey`."""
        try:
            key = load_pem_private_key(Path(file).read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise UnusableKey(
                f"a PEM file with an Ed25519 private key is required ({type(error).__name__})"
            ) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise UnusableKey("an Ed25519 key is required")
        return cls(key_id(key.public_key()), key)

    def sign(self, raw: bytes, topic: str, now: datetime | None = None) -> bytes:
        """The record with its signature. `raw` is what `encode` gave; `now` is wall-clock time."""
        return _signed(raw, topic, self.id, now, self._key.sign)


@dataclass(frozen=True, slots=True)
class OwnSigner:
    """A service's own secret, with which it signs and knows what it tells itself.

    `actor`: `system:<service>`.
    """

    actor: str
    _secret: bytes

    def sign(self, raw: bytes, topic: str, now: datetime | None = None) -> bytes:
        return _signed(raw, topic, OWN, now, self._code)

    def verifies(self, content: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(self._code(content), signature)

    def _code(self, content: bytes) -> bytes:
        return hmac.digest(self._secret, content, "sha256")


def tools_signer(file: str | Path | None = None) -> Signer:
    """The command line's key; None: as `MOTCUA_COMMAND_KEY` names it. Raises `UnusableKey`."""
    named = file or os.environ.get("MOTCUA_COMMAND_KEY")
    if not named:
        raise UnusableKey(
            "the file of the tools' private key is required (MOTCUA_COMMAND_KEY): services refuse"
            " what nobody signed"
        )
    return Signer.load(named)


def _signed(raw: bytes, topic: str, key: str, now: datetime | None, sign: Any) -> bytes:
    at = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head, _, data = raw[:-1].partition(_DATA)
    named = f',"keyid":"{key}","signedat":"{at}"'.encode()
    signature = urlsafe_b64encode(
        sign(_content(topic, head, hashlib.sha256(data).hexdigest(), named))
    ).rstrip(b"=")
    return raw[:-1] + named + b',"signature":"' + signature + b'"}'


# ---------------------------------------------------------------------- knowing


@dataclass(frozen=True, slots=True)
class PublicKey:
    """`not_after`: what is appended later is refused; None: no end."""

    role: str
    key: Ed25519PublicKey
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keyring:
    """Whom a service believes. `own`: what it tells itself, None where nothing is (the auditor)."""

    keys: Mapping[str, PublicKey] = field(default_factory=dict)
    own: OwnSigner | None = None

    @classmethod
    def load(cls, said: str) -> "Keyring":
        """From `MOTCUA_COMMAND_PUBLIC_KEYS`: JSON, or the name of a file that holds it.

        Raises `UnusableKey`.
        """
        if not said.strip():
            raise UnusableKey(f"required: JSON, or the name of a file that holds it: {FORM}")
        try:
            rows = json.loads(said if said.lstrip().startswith("[") else Path(said).read_text())
            keys = dict(_public_key(row) for row in rows)
        except OSError as error:
            raise UnusableKey(f"the file cannot be read ({type(error).__name__})") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnusableKey(
                f"{FORM} is required, `key` as between the lines of a PEM file ({error})"
            ) from None
        if not keys:
            raise UnusableKey(f"at least one key is required: {FORM}")
        return cls(keys)

    def check(self, raw: bytes, topic: str, appended: datetime | None) -> str:
        """The role of the key that signed these bytes for this topic, `own` for the service itself.

        `appended`: by the broker's clock; None where this was looked at before (a record that
        waited behind a parked one).

        Raises `Forged`.
        """
        return self.check_parts(split_signed(raw)[0], topic, appended)

    def check_parts(self, parts: Parts, topic: str, appended: datetime | None) -> str:
        """The same for a record of which the data was shredded. Raises `Forged`."""
        tail = _TAIL.fullmatch(parts.tail)
        if tail is None or _DATA in parts.head:
            raise Forged("unsigned", UNSIGNED)
        key, content = tail[1].decode(), parts.content(topic)
        signature = urlsafe_b64decode(tail[4] + b"==")
        if urlsafe_b64encode(signature).rstrip(b"=") != tail[4]:
            raise Forged("signature", "signature: is not in its one form")
        if key == OWN:
            if self.own is None or not self.own.verifies(content, signature):
                raise Forged(
                    "signature",
                    "signature: is not this service's own for these bytes on this topic",
                )
            role = OWN
        else:
            role = self._verified(key, content, signature, appended)
        if appended is not None:
            signed = datetime.strptime(tail[2].decode(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            if not -MOST_AGE <= appended - signed <= MOST_AGE:
                raise Forged(
                    "age", f"signedat: more than {MOST_AGE.days} day from when it was appended"
                )
        return role

    def check_actor(self, role: str, actor: str) -> None:
        """Raises `Forged` where the key may not speak for the actor."""
        allowed = (
            self.own is not None and actor == self.own.actor if role == OWN else speaks(role, actor)
        )
        if not allowed:
            raise Forged("actor", f"actor: a key of the role {role} may not speak for it")

    def _verified(
        self, key: str, content: bytes, signature: bytes, appended: datetime | None
    ) -> str:
        known = self.keys.get(key)
        if known is None:
            raise Forged("keyid", "keyid: this key is not among those that are believed")
        try:
            known.key.verify(signature, content)
        except InvalidSignature:
            raise Forged(
                "signature", "signature: is not this key's for these bytes on this topic"
            ) from None
        if appended is not None and known.not_after is not None and appended > known.not_after:
            raise Forged("expired", "keyid: this key was no longer believed when it was appended")
        return known.role


def key_id(key: Ed25519PublicKey) -> str:
    """16 hex digits of the public key's SHA-256."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def _public_key(row: dict[str, Any]) -> tuple[str, PublicKey]:
    if unknown := set(row) - {"role", "key", "not_after"}:
        raise ValueError(f"{', '.join(sorted(unknown))}: not allowed")
    if row["role"] not in ROLES:
        raise ValueError(f"role: one of {', '.join(ROLES)}")
    key = load_der_public_key(b64decode(row["key"], validate=True))
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("key: an Ed25519 key")
    until = row.get("not_after")
    instant = datetime.fromisoformat(until) if until is not None else None
    if instant is not None and instant.tzinfo is None:
        raise ValueError("not_after: an instant with its offset")
    return key_id(key), PublicKey(row["role"], key, instant)
