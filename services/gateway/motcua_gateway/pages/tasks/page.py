"""The page of one task: the dossier as its department sees it, and a form for each act that may be
done now.
"""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from motcua_contracts.rules.decision import Refusal
from motcua_contracts.rules.reasons import reason
from motcua_contracts.rules.status import Label
from motcua_contracts.values.clock import VIETNAM
from pydantic import ValidationError
from starlette.datastructures import FormData

from ...api.asking import TheGateway
from ...http.refusals import NotFound, RequestInvalid
from ...identity.callers import Caller
from ...read_model.document import Document
from ...read_model.due_dates import lateness
from ...tools import Gateway
from ...views.case import case_actions
from ...views.confirmations import CHANGE
from ..confirming_acts import confirmed, question
from ..desk.seen import seen_at_desk
from ..desk.signing_in import TheDepartment
from ..site import PageRoute, language_of, show
from ..telling import beside, told_of
from ..typed import Filled, WrongFieldsError
from .choices import FORMLESS, Choices, acts_of, choices_of
from .filled import FIELD_OF, OTHER_PAPER, REASONS, command_of
from .final import HAPPENS, told
from .labels import FIELDS, KINDS, LABELS, OPINIONS, OUTCOMES, PENDING

router = APIRouter(route_class=PageRoute, include_in_schema=False)
TASKS = "/quay/cong-viec"
DossierId = Annotated[str, Path(max_length=60)]
NOTHING_FILLED = Filled()


@router.get("/quay/cong-viec/{dossier_id}")
async def one(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    dossier_id: DossierId,
    done: str = "",
) -> Response:
    """The task; the reading is recorded. `act` in the address opens that form."""
    said = PENDING if done == "pending" else LABELS.get(done)
    return await _page(request, gateway, caller, dossier_id, done=said)


@router.post("/quay/cong-viec/{dossier_id}/{action}")
async def act(
    request: Request, gateway: TheGateway, caller: TheDepartment, dossier_id: DossierId, action: str
) -> Response:
    """Carry out a form.

    What does not hold is shown beside its field, with what was typed; a refusal with what is legal
    now.

    Raises `NotFound`, `RoleNeeded`, `ForeignAgency`, `DossierUnknown`.
    """
    stored = await gateway.dossiers.at_desk(caller, dossier_id)
    async with request.form(max_files=0) as fields:
        form = _text(fields, "form") or action
        choices = choices_of(stored, gateway.catalogue, gateway.runtime.now())
        try:
            command = command_of(action, fields, choices)
            if command is None:
                raise NotFound()
            key = _text(fields, "key") or uuid4().hex
            if action in HAPPENS and CHANGE in fields:
                return await _page(request, gateway, caller, dossier_id, Filled(form, fields))
            if action in HAPPENS and not await confirmed(
                gateway, command, caller.actor, stored, action, fields, key
            ):
                return await _asked_again(request, gateway, caller, stored, action, fields, choices)
            finished = await gateway.commands.send(
                command, subject=dossier_id, actor=caller.actor, key=key
            )
        except WrongFieldsError as error:
            return await _page(
                request,
                gateway,
                caller,
                dossier_id,
                Filled(form, fields, error.wrong),
                RequestInvalid(),
            )
        except ValidationError:
            return await _page(
                request, gateway, caller, dossier_id, Filled(form, fields), RequestInvalid()
            )
        except NotFound:
            raise
        except Refusal as refusal:
            return await _page(
                request,
                gateway,
                caller,
                dossier_id,
                Filled(form, fields, beside(refusal, FIELD_OF)),
                refusal,
            )
        home = TASKS if _text(fields, "back") == "list" else f"{TASKS}/{dossier_id}"
    english = "&lang=en" if language_of(request) == "en" else ""
    return RedirectResponse(
        f"{home}?done={action if finished is not None else 'pending'}{english}", 303
    )


async def _asked_again(
    request: Request,
    gateway: Gateway,
    caller: Caller,
    stored: Document,
    action: str,
    fields: FormData,
    choices: Choices,
) -> Response:
    """The page that names person, dossier and what will happen. Nothing is done yet."""
    shown = await seen_at_desk(gateway, caller, stored)
    said = told(action, fields, choices, shown["seen"]["draft"], language_of(request) == "en")
    return show(
        request,
        "confirm_act.html",
        **shown,
        **question(fields, said, HAPPENS[action]),
        label=LABELS[action],
        confirmation=gateway.confirmations.of(caller.actor, stored, action, fields),
        home=f"{TASKS}/{stored['_id']}",
    )


def _text(fields: FormData, name: str) -> str:
    value = fields.get(name, "")
    return value[:128] if isinstance(value, str) else ""


async def _page(
    request: Request,
    gateway: Gateway,
    caller: Caller,
    dossier_id: str,
    filled: Filled = NOTHING_FILLED,
    refusal: Refusal | None = None,
    done: Label | None = None,
) -> Response:
    stored = await gateway.dossiers.at_desk(caller, dossier_id)
    now = gateway.runtime.now()
    shown = await seen_at_desk(gateway, caller, stored)
    offered = case_actions(stored, caller, gateway.catalogue, now)
    last = list(HAPPENS)
    acts = sorted(
        acts_of(stored, caller, offered, gateway.catalogue, now),
        key=lambda act: last.index(act.action) if act.action in last else -1,
    )
    choices = choices_of(stored, gateway.catalogue, now)
    names = await gateway.names.of(
        {one.officer for one in choices.hands} | {(shown["seen"]["task"] or {}).get("officer", "")}
    )
    said, status = told_of(refusal)
    prepared = stored.get("case", {}).get("prepared")
    wished = (
        prepared["new_due_at"].astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M") if prepared else ""
    )
    draft: dict[str, Any] | None = shown["seen"]["draft"]
    return show(
        request,
        "task.html",
        status,
        **shown,
        acts=acts,
        choices=choices,
        filled=filled,
        problem=said,
        done=done,
        prepared=prepared,
        wished=wished,
        names=names,
        labels=LABELS,
        formless=FORMLESS,
        final=HAPPENS,
        reasons=REASONS,
        outcomes=OUTCOMES,
        opinions=OPINIONS,
        kinds=KINDS,
        fields=FIELDS,
        other_paper=OTHER_PAPER,
        wanted=request.query_params.get("act", ""),
        key=uuid4().hex,
        lateness=lateness(stored, gateway.catalogue, now),
        draft_reason=reason(draft["reason_code"]) if draft and draft["reason_code"] else None,
    )
