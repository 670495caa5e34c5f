"""Requests that an end of their dossier overtook: their own last word never comes, so that the end
is their answer.

Some commands are done in two steps: the rule decides, a document is made and signed, and only then
is the closing event said. Where the owner withdraws in between, the rule asks for the document no
longer and says nothing more in that chain.
"""

from collections.abc import Mapping
from typing import Any

from motcua_contracts import Command, Message, Payload
from motcua_contracts.messages.intake import (
    AcceptDossier,
    DossierStopped,
    DossierWithdrawn,
    RefuseDossier,
    RequestPapers,
)
from motcua_contracts.messages.routing import Approve, Extend, RequestSupplement
from motcua_contracts.rules.refusals import WrongStatus

ENDS: Mapping[type[Payload], str] = {DossierWithdrawn: "withdrawn", DossierStopped: "stopped"}
"""Event -> the status in which the dossier is then, for good."""
NEEDS: Mapping[type[Command], str] = {
    AcceptDossier: "registered",
    RefuseDossier: "registered",
    RequestPapers: "registered",
    RequestSupplement: "processing",
    Approve: "processing",
    Extend: "processing",
}
"""Command of two steps -> the status that it needed."""
_BY_NAME = {command.__name__: status for command, status in NEEDS.items()}


def ended(message: Message[Payload]) -> bool:
    """Whether requests about this subject may be overtaken now."""
    return type(message.data) in ENDS


def overtaken(subjects: Any) -> dict[str, Any]:
    """The requests about these subjects that may be, as a query."""
    return {"subject": {"$in": subjects}, "command": {"$in": sorted(_BY_NAME)}}


def outcome(request: Mapping[str, Any], message: Message[Payload]) -> dict[str, Any]:
    """What the rules would say now."""
    params = {"status": ENDS[type(message.data)], "allowed": _BY_NAME[request["command"]]}
    return {"kind": "refused", "slug": WrongStatus.slug, "params": params}
