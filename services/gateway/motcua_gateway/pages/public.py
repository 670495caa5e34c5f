"""Pages for everybody: search, one procedure, statistics, the guide."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts import Catalogue
from motcua_documents.pdf.guide import parts_of_markdown

from ..api.calls import TheGateway
from ..api.procedures import TheSearch, key_in, named
from ..http.paging import PAGE, write_cursor
from ..procedures.agencies import agency_names
from ..procedures.description import ORIGIN, SAMPLE, summary, whole
from ..procedures.guides import portal_text
from ..procedures.index import ProcedureIndex
from .site import PageRoute, language_of, show
from .sources import remark, sites

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN_FACETS = ("authority", "level", "group", "agency")
"""Facets in the order in which the page offers them. The finer fields are found by their words."""


@router.get("/")
async def home(request: Request, gateway: TheGateway, asked: TheSearch) -> Response:
    """Search, with counts by level."""
    found = gateway.procedures.search(asked.words, asked.filters, PAGE, key_in(asked.cursor))
    return show(
        request,
        "home.html",
        q=asked.words,
        chosen=asked.filters,
        found=[summary(shown) for shown in found.page],
        total=found.total,
        facets={
            facet: named(gateway.procedures, gateway.catalogue, facet, found.facets[facet])
            for facet in SHOWN_FACETS
        },
        next_cursor=write_cursor(*found.following) if found.following else "",
        first_page=not asked.cursor,
        counts=_table(gateway.procedures, gateway.catalogue),
    )


@router.get("/thu-tuc/{code}")
async def procedure(request: Request, gateway: TheGateway, code: str) -> Response:
    """One procedure with what its level allows."""
    shown = gateway.procedures.get(code)
    receiving, deciding = (
        agency_names(agency, gateway.catalogue)
        for agency in (shown.event.terms.receiving_agency, shown.event.terms.deciding_agency)
    )
    return show(
        request,
        "procedure.html",
        p=whole(shown),
        remark=remark,
        sites=sites([shown.event.publication.source, *shown.event.publication.other_sources]),
        receiving={"vi": receiving[0], "en": receiving[1]},
        deciding={"vi": deciding[0], "en": deciding[1]},
    )


@router.get("/thong-ke")
async def figures(request: Request, gateway: TheGateway) -> Response:
    """Counts by authority, field and level; real ones and samples apart."""
    return show(
        request,
        "statistics.html",
        counts=_table(gateway.procedures, gateway.catalogue),
        sample=SAMPLE,
        origin=ORIGIN,
    )


@router.get("/huong-dan")
async def guide(request: Request) -> Response:
    """The portal's guide to read; its PDF is one click away."""
    title, *parts = parts_of_markdown(portal_text(language_of(request)))
    return show(request, "guide.html", title=title, parts=parts)


def _table(procedures: ProcedureIndex, catalogue: Catalogue) -> dict[str, object]:
    """The statistics with the names of levels and authorities."""
    counts = procedures.statistics()
    levels = {
        one["value"]: one for one in named(procedures, catalogue, "level", counts["by_level"])
    }
    authorities = named(procedures, catalogue, "authority", counts["by_authority"])
    return {**counts, "levels": levels, "authorities": authorities}
