"""What cannot be undone is asked twice: the form leads to a page that names person, dossier and
what will happen; its button does it.

The page carries a confirmation, an HMAC by the gateway's own key over who asked, which act of which
dossier, every field, and the state that was shown. Nothing is stored between the page and the
click: another field, another officer or a dossier that moved on gives another page, and no act.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from motcua_contracts import Command, Label
from starlette.datastructures import FormData

from ..views.confirmations import kept


async def confirmed(
    gateway: Any,
    command: Command,
    actor: str,
    document: Mapping[str, Any],
    action: str,
    fields: FormData,
    key: str,
) -> bool:
    """Whether the act is confirmed; a form that is sent twice was, though the
    dossier has moved on.
    """
    if gateway.confirmations.given(actor, document, action, fields):
        return True
    return bool(
        await gateway.commands.taken(command, subject=document["_id"], actor=actor, key=key)
    )


def question(
    fields: FormData, told: Iterable[tuple[Label, str]], happens: Iterable[Label]
) -> dict[str, Any]:
    """For `confirm_act.html`: the fields as hidden inputs, what was filled in as people read it,
    and what will happen.
    """
    return {
        "kept": kept(fields),
        "told": [(label, value) for label, value in told if value],
        "happens": list(happens),
    }
