"""Messages as their readers and the counter see them: the inbox, the citizen's preferences, and
what reached nobody.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from motcua_contracts.messages.notify import SetPreferences, SmsWish
from motcua_contracts.wire.payload import Hour
from pydantic import Field

from ..answers.base import does, shows
from ..answers.messages import Inbox, Preferences, PreferencesTold, Undelivered
from ..http.paging import PAGE, sorted_page
from ..read_model.dossiers import scope_of
from ..read_model.preferences import NO_WISHES, subject_of
from ..read_model.stored import Document
from ..views.dossier import list_row
from ..views.inbox import inbox_of, undelivered_rows
from .calls import PROBLEM, Body, Cursor, Json, Key, Limit, TheGateway, carry_out
from .rights import TheCitizen, TheClerk

router = APIRouter(tags=["messages"], responses=PROBLEM)


class Wishes(Body):
    """`email` false and `sms` never leave the inbox, and what must be told all the same: a request,
    a refusal, a result, a new date.

    `sms`: `important` is acceptance, requests, new dates and results. Quiet hours (Vietnam) hold
    SMS back until they end; e-mail never.
    """

    email: bool = True
    sms: SmsWish = "important"
    quiet_from: Hour = ""
    quiet_until: Hour = ""
    language: Annotated[str, Field(pattern="^(|vi|en)$")] = ""


@router.get("/inbox", responses=shows(Inbox))
async def inbox(
    gateway: TheGateway,
    caller: TheCitizen,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Messages about the caller's dossiers, newest first, and their state on each channel."""
    page = await inbox_of(gateway.database.dossiers, gateway.rows, caller.actor, cursor, limit)
    return Json({"messages": page.rows, "next_cursor": page.next_cursor})


@router.get("/preferences", responses=shows(Preferences))
async def preferences(gateway: TheGateway, caller: TheCitizen) -> Response:
    """How the citizen wants to be told; `set_at` null: never set, what is shown holds for
    everybody.
    """
    stored = await gateway.database.preferences.find_one({"_id": subject_of(caller.actor)})
    wishes = stored["wishes"] if stored is not None else NO_WISHES.model_dump(mode="json")
    return Json({**wishes, "set_at": stored["set_at"] if stored is not None else None})


@router.put("/preferences", responses=does(PreferencesTold))
async def set_preferences(
    request: Request, gateway: TheGateway, caller: TheCitizen, key: Key, body: Wishes
) -> Response:
    """Say how. Messages that are queued already keep their way."""
    command = SetPreferences.model_validate(body.model_dump())
    return await carry_out(
        gateway.commands,
        request,
        caller,
        command,
        subject=subject_of(caller.actor),
        key=key,
        href="/preferences",
    )


@router.get("/desk/undelivered", responses=shows(Undelivered))
async def undelivered(
    gateway: TheGateway, caller: TheClerk, cursor: Cursor = None, limit: Limit = PAGE
) -> Response:
    """Dossiers of the caller's counter whose applicant could not be told something, the latest
    change first: somebody has to call.
    """
    where: dict[str, Any] = {
        "$and": [scope_of(caller), {"undelivered": {"$gt": 0}, "code": {"$exists": True}}]
    }
    page = await sorted_page(gateway.database.dossiers.find, where, "changed_at", -1, cursor, limit)

    def row(document: Document) -> dict[str, Any]:
        return {**list_row(document), "messages": undelivered_rows(document)}

    return Json(
        {
            "dossiers": gateway.rows.each("undelivered", page.rows, row),
            "next_cursor": page.next_cursor,
        }
    )
