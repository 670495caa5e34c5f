"""Open data: every procedure, as JSON and as CSV."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..answers.base import sends, shows
from ..answers.procedures import OpenData
from ..procedures.open_data import about, as_csv, rows
from .calls import PROBLEM, Json, TheGateway, only_known

router = APIRouter(prefix="/open-data", tags=["open data"], responses=PROBLEM)


@router.get("/procedures.json", responses=shows(OpenData))
async def procedures_as_json(request: Request, gateway: TheGateway) -> Response:
    """Licence and origin, and one row a procedure."""
    only_known(request)
    return Json({**about(), "procedures": rows(gateway.procedures.all())})


@router.get("/procedures.csv", response_class=Response, responses=sends("text/csv"))
async def procedures_as_csv(request: Request, gateway: TheGateway) -> Response:
    """UTF-8 with a byte order mark; the first line says licence and origin, the
    second the columns.
    """
    only_known(request)
    headers = {"Content-Disposition": 'attachment; filename="thu-tuc.csv"'}
    return Response(
        as_csv(gateway.procedures.all()), media_type="text/csv; charset=utf-8", headers=headers
    )
