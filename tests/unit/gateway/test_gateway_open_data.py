"""Open data: the same rows in JSON and CSV, marked, and safe in a spreadsheet; and calls that
nobody may misspell.
"""

import csv
from io import StringIO

import pytest
from motcua_contracts.messages.catalog import FieldGroup, ProcedurePublished, Publication

from .dossier_events import T0, said_by, terms
from .harness import GatewayHarness


def publish(desk: GatewayHarness, code: str, name: str, **publication: object) -> None:
    changed = terms().model_copy(update={"code": code, "name_vi": name})
    event = ProcedurePublished(
        terms=changed, publication=Publication.model_validate(publication), effective_from=T0
    )
    desk.gateway.catalogue.apply(said_by("catalog", event, 1, code))


async def test_csv_begins_with_its_mark_its_licence_and_its_columns(desk: GatewayHarness) -> None:
    answer = await desk.get("", "/open-data/procedures.csv")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert (lines[0][0].split(" /")[0], lines[1][:3], lines[2][:3]) == (
        "# Chưa công bố giấy phép",
        ["code", "version", "name_vi"],
        ["1.001612", "1", "Đăng ký thành lập hộ kinh doanh"],
    )


async def test_json_says_licence_origin_samples_and_what_is_unknown(desk: GatewayHarness) -> None:
    publish(
        desk,
        "2.000001",
        "Mẫu",
        sample=True,
        unknown=("fee",),
        group=FieldGroup(id="tu-phap", name_vi="Tư pháp", name_en="Justice"),
    )
    data = (await desk.get("", "/open-data/procedures.json")).json()
    row = data["procedures"][1]
    assert data["licence"].startswith("Chưa công bố giấy phép")
    assert (row["sample"], row["fee_vnd"], row["unknown"], row["group_vi"]) == (
        True,
        None,
        "fee",
        "Tư pháp",
    )


@pytest.mark.parametrize("name", ["=1+1", "@sum", "+x", "-x"])
async def test_no_name_is_a_formula(desk: GatewayHarness, name: str) -> None:
    publish(desk, "2.000001", name)
    text = (await desk.get("", "/open-data/procedures.csv")).content.decode("utf-8-sig")
    assert list(csv.reader(StringIO(text)))[3][2] == f"'{name}"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/procedures?levl=2", "q, group, field, level, authority, agency, state, cursor, limit"),
        ("/procedures/statistics?x=1", "—"),
        ("/guide?language=en", "lang"),
    ],
)
async def test_an_unknown_parameter_is_refused_with_those_that_there_are(
    desk: GatewayHarness, path: str, allowed: str
) -> None:
    answer = await desk.get("", path)
    assert (answer.status_code, answer.json()["type"], answer.json()["params"]) == (
        422,
        "urn:motcua:problem:parameter-unknown",
        {"allowed": allowed},
    )


@pytest.mark.parametrize(
    "query",
    [
        f"q={'a' * 201}",
        "level=5",
        "authority=world",
        "state=x",
        "limit=101",
        "limit=0",
        f"field={'a' * 61}",
    ],
)
async def test_sizes_and_choices_are_bounded(desk: GatewayHarness, query: str) -> None:
    answer = await desk.get("", f"/procedures?{query}")
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:motcua:problem:request-invalid",
    )
    assert answer.json()["errors"][0]["field"] == f"query.{query.partition('=')[0]}"


async def test_counts_by_published_field(desk: GatewayHarness) -> None:
    publish(
        desk, "2.000001", "A", group=FieldGroup(id="tu-phap", name_vi="Tư pháp", name_en="Justice")
    )
    publish(
        desk,
        "2.000002",
        "B",
        sample=True,
        group=FieldGroup(id="tu-phap", name_vi="Tư pháp", name_en="Justice"),
    )
    counts = (await desk.get("", "/procedures/statistics")).json()
    row = {
        "authority": "district",
        "group": "district/tu-phap",
        "name_vi": "Tư pháp",
        "name_en": "Justice",
    }
    assert counts["by_group"] == [{**row, "count": 2, "by_level": {"4": 2}}]
    assert counts["real"]["by_group"] == [{**row, "count": 1, "by_level": {"4": 1}}]
    found = (await desk.get("", "/procedures?group=district/tu-phap")).json()
    assert (found["total"], found["facets"]["group"]) == (
        2,
        [{"value": "district/tu-phap", "vi": "Tư pháp", "en": "Justice", "count": 2}],
    )


async def test_counts_are_those_of_now(desk: GatewayHarness) -> None:
    before = (await desk.get("", "/procedures/statistics")).json()["total"]
    publish(desk, "2.000001", "A")
    assert (await desk.get("", "/procedures/statistics")).json()["total"] == before + 1
