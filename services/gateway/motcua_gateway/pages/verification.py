"""The page behind the QR code of a result: whether it is genuine."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ..api.calls import TheGateway
from ..api.verification import Code, verified
from .site import PageRoute, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/xac-minh/{code}")
async def page(
    request: Request, gateway: TheGateway, code: Code, m: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """What `GET /api/v1/verify/{code}` says, for people."""
    seen = await verified(gateway.dossiers, gateway.papers, gateway.catalogue, code, m)
    return show(request, "verify.html", seen=seen)
