"""Forms and guides as PDFs: a form from level 2 on, empty or filled, a guide for every procedure
and one for the portal.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from motcua_contracts.values import bounds
from motcua_documents.kinds import PDF
from motcua_documents.pdf.guide import render_guide
from motcua_documents.pdf.sheet import render_sheet
from pydantic import Field

from ..answers.base import sends
from ..http.addresses import address_of
from ..http.problems import answer
from ..procedures.form_validation import refusal
from ..procedures.guides import portal_guide, procedure_guide
from ..procedures.printing import printable, sheet_of
from ..settings import Settings
from .calls import PROBLEM, Body, TheGateway, only_known

router = APIRouter(tags=["procedures"], responses=PROBLEM)
Language = Annotated[Literal["vi", "en"], Query()]
DossierCode = Annotated[str, Query(max_length=60, pattern=r"^[0-9A-Za-z.\-]*$")]


class FilledForm(Body):
    """`form` by the procedure's `form_schema` (of a form whose fields no source gives: the general
    ones).
    """

    form: bounds.Form
    dossier_code: Annotated[str, Field(max_length=60, pattern=r"^[0-9A-Za-z.\-]*$")] = ""


@router.get("/procedures/{code}/forms/{form}.pdf", response_class=Response, responses=sends(PDF))
async def empty_form(
    request: Request, gateway: TheGateway, code: str, form: str, dossier_code: DossierCode = ""
) -> Response:
    """The empty form, with room to write."""
    only_known(request, "dossier_code")
    shown = gateway.procedures.get(code)
    sheet = sheet_of(
        shown,
        printable(shown, form),
        gateway.catalogue,
        public_url(gateway.settings),
        dossier_code=dossier_code,
    )
    return pdf(
        await gateway.seal.sheet(render_sheet, sheet, address_of(request.scope)),
        f"{form}-{shown.event.terms.code}",
    )


@router.post("/procedures/{code}/forms/{form}.pdf", response_class=Response, responses=sends(PDF))
async def filled_form(
    request: Request, gateway: TheGateway, code: str, form: str, body: FilledForm
) -> Response:
    """The filled form.

    Each field that does not hold is named, with what is allowed there. Nothing of it is kept.
    """
    shown = gateway.procedures.get(code)
    chosen = printable(shown, form)
    wrong = gateway.form_checks.wrong(
        shown.event.terms.code, shown.event.terms.version, chosen, body.form, gateway.runtime.now()
    )
    if wrong:
        return answer(*refusal(wrong))
    sheet = sheet_of(
        shown, chosen, gateway.catalogue, public_url(gateway.settings), body.form, body.dossier_code
    )
    return pdf(
        await gateway.seal.sheet(render_sheet, sheet, address_of(request.scope)),
        f"{form}-{shown.event.terms.code}",
    )


@router.get("/procedures/{code}/guide.pdf", response_class=Response, responses=sends(PDF))
async def guide_of_a_procedure(
    request: Request, gateway: TheGateway, code: str, lang: Language = "vi"
) -> Response:
    """The procedure's user guide (tài liệu hướng dẫn)."""
    only_known(request, "lang")
    shown = gateway.procedures.get(code)
    guide = procedure_guide(shown, gateway.catalogue, public_url(gateway.settings), lang)
    return pdf(
        await gateway.seal.sheet(render_guide, guide, address_of(request.scope)),
        f"huong-dan-{shown.event.terms.code}",
    )


@router.get("/guide", response_class=Response, responses=sends(PDF))
async def guide_of_the_portal(
    request: Request, gateway: TheGateway, lang: Language = "vi"
) -> Response:
    """The portal's user guide."""
    only_known(request, "lang")
    guide = portal_guide(public_url(gateway.settings), lang)
    return pdf(
        await gateway.seal.sheet(render_guide, guide, address_of(request.scope)),
        "huong-dan-su-dung",
    )


def public_url(settings: Settings) -> str:
    """Where browsers reach this gateway: by its settings alone, since a request's Host header is
    the sender's word.
    """
    return settings.public_url.rstrip("/")


def pdf(content: bytes, name: str) -> Response:
    """Shown by the browser, saved under a name of ours."""
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
