"""What intake's facts change of a dossier's view: `filing`, `acceptance`, `completion`."""

from typing import Any

from motcua_contracts.intake import (
    DossierAccepted,
    DossierCompleted,
    DossierRegistered,
    DossierReturned,
    DossierStopped,
    FeeCleared,
    FeeDeferred,
    PaymentDemanded,
)
from motcua_contracts.payload import Payload

from ..changing import Changing
from .common import Handler, due, only_status, reference, says


def _registered(document: Changing, fact: DossierRegistered) -> dict[str, Any]:
    terms = fact.terms
    document["code"], document["owner"], document["agency"] = fact.code, fact.owner_actor, fact.receiving_agency
    document["filed_at"] = fact.received_at
    document["filing"] = {
        "procedure": terms.code,
        "procedure_version": terms.version,
        "name_vi": terms.name_vi,
        "name_en": terms.name_en,
        "field": terms.field,
        "level": terms.level,
        "days": terms.days,
        "day_unit": terms.day_unit,
        "channel": fact.channel,
        "result_delivery": fact.result_delivery,
        "deciding_agency": fact.deciding_agency,
        "revision": fact.revision,
        "papers": [{"paper": paper.paper, **(reference(paper.document) or {})} for paper in fact.documents],
    }
    return {"channel": fact.channel}


def _accepted(document: Changing, fact: DossierAccepted) -> dict[str, Any]:
    document["acceptance"] = {"accepted_at": fact.accepted_at, "slip": reference(fact.slip), "due": due(fact)}
    return {"due_at": fact.due_at}


def _completed(document: Changing, fact: DossierCompleted) -> dict[str, Any]:
    document["completion"] = {"outcome": fact.outcome}
    return {"outcome": fact.outcome}


HANDLERS: dict[type[Payload], Handler] = {
    DossierRegistered: _registered,
    PaymentDemanded: says("amount_vnd", "moment"),
    FeeDeferred: only_status,
    FeeCleared: only_status,
    DossierAccepted: _accepted,
    DossierCompleted: _completed,
    DossierReturned: says("channel"),
    DossierStopped: says("reason"),
}
