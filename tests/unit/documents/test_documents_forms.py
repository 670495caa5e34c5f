"""Forms 01 to 03: what DOMAIN's table of fields asks for is on them."""

from datetime import timedelta
from typing import Any

import pytest
from motcua_documents.pdf import SlipPaper, render_slip
from motcua_documents.pdf.refusal import RefusalSlip, render_refusal
from motcua_documents.pdf.supplement import RequestLine, SupplementSlip, render_supplement

from .samples import AT, CODE, SALT, pages, read, slip

WHO: dict[str, Any] = {
    "code": CODE,
    "agency_vi": "Ủy ban nhân dân huyện Hải Hậu",
    "agency_address": "Thị trấn Yên Định",
    "agency_phone": "0228 000 000",
    "applicant": "Nguyễn Thị Phương Thảo",
    "id_number": "036000000001",
    "address": "Xóm 5, xã Hải Minh",
    "phone": "0900000001",
    "email": "thao@example.vn",
    "procedure_vi": "Đăng ký thành lập hộ kinh doanh",
    "procedure_code": "1.001612",
    "contact_vi": "Công chức một cửa",
    "salt": SALT,
}
LINES = (
    RequestLine("Giấy đề nghị đăng ký hộ kinh doanh", "original", 1, "Tờ khai chưa đầy đủ"),
    RequestLine("Bản sao giấy tờ tùy thân", "certified", 2),
    RequestLine("", "photocopy", 3),
)


def supplement(**changes: Any) -> bytes:
    said = {
        "number": 1,
        "above_vi": "",
        "lines": LINES,
        "reason_vi": "Thiếu giấy tờ",
        "note": "Hợp đồng thuê nhà <b>có</b> chữ ký.",
        "asked_at": AT,
        "respond_by": AT + timedelta(days=30),
    }
    return render_supplement(SupplementSlip(**{**WHO, **said, **changes}))


def refusal(**changes: Any) -> bytes:
    said = {
        "reason_vi": "Không thuộc thẩm quyền giải quyết",
        "note": "Nộp tại Sở.",
        "received_at": AT,
        "refused_at": AT + timedelta(hours=2),
    }
    return render_refusal(RefusalSlip(**{**WHO, **said, **changes}))


FORMS = {"form 01": lambda: render_slip(slip()), "form 02": supplement, "form 03": refusal}
PERSONAL = (
    "Nguyễn Thị Phương Thảo",
    "036000000001",
    "Xóm 5, xã Hải Minh",
    "0900000001",
    "thao@example.vn",
)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_each_form_names_the_applicant_with_contacts_the_dossier_and_what_is_asked(
    form: str,
) -> None:
    said = read(FORMS[form]())
    for words in (
        *PERSONAL,
        CODE,
        "Đăng ký thành lập hộ kinh doanh (1.001612)",
        "ngày 24 tháng 11 năm 2026",
        "Văn bản được ký số",
    ):
        assert words in said


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_same_form_has_the_same_bytes_and_one_page(form: str) -> None:
    assert FORMS[form]() == FORMS[form]()
    assert pages(FORMS[form]()) == 1


def test_form_01_says_of_each_paper_whether_it_is_the_original() -> None:
    kinds = (
        ("original", "Bản chính"),
        ("certified", "Bản sao chứng thực"),
        ("photocopy", "Bản chụp"),
        (None, "Bản sao"),
    )
    for kind, words in kinds:
        assert f"1 Giấy {words} 2" in read(
            render_slip(slip(papers=(SlipPaper("Giấy", False, 2, kind),)))  # type: ignore[arg-type]
        )
    assert "1 Giấy Bản chính 1" in read(render_slip(slip(papers=(SlipPaper("Giấy", True, 1),))))


def test_form_02_has_the_papers_with_quantities_the_reason_the_contact_and_the_time() -> None:
    said = read(supplement(above_vi="Phòng Tài chính – Kế hoạch"))
    for words in (
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        f"Số: {CODE}/BS-1",
        "Giấy đề nghị đăng ký hộ kinh doanh – Tờ khai chưa đầy đủ 1",
        "2 Bản sao giấy tờ tùy thân 2",
        "Giấy tờ khác theo nội dung ghi dưới đây 3",
        "Lý do: Thiếu giấy tờ",
        "Hợp đồng thuê nhà <b>có</b> chữ ký.",
        "Công chức một cửa",
        "0228 000 000",
        "trước 9 giờ 05 phút, ngày 24 tháng 12 năm 2026",
        "Cơ quan yêu cầu bổ sung: Phòng Tài chính – Kế hoạch",
    ):
        assert words in said


def test_form_03_has_the_reason_and_two_places_to_sign() -> None:
    said = read(refusal())
    for words in (
        "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ",
        "Lý do: Không thuộc thẩm quyền giải quyết",
        "Nội dung cụ thể: Nộp tại Sở.",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
    ):
        assert words in said
    assert "Nội dung cụ thể" not in read(refusal(note=""))
