"""The door's own reasons to say no, beside those of the rules.

Same shape, so that every answer is rendered by one piece of code.
"""

from collections.abc import Mapping, Sequence

from motcua_contracts import Refusal
from motcua_contracts.rules.spoken import ROLES


class Unauthenticated(Refusal, slug="unauthenticated", kind="unauthenticated"):
    vi = "Vui lòng đăng nhập: mã truy cập bị thiếu, sai hoặc đã hết hạn."
    en = "Please sign in: the access token is missing, wrong or expired."


class RoleNeeded(Refusal, slug="forbidden", kind="forbidden"):
    spoken = {"roles": ROLES}
    vi = "Việc này cần vai trò: {roles}."
    en = "This needs one of the roles: {roles}."


class SignInTooWeak(Refusal, slug="sign-in-too-weak", kind="forbidden"):
    spoken = {"roles": ROLES}
    vi = "Vai trò {roles} cần đăng nhập với mức xác thực cao hơn."
    en = "The role {roles} needs a stronger sign-in."


class ForeignForm(Refusal, slug="foreign-form", kind="forbidden"):
    vi = "Biểu mẫu này không được gửi từ trang của quầy; vui lòng mở lại trang và gửi lại."
    en = "This form was not sent from the desk's page; please open the page and send it again."


class OfficerNotPlaced(Refusal, slug="officer-not-placed", kind="forbidden"):
    vi = "Danh mục không xếp tài khoản này vào cơ quan nào."
    en = "The catalogue does not assign this account to an agency."


class DevelopmentOnly(Refusal, slug="development-only", kind="forbidden"):
    vi = "Chỉ dùng được trong môi trường phát triển."
    en = "This is available in development only."


class PersonaUnknown(Refusal, slug="persona-unknown", kind="not-found"):
    vi = "Không có vai mẫu này; các vai: {allowed}."
    en = "There is no such persona; choose one of: {allowed}."


class RequestInvalid(Refusal, slug="request-invalid", kind="malformed"):
    """`errors` names each field with what is allowed there, where a service found them; no value of
    the caller's.
    """

    vi = "Nội dung gửi lên chưa đúng."
    en = "The request is not valid."
    errors: Sequence[Mapping[str, str]] = ()

    def __init__(self, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__()
        self.errors = errors


class DossierWaits(Refusal, slug="dossier-waits", kind="unavailable"):
    """The command is kept behind a record of its dossier that could not be taken in."""

    vi = (
        "Yêu cầu đã được lưu lại nhưng hồ sơ đang chờ quản trị viên khắc phục sự cố; yêu cầu sẽ"
        " được xử lý sau đó."
    )
    en = (
        "The request was received, but its dossier is waiting for the operators to fix a fault; it"
        " will be processed afterwards."
    )


class ParameterUnknown(Refusal, slug="parameter-unknown", kind="invalid"):
    vi = "Tham số không có ở đây; được dùng: {allowed}."
    en = "There is no such parameter; allowed are: {allowed}."


class FormUnknown(Refusal, slug="form-unknown", kind="not-found"):
    vi = "Thủ tục này không có mẫu đó; vui lòng chọn mẫu ở trang của thủ tục."
    en = "This procedure has no such form; please choose one on the procedure's page."


class KeyRequired(Refusal, slug="idempotency-key-required", kind="malformed"):
    vi = "Cần tiêu đề Idempotency-Key: 8 đến 128 ký tự ASCII in được."
    en = "The header Idempotency-Key is required: 8 to 128 printable ASCII characters."


class CursorInvalid(Refusal, slug="cursor-invalid", kind="malformed"):
    vi = "Con trỏ trang không đúng; hãy dùng next_cursor của trang trước."
    en = "The cursor is not valid; use next_cursor from the previous page."


class NotFound(Refusal, slug="not-found", kind="not-found"):
    vi = "Không có địa chỉ này."
    en = "There is nothing at this address."


class DocumentUnknown(Refusal, slug="document-unknown", kind="not-found"):
    vi = "Không tìm thấy tài liệu."
    en = "There is no such document."


class PinMissing(Refusal, slug="pin-missing", kind="invalid"):
    """No pin was typed; that is no try."""

    vi = "Chưa nhập mã tra cứu. Mã gồm 6 chữ số, ghi trên giấy hẹn và trong thư báo đã nhận hồ sơ."
    en = (
        "Please enter the PIN. It has 6 digits; you find it on the slip and in the e-mail that"
        " confirmed the dossier."
    )


class TrackingUnknown(Refusal, slug="tracking-unknown", kind="not-found"):
    """One answer for a wrong pin and for a code that nobody has: neither can be found out from the
    other.
    """

    vi = "Mã hồ sơ hoặc mã tra cứu không đúng."
    en = "The dossier code or the PIN is wrong."


class VerificationUnknown(Refusal, slug="verification-unknown", kind="not-found"):
    """One answer for a wrong check code and for a code that nobody has: neither can be found out
    from the other.
    """

    vi = "Mã hồ sơ hoặc mã kiểm chứng không đúng."
    en = "The dossier code or the check code is wrong."


class LinkInvalid(Refusal, slug="link-invalid", kind="not-found"):
    """One answer, whatever is wrong with it."""

    vi = "Đường dẫn xác nhận không đúng. Vui lòng mở lại đường dẫn trong thư của Bộ phận một cửa."
    en = (
        "This confirmation link is not valid. Please open the link in the one-stop counter's"
        " message again."
    )


class TooManyTries(Refusal, slug="too-many-tries", kind="too-many"):
    vi = "Đã thử quá nhiều lần; vui lòng thử lại sau {minutes} phút."
    en = "Too many attempts; please try again in {minutes} minutes."


class TooManyRequests(Refusal, slug="too-many-requests", kind="too-many"):
    """`limit` names what is counted and for whom (`file.person`), `allowed` is its setting (`20 per
    1 minute`).
    """

    vi = "Quá nhiều yêu cầu; vui lòng thử lại sau {seconds} giây."
    en = "Too many requests; please try again in {seconds} seconds."


class PrintingBusy(Refusal, slug="printing-busy", kind="unavailable"):
    """Too many documents wait to be made, or this one could not be made in time."""

    vi = "Hiện chưa in được tài liệu này; vui lòng thử lại sau {seconds} giây."
    en = "This document could not be created just now; please try again in {seconds} seconds."


class MethodNotAllowed(Refusal, slug="method-not-allowed", kind="unsupported-method"):
    vi = "Địa chỉ này không nhận phương thức đó."
    en = "This address does not support that method."


class BodyTooLarge(Refusal, slug="body-too-large", kind="too-large"):
    vi = "Nội dung gửi lên vượt quá {max_bytes} byte."
    en = "The body is larger than {max_bytes} bytes."


class UploadsOfToday(Refusal, slug="uploads-of-today", kind="too-many"):
    vi = (
        "Hôm nay đã gửi đủ {megabytes} MB tệp cho phép. Hãy gửi tiếp sau 0 giờ, hoặc nộp tại bộ"
        " phận một cửa."
    )
    en = (
        "You have reached the daily limit of {megabytes} MB of files. Continue after midnight, or"
        " come to the one-stop counter."
    )


class UploadsUnfiled(Refusal, slug="uploads-unfiled", kind="too-many"):
    vi = (
        "Đã có {megabytes} MB tệp gửi lên mà chưa nộp hồ sơ. Hãy nộp hồ sơ với các tệp đó; tệp"
        " không dùng tự xóa sau {days} ngày."
    )
    en = (
        "{megabytes} MB of uploaded files belong to no dossier. File a dossier with them; unused"
        " files are deleted after {days} days."
    )


class ScanningUnavailable(Refusal, slug="scanning-unavailable", kind="unavailable"):
    """The virus scanner is away, and files are not taken without it."""

    vi = "Hiện chưa quét được vi-rút nên chưa nhận tệp; vui lòng gửi lại sau {seconds} giây."
    en = (
        "Files cannot be scanned for viruses just now and are not accepted; please send the file"
        " again in {seconds} seconds."
    )

    def __init__(self) -> None:
        super().__init__(seconds=60)


class NotProcessed(Refusal, slug="not-processed", kind="failed"):
    """The command became a dead letter."""

    vi = "Hệ thống không xử lý được yêu cầu này; quản trị viên đã được báo."
    en = "The system could not process this; the operators have been informed."


class RecordUnreadable(Refusal, slug="record-unreadable", kind="unavailable"):
    """What is stored of one dossier, till or officer for being shown is broken.

    `reference`: its id, for the operators.
    """

    vi = (
        "Chưa hiển thị được nội dung này vì dữ liệu để hiển thị bị lỗi; hồ sơ và nhật ký không bị"
        " mất. Vui lòng báo quản trị viên mã {reference} để dựng lại."
    )
    en = (
        "This cannot be shown: what is stored for showing it is broken. Nothing of the dossier or"
        " its log is lost. Please give the operators the reference {reference}; they make it again."
    )

    def __init__(self, *, reference: str) -> None:
        super().__init__(reference=reference, seconds=600)


class Unavailable(Refusal, slug="unavailable", kind="unavailable"):
    vi = "Hệ thống tạm thời không phục vụ được; vui lòng gửi lại với cùng Idempotency-Key."
    en = "Temporarily unavailable; please send it again with the same Idempotency-Key."


class Failed(Refusal, slug="internal-error", kind="failed"):
    vi = "Có lỗi ở hệ thống; vui lòng thử lại sau."
    en = "Something went wrong on our side; please try again later."
