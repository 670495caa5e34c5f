"""The authorisation table: who may call each route, read from the routes' own declarations.

`python -m motcua_gateway.rights_table > docs/authorisation.md` writes it. A test calls every cell
over HTTP.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import structlog
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from .api.rights import Rights
from .identity.callers import PERSONAS
from .pages.desk.sign_in import AtTheDesk
from .settings import Settings
from .web import build_app

OPEN: dict[str, str] = {
    "GET /": "Home page",
    "GET /huong-dan": "User guide",
    "GET /quay/dang-nhap": "Sign-in page",
    "GET /static/motcua.css": "Style sheet",
    "GET /thong-ke": "Public figures",
    "GET /thu-tuc/{code}": "A published procedure",
    "GET /thu-tuc/{code}/to-khai": "An empty form",
    "GET /tra-cuu": "Tracking page",
    "GET /track/{code}": "Tracking page of a code; shows nothing without the pin",
    "GET /xac-minh/{code}": "What was issued, for whoever holds the paper",
    "GET /xac-nhan/{dossier_id}/{contact}/{signature}": (
        "Whoever reads the contact's messages; the signature decides. Changes nothing"
    ),
    "POST /xac-nhan/{dossier_id}/{contact}/{signature}": (
        "Whoever reads the contact's messages; the signature decides"
    ),
    "GET /api/openapi.json": "The description of the API",
    "GET /api/v1/callbacks/vnpay/ipn": "Payment provider; the signature decides",
    "GET /api/v1/callbacks/vnpay/return": (
        "The citizen's way back from the pay page; settles nothing"
    ),
    "GET /api/v1/guide": "User guide",
    "GET /api/v1/open-data/procedures.csv": "Open data",
    "GET /api/v1/open-data/procedures.json": "Open data",
    "GET /api/v1/procedures": "Published procedures",
    "GET /api/v1/procedures/statistics": "Published procedures",
    "GET /api/v1/procedures/{code}": "A published procedure",
    "GET /api/v1/procedures/{code}/forms/{form}.pdf": "An empty form",
    "GET /api/v1/procedures/{code}/guide.pdf": "A procedure's guide",
    "GET /api/v1/statistics": "Public figures; by officer for leaders alone",
    "GET /api/v1/track/{code}": "Whoever holds code and pin",
    "POST /quay/dang-nhap": "Sign in (development alone)",
    "POST /quay/dang-xuat": "Sign out",
    "POST /thu-tuc/{code}/to-khai": "A filled form as PDF; nothing is kept",
    "POST /tra-cuu": "Whoever holds code and pin",
    "GET /api/v1/callbacks/sms/{message_id}/{signature}": "SMS provider; the signature decides",
    "GET /api/v1/verify/{code}": "What was issued, for whoever holds the paper",
    "POST /api/v1/callbacks/sms/{message_id}/{signature}": "SMS provider; the signature decides",
    "POST /api/v1/callbacks/vietqr/notification": "Bank; the signature decides",
    "POST /track/{code}": "Whoever holds code and pin",
    "POST /api/v1/dev/token": "Development alone",
    "POST /api/v1/procedures/{code}/forms/{form}.pdf": "A filled form as PDF; nothing is kept",
}
"""Routes for everybody, each with its reason. A route that is neither here nor declares `Rights` is
a `MissingRightsError`.
"""


class MissingRightsError(Exception):
    """A route says nowhere who may call it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One route. `rights` is None where it is open to everybody, for the reason in `why`."""

    method: str
    path: str
    rights: Rights | None
    why: str = ""
    page: bool = False
    """A page: signed in by cookie as well."""

    def lets_in(self, persona: str) -> bool:
        """Whether the route's own declaration admits this persona of the demo district."""
        if self.rights is None:
            return True
        return not self.rights.roles or bool(set(self.rights.roles) & set(PERSONAS[persona]))


def rows_of(app: Any) -> list[Row]:
    """Every route of the app, in the order of path and method. Raises `MissingRightsError`."""
    return sorted(_rows(app), key=lambda row: (row.path, row.method))


def described() -> Any:
    """The app without anything behind it: for those who read its routes and never call them."""
    settings = Settings.model_construct(env="dev", max_body_bytes=1_000_000)
    nothing = SimpleNamespace(settings=settings, log=structlog.get_logger(), rows=None)
    return build_app(SimpleNamespace(as_of=lambda: None), nothing)  # type: ignore[arg-type]


def markdown(rows: list[Row]) -> str:
    """The table as a page."""
    lines = [
        "# Who may call what",
        "",
        (
            "Generated from the routes' own declarations: `python -m motcua_gateway.rights_table >"
            " docs/authorisation.md`."
        ),
        (
            "Roles are those of the token that the catalogue's seat confirms. Rights over one"
            " dossier are checked beside the query:"
        ),
        (
            "owners see their own dossiers (404 otherwise), officers those of their agency and"
            " department (403 `foreign-agency`)."
        ),
        "`tests/journeys/test_authorisation.py` calls every cell over HTTP.",
        "",
        "| method | route | who |",
        "|---|---|---|",
    ]
    lines += [f"| {row.method} | `{row.path}` | {_who(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _who(row: Row) -> str:
    if row.rights is None:
        return f"everybody: {row.why}"
    return ", ".join(row.rights.roles) if row.rights.roles else "whoever is signed in"


def _rows(app: Any) -> Iterator[Row]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        declared = list(_declared(route.dependant)) if isinstance(route, APIRoute) else []
        page = isinstance(route, APIRoute) and not route.include_in_schema
        for method in sorted(set(context.methods or ()) - {"HEAD"}):
            key = f"{method} {context.path}"
            if declared:
                yield Row(method, str(context.path), declared[0], page=page)
            elif key in OPEN:
                yield Row(method, str(context.path), None, OPEN[key], page=page)
            else:
                raise MissingRightsError(
                    f"{key}: declare Rights in its signature, or say in OPEN why everybody may"
                )


def _declared(dependant: Dependant) -> Iterator[Rights]:
    for one in dependant.dependencies:
        if isinstance(one.call, Rights):
            yield one.call
        elif isinstance(one.call, AtTheDesk):
            yield one.call.rights
        yield from _declared(one)


if __name__ == "__main__":
    sys.stdout.write(markdown(rows_of(described())))
