"""What people read for each event of a dossier's way.

Vietnamese first; `{name}` are values of the event, none of them personal.
"""

from typing import Required, TypedDict

from motcua_contracts import Label

HISTORY: dict[str, Label] = {
    "DossierRegistered": Label("Hồ sơ đã được đăng ký", "The dossier was registered"),
    "PaymentDemanded": Label(
        "Yêu cầu nộp phí, lệ phí: {amount_vnd} đồng", "Fee demanded: {amount_vnd} VND"
    ),
    "DossierAccepted": Label(
        "Hồ sơ đã được tiếp nhận, có giấy hẹn trả kết quả",
        "Accepted, with the receipt and appointment",
    ),
    "AcceptanceOverdue": Label(
        "Quá 8 giờ làm việc chưa có trả lời của bộ phận một cửa",
        "The counter has not responded within 8 working hours",
    ),
    "SupplementRequested": Label(
        "Yêu cầu bổ sung, hoàn thiện hồ sơ", "More documents were requested"
    ),
    "SupplementTermMoved": Label(
        "Dời hạn nộp giấy tờ bổ sung vì ngày nghỉ. {reason_vi}",
        "The time to hand in the documents moved to a working day. {reason_en}",
    ),
    "AnswerTermMoved": Label(
        "Dời hạn bộ phận một cửa trả lời vì ngày nghỉ. {reason_vi}",
        "The counter's time to answer moved to a working day. {reason_en}",
    ),
    "SupplementSubmitted": Label("Đã bổ sung hồ sơ", "The requested documents were handed in"),
    "DossierNotAccepted": Label("Hồ sơ không được tiếp nhận", "The dossier was not accepted"),
    "DossierWithdrawn": Label("Người nộp đã rút hồ sơ", "The applicant withdrew the dossier"),
    "DossierCompleted": Label("Đã có kết quả giải quyết", "The result is ready"),
    "ResultPosted": Label("Kết quả đã được gửi qua bưu chính", "The result was sent by post"),
    "PostCameBack": Label(
        "Bưu chính chuyển hoàn kết quả", "The post returned the result to the counter"
    ),
    "ApplicantCorrected": Label(
        "Đã sửa thông tin người nộp", "The applicant's data were corrected"
    ),
    "DossierRated": Label("Người nộp đánh giá {stars} sao", "The applicant gave {stars} stars"),
    "DossierForgotten": Label(
        "Giấy tờ của hồ sơ đã được xóa theo yêu cầu{on_vi}",
        "The dossier's personal data were deleted on request{on_en}",
    ),
    "DossierReturned": Label("Đã trả kết quả", "The result was returned"),
    "DossierStopped": Label("Dừng xử lý hồ sơ", "The dossier was stopped"),
    "CaseOpened": Label("Đã chuyển đến phòng chuyên môn", "Handed to the department"),
    "TaskAssigned": Label("Bước “{step_vi}” đang được xử lý", "Step “{step_en}” began"),
    "StepCompleted": Label("Đã xong bước “{step_vi}”", "Step “{step_en}” is complete"),
    "StepReturned": Label(
        "Trả lại bước “{step_vi}” để xử lý lại", "Step “{step_en}” was sent back"
    ),
    "SupplementNeeded": Label(
        "Phòng chuyên môn cần bổ sung hồ sơ, ngừng tính thời hạn",
        "The department needs more documents; the time limit is paused",
    ),
    "ClockResumed": Label(
        "Tiếp tục tính thời hạn, hẹn trả lại", "Processing resumed; there is a new due date"
    ),
    "ConsultationRequested": Label(
        "Lấy ý kiến phối hợp số {consultation}", "Opinion {consultation} was requested"
    ),
    "ConsultationAnswered": Label(
        "Đã có ý kiến phối hợp số {consultation}", "Opinion {consultation} was given"
    ),
    "ReminderDue": Label("Đã qua {percent}% thời hạn", "{percent}% of the time limit has passed"),
    "ApologyPrepared": Label(
        "Đã lập phiếu xin lỗi và hẹn lại, chờ lãnh đạo ký",
        "An apology with a new due date is waiting for a leader's signature",
    ),
    "DeadlineExtended": Label(
        "Xin lỗi và hẹn lại ngày trả kết quả", "Apology and a new due date for the result"
    ),
    "DueDateMoved": Label(
        "Dời ngày hẹn trả kết quả vì ngày hẹn là ngày nghỉ. {reason_vi}",
        "The due date was moved to a working day. {reason_en}",
    ),
    "TaskDateMoved": Label(
        "Dời hạn của bước xử lý vì ngày nghỉ. {reason_vi}",
        "The step's date moved to a working day. {reason_en}",
    ),
    "ConsultationDateMoved": Label(
        "Dời hạn cho ý kiến phối hợp số {consultation} vì ngày nghỉ. {reason_vi}",
        "The date for opinion {consultation} moved to a working day. {reason_en}",
    ),
    "CaseEscalated": Label(
        "Quá ngày hẹn: đã báo cáo lãnh đạo", "Overdue: escalated to the head of department"
    ),
    "CaseDecided": Label("Cơ quan có thẩm quyền đã quyết định", "The authority decided"),
    "CaseClosed": Label(
        "Kết thúc xử lý tại phòng chuyên môn", "The case at the department was closed"
    ),
    "FeeAssessed": Label("Phí, lệ phí của hồ sơ: {amount_vnd} đồng", "The fee is {amount_vnd} VND"),
    "FeeWaived": Label("Miễn phí, lệ phí", "The fee is waived"),
    "PayTermMoved": Label(
        "Dời hạn nộp phí, lệ phí vì ngày nghỉ. {reason_vi}",
        "The time to pay moved to a working day. {reason_en}",
    ),
    "PaymentStarted": Label("Bắt đầu thanh toán trực tuyến", "Online payment was started"),
    "PaymentSettled": Label(
        "Đã nộp phí, lệ phí: {amount_vnd} đồng", "The fee was paid: {amount_vnd} VND"
    ),
    "PaymentFailed": Label("Giao dịch thanh toán không thành công", "The payment failed"),
    "PaymentDoubted": Label(
        "Ngân hàng và VNPAY đang kiểm tra giao dịch thanh toán; chưa cần nộp lại",
        "The bank and VNPAY are checking the payment; do not pay again",
    ),
    "PaymentExpired": Label("Quá hạn nộp phí, lệ phí", "The time limit for payment has passed"),
    "MismatchFound": Label("Có giao dịch cần đối soát", "A payment needs reconciliation"),
    "RefundRequested": Label(
        "Hoàn trả {amount_vnd} đồng: đang thực hiện", "Refund of {amount_vnd} VND under way"
    ),
    "Refunded": Label("Đã hoàn trả {amount_vnd} đồng", "{amount_vnd} VND refunded"),
    "RefundFailed": Label(
        "Chưa hoàn trả được {amount_vnd} đồng, đang xem xét",
        "The refund of {amount_vnd} VND failed and is being investigated",
    ),
    "PaymentReversed": Label(
        "Ngân hàng đã thu hồi khoản đã nộp {amount_vnd} đồng",
        "The bank took back the {amount_vnd} VND that were paid",
    ),
    "ReceiptIssued": Label("Đã lập biên lai số {number}", "Receipt {number} was issued"),
    "MessageSent": Label("Đã gửi thông báo qua {channel}", "A message was sent by {channel}"),
    "MessageSuppressed": Label(
        "Không có cách gửi thông báo qua {channel}",
        "No message could be sent by {channel}: there is no usable contact",
    ),
    "MessageFailed": Label(
        "Không gửi được thông báo qua {channel}", "A message could not be sent by {channel}"
    ),
}

CHANNELS: dict[str, Label] = {
    "email": Label("thư điện tử", "e-mail"),
    "sms": Label("tin nhắn SMS", "SMS"),
}
"""By what a message goes, in people's words."""

PUBLIC = frozenset(
    {
        "DossierRegistered",
        "PaymentDemanded",
        "DossierAccepted",
        "DossierCompleted",
        "DossierReturned",
        "DossierStopped",
        "SupplementRequested",
        "SupplementSubmitted",
        "DossierNotAccepted",
        "DossierWithdrawn",
        "ResultPosted",
        "PostCameBack",
        "CaseOpened",
        "TaskAssigned",
        "StepReturned",
        "ClockResumed",
        "ConsultationRequested",
        "ConsultationAnswered",
        "DeadlineExtended",
        "DueDateMoved",
        "SupplementTermMoved",
        "PayTermMoved",
        "CaseEscalated",
        "CaseDecided",
        "CaseClosed",
        "PaymentSettled",
        "PaymentExpired",
    }
)
"""What public tracking shows; of these only the name, the time, and for a step its department and
post.
"""
DESK_ONLY = frozenset(
    {
        "MismatchFound", "AcceptanceOverdue", "ReminderDue", "SupplementNeeded", "ApologyPrepared",
        "AnswerTermMoved", "TaskDateMoved", "ConsultationDateMoved",
    }
)  # fmt: skip
"""What the owner is not shown: it is the office's own to mend."""


class Note(TypedDict, total=False):
    """What somebody typed, by the event that it belongs to."""

    event: Required[str]
    note: str
    recipient: str
    postal_item: str
    unreadable: bool


NOTES: dict[str, Label] = {
    "StepCompleted": Label("Dự thảo", "Draft"),
    "StepReturned": Label("Trả lại để xử lý lại", "Sent back"),
    "SupplementNeeded": Label("Yêu cầu bổ sung", "Documents requested"),
    "ConsultationRequested": Label("Lấy ý kiến", "Opinion requested"),
    "ConsultationAnswered": Label("Trả lời ý kiến", "The opinion"),
    "SupplementDemanded": Label("Yêu cầu bổ sung tại quầy", "Documents requested at the counter"),
    "DossierNotAccepted": Label("Từ chối tiếp nhận", "Not accepted"),
    "ApplicantCorrected": Label(
        "Sửa thông tin người nộp, theo giấy tờ",
        "Applicant's data corrected on the basis of this document",
    ),
}
"""What a note was typed about, where the history says it otherwise."""
ACTORS: dict[str, Label] = {
    "citizen": Label("Người nộp hồ sơ", "Applicant"),
    "officer": Label("Cán bộ", "Officer"),
    "system": Label("Hệ thống", "System"),
}
