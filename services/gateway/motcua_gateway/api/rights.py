"""Who may call a route, declared in its signature: `caller: TheClerk`.

The declaration refuses everybody else before the body is looked at.

One declaration serves three readers: FastAPI, which asks it; the OpenAPI document, which shows the
security scheme; and the authorisation table (`docs/authorisation.md`), which is generated from it.
Rights over one dossier (the caller's own, their agency's) are checked in `read_model/dossiers.py`
beside the query.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from motcua_chassis.access import known

from ..identity.callers import CITIZEN, PLACED, Caller

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    bearerFormat="JWT",
    description=(
        "Mã truy cập của nhà cung cấp danh tính. — An access token of the identity provider."
    ),
)
AnyBearer = Annotated[Any, Security(BEARER)]


@dataclass(frozen=True, slots=True)
class Rights:
    """`roles`: one of them is needed; none: whoever is signed in.

    `seated`: the catalogue must place the caller at an agency.
    """

    roles: tuple[str, ...] = ()
    seated: bool = False

    async def __call__(self, request: Request, bearer: AnyBearer = None) -> Caller:
        """The caller.

        Raises `Unauthenticated`, `TooManyRequests`, `RoleNeeded`, `OfficerNotPlaced`.
        """
        gateway = request.app.state.gateway
        caller: Caller = await gateway.identity.caller(request.headers.get("authorization", ""))
        known(request.scope, caller.actor)
        await gateway.rates.person(request.scope, caller)
        return self.held_by(caller)

    def held_by(self, caller: Caller) -> Caller:
        """The same caller. Raises `RoleNeeded`, `OfficerNotPlaced`."""
        if self.seated:
            caller.require_seat(*self.roles)
        elif self.roles:
            caller.needs(*self.roles)
        return caller


OFFICERS = tuple(sorted(PLACED))
TheCaller = Annotated[Caller, Depends(Rights())]
"""Whoever is signed in."""
TheCitizen = Annotated[Caller, Depends(Rights((CITIZEN,)))]
TheUploader = Annotated[Caller, Depends(Rights((CITIZEN, "clerk")))]
TheOfficer = Annotated[Caller, Depends(Rights(OFFICERS, seated=True))]
"""Anybody at a desk: clerk, cashier, officer or leader."""
TheClerk = Annotated[Caller, Depends(Rights(("clerk",), seated=True))]
TheCashier = Annotated[Caller, Depends(Rights(("cashier",), seated=True))]
TheRefunder = Annotated[Caller, Depends(Rights(("cashier", "leader"), seated=True))]
TheDepartment = Annotated[Caller, Depends(Rights(("officer", "leader"), seated=True))]
TheLeader = Annotated[Caller, Depends(Rights(("leader",), seated=True))]
TheAuditor = Annotated[Caller, Depends(Rights(("auditor",)))]
TheOverseer = Annotated[Caller, Depends(Rights(("auditor", "operator")))]
