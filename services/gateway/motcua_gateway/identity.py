"""Who is asking: bearer tokens of an OpenID Connect provider (VNeID, Keycloak, any), and dev tokens under MOTCUA_ENV=dev alone.

A token is judged by the verifier of its issuer; both check signature, audience, issuer and times. Nothing of a token is logged.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any, Protocol

import jwt
from motcua_contracts.catalog import Place
from motcua_contracts.catalogue import Catalogue
from motcua_contracts.refusals import FactMissing

from .people import People
from .refusals import DevelopmentOnly, OfficerNotPlaced, PersonaUnknown, RoleNeeded, Unauthenticated
from .settings import Settings

CITIZEN = "citizen"
PLACED = frozenset({"clerk", "officer", "leader", "cashier"})
"""Roles of people whom the catalogue places at an agency."""
DEV_ISSUER = "urn:motcua:dev"
ALGORITHMS = ("RS256", "ES256")
LEEWAY_SECONDS = 30
PERSONAS: dict[str, tuple[str, ...]] = {
    "citizen-an": (CITIZEN,),
    "citizen-binh": (CITIZEN,),
    "clerk-haihau": ("clerk",),
    "cashier-haihau": ("cashier",),
    "officer-tckh": ("officer",),
    "leader-tckh": ("leader",),
    "officer-tuphap": ("officer",),
    "leader-tuphap": ("leader",),
    "clerk-haiminh": ("clerk",),
    "officer-haiminh": ("officer",),
    "leader-haiminh": ("leader",),
    "editor": ("catalog-editor",),
    "operator": ("operator",),
    "auditor": ("auditor",),
}
"""The people of the demo district; officers have the ids that services/catalog/organisation gives them."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says. `officer` is the catalogue's id, empty for everybody else."""

    issuer: str
    subject: str
    roles: frozenset[str]
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `place` is where an officer sits, None for everybody else."""

    actor: str
    roles: frozenset[str]
    officer: str = ""
    place: Place | None = None

    def needs(self, *roles: str) -> None:
        """Raises `RoleNeeded`."""
        if not self.roles & set(roles):
            raise RoleNeeded(roles=", ".join(roles))

    def seat(self, *roles: str) -> Place:
        """The place of an officer who holds one of the roles. Raises `RoleNeeded`, `OfficerNotPlaced`."""
        self.needs(*roles)
        if self.place is None:
            raise OfficerNotPlaced()
        return self.place


class Verifier(Protocol):
    async def verify(self, token: str) -> Claims:
        """Raises `jwt.PyJWTError`."""
        ...


class DevTokens:
    """Tokens of the personas, signed with a secret of the gateway's database."""

    def __init__(self, key: bytes, settings: Settings) -> None:
        self._key, self._audience, self._seconds = key, settings.oidc_audience, settings.dev_token_seconds

    def issue(self, persona: str, seconds: int | None = None) -> tuple[str, int]:
        """A token and how long it is good for. Raises `PersonaUnknown`."""
        if persona not in PERSONAS:
            raise PersonaUnknown(allowed=", ".join(PERSONAS))
        lasts, now = seconds if seconds is not None else self._seconds, int(time())
        roles = list(PERSONAS[persona])
        officer = persona if PLACED & set(roles) else ""
        said = {
            "iss": DEV_ISSUER,
            "aud": self._audience,
            "sub": persona,
            "iat": now,
            "exp": now + lasts,
            "roles": roles,
            "officer": officer,
        }
        return jwt.encode(said, self._key, algorithm="HS256"), lasts

    async def verify(self, token: str) -> Claims:
        said = jwt.decode(
            token, self._key, algorithms=["HS256"], audience=self._audience, issuer=DEV_ISSUER, options={"require": ["exp", "sub"]}
        )  # fmt: skip
        return Claims(said["iss"], said["sub"], frozenset(said["roles"]), said["officer"])


class OpenIdTokens:
    """Tokens of the configured provider. Its keys are fetched once and again when a token names one that is not known."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = jwt.PyJWKSet.from_dict(json.loads(Path(settings.oidc_jwks_file).read_bytes())) if settings.oidc_jwks_file else None
        self._client = jwt.PyJWKClient(settings.oidc_jwks_url, timeout=5) if settings.oidc_jwks_url else None

    async def verify(self, token: str) -> Claims:
        key = await self._key(token)
        said = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=self._settings.oidc_audience,
            issuer=self._settings.oidc_issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "sub", "aud", "iss"]},
        )
        roles = _at(said, self._settings.oidc_roles_claim)
        officer = _at(said, self._settings.oidc_officer_claim)
        return Claims(said["iss"], said["sub"], _strings(roles), officer if isinstance(officer, str) else "")

    async def _key(self, token: str) -> Any:
        if self._file is not None:
            kid = jwt.get_unverified_header(token).get("kid")
            for key in self._file.keys:
                if kid in (None, key.key_id):
                    return key.key
            raise jwt.InvalidKeyError("no such key")
        if self._client is None:
            raise jwt.InvalidKeyError("no keys are configured")
        return (await asyncio.to_thread(self._client.get_signing_key_from_jwt, token)).key


class Identity:
    """From a bearer token to a caller."""

    def __init__(self, settings: Settings, people: People, catalogue: Catalogue, dev_key: bytes) -> None:
        self._people, self._catalogue = people, catalogue
        self._dev = DevTokens(dev_key, settings) if settings.env == "dev" else None
        self._verifiers: dict[str, Verifier] = {DEV_ISSUER: self._dev} if self._dev else {}
        if settings.oidc_issuer:
            self._verifiers[settings.oidc_issuer] = OpenIdTokens(settings)

    @property
    def dev(self) -> DevTokens:
        """Raises `DevelopmentOnly` everywhere else."""
        if self._dev is None:
            raise DevelopmentOnly()
        return self._dev

    async def caller(self, authorization: str) -> Caller:
        """The caller of an Authorization header. Raises `Unauthenticated`."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated()
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss", "")
            verifier = self._verifiers.get(issuer) if isinstance(issuer, str) else None
            if verifier is None:
                raise Unauthenticated()
            claims = await verifier.verify(token)
        except jwt.PyJWTError as error:
            raise Unauthenticated() from error
        return await self._known(claims)

    async def _known(self, claims: Claims) -> Caller:
        """An officer is known by the catalogue's id, and holds only the roles that the catalogue's place holds too."""
        if not claims.officer:
            pseudonym = await self._people.pseudonym(claims.issuer, claims.subject)
            return Caller(f"citizen:{pseudonym}", claims.roles - PLACED)
        actor = f"officer:{claims.officer}"
        try:
            place = self._catalogue.place(claims.officer)
        except FactMissing:
            return Caller(actor, claims.roles - PLACED - {CITIZEN}, claims.officer)
        return Caller(actor, (claims.roles - PLACED - {CITIZEN}) | (claims.roles & set(place.roles)), claims.officer, place)


def _at(said: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, None where it is not there."""
    value: Any = said
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _strings(value: Any) -> frozenset[str]:
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, Iterable) else frozenset()
