"""How a form of an act is carried out, on the counter's page and on a department's alike: read,
asked once more where it cannot be undone, sent, and told.
"""

from typing import Any, Protocol
from uuid import uuid4

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts import Label, Refusal
from pydantic import ValidationError
from starlette.datastructures import FormData

from ...acts.act import Act, ActGroup
from ...acts.choices import Choices
from ...acts.offered import Offer
from ...acts.submission import Filled, WrongFieldsError
from ...http.problems import problem
from ...http.refusals import NotFound, RequestInvalid
from ...identity.callers import Caller
from ...read_model.document import Document
from ...tools import Gateway
from ...views.confirmations import CHANGE
from ..act_confirmation import confirmed, question
from ..problem_note import told_of
from ..site import language_of, show
from .seen import seen_at_desk

NOTHING_FILLED = Filled()
PENDING = Label(
    "đã gửi, đang được xử lý; tải lại trang sau giây lát",
    "sent and being processed; reload the page in a moment",
)


class Page(Protocol):
    """A dossier's page with its forms."""

    group: ActGroup
    home: str
    """Its address, without the dossier's id."""

    def choices(self, gateway: Gateway, stored: Document) -> Choices: ...

    async def show(
        self,
        request: Request,
        gateway: Gateway,
        caller: Caller,
        dossier_id: str,
        filled: Filled = NOTHING_FILLED,
        refusal: Refusal | None = None,
        done: Label | None = None,
    ) -> Response: ...


def done_of(page: Page, done: str) -> Label | None:
    """What the page says was done, by the name in its address."""
    act = page.group.on_page.get(done)
    return PENDING if done == "pending" else act.label if act is not None else None


def forms_of(
    page: Page,
    dossier_id: str,
    offers: list[Offer],
    filled: Filled,
    refusal: Refusal | None,
    opened: set[str],
) -> tuple[dict[str, Any], int]:
    """For `acts.html` and `act_problem.html`, and the page's status."""
    said, status = told_of(refusal)
    names = {name: label for act in page.group.acts for name, label in act.names.items()}
    filled_act = next((one.act for one in offers if one.form == filled.form), None)
    return {
        "offers": offers,
        "filled": filled,
        "problem": said,
        "fields": names | (filled_act.names if filled_act is not None else {}),
        "opened": opened,
        "at": f"{page.home}/{dossier_id}",
        "key": uuid4().hex,
    }, status


async def carried_out(
    page: Page, request: Request, gateway: Gateway, caller: Caller, dossier_id: str, action: str
) -> Response:
    """What does not hold is shown beside its field, with what was typed; a refusal by the rules
    with the acts that are legal now.

    Raises `NotFound`, `RoleNeeded`, `ForeignAgency`, `DossierUnknown`.
    """
    act = page.group.on_page.get(action)
    if act is None:
        raise NotFound()
    aim = await page.group.sought(gateway, caller, act, {"dossier_id": dossier_id})
    stored = aim.dossier
    assert stored is not None, f"{page.group.name}: a group with a page gives its dossier"
    async with request.form(max_files=0) as fields:
        form = _text(fields, "form") or action

        async def again(
            refusal: Refusal | None = None, wrong: dict[str, Label] | None = None
        ) -> Response:
            filled = Filled(form, fields, wrong or {})
            return await page.show(request, gateway, caller, dossier_id, filled, refusal)

        key = _text(fields, "key") or uuid4().hex
        try:
            command = act.read(fields, page.choices(gateway, stored), aim.more)
            if act.happens and CHANGE in fields:
                return await again()
            if act.happens and not await confirmed(
                gateway, command, caller.actor, stored, action, fields, key
            ):
                return await _asked_again(page, request, gateway, caller, stored, act, fields)
            finished = await gateway.commands.send(
                command, subject=aim.subject, actor=caller.actor, key=key
            )
        except WrongFieldsError as error:
            return await again(RequestInvalid(), dict(error.wrong))
        except ValidationError:
            return await again(RequestInvalid())
        except Refusal as refusal:
            return await again(refusal, _beside(act, refusal))
        back = page.home if _text(fields, "back") == "list" else f"{page.home}/{dossier_id}"
    english = "&lang=en" if language_of(request) == "en" else ""
    done = action if finished is not None else "pending"
    return RedirectResponse(f"{back}?done={done}{english}", 303)


def _beside(act: Act, refusal: Refusal) -> dict[str, Label]:
    """The input beside which a refusal by the rules is shown, if it is about one."""
    name, said = act.beside(refusal), problem(refusal)
    return {name: Label(said["title"], said["title_en"])} if name else {}


async def _asked_again(
    page: Page,
    request: Request,
    gateway: Gateway,
    caller: Caller,
    stored: Document,
    act: Act,
    fields: FormData,
) -> Response:
    """The page that names person, dossier and what will happen. Nothing is done yet."""
    shown = await seen_at_desk(gateway, caller, stored)
    said = act.told(fields, page.choices(gateway, stored), language_of(request) == "en")
    return show(
        request,
        "confirm_act.html",
        **shown,
        **question(fields, said, act.happens),
        label=act.label,
        correctable=act.correctable,
        confirmation=gateway.confirmations.of(caller.actor, stored, act.name, fields),
        home=f"{page.home}/{stored['_id']}",
    )


def _text(fields: FormData, name: str) -> str:
    value = fields.get(name, "")
    return value[:128] if isinstance(value, str) else ""
