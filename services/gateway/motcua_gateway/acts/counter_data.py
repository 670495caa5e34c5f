"""A clerk corrects what a dossier says of its applicant, or erases it on request."""

from typing import Annotated, Any, Literal

from motcua_contracts import Label
from motcua_contracts.messages.intake import (
    Applicant,
    Contacts,
    CorrectApplicant,
    ForgetDossier,
)
from motcua_contracts.rules.applicants import LETTERS, NO_SMS_TO_LANDLINES, faults, one_form
from motcua_contracts.rules.form_rules import BLANK
from motcua_contracts.rules.reasons import ASKED_BY, CORRECTION, ERASURE
from motcua_contracts.values import bounds
from motcua_contracts.values.bounds import LINE, REQUEST_NUMBER
from motcua_contracts.values.identity_numbers import KINDS, IdentityKind
from pydantic import Field as Bounded

from ..answers.desk import (
    Forgotten,
)
from ..answers.dossier import Corrected
from .act import Act, Values
from .choices import Choices
from .counter_answers import CLERK
from .dossier_fields import Day, RequestNumber
from .fields import Boxes, Given, Hint, Line, Radios, Reason
from .submission import Reading

PHONE = Label("Số điện thoại", "Phone")
EMAIL = Label("Thư điện tử", "E-mail")


def _contacts(choices: Choices) -> dict[str, Label]:
    return {"phone": PHONE, "email": EMAIL}


def _held_to_rules(form: Reading, values: Values) -> None:
    """What intake would say of each field, said at once with what the form itself misses. A contact
    that is to go is ticked.
    """
    typed = {name: values[name] for name in (*LETTERS, "id_kind") if name in values}
    typed |= dict.fromkeys(values.pop("taken_away"), "")
    values |= typed
    if form.wrong.keys().isdisjoint(typed):
        applicant = one_form(Applicant.model_validate({"full_name": "A", **typed}))
        for name, allowed in faults(applicant):
            if typed.get(name):
                form.wrong.setdefault(name, allowed)


def _typed(name: str, vi: str, en: str, api: Any, hint: Label | None = None) -> Line:
    """An input of the correction: left empty it changes nothing."""
    return Line(
        name=name,
        label=Label(vi, en),
        most=LETTERS[name],
        keeps=True,
        blank=BLANK,
        hint=hint,
        api=api,
        default=None,
    )


CORRECTION_FIELDS = (
    Hint(
        style="",
        label=Label(
            "Chỉ điền mục cần sửa. Giấy tờ đã cấp không thay đổi.",
            "Fill in only what changes. Documents already issued stay as they are.",
        ),
    ),
    _typed(
        "full_name",
        "Họ và tên",
        "Full name",
        Annotated[str | None, Bounded(min_length=1, max_length=120, pattern=LINE)],
    ),
    _typed(
        "id_number",
        "Số giấy tờ tùy thân",
        "Identity number",
        Annotated[str | None, Bounded(max_length=20, pattern=LINE)],
    ),
    _typed(
        "address",
        "Địa chỉ",
        "Address",
        Annotated[str | None, Bounded(max_length=300, pattern=LINE)],
    ),
    _typed(
        "phone",
        *PHONE,
        Annotated[str | None, Bounded(max_length=20, pattern=LINE)],
        NO_SMS_TO_LANDLINES,
    ),
    _typed("email", *EMAIL, Annotated[str | None, Bounded(max_length=200, pattern=LINE)]),
    Given(name="language", api=Literal["vi", "en"] | None, default=None),
    Radios(
        name="id_kind",
        label=Label(
            "Loại giấy tờ (nếu không tự nhận biết được)", "Kind of document (if not recognised)"
        ),
        named=Label("Loại giấy tờ", "Kind of document"),
        options={str(kind): label for kind, label in KINDS.items()},
        keeps=True,
        api=IdentityKind | None,
        default=None,
    ),
    Boxes(
        name="taken_away",
        label=Label("Bỏ liên hệ này", "Remove this contact"),
        named=Label("Bỏ liên hệ", "Remove a contact"),
        offered=_contacts,
    ),
    Boxes(
        name="confirmed",
        label=Label("Đã thấy là của chính người nộp", "Verified as the applicant's own"),
        named=Label("Liên hệ của chính người nộp", "The applicant's own contact"),
        offered=_contacts,
        api=Contacts,
        default=(),
    ),
    Reason(reasons=CORRECTION),
    Line(
        name="shown_by",
        label=Label("Căn cứ giấy tờ (tên, số)", "Supporting document (name, number)"),
        named=Label("Căn cứ giấy tờ", "Supporting document"),
        most=300,
        needed=True,
        api=Annotated[bounds.Note, Bounded(min_length=1)],
    ),
)
ERASURE_FIELDS = (
    Reason(
        reasons=ERASURE, api=Literal["purpose-ended", "consent-withdrawn", "unlawful", "ordered"]
    ),
    Radios(
        name="asked_by",
        label=Label("Người đề nghị", "Requested by"),
        options=ASKED_BY,
        api=Literal["applicant", "representative", "heir", "authority"],
    ),
    RequestNumber(
        name="request_number",
        label=Label(
            "Số văn bản đề nghị (theo sổ văn bản đến)",
            "Number of the written request (in the incoming register)",
        ),
        named=Label("Số văn bản đề nghị", "Number of the written request"),
        most=30,
        api=Annotated[str, Bounded(pattern=REQUEST_NUMBER, max_length=30)],
    ),
    Day(
        name="request_date",
        label=Label("Ngày của văn bản đề nghị", "Date of the written request"),
        api=bounds.Day,
    ),
)
CORRECT = Act(
    name="correction",
    command=CorrectApplicant,
    roles=CLERK,
    label=Label("Sửa thông tin người nộp", "Correct the applicant's data"),
    about=(
        "Put right what the papers say of the applicant.\n\nLater messages and documents go by"
        " it; what was issued before stays."
    ),
    answer=Corrected,
    body=(
        "What changes, and only that; empty takes it away.\n\n`reason_code` of the list,"
        " `shown_by` the paper that shows what is right.\n\n`confirmed`: contacts that the"
        " clerk has seen to be the applicant's own; a changed one that is\nnot among them is"
        " asked to confirm."
    ),
    fields=CORRECTION_FIELDS,
    check=_held_to_rules,
    correctable=True,
    happens=(
        Label(
            "Giấy tờ và thông báo từ nay dùng thông tin mới, kể cả kết quả được ký; giấy tờ đã"
            " cấp không thay đổi.",
            "Documents and messages use the new data from now on, also the result that is signed;"
            " what was issued before stays.",
        ),
        Label(
            "Lịch sử hồ sơ ghi ai đã sửa, sửa mục nào và lý do; sửa sai thì sửa lại được.",
            "The history keeps who corrected which fields and why; a wrong correction can be"
            " corrected.",
        ),
    ),
)
FORGET = Act(
    name="forget",
    command=ForgetDossier,
    roles=CLERK,
    label=Label("Xóa giấy tờ theo yêu cầu", "Erase personal data on request"),
    about=(
        "Erase papers and files of an ended dossier on demand, after the archive's term\n"
        "(`possible_from` of the action says when).\n\nThe events stay, and slip, fee receipt,"
        " refusal slip and result, which can be read and verified\nas before."
    ),
    answer=Forgotten,
    body=(
        "Why the papers go, who asks for it, and the written request: its number in the"
        " incoming\nregister and its date."
    ),
    fields=ERASURE_FIELDS,
    happens=(
        Label(
            "Tờ khai, thông tin liên hệ, mã tra cứu và tệp đính kèm của người nộp bị xóa ở mọi"
            " nơi và không khôi phục được.",
            "The applicant's form, contacts, PIN and attached files are deleted everywhere and"
            " cannot be restored.",
        ),
        Label(
            "Giấy hẹn, biên lai, phiếu từ chối và kết quả được giữ lại.",
            "Slip, fee receipt, refusal and result are kept.",
        ),
    ),
)
