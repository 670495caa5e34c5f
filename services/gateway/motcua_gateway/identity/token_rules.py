"""What a bearer token must be and say before anybody is believed to have sent it.

Pure: no keys, no network, no clock of its own.

A header is read before its signature can be checked, so it is read narrowly: short, flat, a key id
of printable letters. What a token claims is read only after its signature was found right.
"""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jwt
import orjson
from motcua_contracts.values.contacts import email_of
from motcua_contracts.values.phones import phone_of

LEEWAY_SECONDS = 30
LONGEST_HEADER, LONGEST_KEY_ID, LONGEST_SUBJECT, LONGEST_OFFICER, MOST_ROLES = (
    2_000,
    200,
    255,
    64,
    200,
)
LONGEST_EMAIL, LONGEST_PHONE = 200, 20
LAST_SECOND = 4_102_444_800
"""The year 2100: a time beyond it is nobody's."""


class NotGood(jwt.PyJWTError):
    """The token breaks a rule.

    The caller is told `Unauthenticated`, whichever it is; the text quotes nothing of the token.
    """


class Head(NamedTuple):
    """What of a header is used. `kid` None: it names no key."""

    algorithm: str
    kid: str | None
    type: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says.

    `officer` is the catalogue's id, empty for everybody else. `session` names what a sign-out ends:
    this token, and the provider's session where it names one. `weak`: roles that need a stronger
    sign-in than this token's (`acr`). `email`, `phone`: those that the provider vouches for, as
    `acts/contacts.py` compares them; empty where it does not.
    """

    issuer: str
    subject: str
    roles: frozenset[str]
    officer: str = ""
    expires_at: int = 0
    session: tuple[str, ...] = ()
    weak: frozenset[str] = frozenset()
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings, read.

    `clients` empty: any. `acr`: role -> values of which one is needed. `email`, `phone`: the claims
    that hold the contact, and that say it is the person's own.
    """

    types: frozenset[str]
    claim_types: frozenset[str]
    clients: frozenset[str]
    acr: Mapping[str, frozenset[str]]
    longest_seconds: int
    roles_claim: str
    officer_claim: str
    email: tuple[str, str] = ("", "")
    phone: tuple[str, str] = ("", "")


def head_of(token: str, most_bytes: int) -> Head:
    """Raises `NotGood`."""
    parts = token.split(".")
    if (
        len(token) > most_bytes
        or not token.isascii()
        or len(parts) != 3
        or len(parts[0]) > LONGEST_HEADER
    ):
        raise NotGood("no token, or too long")
    try:
        said = orjson.loads(urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except ValueError as error:
        raise NotGood("the header is no JSON") from error
    if not isinstance(said, dict) or any(
        isinstance(value, dict | list) and not _flat(value) for value in said.values()
    ):
        raise NotGood("the header is nested")
    algorithm, kid, kind = said.get("alg"), said.get("kid"), said.get("typ", "")
    if "crit" in said or said.get("b64", True) is not True:
        raise NotGood("crit and b64 are not understood here")
    if not isinstance(algorithm, str) or not isinstance(kind, str):
        raise NotGood("alg and typ are texts")
    if kid is not None and not (
        isinstance(kid, str) and 0 < len(kid) <= LONGEST_KEY_ID and kid.isprintable()
    ):
        raise NotGood("kid is 1 to 200 printable letters")
    return Head(algorithm, kid, kind.lower().removeprefix("application/"))


def claims_of(head: Head, said: Mapping[str, Any], rules: Rules, at: float) -> Claims:
    """What a rightly signed token says, where it is an access token that was made for us and for so
    long. Raises `NotGood`.
    """
    if (
        head.type not in rules.types
        or said.get("typ", next(iter(rules.claim_types), "")) not in rules.claim_types
    ):
        raise NotGood("not an access token")
    if "at_hash" in said or "c_hash" in said or "events" in said:
        raise NotGood("an ID token or a logout token")
    if rules.clients and not _made_for(said, rules.clients):
        raise NotGood("made for another client")
    began, ends = _instant(said, "iat"), _instant(said, "exp")
    if began > at + LEEWAY_SECONDS or ends - began > rules.longest_seconds:
        raise NotGood("made in the future, or for too long")
    subject, session = said.get("sub"), said.get("sid")
    if not (
        isinstance(subject, str)
        and 0 < len(subject) <= LONGEST_SUBJECT
        and subject.isprintable()
        and subject.strip()
    ):
        raise NotGood("sub is 1 to 255 printable letters")
    officer = _at(said, rules.officer_claim)
    if officer is not None and not (
        isinstance(officer, str) and len(officer) <= LONGEST_OFFICER and officer.isprintable()
    ):
        raise NotGood("the officer is a text of at most 64 letters")
    roles = _roles(_at(said, rules.roles_claim))
    acr = said.get("acr")
    weak = frozenset(
        role
        for role in roles
        if role in rules.acr and (not isinstance(acr, str) or acr not in rules.acr[role])
    )
    ended_by = (
        (f"sid {said['iss']} {session}",)
        if isinstance(session, str) and 0 < len(session) <= LONGEST_SUBJECT
        else ()
    )
    email = email_of(_vouched(said, rules.email, LONGEST_EMAIL))
    phone = phone_of(_vouched(said, rules.phone, LONGEST_PHONE))
    return Claims(
        said["iss"], subject, roles - weak, officer or "", ends, ended_by, weak, email, phone
    )


def _flat(value: Any) -> bool:
    return isinstance(value, list) and all(not isinstance(one, dict | list) for one in value)


def _made_for(said: Mapping[str, Any], clients: frozenset[str]) -> bool:
    named = [said[name] for name in ("azp", "client_id") if name in said]
    return bool(named) and all(isinstance(one, str) and one in clients for one in named)


def _instant(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LAST_SECOND:
        raise NotGood(f"{name} is no time")
    return int(value)


def _vouched(said: Mapping[str, Any], claims: tuple[str, str], longest: int) -> str:
    """A contact that the provider says it has verified.

    Only the JSON value true says so; the token is good whatever its value.
    """
    contact, verified = (_at(said, claim) if claim else None for claim in claims)
    return (
        contact if verified is True and isinstance(contact, str) and len(contact) <= longest else ""
    )


def _at(said: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, None where it is not there."""
    value: Any = said
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _roles(value: Any) -> frozenset[str]:
    """A list of names, or names with blanks between; nothing else gives a role."""
    named = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    if len(named) > MOST_ROLES:
        raise NotGood("too many roles")
    return frozenset(one for one in named if isinstance(one, str))
