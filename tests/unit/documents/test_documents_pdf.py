"""PDFs: the same bytes for the same input, every Vietnamese letter readable, nothing that was typed
breaks the page.
"""

import subprocess
import sys
import unicodedata
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from motcua_documents.pdf import (
    FormLine,
    SlipPaper,
    form_lines,
    render_receipt,
    render_result,
    render_slip,
)
from motcua_documents.pdf.words import amount_in_words, number_in_words, place_of
from pypdf import PdfReader

from .samples import CODE, EVERY_LETTER, SALT, Taking, pages, read, result, slip

EACH: dict[str, Callable[[], bytes]] = {
    "slip": lambda: render_slip(slip()),
    "receipt": lambda: render_receipt(Taking()),
    "granted": lambda: render_result(result()),
    "refused": lambda: render_result(
        result(granted=False, reason_vi="Hồ sơ không đủ điều kiện", content=())
    ),
}


@pytest.mark.parametrize("kind", EACH)
def test_the_same_input_gives_the_same_bytes(kind: str) -> None:
    assert EACH[kind]() == EACH[kind]()


def test_another_process_gives_the_same_bytes() -> None:
    here = str(Path(__file__).resolve().parents[3])
    code = (
        f"import sys; sys.path.insert(0, {here!r});"
        " from tests.unit.documents.samples import slip;"
        " from motcua_documents.pdf import render_slip; "
    )
    code += "sys.stdout.buffer.write(render_slip(slip()))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert other == render_slip(slip())


@pytest.mark.parametrize("kind", EACH)
def test_every_document_carries_nation_code_and_salt(kind: str) -> None:
    text = read(EACH[kind]())
    for line in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        CODE,
        f"Mã kiểm chứng: {SALT}",
        "Trang 1/1",
    ):
        assert line in text


def test_every_vietnamese_letter_can_be_read_back() -> None:
    assert EVERY_LETTER in read(render_slip(slip(address=EVERY_LETTER))).replace(" ", "")


def test_letters_in_pieces_are_composed() -> None:
    pieces = unicodedata.normalize("NFD", "Nguyễn Thị Phượng")
    assert "Nguyễn Thị Phượng" in read(render_slip(slip(applicant=pieces)))


def test_what_was_typed_is_text_and_not_markup() -> None:
    typed = "<b>Cửa hàng</b> Anh & Em <font size=90>"
    assert typed in read(render_slip(slip(applicant=typed)))


def test_the_slip_says_what_form_01_says() -> None:
    text = read(render_slip(slip()))
    for line in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Hải Hậu, ngày 24 tháng 11 năm 2026",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Phương Thảo",
        "036000000001",
        "0900000001",
        "thao@example.vn",
        "Đăng ký thành lập hộ kinh doanh (1.001612)",
        "Bản sao giấy tờ tùy thân Bản sao 2",
        "Số lượng hồ sơ: 01 bộ",
        "3 ngày làm việc",
        "Thời gian nhận hồ sơ: 9 giờ 05 phút, ngày 24 tháng 11 năm 2026",
        "Thời gian trả kết quả: 9 giờ 05 phút, ngày 27 tháng 11 năm 2026",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
    ):
        assert line in text


def test_twenty_papers_and_long_names_wrap_and_break_pages() -> None:
    papers = tuple(
        SlipPaper(f"Giấy tờ số {number} " + "có tên rất dài theo quy định " * 6, True, 1)
        for number in range(1, 21)
    )
    pdf = render_slip(slip(papers=papers, applicant="Nguyễn " * 17, address="N" * 300))
    text = read(pdf)
    assert pages(pdf) == 3
    assert all(f"Giấy tờ số {number} có tên" in text for number in range(1, 21))
    assert text.count("Tên giấy tờ") == 2  # the head is repeated where the table goes on
    assert "Trang 3/3" in text
    assert "N" * 300 in text.replace(" ", "")


def test_a_form_value_longer_than_a_page_goes_on_over_pages() -> None:
    pdf = render_result(
        result(
            content=(
                FormLine("Phần", ""),
                FormLine("Nội dung", "dài " * 5_000, 1),
                FormLine("Sau cùng", "hết"),
            )
        )
    )
    assert pages(pdf) > 3
    assert "Sau cùng: hết" in read(pdf)


def test_the_receipt_says_the_amount_in_words() -> None:
    text = read(render_receipt(Taking()))
    for line in (
        "BIÊN LAI THU PHÍ, LỆ PHÍ",
        "BL26-0000007",
        "105.000 đồng",
        "Một trăm linh năm nghìn đồng",
        "Trực tuyến",
        "14422574",
    ):
        assert line in text


def test_a_receipt_of_cash_names_who_took_it_with_the_post() -> None:
    cash = read(
        render_receipt(Taking(channel="cash", cashier="Đỗ Thị Thu", cashier_post_vi="Thủ quỹ"))
    )
    assert "Đỗ Thị Thu Thủ quỹ" in cash
    assert "Thủ quỹ" not in read(render_receipt(Taking()))


def test_a_granted_result_names_what_is_granted_and_a_refusal_why_not() -> None:
    granted = read(render_result(result()))
    refused = read(
        render_result(result(granted=False, reason_vi="Hồ sơ không đủ điều kiện", content=()))
    )
    assert "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH" in granted
    assert "Tên hộ kinh doanh: Tiệm bánh Mẫu" in granted
    assert "THÔNG BÁO TỪ CHỐI GIẢI QUYẾT HỒ SƠ" in refused
    assert "Lý do: Hồ sơ không đủ điều kiện" in refused
    assert "GIẤY CHỨNG NHẬN" not in refused


def test_the_qr_code_is_drawn() -> None:
    def filled(code: str) -> int:
        content = PdfReader(BytesIO(render_slip(slip(code=code)))).pages[0].get_contents()
        assert content is not None
        return content.get_data().count(b" re")

    assert filled(CODE) > 100
    assert filled(CODE) != filled("H40.12-261124-0002")


def test_a_filled_form_reads_by_its_titles() -> None:
    person = {
        "properties": {
            "name": {"title": "Họ và tên"},
            "born": {"title": "Ngày sinh", "format": "date"},
        }
    }
    schema = {
        "properties": {
            "sex": {"title": "Giới tính", "oneOf": [{"const": "female", "title": "Nữ"}]},
            "capital": {"title": "Vốn (đồng)", "type": "integer", "x-format": "money"},
            "main": {"title": "Chính", "type": "boolean"},
            "kinds": {"title": "Loại", "items": {"type": "string"}},
            "owner": {"title": "Chủ hộ", **person},
            "members": {"title": "Thành viên", "items": {"title": "Người", **person}},
            "declaration": {"title": "Cam đoan", "const": True},
        }
    }
    form = {
        "members": [{"name": "An", "born": "1996-05-20"}],
        "owner": {"name": "Bình"},
        "kinds": ["a", "b"],
        "main": False,
        "capital": 1_000_000,
        "sex": "female",
        "declaration": True,
        "stranger": "x",
    }
    assert form_lines(schema, form) == (
        FormLine("Giới tính", "Nữ"),
        FormLine("Vốn (đồng)", "1.000.000"),
        FormLine("Chính", "Không"),
        FormLine("Loại", "a; b"),
        FormLine("Chủ hộ", ""),
        FormLine("Họ và tên", "Bình", 1),
        FormLine("Thành viên", ""),
        FormLine("Người 1", "", 1),
        FormLine("Họ và tên", "An", 2),
        FormLine("Ngày sinh", "20/05/1996", 2),
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (1, "một"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (55, "năm mươi lăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (111, "một trăm mười một"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_015, "một nghìn không trăm mười lăm"),
        (21_000, "hai mươi mốt nghìn"),
        (100_000, "một trăm nghìn"),
        (1_050_000, "một triệu không trăm năm mươi nghìn"),
        (1_000_001, "một triệu không trăm linh một"),
        (15_550_000, "mười lăm triệu năm trăm năm mươi nghìn"),
        (1_000_000_000, "một tỷ"),
        (1_001_000_005, "một tỷ không trăm linh một triệu không trăm linh năm"),
        (2_000_000_000_000, "hai nghìn tỷ"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert number_in_words(number) == words


def test_an_amount_begins_with_a_capital_and_is_never_below_zero() -> None:
    assert amount_in_words(20_000) == "Hai mươi nghìn đồng"
    with pytest.raises(ValueError, match="amount_vnd: -1"):
        amount_in_words(-1)


@pytest.mark.parametrize(
    ("agency", "place"),
    [
        ("Ủy ban nhân dân huyện Hải Hậu", "Hải Hậu"),
        ("UBND thị trấn Yên Định", "Yên Định"),
        ("Sở Tư pháp", "Sở Tư pháp"),
        ("Ủy ban nhân dân", "Ủy ban nhân dân"),
    ],
)
def test_the_place_is_read_from_the_agency(agency: str, place: str) -> None:
    assert place_of(agency) == place


def test_a_slip_says_that_a_landline_gets_no_sms() -> None:
    said = "số cố định, không nhận tin nhắn SMS"
    assert said in " ".join(read(render_slip(slip(phone="0228 3877 123"))).split())
    assert said not in " ".join(read(render_slip(slip())).split())
