"""The authorisation table: generated from the routes, complete, and written down as it is."""

from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.responses import Response
from motcua_gateway.rights_table import OPEN, MissingRightsError, described, markdown, rows_of

PAGE = Path(__file__).resolve().parents[3] / "docs" / "authorisation.md"


def test_the_page_is_what_the_routes_declare() -> None:
    assert PAGE.read_text() == markdown(rows_of(described()))


def test_a_route_that_says_nowhere_who_may_call_it_is_an_error() -> None:
    app, router = described(), APIRouter()

    @router.post("/everything")
    async def forgotten() -> Response:
        return Response()

    app.include_router(router, prefix="/api/v1")
    with pytest.raises(MissingRightsError, match=r"POST /api/v1/everything: declare Rights"):
        rows_of(app)


def test_every_route_that_is_open_to_everybody_exists() -> None:
    """A row of a route that is gone would open a later route of that name unseen."""
    assert {
        f"{row.method} {row.path}" for row in rows_of(described()) if row.rights is None
    } == set(OPEN)


def test_no_change_of_the_api_is_open_to_everybody_but_what_a_signature_or_pin_guards() -> None:
    changing = {path for path in OPEN if not path.startswith("GET ")}
    assert {path.split()[1] for path in changing} == {
        "/api/v1/callbacks/sms/{message_id}/{signature}",
        "/api/v1/callbacks/vietqr/notification",
        "/api/v1/dev/token",
        "/api/v1/procedures/{code}/forms/{form}.pdf",
        "/quay/dang-nhap",
        "/quay/dang-xuat",
        "/thu-tuc/{code}/to-khai",
        "/tra-cuu",
        "/track/{code}",
        "/xac-nhan/{dossier_id}/{contact}/{signature}",
    }
