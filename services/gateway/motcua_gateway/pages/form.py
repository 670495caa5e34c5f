"""The page on which a form is filled in and printed as PDF; from level 2 on.

What is typed goes into the PDF and nowhere else.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from motcua_contracts.values import bounds
from motcua_documents.pdf.sheet import render_sheet
from pydantic import TypeAdapter, ValidationError

from ..api.calls import TheGateway
from ..api.sheets import pdf, public_url
from ..http.addresses import address_of
from ..http.refusals import RequestInvalid
from ..procedures.description import whole
from ..procedures.form_validation import WrongField
from ..procedures.forms import Form, forms_of, parts_of
from ..procedures.index import Shown
from ..procedures.printing import printable, sheet_of
from .filled_form import at_inputs, data_of, inputs_of
from .site import PageRoute, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ADD = "_add"
"""The button that asks for one row more in a list."""
MOST_FIELDS = 1000
FORM: TypeAdapter[dict[str, Any]] = TypeAdapter(bounds.Form)
FormId = Annotated[str, Query(max_length=60)]


@router.get("/thu-tuc/{code}/to-khai")
async def empty(request: Request, gateway: TheGateway, code: str, mau: FormId = "") -> Response:
    """The form to fill in; `mau` says which, the first one where it does not."""
    shown = gateway.procedures.get(code)
    return _page(request, shown, _chosen(shown, mau), {}, ())


@router.post("/thu-tuc/{code}/to-khai")
async def filled(request: Request, gateway: TheGateway, code: str, mau: FormId = "") -> Response:
    """The PDF; or the page again, with a row more or with what does not hold."""
    shown = gateway.procedures.get(code)
    form = _chosen(shown, mau)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        posted = {name: value for name, value in sent.items() if isinstance(value, str)}
    if ADD in posted:
        return _page(request, shown, form, posted, (), posted[ADD])
    data = _bounded(data_of(parts_of(form), posted))
    wrong = gateway.form_checks.wrong(
        shown.event.terms.code, shown.event.terms.version, form, data, gateway.runtime.now()
    )
    if wrong:
        return _page(request, shown, form, posted, at_inputs(parts_of(form), wrong))
    sheet = sheet_of(shown, form, gateway.catalogue, public_url(gateway.settings), data)
    return pdf(
        await gateway.seal.sheet(render_sheet, sheet, address_of(request.scope)),
        f"{form.id}-{shown.event.terms.code}",
    )


def _bounded(data: dict[str, Any]) -> dict[str, Any]:
    """What a page sends is held to the bounds of every form before anything looks at it.

    Raises `RequestInvalid`.
    """
    try:
        return FORM.validate_python(data)
    except ValidationError:
        raise RequestInvalid() from None


def _chosen(shown: Shown, form: str) -> Form:
    """The form asked for, else the one whose fields are known, else the first.

    Raises `LevelTooLow`, `FormUnknown`.
    """
    forms = forms_of(shown.event)
    first = next((one for one in forms if one.declarative), forms[0])
    return printable(shown, form or first.id)


def _page(
    request: Request,
    shown: Shown,
    form: Form,
    posted: Mapping[str, str],
    wrong: tuple[WrongField, ...],
    add: str = "",
) -> Response:
    by_field = {one.field: one for one in wrong}
    parts = inputs_of(parts_of(form), posted, by_field, add)
    status = 422 if wrong else 200
    return show(
        request,
        "form.html",
        status,
        p=whole(shown),
        form=form,
        parts=parts,
        wrong=wrong,
        add_name=ADD,
    )
