"""Forms 04, 05 and 06: the content of each, the same bytes for the same events, and the register
over as many pages as it needs.
"""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from motcua_documents.pdf.apology import Apology, render_apology
from motcua_documents.pdf.control_slip import ControlSlip, HandOver, render_control_slip
from motcua_documents.pdf.register import Register, Registered, render_register
from pypdf import PdfReader

T0 = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
APOLOGY = Apology(
    code="H40.12-261126-0001",
    number=1,
    above_vi="Ủy ban nhân dân huyện Hải Hậu",
    agency_vi="Phòng Tài chính – Kế hoạch",
    applicant="Trần Văn Mẫu Bình",
    address="Xóm 5, xã Hải Minh",
    procedure_vi="Đăng ký thành lập hộ kinh doanh",
    procedure_code="1.001612",
    field_vi="Hộ kinh doanh",
    received_at=T0,
    due_at=T0 + 5 * DAY,
    reason_vi="Chờ ý kiến của cơ quan phối hợp",
    new_due_at=T0 + 7 * DAY,
    decided_at=T0 + 4 * DAY,
    signer_vi="Trưởng phòng",
    counter_vi="Bộ phận Tiếp nhận và Trả kết quả",
    salt="ab" * 16,
)
SLIP = ControlSlip(
    code="H40.12-261126-0001",
    agency_vi="Ủy ban nhân dân huyện Hải Hậu",
    counter_vi="Bộ phận một cửa",
    owner="Trần Văn Mẫu Bình",
    procedure_vi="Đăng ký thành lập hộ kinh doanh",
    procedure_code="1.001612",
    received_at=T0,
    due_at=T0 + 5 * DAY,
    printed_at=T0 + 6 * DAY,
    hand_overs=(
        HandOver("Bộ phận một cửa", "Phạm Quốc Tuấn", T0, T0 + DAY, "Đúng hạn", "Thẩm định"),
        HandOver("A", "B", T0 + DAY, None, ""),
    ),
    salt="ab" * 16,
)


def line(number: int) -> Registered:
    return Registered(
        code=f"H40.12-261126-{number:04d}",
        procedure_vi="Đăng ký kết hôn",
        sets=1,
        applicant="Nguyễn Thị <Mẫu> An",
        address="Xóm 1",
        phone="0900000001",
        deciding_vi="UBND huyện",
        received_at=T0,
        due_at=T0 + DAY,
        returned_at=None,
        delivery_vi="Tại quầy",
    )


REGISTER = Register(
    "Ủy ban nhân dân huyện Hải Hậu",
    "Bộ phận một cửa",
    "tháng 11/2026",
    T0,
    tuple(line(n) for n in range(1, 31)),
)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_apology_says_what_form_04_asks_for() -> None:
    said = text_of(render_apology(APOLOGY))
    for part in (
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", "Số: 01/PXL-H40.12-261126-0001",
        "Kính gửi: Trần Văn Mẫu Bình",
        "Lĩnh vực: Hộ kinh doanh",
        "Ngày tiếp nhận: 9 giờ 00 phút, ngày 26 tháng 11 năm 2026",
        "Thời gian hẹn trả kết quả: 9 giờ 00 phút, ngày 01 tháng 12 năm 2026",
        "Lý do: Chờ ý kiến của cơ quan phối hợp",
        "Thời gian hẹn lại trả kết quả: 9 giờ 00 phút, ngày 03 tháng 12 năm 2026", "TRƯỞNG PHÒNG",
    ):  # fmt: skip
        assert part in said


def test_the_control_slip_lists_each_hand_over() -> None:
    said = text_of(render_control_slip(SLIP))
    for part in (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Chủ hồ sơ: Trần Văn Mẫu Bình",
        "Phạm Quốc Tuấn",
        "09:00 26/11/2026",
        "Đúng hạn",
    ):
        assert part in said


def test_the_register_lies_on_its_side_and_goes_on_over_pages() -> None:
    raw = render_register(REGISTER)
    pages = PdfReader(BytesIO(raw)).pages
    assert len(pages) > 1
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    said = text_of(raw)
    assert "Cộng: 30 hồ sơ." in said
    assert "Nguyễn Thị <Mẫu> An" in said
    assert said.count("Thủ tục hành chính") == len(pages), "the head is not on every page"


def test_the_same_events_give_the_same_bytes() -> None:
    assert render_apology(APOLOGY) == render_apology(APOLOGY)
    assert render_control_slip(SLIP) == render_control_slip(SLIP)
    assert render_register(REGISTER) == render_register(REGISTER)
