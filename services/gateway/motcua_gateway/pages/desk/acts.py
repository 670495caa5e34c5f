"""From a filled form of a dossier's page to the counter's command, or to what is wrong in its
fields. What the rules say, intake says.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from motcua_contracts.messages.intake import (
    CONTACTS,
    AcceptDossier,
    Applicant,
    CorrectApplicant,
    ForgetDossier,
    HandOver,
    PostResult,
    RecordPost,
    RefuseDossier,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.rules.applicants import LETTERS, faults, one_form
from motcua_contracts.rules.form_rules import BLANK
from motcua_contracts.rules.reasons import ASKED_BY, CORRECTION, ERASURE, POST, REFUSAL, SUPPLEMENT
from motcua_contracts.rules.status import Label
from motcua_contracts.values.bounds import NOT_IN_LINE
from motcua_contracts.values.identity_numbers import KINDS
from motcua_contracts.wire.payload import Command
from starlette.datastructures import FormData

from ..typed import Fields

Names = Mapping[str, str]
"""Paper -> its name: what can be asked for, or was."""
CHECK_IDENTITY = Label(
    "Phải kiểm tra giấy tờ tùy thân và giấy hẹn", "Identity and slip must be checked first"
)
NEEDS_AUTHORITY = Label(
    "Người nhận thay phải có văn bản ủy quyền", "Someone else needs a written authorisation"
)
CHOOSE_PAPER = Label("Chọn ít nhất một giấy tờ", "Choose at least one document")
IN_WORDS = Label("Đã chọn “Lý do khác” thì ghi rõ lý do", "Describe “another reason”")
A_DATE = Label(
    "Ngày của văn bản, ví dụ 27/11/2026; không ở tương lai",
    "The document's date, for example 2026-11-27; not in the future",
)
A_NUMBER = Label(
    "Số văn bản đến, ví dụ 125/DDN-HH",
    "Its number in the incoming register, for example 125/DDN-HH",
)


def _refusing(agency: str, read: Fields, names: Names) -> Command:
    code, note = read.reason_of(REFUSAL), read.note()
    if code == "other" and not note:
        read.wrong["note"] = IN_WORDS
    return read.made(lambda: RefuseDossier(agency=agency, reason_code=code, note=note))


def _asking(agency: str, read: Fields, names: Names) -> Command:
    papers, code, note = (
        read.all_of("paper", names, CHOOSE_PAPER),
        read.reason_of(SUPPLEMENT),
        read.note(),
    )
    lines = tuple(
        RequestedPaper(paper=paper, reason_code=code if code in SUPPLEMENT else "")
        for paper in papers
    )
    return read.made(
        lambda: RequestPapers(agency=agency, papers=lines, reason_code=code, note=note)
    )


def _bringing(agency: str, read: Fields, names: Names) -> Command:
    papers = read.all_of("paper", names, CHOOSE_PAPER)
    return read.made(lambda: SubmitSupplement(agency=agency, papers_on_paper=papers))


def _withdrawing(agency: str, read: Fields, names: Names) -> Command:
    note = read.note()
    return read.made(lambda: WithdrawDossier(agency=agency, note=note))


def _handing(agency: str, read: Fields, names: Names) -> Command:
    checked, recipient, authority = (
        read.ticked("identity_checked"),
        read.line("recipient", 200),
        read.ticked("written_authority"),
    )
    if not checked:
        read.wrong["identity_checked"] = CHECK_IDENTITY
    if recipient and not authority:
        read.wrong["written_authority"] = NEEDS_AUTHORITY
    return read.made(
        lambda: HandOver(
            agency=agency,
            identity_checked=checked,
            recipient=recipient,
            written_authority=authority,
        )
    )


def _posting(agency: str, read: Fields, names: Names) -> Command:
    number = read.line("item_number", 40, needed=True)
    return read.made(lambda: PostResult(agency=agency, item_number=number))


def _posted(agency: str, read: Fields, names: Names) -> Command:
    outcome = read.one_of("delivered", ("yes", "no"))
    code = read.reason_of(POST) if outcome == "no" else ""
    return read.made(
        lambda: RecordPost(agency=agency, delivered=outcome == "yes", reason_code=code)
    )


def _erasing(agency: str, read: Fields, names: Names) -> Command:
    code, asked_by = read.reason_of(ERASURE), read.one_of("asked_by", ASKED_BY)
    number, day = read.text("request_number"), _day(read.text("request_date"))
    said: dict[str, Any] = {
        "agency": agency,
        "reason_code": code,
        "asked_by": asked_by,
        "request_number": number,
        "request_date": day,
    }
    if day is None:
        read.wrong["request_date"] = A_DATE
    if not number or NOT_IN_LINE.search(number) or not _fits(number):
        read.wrong["request_number"] = A_NUMBER
    return read.made(lambda: ForgetDossier.model_validate(said))


def _correcting(agency: str, read: Fields, names: Names) -> Command:
    """An input that is left empty changes nothing; a contact that is to go is ticked."""
    typed: dict[str, Any] = {
        name: value for name, most in LETTERS.items() if (value := read.line(name, most))
    }
    if read.text("id_kind"):
        typed["id_kind"] = read.one_of("id_kind", KINDS)
    typed |= dict.fromkeys(read.all_of("taken_away", CONTACTS), "")
    _held_to_rules(read, typed)
    own, code, shown_by = (
        read.all_of("confirmed", CONTACTS),
        read.reason_of(CORRECTION),
        read.line("shown_by", 300, needed=True),
    )
    said = {**typed, "agency": agency, "confirmed": own, "reason_code": code, "shown_by": shown_by}
    return read.made(lambda: CorrectApplicant.model_validate(said))


def _held_to_rules(read: Fields, typed: Mapping[str, str]) -> None:
    """What intake would say of each field, said at once with what the form itself misses."""
    for name in LETTERS:
        if read.fields.get(name) and not read.text(name):
            read.wrong[name] = BLANK
    if read.wrong.keys().isdisjoint(typed):
        applicant = one_form(Applicant.model_validate({"full_name": "A", **typed}))
        for name, allowed in faults(applicant):
            if typed.get(name):
                read.wrong.setdefault(name, allowed)


def _fits(number: str) -> bool:
    try:
        ForgetDossier(agency="", request_number=number)
    except ValueError:
        return False
    return True


def _day(text: str) -> date | None:
    """As a browser sends it, or as people write it."""
    parts = text.split("/")
    try:
        day = (
            date(int(parts[2]), int(parts[1]), int(parts[0]))
            if len(parts) == 3
            else date.fromisoformat(text)
        )
    except (ValueError, OverflowError):
        return None
    return day if 2000 <= day.year <= 2099 else None


ACTS: dict[str, Callable[[str, Fields, Names], Command]] = {
    "accept": lambda agency, read, names: AcceptDossier(agency=agency),
    "supplement": _bringing,
    "post-result": _posting,
    "post-outcome": _posted,
    "correction": _correcting,
    "hand-over": _handing,
    "request-supplement": _asking,
    "refuse": _refusing,
    "withdrawal": _withdrawing,
    "forget": _erasing,
}
"""Action (as the API offers it) -> the command of its form, in the order of the page: what cannot
be undone comes last.
"""
LABELS: dict[str, Label] = {
    "accept": Label("Tiếp nhận hồ sơ", "Accept the dossier"),
    "refuse": Label("Từ chối tiếp nhận", "Do not accept"),
    "request-supplement": Label("Yêu cầu bổ sung", "Request documents"),
    "supplement": Label("Nhận giấy tờ bổ sung", "Receive the requested documents"),
    "withdrawal": Label("Rút hồ sơ theo yêu cầu người nộp", "Withdraw for the applicant"),
    "hand-over": Label("Trả kết quả tại quầy", "Hand over the result"),
    "post-result": Label("Gửi kết quả qua bưu chính", "Post the result"),
    "post-outcome": Label("Ghi nhận kết quả phát bưu chính", "Outcome of the postal delivery"),
    "correction": Label("Sửa thông tin người nộp", "Correct the applicant's data"),
    "forget": Label("Xóa giấy tờ theo yêu cầu", "Erase personal data on request"),
}
REASONS: dict[str, Mapping[str, Label]] = {
    "refuse": REFUSAL,
    "request-supplement": SUPPLEMENT,
    "post-outcome": POST,
    "correction": CORRECTION,
    "forget": ERASURE,
}
"""Action -> the reasons that its form offers; none is chosen beforehand."""
HAPPENS: dict[str, tuple[Label, ...]] = {
    "hand-over": (
        Label(
            "Hồ sơ kết thúc: kết quả được ghi nhận đã trả cho người nộp hoặc người nhận thay nêu trên.",  # noqa: E501
            "The dossier ends: the result is recorded as handed to the applicant or the person named above.",  # noqa: E501
        ),
    ),
    "post-outcome": (
        Label(
            "Đã phát thì hồ sơ kết thúc; chuyển hoàn thì kết quả chờ tại quầy.",
            "Delivered: the dossier ends. Returned: the result waits at the counter.",
        ),
    ),
    "request-supplement": (
        Label(
            "Người nộp nhận phiếu yêu cầu bổ sung đã ký số với các giấy tờ nêu trên.",
            "The applicant gets the signed supplement request with the documents above.",
        ),
        Label(
            "Cơ quan chỉ được yêu cầu bổ sung một lần cho hồ sơ này.",
            "The agency may ask only once for this dossier.",
        ),
    ),
    "refuse": (
        Label(
            "Hồ sơ kết thúc và không được giải quyết. Người nộp nhận phiếu từ chối đã ký số với lý do nêu trên.",  # noqa: E501
            "The dossier ends without being processed. The applicant gets the signed refusal with the reason above.",  # noqa: E501
        ),
    ),
    "withdrawal": (
        Label(
            "Hồ sơ kết thúc và không được giải quyết nữa; muốn giải quyết phải nộp hồ sơ mới.",
            "The dossier ends and is not processed further; the applicant has to file a new one.",
        ),
    ),
    "forget": (
        Label(
            "Tờ khai, thông tin liên hệ, mã tra cứu và tệp đính kèm của người nộp bị xóa ở mọi nơi và không khôi phục được.",  # noqa: E501
            "The applicant's form, contacts, PIN and attached files are deleted everywhere and cannot be restored.",  # noqa: E501
        ),
        Label(
            "Giấy hẹn, biên lai, phiếu từ chối và kết quả được giữ lại.",
            "Slip, fee receipt, refusal and result are kept.",
        ),
    ),
}
"""What cannot be undone -> what will happen, as the page says that asks once more."""
ASKED_AGAIN: dict[str, tuple[Label, ...]] = {
    **HAPPENS,
    "correction": (
        Label(
            "Giấy tờ và thông báo từ nay dùng thông tin mới, kể cả kết quả được ký; giấy tờ đã cấp không thay đổi.",  # noqa: E501
            "Papers and messages use the new data from now on, also the result that is signed; what was issued before stays.",  # noqa: E501
        ),
        Label(
            "Lịch sử hồ sơ ghi ai đã sửa, sửa mục nào và lý do; sửa sai thì sửa lại được.",
            "The history keeps who corrected which fields and why; a wrong correction can be corrected.",  # noqa: E501
        ),
    ),
}
"""The same, and what prints another name or address from now on."""
FIELDS: dict[str, Label] = {
    "reason_code": Label("Lý do", "Reason"),
    "note": Label("Nội dung ghi cho người nộp", "Note to the applicant"),
    "paper": Label("Giấy tờ", "Papers"),
    "identity_checked": Label("Giấy tờ tùy thân", "Identity"),
    "recipient": Label("Người nhận thay", "Collected by someone else"),
    "written_authority": Label("Văn bản ủy quyền", "Written authority"),
    "item_number": Label("Số hiệu bưu gửi", "Tracking number of the item"),
    "full_name": Label("Họ và tên", "Full name"),
    "id_number": Label("Số giấy tờ tùy thân", "Identity number"),
    "id_kind": Label("Loại giấy tờ", "Kind of document"),
    "address": Label("Địa chỉ", "Address"),
    "phone": Label("Số điện thoại", "Phone"),
    "email": Label("Thư điện tử", "E-mail"),
    "taken_away": Label("Bỏ liên hệ", "Remove a contact"),
    "confirmed": Label("Liên hệ của chính người nộp", "The applicant's own contact"),
    "shown_by": Label("Căn cứ giấy tờ", "Supporting document"),
    "delivered": Label("Kết quả phát", "Outcome"),
    "asked_by": Label("Người đề nghị", "Requested by"),
    "request_number": Label("Số văn bản đề nghị", "Number of the written request"),
    "request_date": Label("Ngày của văn bản đề nghị", "Date of the written request"),
}
"""Field -> its name where its error is listed, and on the page that asks once more."""
FIELD_OF = {
    "note-required": "note",
    "nothing-to-correct": "full_name",
    "proof-required": "shown_by",
    "reason-unknown": "reason_code",
    "paper-missing": "paper",
    "paper-unknown": "paper",
    "identity-not-checked": "identity_checked",
    "authority-missing": "written_authority",
    "date-in-future": "request_date",
}
"""Refusal -> the field beside which it is shown."""
YES = Label("Có", "Yes")
DELIVERED = {"yes": Label("Đã phát", "Delivered"), "no": Label("Chuyển hoàn", "Came back")}


def command_of(action: str, agency: str, fields: FormData, names: Names) -> Command:
    """Raises `WrongFieldsError`."""
    return ACTS[action](agency, Fields(fields), names)


def told(action: str, fields: FormData, names: Names, english: bool) -> list[tuple[Label, str]]:
    """What was filled in, as people read it."""
    read = Fields(fields)
    chosen: dict[str, Mapping[str, Label]] = {
        "reason_code": REASONS.get(action, {}),
        "asked_by": ASKED_BY,
        "delivered": DELIVERED,
        "id_kind": {str(kind): label for kind, label in KINDS.items()},
    }
    lines: list[tuple[Label, str]] = []
    for name, label in FIELDS.items():
        if name == "paper":
            value = ", ".join(
                names.get(one, "") for one in fields.getlist(name) if isinstance(one, str)
            )
        elif name in ("identity_checked", "written_authority"):
            value = (YES.en if english else YES.vi) if read.ticked(name) else ""
        elif name in chosen:
            known = chosen[name].get(read.text(name))
            value = (known.en if english else known.vi) if known is not None else ""
        elif name in ("taken_away", "confirmed"):
            ticked = (
                [FIELDS[one] for one in read.all_of(name, CONTACTS)]
                if not set(fields.getlist(name)) - set(CONTACTS)
                else []
            )
            value = ", ".join(one.en if english else one.vi for one in ticked)
        else:
            value = read.text(name)
        lines.append((label, value))
    return lines
