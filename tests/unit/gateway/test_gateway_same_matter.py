"""The same matter filed twice: both stand, and answer, dossier and desk name the other."""

from motcua_contracts.messages.intake import ApplicantCorrected, DossierForgotten, DossierWithdrawn

from .dossier_events import CODE, DOSSIER, OWNER, registered, said_by
from .harness import GatewayHarness

MATTER = "ab" * 32
SECOND = "H40.12-261124-0002"


async def two(desk: GatewayHarness, owner: str = OWNER, matter: str = MATTER) -> None:
    first = registered().model_copy(update={"matter": MATTER})
    second = registered(owner=owner, code=SECOND).model_copy(update={"matter": matter})
    await desk.hear([said_by("intake", first, 1, DOSSIER), said_by("intake", second, 1, "second")])
    await desk.keep_papers()


async def test_the_desk_names_the_other_until_it_has_ended(desk: GatewayHarness) -> None:
    await two(desk)
    seen = (await desk.get("clerk-haihau", f"/desk/dossiers/{DOSSIER}")).json()
    assert seen["same_matter"] == [{"dossier_id": "second", "code": SECOND, "status": "registered"}]
    back = (await desk.get("clerk-haihau", "/desk/dossiers/second")).json()
    assert [one["code"] for one in back["same_matter"]] == [CODE]
    await desk.hear([said_by("intake", DossierWithdrawn(), 2, "second")])
    assert (await desk.get("clerk-haihau", f"/desk/dossiers/{DOSSIER}")).json()["same_matter"] == []


async def test_another_matter_is_not_named_and_none_is_nobodys(desk: GatewayHarness) -> None:
    await two(desk, matter="cd" * 32)
    assert (await desk.get("clerk-haihau", f"/desk/dossiers/{DOSSIER}")).json()["same_matter"] == []


async def test_an_officer_is_told_of_nothing_that_lies_at_another_agency(
    desk: GatewayHarness,
) -> None:
    """A clerk who types a stranger's identity number does not learn what that person has filed
    elsewhere.
    """
    first = registered().model_copy(update={"matter": MATTER})
    elsewhere = {"matter": MATTER, "receiving_agency": "haiminh", "deciding_agency": "haiminh"}
    decided_here = {"matter": MATTER, "receiving_agency": "haiminh"}
    await desk.hear([said_by("intake", first, 1, DOSSIER)])
    await desk.hear(
        [said_by("intake", registered(code=SECOND).model_copy(update=elsewhere), 1, "second")]
    )
    await desk.keep_papers()
    assert (await desk.get("clerk-haihau", f"/desk/dossiers/{DOSSIER}")).json()["same_matter"] == []
    assert (
        SECOND
        not in (
            await desk.client.get(f"/quay/ho-so/{DOSSIER}", headers=desk.auth("clerk-haihau"))
        ).text
    )
    assert (await desk.get("clerk-haiminh", "/desk/dossiers/second")).json()["same_matter"] == []
    third = registered(code=SECOND[:-1] + "3").model_copy(update=decided_here)
    await desk.hear([said_by("intake", third, 1, "third")])
    seen = (await desk.get("clerk-haihau", f"/desk/dossiers/{DOSSIER}")).json()
    assert [one["dossier_id"] for one in seen["same_matter"]] == ["third"], (
        "their own agency decides it"
    )


async def test_an_owner_is_told_of_the_own_ones_and_of_nobody_elses(desk: GatewayHarness) -> None:
    await two(desk)
    for dossier in (DOSSIER, "second"):
        await desk.own("citizen-an", dossier)
    own = (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()
    assert [one["code"] for one in own["same_matter"]] == [SECOND]
    await desk.own("citizen-binh", "second")
    assert (await desk.get("citizen-an", f"/dossiers/{DOSSIER}")).json()["same_matter"] == []


def corrected(matter: str | None) -> ApplicantCorrected:
    return ApplicantCorrected(
        revision=2, commitment="c", by="counter", fields=("id_number",), matter=matter
    )


async def test_a_corrected_number_leaves_the_other_persons_matter(desk: GatewayHarness) -> None:
    await two(desk)
    await desk.hear([said_by("intake", corrected(None), 2, "second")])
    await desk.keep_papers()
    seen = f"/desk/dossiers/{DOSSIER}"
    assert [
        one["code"] for one in (await desk.get("clerk-haihau", seen)).json()["same_matter"]
    ] == [SECOND]
    await desk.hear([said_by("intake", corrected("cd" * 32), 3, "second")])
    assert (await desk.get("clerk-haihau", seen)).json()["same_matter"] == []
    await desk.hear([said_by("intake", corrected(MATTER), 4, "second")])
    assert [
        one["code"] for one in (await desk.get("clerk-haihau", seen)).json()["same_matter"]
    ] == [SECOND]


async def test_a_forgotten_dossier_keeps_no_hash_of_its_person(desk: GatewayHarness) -> None:
    await two(desk)
    await desk.hear([said_by("intake", DossierForgotten(revisions=(1,)), 2, DOSSIER)])
    assert MATTER not in str(await desk.gateway.database.dossiers.find_one({"_id": DOSSIER}))
