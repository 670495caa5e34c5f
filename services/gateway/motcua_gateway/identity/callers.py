"""Who is asking: bearer tokens of an OpenID Connect provider (VNeID, Keycloak, any), and dev tokens
under MOTCUA_ENV=dev alone.

Which verifier judges a token is said by its algorithm, so nothing that it claims is read before its
signature was found right. The rules are in `token_rules`, the provider's keys in `provider_keys`,
ended sessions in `signed_out`. Nothing of a token is logged.
"""

from dataclasses import dataclass, field
from time import time
from typing import Protocol

import jwt
import structlog
from motcua_contracts import Catalogue, CatalogueEntryMissing
from motcua_contracts.messages.catalog import Seat

from ..http.refusals import (
    DevelopmentOnly,
    OfficerNotPlaced,
    RoleNeeded,
    SignInTooWeak,
    Unauthenticated,
)
from ..setting_words import acr_of, words
from ..settings import Settings
from .dev_tokens import CITIZEN as CITIZEN
from .dev_tokens import DEV_ALGORITHM
from .dev_tokens import DEV_ISSUER as DEV_ISSUER
from .dev_tokens import PERSONAS as PERSONAS
from .dev_tokens import PLACED as PLACED
from .dev_tokens import DevTokens as DevTokens
from .provider_keys import ProviderKeys, by_address, by_file
from .pseudonyms import People
from .sessions import SignedOut, ids_of
from .token_rules import LEEWAY_SECONDS, Claims, Head, NotGood, Rules, claims_of, head_of

ALGORITHMS = ("RS256", "ES256")
LONGEST_SCHEME = 20


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `seat` is where an officer sits, None for everybody else."""

    actor: str
    roles: frozenset[str]
    officer: str = ""
    seat: Seat | None = None
    weak: frozenset[str] = frozenset()
    """Roles that the caller would have after a stronger sign-in."""
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    """Contacts that the identity provider vouches for, as `acts/contacts.py` compares them; empty
    where it does not.
    """

    def needs(self, *roles: str) -> None:
        """Raises `RoleNeeded`, `SignInTooWeak`."""
        if not self.roles & set(roles):
            if self.weak & set(roles):
                raise SignInTooWeak(roles=", ".join(sorted(self.weak & set(roles))))
            raise RoleNeeded(roles=", ".join(roles))

    def require_seat(self, *roles: str) -> Seat:
        """The seat of an officer who holds one of the roles.

        Raises `RoleNeeded`, `OfficerNotPlaced`.
        """
        self.needs(*roles)
        if self.seat is None:
            raise OfficerNotPlaced()
        return self.seat


class Verifier(Protocol):
    async def verify(self, token: str, head: Head) -> Claims:
        """Raises `jwt.PyJWTError`, `Unavailable`."""
        ...


class OpenIdTokens:
    """Tokens of the configured provider."""

    def __init__(self, settings: Settings) -> None:
        self._audience, self._issuer = settings.oidc_audience, settings.oidc_issuer
        read = (
            by_file(settings.oidc_jwks_file)
            if settings.oidc_jwks_file
            else by_address(settings.oidc_jwks_url)
        )
        self._keys = ProviderKeys(read, structlog.get_logger().bind(service="gateway"))
        self._rules = Rules(
            types=frozenset(word.lower() for word in words(settings.oidc_token_types)),
            claim_types=words(settings.oidc_claim_types),
            clients=words(settings.oidc_clients),
            acr=acr_of(settings.oidc_acr),
            longest_seconds=settings.oidc_longest_seconds,
            roles_claim=settings.oidc_roles_claim,
            officer_claim=settings.oidc_officer_claim,
            email=(settings.oidc_email_claim, settings.oidc_email_verified_claim),
            phone=(settings.oidc_phone_claim, settings.oidc_phone_verified_claim),
        )

    async def verify(self, token: str, head: Head) -> Claims:
        key = await self._keys.key(head.kid, head.algorithm)
        said = jwt.decode(
            token,
            key.key,
            algorithms=[head.algorithm],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
        return claims_of(head, said, self._rules, time())


class Identity:
    """From a bearer token to a caller."""

    def __init__(
        self,
        settings: Settings,
        people: People,
        catalogue: Catalogue,
        dev_key: bytes,
        signed_out: SignedOut,
    ) -> None:
        self.people, self._catalogue, self._signed_out = people, catalogue, signed_out
        self._most_bytes = settings.token_max_bytes
        self._dev = DevTokens(dev_key, settings) if settings.env == "dev" else None
        self._verifiers: dict[str, Verifier] = {DEV_ALGORITHM: self._dev} if self._dev else {}
        if settings.oidc_issuer:
            self._verifiers |= dict.fromkeys(ALGORITHMS, OpenIdTokens(settings))

    @property
    def dev(self) -> DevTokens:
        """Raises `DevelopmentOnly` everywhere else."""
        if self._dev is None:
            raise DevelopmentOnly()
        return self._dev

    async def caller(self, authorization: str) -> Caller:
        """The caller of an Authorization header.

        Raises `Unauthenticated`, `Unavailable` where the provider's keys are not known yet.
        """
        claims, ids = await self._judged(authorization)
        if await self._signed_out.ended(ids):
            raise Unauthenticated()
        return await self._known(claims)

    async def sign_out(self, authorization: str) -> None:
        """End the session of a token, on every instance.

        A token that is not good has none, and costs no write.
        """
        try:
            claims, ids = await self._judged(authorization)
        except Unauthenticated:
            return
        await self._signed_out.end(ids, claims.expires_at + LEEWAY_SECONDS)

    async def _judged(self, authorization: str) -> tuple[Claims, list[str]]:
        scheme, _, token = authorization.partition(" ")
        if len(scheme) > LONGEST_SCHEME or scheme.lower() != "bearer" or not token:
            raise Unauthenticated()
        try:
            head = head_of(token, self._most_bytes)
            verifier = self._verifiers.get(head.algorithm)
            if verifier is None:
                raise NotGood("no algorithm of ours")
            claims = await verifier.verify(token, head)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated() from error
        return claims, ids_of(token, claims.session)

    async def _known(self, claims: Claims) -> Caller:
        """An officer is known by the catalogue's id, and holds only the roles that the seat holds
        too. Raises `OfficerLeft`.
        """
        if not claims.officer:
            pseudonym = await self.people.pseudonym(claims.issuer, claims.subject)
            roles, weak = claims.roles - PLACED, claims.weak - PLACED
            return Caller(
                f"citizen:{pseudonym}", roles, weak=weak, email=claims.email, phone=claims.phone
            )
        actor = f"officer:{claims.officer}"
        others = claims.roles - PLACED - {CITIZEN}
        try:
            seat = self._catalogue.seat(claims.officer)
        except CatalogueEntryMissing:
            return Caller(actor, others, claims.officer, weak=claims.weak - PLACED - {CITIZEN})
        weak = (claims.weak - PLACED - {CITIZEN}) | (claims.weak & set(seat.roles))
        return Caller(actor, others | (claims.roles & set(seat.roles)), claims.officer, seat, weak)
