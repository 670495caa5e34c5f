"""The files that people may hand in, PDF, JPEG, PNG and DOCX of 20 MB each, and every reason why
one is not taken, with what to do.

Which of the four a file is and whether it may be taken is found by opening it (`inspection`). What
a client calls it proves nothing.
"""

from typing import ClassVar

from motcua_contracts import Refusal

from .inspection.findings import MAX_PAGES, MAX_PIXELS

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = frozenset((PDF, JPEG, PNG, DOCX))
MAX_UPLOAD_BYTES = 20_000_000

BUSY_SECONDS = 5
"""After so long somebody who was told that it is busy may come again."""

TEXTS = {
    "media-type": (
        (
            "Chỉ nhận tệp PDF, JPEG, PNG, DOCX. Tệp này có nội dung khác; hãy lưu lại thành một"
            " trong các loại đó rồi gửi lại."
        ),
        (
            "Only PDF, JPEG, PNG and DOCX files are accepted. This file is of another type; save it"
            " as one of these and send it again."
        ),
    ),
    "empty": (
        "Tệp rỗng. Hãy chọn lại tệp rồi gửi lại.",
        "The file is empty. Choose the file again and send it.",
    ),
    "cut-off": (
        "Tệp bị cắt, thiếu phần cuối. Hãy tải lại hoặc quét lại tệp gốc rồi gửi lại.",
        (
            "The file is incomplete: its end is missing. Download or scan the original again and"
            " send it."
        ),
    ),
    "damaged": (
        (
            "Không mở được tệp: nội dung bị hỏng hoặc không đúng loại. Hãy mở thử trên máy của"
            " mình, lưu lại rồi gửi lại."
        ),
        (
            "The file cannot be opened: it is damaged, or not of the type it claims. Open it on"
            " your computer, save it again and send it."
        ),
    ),
    "password": (
        "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
        "The file needs a password. Remove the password and send it again.",
    ),
    "encrypted": (
        "Tệp PDF bị khóa (mã hóa, hạn chế quyền). Hãy in ra tệp PDF mới không khóa rồi gửi lại.",
        (
            "The PDF is locked (encrypted, with restricted rights). Print it to a new PDF without a"
            " lock and send it again."
        ),
    ),
    "script": (
        "Tệp PDF chứa mã lệnh (JavaScript). Hãy in ra tệp PDF mới rồi gửi lại.",
        "The PDF contains a script (JavaScript). Print it to a new PDF and send it again.",
    ),
    "launch": (
        "Tệp PDF có lệnh mở chương trình hoặc tệp khác. Hãy in ra tệp PDF mới rồi gửi lại.",
        "The PDF starts programs or opens other files. Print it to a new PDF and send it again.",
    ),
    "automatic-action": (
        "Tệp PDF tự thực hiện lệnh khi mở. Hãy in ra tệp PDF mới rồi gửi lại.",
        "The PDF runs an action when it is opened. Print it to a new PDF and send it again.",
    ),
    "embedded-file": (
        "Tệp PDF có tệp khác đính kèm bên trong. Hãy gửi riêng từng tệp.",
        "The PDF contains other files. Send each file separately.",
    ),
    "rich-media": (
        "Tệp PDF chứa âm thanh, phim hoặc mô hình 3D. Hãy in ra tệp PDF mới rồi gửi lại.",
        "The PDF contains sound, video or 3D models. Print it to a new PDF and send it again.",
    ),
    "xfa": (
        (
            "Tệp PDF là biểu mẫu động (XFA) mà nhiều máy không mở được. Hãy in ra tệp PDF mới rồi"
            " gửi lại."
        ),
        (
            "The PDF is a dynamic form (XFA) that many machines cannot open. Print it to a new PDF"
            " and send it again."
        ),
    ),
    "trailing-data": (
        "Phía sau nội dung của tệp có dữ liệu khác. Hãy lưu lại tệp rồi gửi lại.",
        "The file has extra data after its end. Save the file again and send it.",
    ),
    "too-many-pixels": (
        (
            f"Hình ảnh quá lớn (trên {MAX_PIXELS // 1_000_000} triệu điểm ảnh). Hãy chụp hoặc quét"
            " ở độ phân giải thấp hơn, ví dụ 300 dpi."
        ),
        (
            f"The picture is too large (over {MAX_PIXELS // 1_000_000} million pixels). Scan it at"
            " a lower resolution, for example 300 dpi."
        ),
    ),
    "too-many-pages": (
        f"Tệp có quá {MAX_PAGES} trang. Hãy chia thành nhiều tệp.",
        f"The file has more than {MAX_PAGES} pages. Split it into several files.",
    ),
    "too-complex": (
        (
            "Tệp quá phức tạp, không thể mở trong giới hạn cho phép. Hãy in ra tệp PDF mới rồi gửi"
            " lại."
        ),
        (
            "The file is too complex to be opened within the limits. Print it to a new PDF and send"
            " it again."
        ),
    ),
    "animated": (
        "Hình ảnh động không được nhận. Hãy lưu thành một hình tĩnh rồi gửi lại.",
        "Animated pictures are not accepted. Save it as a single picture and send it again.",
    ),
    "macro": (
        "Tệp Word chứa macro. Hãy lưu thành .docx không có macro hoặc PDF rồi gửi lại.",
        (
            "The Word file contains macros. Save it as .docx without macros or as PDF and send it"
            " again."
        ),
    ),
    "remote-template": (
        "Tệp Word dùng mẫu ở máy khác. Hãy lưu thành PDF rồi gửi lại.",
        "The Word file uses a template from another computer. Save it as PDF and send it again.",
    ),
    "remote-content": (
        "Tệp lấy nội dung từ nơi khác khi mở. Hãy lưu thành PDF có đủ nội dung rồi gửi lại.",
        (
            "The file loads content from elsewhere when it is opened. Save it as a PDF that"
            " contains everything and send it again."
        ),
    ),
    "embedded-object": (
        "Tệp Word chứa tệp hoặc đối tượng nhúng. Hãy lưu thành PDF, gửi riêng tệp nhúng.",
        (
            "The Word file contains embedded files or objects. Save it as PDF, and send the"
            " embedded files separately."
        ),
    ),
    "field": (
        "Tệp Word có trường gọi chương trình khác (DDE). Hãy lưu thành PDF rồi gửi lại.",
        (
            "The Word file has a field that calls other programs (DDE). Save it as PDF and send it"
            " again."
        ),
    ),
    "xml-doctype": (
        (
            "Tệp Word có khai báo kiểu tài liệu (DOCTYPE) không được phép. Hãy lưu thành PDF rồi"
            " gửi lại."
        ),
        (
            "The Word file declares a document type (DOCTYPE), which is not allowed. Save it as PDF"
            " and send it again."
        ),
    ),
    "malware": (
        (
            "Chương trình diệt vi-rút báo tệp có mã độc. Hãy quét vi-rút máy của mình, rồi gửi tệp"
            " khác."
        ),
        "The virus scanner found malware in the file. Scan your computer, then send another file.",
    ),
}
"""Vietnamese and English by reason."""


class DocumentRefused(Refusal, slug="document-refused", kind="unsupported-media"):
    """An upload that is not taken. `reason` is one of `TEXTS`."""

    texts: ClassVar = TEXTS

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason
        self.vi, self.en = TEXTS[reason]  # type: ignore[misc] # the texts are this refusal's own, by its reason


class DocumentTooLarge(Refusal, slug="document-too-large", kind="too-large"):
    """An upload of more than 20 MB."""

    vi = "Tệp vượt quá {megabytes} MB. Hãy chia nhỏ hoặc quét ở độ phân giải thấp hơn."
    en = "The file is larger than {megabytes} MB. Split it, or scan it at a lower resolution."

    def __init__(self) -> None:
        super().__init__(megabytes=MAX_UPLOAD_BYTES // 1_000_000)


class InspectionBusy(Refusal, slug="inspection-busy", kind="unavailable"):
    """Too many uploads are being opened, or none can be. The caller's file was not judged."""

    vi = "Hệ thống đang kiểm tra nhiều tệp; vui lòng gửi lại sau {seconds} giây."
    en = "Many files are being checked; please send it again in {seconds} seconds."

    def __init__(self) -> None:
        super().__init__(seconds=BUSY_SECONDS)
