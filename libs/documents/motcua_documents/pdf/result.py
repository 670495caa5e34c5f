"""The result of a procedure: what was granted, like a certificate, or the notice that it was
refused, with the reason.
"""

from dataclasses import dataclass
from datetime import datetime

from reportlab.platypus import Flowable, Spacer

from .form_lines import FormLine
from .page import beside_code, build, field, heading, paragraph, seal, signatures, text, title
from .words import day_of, place_of

TITLE_VI = "KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
REFUSED_VI = "Thông báo từ chối giải quyết hồ sơ"


@dataclass(frozen=True, slots=True)
class Result:
    """The content of the result.

    `outcome_vi` is what was asked for (`Giấy chứng nhận đăng ký hộ kinh doanh`); `content` its
    lines.

    `reason_vi` is for refusals only. `signer_vi` is the post of who approved. `salt` is that of the
    private records.
    """

    code: str
    granted: bool
    above_vi: str
    agency_vi: str
    applicant: str
    id_number: str
    address: str
    procedure_vi: str
    procedure_code: str
    outcome_vi: str
    content: tuple[FormLine, ...]
    reason_vi: str
    legal_basis: tuple[str, ...]
    received_at: datetime
    approved_at: datetime
    signer_vi: str
    salt: str
    verify_url: str = ""
    """Where the QR leads; the dossier's code where there is no such address."""
    signer: str = ""
    """The name of who approved."""
    signed_by: str = ""
    """The certificate's name; the agency's where nothing is signed."""


def render_result(result: Result) -> bytes:
    """The result as PDF, always the same bytes for the same result."""
    named = result.outcome_vi or result.procedure_vi
    name = paragraph(text(named.upper()) if result.granted else text(REFUSED_VI.upper()), "name")
    english = (
        "Result of the administrative procedure: granted"
        if result.granted
        else "Result of the administrative procedure: refused"
    )
    return build(
        [
            *heading(
                result.above_vi,
                result.agency_vi,
                f"Số: {result.code}",
                place_of(result.above_vi or result.agency_vi),
                result.approved_at,
            ),
            *title(TITLE_VI, english, Spacer(0, 8), name),
            *[paragraph(f"Căn cứ {text(basis)};", "note") for basis in result.legal_basis],
            Spacer(0, 4),
            beside_code(
                result.code,
                [
                    field("Mã hồ sơ", result.code),
                    field("Họ và tên/Tên tổ chức", result.applicant),
                    field("Số định danh/mã số thuế", result.id_number),
                    field("Địa chỉ", result.address),
                    field("Ngày nhận hồ sơ", day_of(result.received_at)),
                ],
                result.verify_url,
                "Quét để kiểm chứng",
            ),
            field("Thủ tục hành chính", f"{result.procedure_vi} ({result.procedure_code})"),
            *(_granted(result, named) if result.granted else _refused(result)),
            signatures(
                _copies(result),
                _signer(result),
                "(Ký điện tử)",
                seal(result.signed_by or result.agency_vi, result.approved_at),
                before=_closing(result),
                name=result.signer,
            ),
        ],
        title_vi=TITLE_VI,
        author_vi=result.agency_vi,
        code=result.code,
        salt=result.salt,
        at=result.approved_at,
    )


def _granted(result: Result, named: str) -> list[Flowable]:
    agency, outcome = text(result.agency_vi), text(named)
    return [
        paragraph(
            f"{agency} xét hồ sơ đủ điều kiện theo quy định và cấp: <b>{outcome}</b>.", "text"
        ),
        *([paragraph("<b>Nội dung</b>", "field")] if result.content else []),
        *[line.shown() for line in result.content],
    ]


def _refused(result: Result) -> list[Flowable]:
    agency, procedure = text(result.agency_vi), text(result.procedure_vi)
    return [
        paragraph(
            f"{agency} đã xem xét hồ sơ và thông báo <b>không giải quyết</b> yêu cầu: {procedure}.",
            "text",
        ),
        paragraph(f"Lý do: <b>{text(result.reason_vi)}</b>", "text"),
    ]


def _closing(result: Result) -> list[Flowable]:
    if result.granted:
        return [paragraph(f"Có hiệu lực kể từ {day_of(result.approved_at)}.", "text")]
    return [
        paragraph(
            "Đề nghị ông/bà hoàn thiện hồ sơ theo lý do nêu trên và nộp lại nếu còn nhu cầu.",
            "text",
        ),
        paragraph("Ông/bà có quyền khiếu nại hoặc khởi kiện theo quy định của pháp luật.", "text"),
    ]


def _copies(result: Result) -> list[Flowable]:
    return [
        paragraph("<b><i>Nơi nhận:</i></b>", "small"),
        paragraph(f"- {text(result.applicant)};", "small"),
        paragraph("- Bộ phận Tiếp nhận và Trả kết quả;", "small"),
        paragraph("- Lưu: hồ sơ.", "small"),
    ]


def _signer(result: Result) -> str:
    return (result.signer_vi or result.agency_vi).upper()
