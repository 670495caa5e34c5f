"""Forms 05 and 06 at the desk, and the page that says whether a document is ours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from motcua_contracts import Message, Payload
from motcua_contracts.messages.audit import RecordListRead
from motcua_documents.signing import authorities, verify
from motcua_gateway.api import control
from motcua_gateway.api.register_parts import Part, counted, dated_after, read, rows, written
from motcua_gateway.documents.seals import Seal
from motcua_gateway.http.paging import write_cursor
from motcua_gateway.http.refusals import CursorInvalid
from motcua_gateway.web import build_app
from motcua_operations.development_keys import ensure_keys
from pydantic import ValidationError
from pypdf import PdfReader

from .dossier_events import PAPERS, way
from .harness import GatewayHarness, settings


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


async def dossier(desk: GatewayHarness) -> tuple[str, str]:
    """A finished one: its id and code."""
    await desk.hear(way())
    await desk.keep_papers()
    row = await desk.gateway.database.dossiers.find_one({})
    return row["_id"], row["code"]


async def test_the_control_slip_tells_each_hand_over(desk: GatewayHarness) -> None:
    dossier_id, code = await dossier(desk)
    answer = await desk.get("clerk-haihau", f"/desk/dossiers/{dossier_id}/control-slip.pdf")
    said = text_of(answer.content)
    for part in ("PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", code, PAPERS.applicant.full_name):
        assert part in said
    assert said.count("Bộ phận Tiếp nhận và Trả kết quả") >= 2
    assert (
        await desk.get("citizen-an", f"/desk/dossiers/{dossier_id}/control-slip.pdf")
    ).status_code == 403


async def test_the_register_is_the_counter_s_own(desk: GatewayHarness) -> None:
    _, code = await dossier(desk)
    asked = "received_from=2020-01-01T00:00:00Z&received_to=2040-01-01T00:00:00Z"
    said = text_of((await desk.get("clerk-haihau", f"/desk/register.pdf?{asked}")).content)
    assert "SỔ THEO DÕI HỒ SƠ" in said
    assert PAPERS.applicant.full_name in said
    assert "Cộng: 1 hồ sơ." in said
    empty = await desk.get("clerk-haihau", "/desk/register.pdf?received_to=2020-01-01T00:00:00Z")
    assert code not in text_of(empty.content)
    assert (await desk.get("officer-tckh", "/desk/register.pdf")).status_code == 403
    read, nothing = [message for _, message in desk.runtime.appended]
    assert isinstance(read.data, RecordListRead)
    assert (read.actor, read.subject) == ("officer:clerk-haihau", "lists-haihau")
    assert (read.data.kind, read.data.agency, read.data.dossiers) == ("register", "haihau", 1)
    assert read.data.since is not None
    assert (read.data.since.year, read.data.until.year) == (2020, 2040)
    assert isinstance(nothing.data, RecordListRead)
    assert nothing.data.dossiers == 0


@pytest.mark.parametrize(
    "asked", ["received_from=0001-01-01T00:00:00Z", "received_to=2100-01-01T00:00:00Z"]
)
async def test_a_period_that_no_event_can_hold_is_refused_by_its_name(
    desk: GatewayHarness, asked: str
) -> None:
    for path in ("/desk/register.pdf", "/statistics"):
        answer = await desk.get("clerk-haihau", f"{path}?{asked}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (
            400,
            f"query.{asked.partition('=')[0]}",
        )


async def test_a_register_whose_reading_cannot_be_recorded_is_not_shown(
    desk: GatewayHarness,
) -> None:
    await dossier(desk)

    async def away(message: Message[Payload]) -> None:
        raise TimeoutError

    desk.runtime.react = away
    answer = await desk.get("clerk-haihau", "/desk/register.pdf")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:motcua:problem:unavailable")


async def test_with_a_key_the_gateway_signs_what_it_prints(
    desk: GatewayHarness, tmp_path: Path
) -> None:
    keys = ensure_keys(tmp_path)
    seal = Seal(settings(signing_key=str(keys.signing_key), signing_cert=str(keys.signing_cert)))
    desk.gateway = replace(desk.gateway, seal=seal)
    desk.client = httpx.AsyncClient(
        transport=httpx.ASGITransport(build_app(desk.runtime, desk.gateway)),
        base_url="http://gateway",
    )
    dossier_id, _ = await dossier(desk)
    for path in (f"/desk/dossiers/{dossier_id}/control-slip.pdf", "/desk/register.pdf"):
        pdf = (await desk.get("clerk-haihau", path)).content
        assert verify(pdf, authorities(str(keys.ca_cert))).good
        assert not verify(
            pdf[:300] + bytes([pdf[300] ^ 1]) + pdf[301:], authorities(str(keys.ca_cert))
        ).good


def test_half_a_key_is_refused_by_the_setting_s_name() -> None:
    with pytest.raises(ValidationError, match="MOTCUA_SIGNING_CERT"):
        settings(signing_key=__file__)


async def test_a_document_is_verified_by_code_and_check_code_and_nothing_personal_is_shown(
    desk: GatewayHarness,
) -> None:
    _, code = await dossier(desk)
    answer = await desk.get("", f"/verify/{code}?check={PAPERS.salt}")
    assert answer.status_code == 200
    assert {one["kind"] for one in answer.json()["documents"]} >= {"result"}
    assert PAPERS.applicant.full_name not in answer.text
    wrong = await desk.get("", f"/verify/{code}?check={'0' * 32}")
    assert (wrong.status_code, wrong.json()["type"]) == (
        404,
        "urn:motcua:problem:verification-unknown",
    )
    said = (wrong.json()["title"], wrong.json()["title_en"])
    assert said == (
        "Mã hồ sơ hoặc mã kiểm chứng không đúng.",
        "The dossier code or the check code is wrong.",
    )
    assert (
        await desk.get("", f"/verify/H40.12-999999-0001?check={PAPERS.salt}")
    ).json() == wrong.json()
    page = await desk.client.get(f"/xac-minh/{code}?m={PAPERS.salt}")
    assert (page.status_code, "Văn bản do hệ thống cấp" in page.text) == (200, True)
    for lang, words in zip(("vi", "en"), said, strict=True):
        page = await desk.client.get(f"/xac-minh/{code}?m={'0' * 32}&lang={lang}")
        assert (page.status_code, words in page.text, "tra cứu không đúng" in page.text) == (
            404,
            True,
            False,
        )


async def test_a_long_register_comes_in_parts_that_say_so(
    desk: GatewayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "MOST_LINES", 2)
    _, code = await dossier(desk)
    dossiers = desk.gateway.database.dossiers
    row = await dossiers.find_one({"code": code})
    codes = [code, *(f"{code}{number}" for number in range(1, 5))]
    await dossiers.insert_many(
        [
            row | {"_id": f"{row['_id']}{number}", "code": one}
            for number, one in enumerate(codes[1:], 1)
        ]
    )
    path, ranges, found = (
        "/desk/register.pdf?received_from=2020-01-01T00:00:00Z&received_to=2040-01-01T00:00:00Z",
        [],
        [],
    )
    while path:
        answer = await desk.get("clerk-haihau", path)
        said = text_of(answer.content)
        ranges.append(answer.headers["lines"])
        found += [one for one in reversed(codes) if one in said.split()]
        assert f"phần {len(ranges)}/3" in said
        assert ("Còn tiếp ở phần" in said) == ("link" in answer.headers)
        path = (
            answer.headers["link"][1:].partition(">")[0].removeprefix("/api/v1")
            if "link" in answer.headers
            else ""
        )
    assert ranges == ["1-2/5", "3-4/5", "5-5/5"]
    assert "tổng cộng 5 hồ sơ" in said
    assert (await desk.get("clerk-haihau", "/desk/register.pdf?cursor=WzFd")).json()[
        "type"
    ] == "urn:motcua:problem:cursor-invalid"


async def test_a_part_of_the_register_costs_a_part_and_the_count_is_the_first_ones(
    desk: GatewayHarness,
) -> None:
    """By the store's own account of every query of each part."""
    dossiers, day = desk.gateway.database.dossiers, datetime(2026, 6, 1, tzinfo=UTC)
    # Ten of each instant, so that the order within one is the id's; four have no day.
    filed = [
        {
            "_id": f"r-{n:04d}",
            "agency": "haihau",
            "code": f"c-{n}",
            "filed_at": day + timedelta(hours=n // 10),
        }
        for n in range(600)
    ]
    await dossiers.insert_many(
        [*filed, *({"_id": f"u-{n}", "agency": "haihau", "code": f"u-{n}"} for n in range(4))]
    )
    part = await counted(dossiers, "haihau", day, day + timedelta(days=30))
    assert part.total == 604
    seen: list[str] = []
    while True:
        plan = (
            await dossiers.find(dated_after(part))
            .sort([("filed_at", 1), ("_id", 1)])
            .limit(51)
            .explain()
        )
        assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
        assert "'SORT'" not in str(plan["queryPlanner"]["winningPlan"])
        assert plan["executionStats"]["totalDocsExamined"] <= 51 + 10
        found = await rows(dossiers, part, 51)
        seen += [row["_id"] for row in found[:50]]
        if len(found) <= 50:
            break
        part = read(written(part.before(found[49]), KEY), "haihau", KEY)
    assert (len(seen), len(set(seen)), seen[-4:], part.number) == (
        604,
        604,
        ["u-0", "u-1", "u-2", "u-3"],
        13,
    )
    assert seen == sorted(seen)


KEY = b"k" * 32


def test_a_cursor_of_the_register_is_the_gateways_own_and_one_agencys() -> None:
    day = datetime(2026, 6, 1, tzinfo=UTC)
    part = Part("haihau", day, day + timedelta(days=1), 5000, 2, 1, "r-1")
    cursor = written(part, KEY)
    assert read(cursor, "haihau", KEY) == part
    other = write_cursor("haihau", 0, 0, 1, 1, 1, "r-1", "0" * 64)
    for given, agency, key in (
        (cursor, "haiminh", KEY),
        (cursor, "haihau", b"x" * 32),
        (other, "haihau", KEY),
        ("", "haihau", KEY),
    ):
        with pytest.raises(CursorInvalid):
            read(given, agency, key)
