"""Every act of a case by its name, and what is allowed in its fields: Vietnamese with English beside it."""

from motcua_contracts.status import Label

LABELS: dict[str, Label] = {
    "complete-step": Label("Xong bước này", "Step done"),
    "draft-decision": Label("Dự thảo quyết định", "Draft the decision"),
    "approve": Label("Ký duyệt", "Sign"),
    "return-step": Label("Trả lại", "Send back"),
    "request-supplement": Label("Yêu cầu bổ sung", "Ask for papers"),
    "consult": Label("Lấy ý kiến", "Consult"),
    "answer-consultation": Label("Trả lời ý kiến", "Answer"),
    "assign": Label("Phân công", "Assign"),
    "take-over": Label("Nhận xử lý thay", "Take over"),
    "extend": Label("Hẹn lại", "New date"),
}
OUTCOMES: dict[str, Label] = {"granted": Label("Đồng ý", "Grant"), "refused": Label("Từ chối", "Refuse")}
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
PENDING = Label("đã gửi, đang được xử lý; tải lại trang sau giây lát", "sent and under way; load the page again in a moment")

FIELDS: dict[str, Label] = {
    "outcome": Label("Kết quả", "Outcome"),
    "opinion": Label("Ý kiến", "Opinion"),
    "reason_code": Label("Lý do", "Reason"),
    "note": Label("Nội dung", "In words"),
    "paper": Label("Giấy tờ", "Papers"),
    "kind": Label("Loại bản", "Kind"),
    "copies": Label("Số bản", "Copies"),
    "why": Label("Lý do riêng", "Its own reason"),
    "desk": Label("Phòng, cơ quan được hỏi", "Department to ask"),
    "working_hours": Label("Số giờ làm việc để trả lời", "Working hours to answer"),
    "officer": Label("Giao cho", "Give it to"),
    "new_due_at": Label("Ngày giờ hẹn mới", "New date and hour"),
}
"""Field -> its name where its error is listed; of a paper's own fields (`copies-<paper>`) the part before the hyphen."""

CHOOSE_PAPER = Label("Chọn ít nhất một giấy tờ", "Choose at least one paper")
REASON_NEEDED = Label("Từ chối thì phải chọn lý do", "A refusal needs a reason")
NOTE_NEEDED = Label("Ghi rõ giấy tờ khác là giấy tờ gì", "Say which other paper it is")
COPIES = Label("Số bản từ 1 đến 20", "1 to 20 copies")
HOURS = Label("Số giờ làm việc lớn hơn 0, tối đa 400", "Working hours above 0, at most 400")
DATE = Label("Ngày và giờ, ví dụ 01/12/2026 10:00", "Date and hour, for example 2026-12-01T10:00")
DATE_LATER = Label("Phải sau thời điểm này và sau ngày hẹn đang có", "After now and after the date that stands")
