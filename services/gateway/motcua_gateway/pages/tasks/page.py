"""The page of one task: the dossier as its department sees it, and a form for each act that may be
done now.
"""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from motcua_contracts import Label, Refusal
from motcua_contracts.rules.reasons import reason

from ...acts.case_fields import OPINIONS, OUTCOMES
from ...acts.choices import Choices, choices_of
from ...acts.department import CASES
from ...acts.offered import case_offers
from ...acts.submission import Filled
from ...api.calls import TheGateway
from ...identity.callers import Caller
from ...read_model.document import Document
from ...read_model.due_dates import lateness
from ...tools import Gateway
from ..desk.act_forms import NOTHING_FILLED, carried_out, done_of, forms_of
from ..desk.return_links import TASKS
from ..desk.seen import seen_at_desk
from ..desk.sign_in import TheDepartment
from ..site import PageRoute, show

router = APIRouter(route_class=PageRoute, include_in_schema=False)
DossierId = Annotated[str, Path(max_length=60)]


class TaskPage:
    """One task with a form for each act that its department may do now."""

    group = CASES
    home = TASKS

    def choices(self, gateway: Gateway, stored: Document) -> Choices:
        return choices_of(stored, gateway.catalogue, gateway.runtime.now())

    async def show(
        self,
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
        offers = case_offers(stored, caller, gateway.catalogue, now)
        choices = self.choices(gateway, stored)
        names = await gateway.names.of(
            {one.officer for one in choices.hands}
            | {(shown["seen"]["task"] or {}).get("officer", "")}
        )
        buttons = {one.form for one in offers if one.act.is_button and not one.act.is_final}
        opened = buttons | {filled.form, request.query_params.get("act", "")}
        forms, status = forms_of(self, dossier_id, offers, filled, refusal, opened)
        draft: dict[str, Any] | None = shown["seen"]["draft"]
        return show(
            request,
            "task.html",
            status,
            **shown,
            **forms,
            choices=replace(choices, officers=names),
            done=done,
            names=names,
            outcomes=OUTCOMES,
            opinions=OPINIONS,
            lateness=lateness(stored, gateway.catalogue, now),
            draft_reason=reason(draft["reason_code"]) if draft and draft["reason_code"] else None,
        )


PAGE = TaskPage()


@router.get("/quay/cong-viec/{dossier_id}")
async def one(
    request: Request,
    gateway: TheGateway,
    caller: TheDepartment,
    dossier_id: DossierId,
    done: str = "",
) -> Response:
    """The task; the reading is recorded. `act` in the address opens that form."""
    return await PAGE.show(request, gateway, caller, dossier_id, done=done_of(PAGE, done))


@router.post("/quay/cong-viec/{dossier_id}/{action}")
async def act(
    request: Request, gateway: TheGateway, caller: TheDepartment, dossier_id: DossierId, action: str
) -> Response:
    """Carry out a form. Raises `NotFound`, `RoleNeeded`, `ForeignAgency`, `DossierUnknown`."""
    return await carried_out(PAGE, request, gateway, caller, dossier_id, action)
