"""Every reason for which the rules refuse a command: slug, what the citizen reads, the English
beside it.

Add a class here and raise it in a `decide`; the gateway's problem with its HTTP status, the
`CommandRejected` event and the log follow from it. `kind` is one of `RefusalKind` in `decision.py`;
`field` is the field of the form that the refusal is about.
"""

from collections.abc import Mapping, Sequence

from ..values.labels import Label
from .decision import CatalogueEntryMissing, Refusal
from .reasons import ASKED_BY, EVERY
from .spoken import FIELDS, PROVIDERS, ROLES
from .status import LABELS

__all__ = ["CatalogueEntryMissing", "Refusal"]


_STATUSES = {str(name): Label(one.vi.lower(), one.en.lower()) for name, one in LABELS.items()}


class LevelTooLow(Refusal, slug="level-too-low", kind="conflict"):
    vi = (
        "Thủ tục này ở mức độ {level}; việc này cần mức độ {needed}. Vui lòng thực hiện tại bộ phận"
        " một cửa."
    )
    en = (
        "This procedure is at service level {level}; this needs level {needed}. Please come to the"
        " one-stop counter."
    )


class ProcedureUnknown(CatalogueEntryMissing, slug="procedure-unknown", kind="not-found"):
    vi = "Không có thủ tục với mã này."
    en = "There is no procedure with this code."


class AgencyUnknown(CatalogueEntryMissing, slug="agency-unknown", kind="not-found"):
    vi = "Không có cơ quan với mã này."
    en = "There is no agency with this id."


class DossierUnknown(Refusal, slug="dossier-unknown", kind="not-found"):
    vi = "Không tìm thấy hồ sơ."
    en = "There is no such dossier."


class DossierExists(Refusal, slug="dossier-exists", kind="conflict"):
    vi = "Hồ sơ này đã được đăng ký."
    en = "This dossier is already registered."


class PaperMissing(Refusal, slug="paper-missing", kind="invalid", field="paper"):
    """`paper`: ids of the terms; `names`: what they are called."""

    vi = "Thiếu thành phần hồ sơ bắt buộc: {names}."
    en = "A required document is missing: {names}."


class PaperUnknown(Refusal, slug="paper-unknown", kind="invalid", field="paper"):
    vi = "Có tệp gắn với thành phần hồ sơ mà thủ tục này không có."
    en = "A file is attached to a document that this procedure does not ask for."


class FormInvalid(Refusal, slug="form-invalid", kind="invalid"):
    """`errors`: each field with what is allowed there, where the gateway can say it.

    Never what was typed.
    """

    errors: Sequence[Mapping[str, str]] = ()
    vi = "Tờ khai có mục chưa đúng."
    en = "Some fields of the form are not valid."


class DocumentNotYours(Refusal, slug="document-not-yours", kind="forbidden"):
    vi = "Có tệp không phải do người nộp tải lên hoặc đã dùng cho hồ sơ khác."
    en = "A file was not uploaded by the applicant, or belongs to another dossier."


class WrongStatus(Refusal, slug="wrong-status", kind="conflict"):
    """`status` and `allowed` (comma-separated) are names of the ten statuses; the Vietnamese text
    shows their labels.
    """

    vi = "Hồ sơ đang ở trạng thái “{status}”; việc này chỉ làm được khi: {allowed}."
    en = "The dossier is {status}; this is only possible when it is: {allowed}."

    spoken = {"status": _STATUSES, "allowed": _STATUSES}


class FeeOpen(Refusal, slug="fee-open", kind="conflict"):
    vi = "Phí, lệ phí của hồ sơ chưa nộp."
    en = "The dossier's fee is not paid yet."


class FeeNotAssessed(Refusal, slug="fee-not-assessed", kind="conflict"):
    vi = "Phí, lệ phí của hồ sơ chưa được tính xong; vui lòng thử lại sau giây lát."
    en = "The dossier's fee is not assessed yet; please try again in a moment."


class ForeignAgency(Refusal, slug="foreign-agency", kind="forbidden"):
    vi = "Hồ sơ thuộc cơ quan khác."
    en = "The dossier belongs to another agency."


class RoleRequired(Refusal, slug="role-required", kind="forbidden"):
    spoken = {"role": ROLES}
    vi = "Việc này cần vai trò {role} tại cơ quan của hồ sơ."
    en = "This needs the role {role} at the dossier's agency."


class DateInFuture(Refusal, slug="date-in-future", kind="invalid"):
    spoken = {"field": FIELDS}
    vi = "Ngày ở mục {field} không được ở tương lai."
    en = "The date in {field} is in the future."


class NotYourTask(Refusal, slug="not-your-task", kind="forbidden"):
    vi = "Công việc này đang do cán bộ khác xử lý."
    en = "This task is assigned to another officer."


class StepOutOfOrder(Refusal, slug="step-out-of-order", kind="conflict"):
    vi = "Bước này không phải bước hiện tại của hồ sơ; vui lòng tải lại trang."
    en = "This is not the dossier's current step; please reload the page."


class StepNeedsOther(Refusal, slug="step-needs-other", kind="conflict"):
    """`does` is what the open step does: process, draft or approve."""

    vi = "Bước hiện tại cần thao tác khác: {does}."
    en = "The current step needs a different action: {does}."

    @property
    def title_vi(self) -> str:
        words = {"process": "xử lý", "draft": "dự thảo kết quả", "approve": "phê duyệt"}
        does = str(self.params.get("does", "…"))
        return self.vi.format(does=words.get(does, does))


class ReasonRequired(Refusal, slug="reason-required", kind="invalid", field="reason_code"):
    vi = "Cần nêu mã lý do."
    en = "A reason code is required."


class NothingOwed(Refusal, slug="nothing-owed", kind="conflict"):
    vi = "Hồ sơ không còn khoản phải nộp."
    en = "There is nothing to pay on this dossier."


class AmountDiffers(Refusal, slug="amount-differs", kind="invalid"):
    vi = "Số tiền phải nộp là {amount_vnd} đồng."
    en = "The amount owed is {amount_vnd} VND."


class PaymentNotDemanded(Refusal, slug="payment-not-demanded", kind="conflict"):
    vi = "Chưa đến thời điểm nộp phí, lệ phí."
    en = "The fee is not due yet."


class FeeExpired(Refusal, slug="fee-expired", kind="conflict"):
    vi = "Đã quá hạn nộp phí, lệ phí của hồ sơ."
    en = "The time limit for paying this dossier's fee has passed."


class AttemptUnknown(Refusal, slug="attempt-unknown", kind="not-found"):
    vi = "Không có giao dịch thanh toán này."
    en = "There is no such payment attempt."


class BadSignature(Refusal, slug="bad-signature", kind="invalid"):
    vi = "Chữ ký của cổng thanh toán không hợp lệ."
    en = "The provider's signature is not valid."


class AlreadySettled(Refusal, slug="already-settled", kind="conflict"):
    vi = "Khoản này đã được nộp."
    en = "This has already been paid."


class TillNotOpen(Refusal, slug="till-not-open", kind="conflict"):
    vi = "Quầy thu chưa mở ca."
    en = "The till is not open."


class TillAlreadyOpen(Refusal, slug="till-already-open", kind="conflict"):
    vi = "Quầy thu đang mở."
    en = "The till is already open."


class TillBusy(Refusal, slug="till-busy", kind="conflict"):
    vi = "Còn khoản thu đang ghi sổ; vui lòng đóng ca sau giây lát."
    en = "A cash payment is still being recorded; please close the till in a moment."


class NoOfficer(Refusal, slug="no-officer", kind="conflict", field="officer"):
    vi = "Phòng chưa có cán bộ cho việc này."
    en = "The department has no officer who can do this."


class MessageUnknown(Refusal, slug="message-unknown", kind="not-found"):
    vi = "Không có thông báo này đang được gửi."
    en = "No such message is being sent."


class VersionConflict(Refusal, slug="version-conflict", kind="conflict"):
    vi = "Mã và phiên bản này đã công bố với nội dung khác (phiên bản {version})."
    en = "This code and version is already published with different content (version {version})."


class VersionGap(Refusal, slug="version-gap", kind="invalid"):
    vi = "Phiên bản kế tiếp phải là {expected}."
    en = "The next version must be {expected}."


class TermsUnknown(Refusal, slug="terms-unknown", kind="conflict"):
    vi = "Chưa có đủ quy định (thời hạn, phí, quy trình) để tiếp nhận hồ sơ của thủ tục này."
    en = (
        "The time limit, fee or workflow of this procedure is not known yet; no dossier can be"
        " accepted."
    )


class IdempotencyConflict(Refusal, slug="idempotency-conflict", kind="invalid"):
    vi = "Khoá chống gửi trùng đã dùng cho nội dung khác."
    en = "This idempotency key was already used with a different request body."


class IdentityNotChecked(
    Refusal, slug="identity-not-checked", kind="invalid", field="identity_checked"
):
    vi = "Cần kiểm tra giấy tờ tùy thân và giấy hẹn trước khi trả kết quả."
    en = "Check the person's identity and slip before handing over the result."


class ProcedureSuspendedNow(Refusal, slug="procedure-suspended", kind="conflict"):
    vi = "Thủ tục này đang tạm dừng tiếp nhận hồ sơ mới."
    en = "This procedure is not accepting new dossiers at present."


class ProcedureWithdrawnNow(Refusal, slug="procedure-withdrawn", kind="conflict"):
    vi = "Thủ tục này đã bị bãi bỏ, không còn tiếp nhận hồ sơ."
    en = "This procedure has been abolished and no longer accepts dossiers."


class NotPublished(Refusal, slug="not-published", kind="not-found"):
    vi = "Mã này chưa được công bố."
    en = "Nothing is published under this code."


class ProcedureNotSuspended(Refusal, slug="procedure-not-suspended", kind="conflict"):
    vi = "Thủ tục này không ở trạng thái tạm dừng tiếp nhận."
    en = "This procedure is not suspended."


class EffectiveTooEarly(Refusal, slug="effective-too-early", kind="invalid"):
    vi = "Thời điểm có hiệu lực không được trước {earliest}."
    en = "It cannot take effect before {earliest}."


class ReasonUnknown(Refusal, slug="reason-unknown", kind="invalid", field="reason_code"):
    spoken = {"allowed": {**EVERY, **ASKED_BY}}
    vi = "Chọn một mục trong danh sách: {allowed}."
    en = "Choose one from the list: {allowed}."


class VersionOutdated(Refusal, slug="version-outdated", kind="conflict"):
    vi = (
        "Thủ tục đã có phiên bản mới (phiên bản {version}); vui lòng tải lại trang và kiểm tra"
        " hồ sơ."
    )
    en = "Version {version} of this procedure is in force; please read it again before filing."


class SupplementUsed(Refusal, slug="supplement-used", kind="conflict"):
    vi = (
        "Cơ quan này đã yêu cầu bổ sung một lần; mỗi cơ quan chỉ được yêu cầu một lần cho một"
        " hồ sơ."
    )
    en = (
        "This agency has already asked for more documents; it may do so only once for each dossier."
    )


class SupplementTooLate(Refusal, slug="supplement-too-late", kind="conflict"):
    vi = "Đã quá hạn bổ sung hồ sơ."
    en = "The time limit for handing in the requested documents has passed."


class NoteRequired(Refusal, slug="note-required", kind="invalid", field="note"):
    """`about`: what the words are missing for; `papers` (also where it is not said) or `reason`."""

    vi = "Cần ghi rõ giấy tờ cần bổ sung, vì có mục không thuộc thành phần hồ sơ của thủ tục."
    en = (
        "A note is required: a requested document is not on the procedure's list, so say in words"
        " which one it is."
    )

    @property
    def title_vi(self) -> str:
        return (
            "Cần ghi rõ lý do bằng lời, vì đã chọn “Lý do khác”."
            if self.params.get("about") == "reason"
            else self.vi
        )

    @property
    def title_en(self) -> str:
        return (
            "“Another reason” was chosen: please describe it."
            if self.params.get("about") == "reason"
            else self.en
        )


class AlreadyDecided(Refusal, slug="already-decided", kind="conflict"):
    vi = "Hồ sơ đã có quyết định giải quyết, không rút được nữa."
    en = "The dossier has been decided and can no longer be withdrawn."


class AuthorityMissing(
    Refusal, slug="authority-missing", kind="invalid", field="written_authority"
):
    vi = "Người nhận thay cần có văn bản ủy quyền."
    en = "Someone else may collect the result only with a written authorisation."


class DeliveryDiffers(Refusal, slug="delivery-differs", kind="conflict"):
    """`delivery` is how the applicant chose to get the result: online, counter or post."""

    vi = "Người nộp đăng ký nhận kết quả theo cách khác: {delivery}."
    en = "The applicant chose a different way to receive the result: {delivery}."

    @property
    def title_vi(self) -> str:
        words = {"online": "trực tuyến", "counter": "tại quầy", "post": "qua bưu chính"}
        delivery = str(self.params.get("delivery", "…"))
        return self.vi.format(delivery=words.get(delivery, delivery))


class AlreadyRated(Refusal, slug="already-rated", kind="conflict"):
    vi = "Hồ sơ này đã được đánh giá."
    en = "This dossier has already been rated."


class DossierErased(Refusal, slug="dossier-forgotten", kind="gone"):
    vi = "Giấy tờ của hồ sơ này đã được xóa theo yêu cầu."
    en = "The personal data of this dossier were deleted on request."


class ErasureTooEarly(Refusal, slug="erasure-too-early", kind="conflict"):
    """`until`: the last day of the archive's term, `dd/mm/yyyy`."""

    vi = "Giấy tờ của hồ sơ này phải lưu trữ đến hết ngày {until}; chưa được xóa."
    en = (
        "The personal data of this dossier must be kept until the end of {until} and cannot be"
        " erased yet."
    )


class DemandNotStated(Refusal, slug="demand-not-stated", kind="invalid"):
    vi = "Cần nêu lý do, người đề nghị, số và ngày của văn bản đề nghị xóa giấy tờ."
    en = "State the reason, who requests it, and the number and date of the written request."


class TooManyCorrections(Refusal, slug="too-many-corrections", kind="conflict"):
    vi = "Thông tin của hồ sơ này đã được sửa quá nhiều lần; vui lòng đến Bộ phận một cửa."
    en = "This dossier has been corrected too many times; please come to the one-stop counter."


class PapersNotReady(Refusal, slug="papers-not-ready", kind="conflict"):
    vi = "Giấy tờ của hồ sơ vừa thay đổi; vui lòng thử lại sau giây lát."
    en = "The dossier's data have just changed; please try again in a moment."


class FilesTooLarge(Refusal, slug="files-too-large", kind="too-large"):
    vi = "Tổng dung lượng tệp của hồ sơ vượt quá {max_megabytes} MB."
    en = "The files of a dossier may total at most {max_megabytes} MB."


class DateTooEarly(Refusal, slug="date-too-early", kind="invalid"):
    spoken = {"field": FIELDS}
    vi = "Ngày ở mục {field} không được trước {first}."
    en = "The date in {field} must not be before {first}."


class NotPrintable(Refusal, slug="not-printable", kind="invalid"):
    spoken = {"field": FIELDS}
    vi = "Mục {field} có ký tự mà giấy tờ không in được: {letter}."
    en = "{field} contains a character that documents cannot print: {letter}."


class OfficerLeft(Refusal, slug="officer-left", kind="forbidden"):
    vi = "Cán bộ này không còn giữ vị trí nào trong danh mục cơ quan; tài khoản không còn hiệu lực."
    en = "This officer no longer has a post in the organisation; the account has no rights."


class ProofRequired(Refusal, slug="proof-required", kind="invalid", field="shown_by"):
    vi = "Cần ghi giấy tờ làm căn cứ để sửa (tên, số)."
    en = "Name the document that proves the correct data (its name and number)."


class NothingToCorrect(Refusal, slug="nothing-to-correct", kind="conflict", field="full_name"):
    vi = "Thông tin người nộp đã đúng như vậy; không có gì để sửa."
    en = "The applicant's data already have these values; there is nothing to correct."


class DateInPast(Refusal, slug="date-in-past", kind="invalid"):
    spoken = {"field": FIELDS}
    vi = "Ngày ở mục {field} phải sau thời điểm hiện tại và sau ngày hẹn đang có."
    en = "The date in {field} must be in the future and later than the current due date."


class AlreadyExtended(Refusal, slug="already-extended", kind="conflict"):
    vi = "Hồ sơ chỉ được hẹn lại {allowed} lần và đã dùng hết."
    en = "A dossier may be given a new due date {allowed} time(s); this has already been done."


class ConsultationOpen(Refusal, slug="consultation-open", kind="conflict"):
    vi = (
        "Đang chờ ý kiến của {department}; chỉ ra quyết định sau khi có ý kiến hoặc hết hạn trả"
        " lời."
    )
    en = (
        "The opinion of {department} is still awaited; a decision is possible once it has answered"
        " or its time limit has passed."
    )


class ConsultationClosed(Refusal, slug="consultation-closed", kind="conflict"):
    vi = "Không có yêu cầu lấy ý kiến số này đang chờ trả lời."
    en = "No consultation with this number is waiting for an answer."


class AlreadyConsulted(Refusal, slug="already-consulted", kind="conflict", field="desk"):
    vi = "Đơn vị này đang được lấy ý kiến về hồ sơ."
    en = "This department has already been asked for its opinion."


class DepartmentUnknown(Refusal, slug="department-unknown", kind="invalid", field="desk"):
    vi = "Không lấy ý kiến được ở đơn vị này; chọn một phòng khác của cơ quan."
    en = "This department cannot be consulted; choose another department of the agency."


class TaskNotFree(Refusal, slug="task-not-free", kind="conflict"):
    vi = "Công việc đang do một cán bộ có mặt xử lý; lãnh đạo có thể phân công lại."
    en = "The task is assigned to an officer who is present; a leader may reassign it."


class OfficerAbsent(Refusal, slug="officer-absent", kind="conflict", field="officer"):
    vi = "Cán bộ này đang vắng mặt."
    en = "This officer is absent."


class ProviderUnknown(Refusal, slug="provider-unknown", kind="invalid"):
    spoken = {"allowed": PROVIDERS}
    vi = "Không có hình thức thanh toán này; được dùng: {allowed}."
    en = "There is no such way to pay; choose one of: {allowed}."


class RefundTooLarge(Refusal, slug="refund-too-large", kind="invalid"):
    vi = "Chỉ còn có thể hoàn trả {refundable_vnd} đồng."
    en = "No more than {refundable_vnd} VND can be refunded."


class PaymentInDoubt(Refusal, slug="payment-in-doubt", kind="conflict"):
    vi = (
        "Ngân hàng và VNPAY đang kiểm tra một giao dịch đã thực hiện cho hồ sơ này; ông/bà chưa cần"
        " nộp lại."
    )
    en = (
        "The bank and VNPAY are checking a payment that was made for this dossier; please do not"
        " pay again."
    )


class RefundUnknown(Refusal, slug="refund-unknown", kind="not-found"):
    vi = "Không có khoản hoàn trả này đang chờ chi."
    en = "No such refund is waiting to be paid out."


class TransferUnknown(Refusal, slug="transfer-unknown", kind="not-found"):
    vi = "Không có khoản chuyển khoản này."
    en = "There is no such transfer."


class TransferBusy(Refusal, slug="transfer-busy", kind="conflict"):
    vi = "Khoản chuyển khoản này đang được gán vào một hồ sơ; vui lòng xem lại sau ít giây."
    en = "This transfer is being assigned to a dossier; please look again in a few seconds."


class TransferGone(Refusal, slug="transfer-gone", kind="conflict"):
    vi = "Khoản chuyển khoản này đã được gán vào hồ sơ hoặc đã hoàn trả."
    en = "This transfer has already been assigned to a dossier or paid back."


class BankNumberInvalid(Refusal, slug="bank-number-invalid", kind="invalid"):
    vi = (
        "Số giao dịch của ngân hàng chỉ gồm chữ cái không dấu, chữ số và các dấu . _ / -, tối đa 64"
        " ký tự."
    )
    en = (
        "The bank's number of a movement has letters without accents, digits and . _ / - only, at"
        " most 64 of them."
    )


class MoneyInMotion(Refusal, slug="money-in-motion", kind="conflict"):
    vi = (
        "Khoản tiền này đang được hoàn trả hoặc đang được lập biên lai; vui lòng thực hiện lại sau"
        " ít phút."
    )
    en = (
        "This money is being refunded, or its receipt is being made; please try again in a few"
        " minutes."
    )


class AmountTooLarge(Refusal, slug="amount-too-large", kind="invalid"):
    """A provider's signed word names more than any account can hold.

    `amount` (all of its digits), `provider` and `reference` (its number of the transaction) are for
    the accountant.
    """

    vi = "Số tiền {amount} đồng vượt quá mức tối đa {most_vnd} đồng có thể ghi nhận."
    en = "The amount of {amount} VND is more than the {most_vnd} VND that can be booked."


class TillTooFull(Refusal, slug="till-too-full", kind="conflict"):
    vi = "Một ca thu chỉ ghi được tối đa {most_vnd} đồng."
    en = "One till session can hold at most {most_vnd} VND."


class FeeTooLarge(Refusal, slug="fee-too-large", kind="invalid"):
    """Of a procedure that is paid by the copy: so many copies that nobody could book the fee."""

    vi = "Phí, lệ phí cho số bản này vượt quá {most_vnd} đồng; vui lòng kiểm tra lại số bản."
    en = (
        "The fee for this many copies is more than {most_vnd} VND; please check the number of"
        " copies."
    )


class DateTooFar(Refusal, slug="date-too-far", kind="invalid"):
    spoken = {"field": FIELDS}
    vi = "Ngày ở mục {field} không được sau {latest}."
    en = "The date in {field} must not be after {latest}."


class TillTooLow(Refusal, slug="till-too-low", kind="conflict"):
    vi = "Quầy thu chỉ còn {held_vnd} đồng."
    en = "The till holds only {held_vnd} VND."
