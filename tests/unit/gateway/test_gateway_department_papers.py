"""Forms 05 and 06 at the desk, and the page that says whether a document is ours."""

from io import BytesIO

from gateway_desk import Desk
from gateway_facts import PAPERS, way
from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


async def dossier(desk: Desk) -> tuple[str, str]:
    """A finished one: its id and code."""
    await desk.hear(way())
    await desk.keep_papers()
    row = await desk.gateway.database.dossiers.find_one({})
    return row["_id"], row["code"]


async def test_the_control_slip_tells_each_hand_over(desk: Desk) -> None:
    dossier_id, code = await dossier(desk)
    answer = await desk.get("clerk-haihau", f"/desk/dossiers/{dossier_id}/control-slip.pdf")
    said = text_of(answer.content)
    for part in ("PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", code, PAPERS.applicant.full_name):
        assert part in said
    assert said.count("Bộ phận Tiếp nhận và Trả kết quả") >= 2
    assert (await desk.get("citizen-an", f"/desk/dossiers/{dossier_id}/control-slip.pdf")).status_code == 403


async def test_the_register_is_the_counter_s_own(desk: Desk) -> None:
    _, code = await dossier(desk)
    asked = "received_from=2020-01-01T00:00:00Z&received_to=2040-01-01T00:00:00Z"
    said = text_of((await desk.get("clerk-haihau", f"/desk/register.pdf?{asked}")).content)
    assert "SỔ THEO DÕI HỒ SƠ" in said
    assert PAPERS.applicant.full_name in said
    assert "Cộng: 1 hồ sơ." in said
    empty = await desk.get("clerk-haihau", "/desk/register.pdf?received_to=2020-01-01T00:00:00Z")
    assert code not in text_of(empty.content)
    assert (await desk.get("officer-tckh", "/desk/register.pdf")).status_code == 403


async def test_a_document_is_verified_by_code_and_check_code_and_nothing_personal_is_shown(desk: Desk) -> None:
    _, code = await dossier(desk)
    answer = await desk.get("", f"/verify/{code}?check={PAPERS.salt}")
    assert answer.status_code == 200
    assert {one["kind"] for one in answer.json()["documents"]} >= {"result"}
    assert PAPERS.applicant.full_name not in answer.text
    wrong = await desk.get("", f"/verify/{code}?check={'0' * 32}")
    assert wrong.json()["type"] == "urn:motcua:problem:tracking-unknown"
    assert (await desk.get("", f"/verify/H40.12-999999-0001?check={PAPERS.salt}")).json() == wrong.json()
    page = await desk.client.get(f"/xac-minh/{code}?m={PAPERS.salt}")
    assert (page.status_code, "Văn bản do hệ thống cấp" in page.text) == (200, True)
