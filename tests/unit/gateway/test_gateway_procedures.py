"""Searching procedures: accents and case do not matter, pages end, and what no source states is not
shown.
"""

import pytest
from motcua_contracts.messages.catalog import ProcedurePublished, Publication
from motcua_gateway.http.paging import read_cursor, write_cursor
from motcua_gateway.http.refusals import CursorInvalid
from motcua_gateway.procedures.search import folded

from .dossier_events import T0, said_by, terms
from .harness import GatewayHarness


def publish(
    desk: GatewayHarness,
    code: str,
    name: str,
    level: int | None = None,
    changes: dict[str, object] | None = None,
    **publication: object,
) -> None:
    changes = changes or {}
    changed = terms().model_copy(
        update={
            "code": code,
            "name_vi": name,
            "level": level,
            "field": "land",
            "field_vi": "Đất đai",
            **changes,
        }
    )
    event = ProcedurePublished(
        terms=changed, publication=Publication.model_validate(publication), effective_from=T0
    )
    desk.gateway.catalogue.apply(said_by("catalog", event, 1, code))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đăng ký hộ kinh doanh", "dang ky ho kinh doanh"),
        ("ĐẤT", "dat"),
        ("Thừa Thiên–Huế", "thua thien–hue"),
    ],
)
def test_folding_takes_accents_and_case_away(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize(
    "q", ["đăng ký hộ", "dang ky ho", "HO DANG", "1.0016", "kinh doanh dang ky"]
)
async def test_a_procedure_is_found_with_and_without_accents(desk: GatewayHarness, q: str) -> None:
    publish(desk, "2.000001", "Tách thửa đất", 2)
    found = (await desk.client.get("/api/v1/procedures", params={"q": q})).json()["procedures"]
    assert [one["code"] for one in found] == ["1.001612"]


async def test_filters_and_counts(desk: GatewayHarness) -> None:
    publish(desk, "2.000001", "Tách thửa đất", 2)
    publish(desk, "2.000002", "Hợp thửa đất")
    publish(desk, "sample.x", "Mẫu", 4, sample=True)
    publish(desk, "bench.x", "Đo tải", 4, {"field": "bench", "field_vi": "Thử tải"}, sample=True)

    async def codes(query: str) -> list[str]:
        return [
            one["code"] for one in (await desk.get("", f"/procedures?{query}")).json()["procedures"]
        ]

    assert await codes("level=2") == ["2.000001"]
    assert await codes("field=land&q=dat") == ["2.000002", "2.000001", "sample.x"]
    assert await codes("authority=commune") == []
    counts = (await desk.get("", "/procedures/statistics")).json()
    assert (counts["total"], counts["by_level"]) == (4, {"2": 1, "4": 2, "none": 1})
    assert (counts["real"]["total"], counts["sample"]["by_level"]) == (3, {"4": 1})


async def test_pages_go_through_everything_once(desk: GatewayHarness) -> None:
    for number in range(7):
        publish(desk, f"2.00000{number}", "Tách thửa đất")
    seen, cursor = [], ""
    while True:
        page = (
            await desk.client.get(
                "/api/v1/procedures", params={"limit": 3, **({"cursor": cursor} if cursor else {})}
            )
        ).json()
        seen += [one["code"] for one in page["procedures"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 8


async def test_what_no_source_states_is_not_shown(desk: GatewayHarness) -> None:
    publish(desk, "2.000003", "Cấp phép", None, unknown=("days", "fee", "workflow"))
    shown = (await desk.get("", "/procedures/2.000003")).json()
    assert (shown["days"], shown["fee"], shown["fee_vnd"], shown["steps"]) == (None, None, None, [])
    assert shown["takes_dossiers"] is False


async def test_an_unknown_code_is_a_problem(desk: GatewayHarness) -> None:
    assert (await desk.get("", "/procedures/9.9")).json()[
        "type"
    ] == "urn:motcua:problem:procedure-unknown"


@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WzFd", "e30", write_cursor(1)])
async def test_a_cursor_that_no_page_gave_is_refused(desk: GatewayHarness, cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        read_cursor(cursor, str)
    assert (await desk.client.get("/api/v1/procedures", params={"cursor": cursor})).json()[
        "type"
    ] == "urn:motcua:problem:cursor-invalid"
