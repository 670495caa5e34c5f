"""The people of the demo district and their tokens, for development on one machine: the settings
refuse them everywhere else.
"""

from time import time
from uuid import uuid4

import jwt

from ..http.refusals import PersonaUnknown
from ..settings import Settings
from .token_rules import Claims, Head

CITIZEN = "citizen"
PLACED = frozenset({"clerk", "officer", "leader", "cashier"})
"""Roles of people whom the catalogue places at an agency."""
DEV_ISSUER = "urn:motcua:dev"
DEV_ALGORITHM = "HS256"
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
"""Officers have the ids that services/catalog/organisation gives them."""
VOUCHED = {
    "citizen-an": ("an.nguyen@mau.example", "0900000001"),
    "citizen-binh": ("binh.tran@mau.example", "0900000002"),
}
"""Contacts that are known to be the citizens' own, as an identity provider would vouch for them:
e-mail and phone.
"""


class DevTokens:
    """Tokens of the personas, signed with a secret of the gateway's database."""

    def __init__(self, key: bytes, settings: Settings) -> None:
        self._key, self._audience, self._seconds = (
            key,
            settings.oidc_audience,
            settings.dev_token_seconds,
        )

    def issue(self, persona: str, seconds: int | None = None) -> tuple[str, int]:
        """A token and how long it is good for. Raises `PersonaUnknown`."""
        if persona not in PERSONAS:
            raise PersonaUnknown(allowed=", ".join(PERSONAS))
        lasts, now = seconds if seconds is not None else self._seconds, int(time())
        roles = list(PERSONAS[persona])
        said = {
            "iss": DEV_ISSUER,
            "aud": self._audience,
            "sub": persona,
            "iat": now,
            "exp": now + lasts,
            "jti": uuid4().hex,
            "roles": roles,
            "officer": persona if PLACED & set(roles) else "",
        }
        return jwt.encode(said, self._key, algorithm=DEV_ALGORITHM), lasts

    async def verify(self, token: str, head: Head) -> Claims:
        """Raises `jwt.PyJWTError`."""
        said = jwt.decode(
            token,
            self._key,
            algorithms=[DEV_ALGORITHM],
            audience=self._audience,
            issuer=DEV_ISSUER,
            options={"require": ["exp", "sub"]},
        )
        email, phone = VOUCHED.get(said["sub"], ("", ""))
        roles = frozenset(said["roles"])
        return Claims(
            said["iss"],
            said["sub"],
            roles,
            said["officer"],
            int(said["exp"]),
            email=email,
            phone=phone,
        )
