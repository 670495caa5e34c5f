"""The history names who accepted, asked, refused and signed, and with which post, though the system wrote the fact that says so."""

from typing import Any

from gateway_desk import Desk
from gateway_facts import CODE, DECIDED, DOSSIER, PIN, registered, said_by, way
from motcua_contracts.envelope import Message
from motcua_contracts.intake import AcceptanceDecided, SupplementDemanded, SupplementRequested
from motcua_contracts.payload import Event
from motcua_gateway.folding import ACTOR, NAME, fold_all
from motcua_gateway.folds import HANDLERS
from motcua_gateway.folds.actors import CLOSES
from test_gateway_counter import REFUSED, REFUSING
from test_gateway_typed_codes import ASKED

CLERK, LEADER = "officer:clerk-haihau", "officer:leader-tckh"


def accepted_by_a_clerk() -> list[Message[Event]]:
    return [
        one if not isinstance(one.data, AcceptanceDecided) else said_by("intake", one.data, one.sequence, actor=CLERK)
        for one in way(DECIDED)
    ]  # fmt: skip


def actors(facts: list[Message[Event]]) -> dict[str, str]:
    folded: Any = fold_all(None, "d", [one for one in facts if type(one.data) in HANDLERS])
    return {entry[NAME]: entry[ACTOR] for entry in folded["history"]}


def test_a_clerk_accepted_and_a_leader_signed() -> None:
    did = actors(accepted_by_a_clerk())
    assert (did["DossierAccepted"], did["CaseDecided"]) == (CLERK, LEADER)


def test_what_a_rule_decided_is_the_systems() -> None:
    assert actors(way(DECIDED))["DossierAccepted"] == "system:intake"


def test_refusals_and_requests_are_whose_they_are() -> None:
    asked = SupplementDemanded.model_validate({**ASKED, "by": "department", "officer": "officer-tckh"})
    said = SupplementRequested.model_validate({**ASKED, "by": "department", "slip": None})
    told = [said_by("intake", registered(), 1), said_by("intake", asked, 2), said_by("intake", said, 3)]
    told += [said_by("intake", REFUSING, 4, actor=CLERK), said_by("intake", REFUSED, 5)]
    did = actors(told)
    assert (did["SupplementRequested"], did["DossierNotAccepted"]) == ("officer:officer-tckh", CLERK)


def test_every_pair_is_one_of_facts_that_the_view_hears() -> None:
    assert len(CLOSES) == len(set(CLOSES.values())) == 5


async def test_owner_and_public_read_post_and_department_and_the_owner_the_name(desk: Desk) -> None:
    await desk.hear(accepted_by_a_clerk())
    await desk.keep_papers()
    await desk.own("citizen-an")
    mine = (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    line = next(one for one in mine["history"] if one["event"] == "DossierAccepted")
    assert (line["actor"], line["officer"]["id"], line["officer"]["post_vi"]) == ("officer", "clerk-haihau", "Chuyên viên")
    public = (await desk.get("", f"/track/{CODE}?pin={PIN}")).json()
    shown = next(one for one in public["history"] if one["event"] == "DossierAccepted")
    assert (shown["post_vi"], shown["department_vi"], "officer_name" in shown) == ("Chuyên viên", "Bộ phận một cửa", False)
