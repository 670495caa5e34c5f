"""What a procedure's level lets people do, as one sentence each: the rules of the four levels in
words. Pure.
"""

from typing import Any

from motcua_contracts import Label
from motcua_contracts.rules.terms import Terms

FORMS_LEVEL, FILING_LEVEL, PAYMENT_LEVEL, RESULT_LEVEL = 2, 3, 4, 4
NAMES: dict[int | None, Label] = {
    1: Label("Mức độ 1: chỉ cung cấp thông tin", "Level 1: information only"),
    2: Label("Mức độ 2: có mẫu đơn, tờ khai để tải về", "Level 2: with forms to download"),
    3: Label("Mức độ 3: nộp hồ sơ trực tuyến (một phần)", "Level 3: filed online (partial)"),
    4: Label("Mức độ 4: trực tuyến toàn trình", "Level 4: online from end to end (full)"),
    None: Label("Chưa công bố mức độ", "No level stated"),
}
SOURCES: dict[str | None, Label] = {
    "published": Label("Mức độ do nguồn công bố nêu.", "The published source states this level."),
    "configured": Label(
        "Mức độ do huyện cấu hình cho bản trình diễn.",
        "The district's configuration sets this level.",
    ),
    None: Label(
        "Không nguồn nào nêu mức độ; thực hiện như mức độ 1.",
        "No source states a level; the rules of level 1 apply.",
    ),
}
_READ = Label(
    "Xem được trình tự, hồ sơ, thời hạn, phí và căn cứ pháp lý tại trang này.",
    "Steps, documents, processing time, fee and legal basis are shown here.",
)
_SENTENCES: tuple[tuple[str, int, Label, Label], ...] = (
    (
        "forms",
        FORMS_LEVEL,
        Label(
            "Tải, điền và in được mẫu đơn, tờ khai.",
            "The forms can be downloaded, filled in and printed.",
        ),
        Label("Không có mẫu đơn, tờ khai để tải về.", "There are no forms to download."),
    ),
    (
        "file_online",
        FILING_LEVEL,
        Label(
            "Thủ tục cho nộp hồ sơ trực tuyến, qua ứng dụng kết nối với hệ thống; trang này chưa có"
            " chỗ nộp.",
            "The dossier may be filed online with an application connected to the system; this site"
            " has no page for it yet.",
        ),
        Label(
            "Không nộp hồ sơ trực tuyến; nộp tại bộ phận một cửa.",
            "It cannot be filed online; please file at the one-stop counter.",
        ),
    ),
    (
        "pay_online",
        PAYMENT_LEVEL,
        Label(
            "Hồ sơ nộp trực tuyến thì nộp phí, lệ phí trực tuyến qua cùng ứng dụng.",
            "If the dossier was filed online, the fee may be paid in the same application.",
        ),
        Label(
            "Không nộp phí, lệ phí trực tuyến; nộp tại quầy.",
            "The fee cannot be paid online; it is paid at the counter.",
        ),
    ),
    (
        "result_online",
        RESULT_LEVEL,
        Label(
            "Nhận kết quả trực tuyến, qua bưu chính hoặc tại quầy.",
            "The result may be received online, by post or at the counter.",
        ),
        Label(
            "Không nhận kết quả trực tuyến; nhận tại quầy.",
            "The result is not given online; it is collected at the counter.",
        ),
    ),
)
UNDECIDED = Label(
    "Chưa nhận hồ sơ: nguồn chưa nêu thời hạn, phí hoặc các bước xử lý.",
    "No dossiers are accepted yet: no source states the processing time, fee or steps.",
)
"""Terms that nobody knows: no dossier can run on them."""
_NO_FEE = Label("Không phải nộp phí, lệ phí.", "There is no fee.")


def sentences(
    terms: Terms, *, free: bool, closed: Label | None = None, decided: bool = True
) -> list[dict[str, Any]]:
    """`{about, allowed, vi, en}` each.

    `free`: the fee is known to be nothing. `closed`: why no new dossiers are taken, if none are.

    Not `decided`: no dossier can run on the terms, so that nothing is said of paying and receiving.
    """
    said: list[dict[str, Any]] = [
        {"about": "read", "allowed": True, "vi": _READ.vi, "en": _READ.en}
    ]
    for about, needed, yes, no in _SENTENCES:
        if not decided and about in ("pay_online", "result_online"):
            continue
        allowed = terms.service_level >= needed
        label = yes if allowed else no
        if about == "pay_online" and free:
            allowed, label = False, _NO_FEE
        if about == "file_online" and (closed is not None or not decided):
            allowed, label = False, closed or UNDECIDED
        said.append({"about": about, "allowed": allowed, "vi": label.vi, "en": label.en})
    return said
