"""Every act of a case by its name, and what is allowed in its fields: Vietnamese with English
beside it.
"""

from motcua_contracts.rules.status import Label

LABELS: dict[str, Label] = {
    "complete-step": Label("Hoàn thành bước", "Complete step"),
    "draft-decision": Label("Dự thảo quyết định", "Draft the decision"),
    "approve": Label("Ký duyệt", "Sign"),
    "return-step": Label("Trả lại", "Send back"),
    "request-supplement": Label("Yêu cầu bổ sung", "Request documents"),
    "consult": Label("Lấy ý kiến", "Consult"),
    "answer-consultation": Label("Trả lời ý kiến", "Answer"),
    "assign": Label("Phân công", "Assign"),
    "take-over": Label("Nhận xử lý thay", "Take over"),
    "extend": Label("Hẹn lại", "New date"),
}
OUTCOMES: dict[str, Label] = {
    "granted": Label("Đồng ý", "Grant"),
    "refused": Label("Từ chối", "Refuse"),
}
OPINIONS: dict[str, Label] = {
    "agrees": Label("Nhất trí", "Agrees"),
    "objects": Label("Không nhất trí", "Objects"),
    "no_opinion": Label("Không có ý kiến", "No opinion"),
}
KINDS: dict[str, Label] = {
    "photocopy": Label("Bản chụp", "Photocopy"),
    "certified": Label("Bản sao chứng thực", "Certified copy"),
    "original": Label("Bản chính", "Original"),
}
PENDING = Label(
    "đã gửi, đang được xử lý; tải lại trang sau giây lát",
    "sent and being processed; reload the page in a moment",
)

FIELDS: dict[str, Label] = {
    "outcome": Label("Kết quả", "Outcome"),
    "opinion": Label("Ý kiến", "Opinion"),
    "reason_code": Label("Lý do", "Reason"),
    "note": Label("Nội dung", "In words"),
    "paper": Label("Giấy tờ", "Papers"),
    "kind": Label("Loại bản", "Kind"),
    "copies": Label("Số bản", "Copies"),
    "why": Label("Lý do riêng", "Reason for this document"),
    "desk": Label("Phòng, cơ quan được hỏi", "Department to ask"),
    "working_hours": Label("Số giờ làm việc để trả lời", "Working hours allowed for the answer"),
    "officer": Label("Giao cho", "Assign to"),
    "new_due_at": Label("Ngày giờ hẹn mới", "New due date and time"),
}
"""Field -> its name where its error is listed; of a paper's own fields (`copies-<paper>`) the part
before the hyphen.
"""

CHOOSE_PAPER = Label("Chọn ít nhất một giấy tờ", "Choose at least one document")
REASON_NEEDED = Label("Từ chối thì phải chọn lý do", "A refusal needs a reason")
NOTE_NEEDED = Label("Ghi rõ giấy tờ khác là giấy tờ gì", "Say which other document it is")
COPIES = Label("Số bản từ 1 đến 20", "1 to 20 copies")
HOURS = Label("Số giờ làm việc lớn hơn 0, tối đa 400", "Working hours above 0, at most 400")
DATE = Label("Ngày và giờ, ví dụ 01/12/2026 10:00", "Date and time, for example 2026-12-01T10:00")
DATE_LATER = Label(
    "Phải sau thời điểm này và sau ngày hẹn đang có", "In the future and after the current due date"
)
