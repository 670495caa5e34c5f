"""Reasons as codes: events carry these, people read the texts.

What somebody types beside them is a private record.

Add a line here; the desks offer it, slips and messages print it.
"""

from .status import Label

REFUSAL: dict[str, Label] = {
    "not-competent": Label(
        "Không thuộc thẩm quyền giải quyết", "Not within this authority's competence"
    ),
    "not-eligible": Label("Không đủ điều kiện theo quy định", "The conditions are not met"),
    "papers-incomplete": Label(
        "Thành phần hồ sơ không đầy đủ, không bổ sung được",
        "Papers are incomplete and cannot be completed",
    ),
    "papers-invalid": Label("Giấy tờ không hợp lệ", "Papers are not valid"),
    "duplicate": Label(
        "Hồ sơ trùng với hồ sơ đang giải quyết", "The same matter is already being handled"
    ),
    "other": Label("Lý do khác", "Another reason"),
}
SUPPLEMENT: dict[str, Label] = {
    "paper-missing": Label("Thiếu giấy tờ", "A paper is missing"),
    "paper-unreadable": Label("Bản chụp không đọc được", "The copy cannot be read"),
    "paper-expired": Label("Giấy tờ hết hiệu lực", "A paper has expired"),
    "form-incomplete": Label("Tờ khai chưa đầy đủ", "The form is incomplete"),
    "data-differs": Label(
        "Thông tin giữa các giấy tờ không khớp", "Data differ between the papers"
    ),
    "other": Label("Lý do khác", "Another reason"),
}
EXTENSION: dict[str, Label] = {
    "consultation-pending": Label(
        "Chờ ý kiến của cơ quan phối hợp", "Waiting for another agency's opinion"
    ),
    "complex-matter": Label(
        "Hồ sơ phức tạp, cần xác minh thêm", "The matter is complex and needs verification"
    ),
    "not-finished": Label(
        "Hồ sơ chưa giải quyết xong trong thời hạn đã hẹn",
        "The matter could not be finished by the appointed date",
    ),
    "workload": Label("Số lượng hồ sơ tăng đột biến", "An unusual number of dossiers"),
    "officer-absent": Label("Cán bộ thụ lý vắng mặt", "The officer in charge is absent"),
    "other": Label("Lý do khác", "Another reason"),
}
RETURN: dict[str, Label] = {
    "draft-unclear": Label("Dự thảo chưa rõ", "The draft is unclear"),
    "legal-basis": Label("Căn cứ pháp lý chưa đúng", "The legal basis is not right"),
    "check-again": Label("Cần thẩm tra lại", "To be checked again"),
    "other": Label("Lý do khác", "Another reason"),
}
CORRECTION: dict[str, Label] = {
    "typing-error": Label("Ghi nhầm khi tiếp nhận", "Typed wrongly when it was taken in"),
    "civil-status": Label("Thay đổi, cải chính hộ tịch", "The civil status changed"),
    "document-renewed": Label("Đổi giấy tờ tùy thân", "A new identity document"),
    "contact-changed": Label("Thay đổi địa chỉ, liên hệ", "A new address or contact"),
    "other": Label("Lý do khác", "Another reason"),
}
"""Why a clerk corrects what papers say of an applicant."""
POST: dict[str, Label] = {
    "addressee-absent": Label("Người nhận vắng mặt", "The addressee was absent"),
    "address-wrong": Label("Sai địa chỉ", "Wrong address"),
    "refused": Label("Người nhận từ chối nhận", "The addressee refused it"),
    "other": Label("Lý do khác", "Another reason"),
}
SUSPENSION: dict[str, Label] = {
    "law-changed": Label("Quy định pháp luật thay đổi", "The law has changed"),
    "replaced": Label("Được thay thế bằng thủ tục khác", "Replaced by another procedure"),
    "system-maintenance": Label("Bảo trì hệ thống", "Maintenance of the system"),
    "reorganisation": Label("Sắp xếp lại cơ quan giải quyết", "The authority is being reorganised"),
    "other": Label("Lý do khác", "Another reason"),
}
"""Why a procedure takes no dossiers for a time, or ended."""
ERASURE: dict[str, Label] = {
    "purpose-ended": Label(
        "Mục đích thu thập dữ liệu không còn",
        "The data are no longer needed for what they were taken for",
    ),
    "consent-withdrawn": Label(
        "Người có dữ liệu rút lại sự đồng ý", "The person withdraws the consent"
    ),
    "unlawful": Label(
        "Dữ liệu được thu thập hoặc xử lý không đúng quy định",
        "The data were taken or used against the rules",
    ),
    "ordered": Label("Theo yêu cầu của cơ quan có thẩm quyền", "A competent authority orders it"),
}
"""Why somebody asks for the erasure."""
ASKED_BY: dict[str, Label] = {
    "applicant": Label("Người nộp hồ sơ", "The applicant"),
    "representative": Label(
        "Người đại diện, người được ủy quyền", "A representative with written authority"
    ),
    "heir": Label("Người thừa kế", "An heir"),
    "authority": Label("Cơ quan có thẩm quyền", "A competent authority"),
}
"""Who asks."""
ASSIGNMENT: dict[str, Label] = {
    "code-in-text": Label(
        "Nội dung chuyển khoản ghi mã hồ sơ", "The transfer's text names the dossier"
    ),
    "payer-shows-proof": Label(
        "Người nộp xuất trình chứng từ chuyển khoản", "The payer shows the bank's proof"
    ),
    "payer-named": Label("Tên người chuyển khớp với hồ sơ", "The payer's name fits the dossier"),
    "other": Label("Lý do khác", "Another reason"),
}
"""Why a transfer is some dossier's fee."""
MONEY_BACK: dict[str, Label] = {
    "not-for-us": Label("Không phải tiền phí, lệ phí của hồ sơ nào", "It is no dossier's fee"),
    "payer-asked": Label("Người chuyển đề nghị hoàn trả", "The payer asked for it"),
    "amount-differs": Label("Số tiền không đúng mức phải nộp", "The amount is not what is owed"),
    "paid-otherwise": Label("Hồ sơ đã được nộp phí, lệ phí", "The fee was paid otherwise"),
    "taken-back-by-bank": Label(
        "Ngân hàng đã thu hồi khoản chuyển", "The bank took the transfer back"
    ),
    "other": Label("Lý do khác", "Another reason"),
}
"""Why a transfer left our account again."""
EVERY = {
    **REFUSAL,
    **SUPPLEMENT,
    **EXTENSION,
    **RETURN,
    **POST,
    **SUSPENSION,
    **ERASURE,
    **CORRECTION,
    **ASSIGNMENT,
    **MONEY_BACK,
}


def reason(code: str) -> Label:
    """The texts of a reason's code; an unknown code (of a later release) reads as itself."""
    return EVERY.get(code, Label(code, code))
