"""What a clerk does with a dossier at the one-stop counter, in the order of the page: what cannot
be undone comes last. What the rules say, intake says.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from motcua_contracts.messages.intake import (
    AcceptDossier,
    Applicant,
    Contacts,
    CorrectApplicant,
    ForgetDossier,
    HandOver,
    PaperIds,
    PostResult,
    RecordPost,
    RefuseDossier,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.rules.applicants import LETTERS, NO_SMS_TO_LANDLINES, faults, one_form
from motcua_contracts.rules.decision import Refusal
from motcua_contracts.rules.form_rules import BLANK
from motcua_contracts.rules.reasons import ASKED_BY, CORRECTION, ERASURE, POST, REFUSAL, SUPPLEMENT
from motcua_contracts.values import bounds
from motcua_contracts.values.bounds import LINE, REQUEST_NUMBER, PersonName
from motcua_contracts.values.identity_numbers import KINDS, IdentityKind
from motcua_contracts.values.labels import Label
from motcua_contracts.wire.payload import Command
from pydantic import Field as Bounded

from ..answers.desk import (
    Accepted,
    CameBack,
    Forgotten,
    HandedOver,
    NotAccepted,
    PapersAsked,
    Posted,
    WithdrawnAtCounter,
)
from ..answers.dossier import Corrected, SupplementTaken
from ..commands.sending import Done
from ..identity.callers import Caller
from ..tools import Gateway
from ..views.dossier import desk_view
from .act import Act, Aim, Place, Values
from .choices import Choices
from .dossier_fields import Day, Files, RequestNumber
from .fields import Boxes, Given, Hint, Line, Note, Radios, Reason, Tick
from .reading import Reading

CLERK = ("clerk",)
CHECK_IDENTITY = Label(
    "Phải kiểm tra giấy tờ tùy thân và giấy hẹn", "Identity and slip must be checked first"
)
NEEDS_AUTHORITY = Label(
    "Người nhận thay phải có văn bản ủy quyền", "Someone else needs a written authorisation"
)
CHOOSE_PAPER = Label("Chọn ít nhất một giấy tờ", "Choose at least one document")
IN_WORDS = Label("Đã chọn “Lý do khác” thì ghi rõ lý do", "Describe “another reason”")
NOTE = Note(label=Label("Nội dung ghi cho người nộp", "Note to the applicant"))
PAPER = Label("Giấy tờ", "Papers")
PHONE = Label("Số điện thoại", "Phone")
EMAIL = Label("Thư điện tử", "E-mail")
ENDS = "Hồ sơ kết thúc"


def _named(choices: Choices) -> dict[str, Label]:
    return {paper: Label(name, name) for paper, name in choices.names.items()}


def _asked(choices: Choices) -> dict[str, Label]:
    return {paper: Label(name, name) for paper, name in choices.asked.items()}


def _contacts(choices: Choices) -> dict[str, Label]:
    return {"phone": PHONE, "email": EMAIL}


def _other_in_words(form: Reading, values: Values) -> None:
    if values["reason_code"] == "other" and not values["note"]:
        form.wrong["note"] = IN_WORDS


def _one_reason_for_each(form: Reading, values: Values) -> None:
    """The form has one reason for all papers."""
    code = values["reason_code"]
    values["papers"] = tuple(
        RequestedPaper(paper=paper, reason_code=code if code in SUPPLEMENT else "")
        for paper in values["papers"]
    )


def _with_authority(form: Reading, values: Values) -> None:
    if values["recipient"] and not values["written_authority"]:
        form.wrong["written_authority"] = NEEDS_AUTHORITY


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
ACTS = (
    Act(
        name="accept",
        command=AcceptDossier,
        roles=CLERK,
        label=Label("Tiếp nhận hồ sơ", "Accept the dossier"),
        about="Accept; the answer says when it is due and names the slip (form 01).",
        answer=Accepted,
        status=lambda command: "accepted",
    ),
    Act(
        name="supplement",
        command=SubmitSupplement,
        roles=CLERK,
        label=Label("Nhận giấy tờ bổ sung", "Receive the requested documents"),
        about="Take in what the owner brings to the counter.",
        answer=SupplementTaken,
        body="What the owner brings to the counter: scans, and papers of which there is no scan.",
        fields=(
            Files(),
            Boxes(
                name="paper",
                label=Label("Đã nhận bản giấy", "Received on paper"),
                named=PAPER,
                offered=_asked,
                allowed=_named,
                missing=CHOOSE_PAPER,
                into="papers_on_paper",
                api=PaperIds,
                default=(),
            ),
            Given(name="form", api=bounds.Form | None, default=None),
        ),
    ),
    Act(
        name="post-result",
        command=PostResult,
        roles=CLERK,
        label=Label("Gửi kết quả qua bưu chính", "Post the result"),
        about="Hand the result to the post.",
        answer=Posted,
        body="The number that the post gave the item.",
        status=lambda command: "completed",
        fields=(
            Line(
                name="item_number",
                label=Label("Số hiệu bưu gửi", "Tracking number of the item"),
                most=40,
                needed=True,
                api=Annotated[str, Bounded(min_length=1, max_length=40, pattern=LINE)],
            ),
        ),
    ),
    Act(
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
                "Papers and messages use the new data from now on, also the result that is signed;"
                " what was issued before stays.",
            ),
            Label(
                "Lịch sử hồ sơ ghi ai đã sửa, sửa mục nào và lý do; sửa sai thì sửa lại được.",
                "The history keeps who corrected which fields and why; a wrong correction can be"
                " corrected.",
            ),
        ),
    ),
    Act(
        name="hand-over",
        command=HandOver,
        roles=CLERK,
        label=Label("Trả kết quả tại quầy", "Hand over the result"),
        about="Hand the result over at the counter.",
        answer=HandedOver,
        body=(
            "The clerk has checked identity and slip (or the written undertaking).\n\nSomeone else"
            " collects it with a written authority."
        ),
        status=lambda command: "returned",
        fields=(
            Tick(
                name="identity_checked",
                label=Label(
                    "Đã kiểm tra giấy tờ tùy thân và giấy hẹn",
                    "Identity and slip have been checked",
                ),
                named=Label("Giấy tờ tùy thân", "Identity"),
                must=CHECK_IDENTITY,
                api=bool,
            ),
            Line(
                name="recipient",
                label=Label(
                    "Người nhận thay (nếu có)", "Collected by someone else (if applicable)"
                ),
                named=Label("Người nhận thay", "Collected by someone else"),
                most=200,
                api=PersonName,
                default="",
            ),
            Tick(
                name="written_authority",
                label=Label("Có văn bản ủy quyền", "With a written authorisation"),
                named=Label("Văn bản ủy quyền", "Written authority"),
                api=bool,
                default=False,
            ),
        ),
        check=_with_authority,
        happens=(
            Label(
                f"{ENDS}: kết quả được ghi nhận đã trả cho người nộp hoặc người nhận thay nêu"
                " trên.",
                "The dossier ends: the result is recorded as handed to the applicant or the person"
                " named above.",
            ),
        ),
    ),
    Act(
        name="post-outcome",
        command=RecordPost,
        roles=CLERK,
        label=Label("Ghi nhận kết quả phát bưu chính", "Outcome of the postal delivery"),
        about=(
            "What became of the posted result: delivered, or it came back and waits at the counter."
        ),
        answer=HandedOver | CameBack,
        body="Delivered, or back with a reason.",
        status=lambda command: "returned" if command.delivered else "completed",
        fields=(
            Radios(
                name="delivered",
                label=Label("Kết quả phát", "Outcome"),
                options={
                    "yes": Label("Đã phát", "Delivered"),
                    "no": Label("Chuyển hoàn", "Came back"),
                },
                values={"yes": True, "no": False},
                api=bool,
            ),
            Reason(
                reasons=POST,
                label=Label("Lý do (khi chuyển hoàn)", "Reason (if returned)"),
                default="",
                when=lambda form: form.text("delivered") == "no",
            ),
        ),
        happens=(
            Label(
                "Đã phát thì hồ sơ kết thúc; chuyển hoàn thì kết quả chờ tại quầy.",
                "Delivered: the dossier ends. Returned: the result waits at the counter.",
            ),
        ),
    ),
    Act(
        name="request-supplement",
        command=RequestPapers,
        roles=CLERK,
        label=Label("Yêu cầu bổ sung", "Request documents"),
        about=(
            "Ask for papers before acceptance, once; the answer names the slip (form 02) and until"
            " when\nthey are awaited."
        ),
        answer=PapersAsked,
        body=(
            "The papers that are missing; `paper` empty and a note for one that the procedure does"
            " not\nname."
        ),
        status=lambda command: "supplement_requested",
        fields=(
            Boxes(
                name="paper",
                label=Label("Giấy tờ cần bổ sung", "Documents to request"),
                named=PAPER,
                offered=_named,
                missing=CHOOSE_PAPER,
                into="papers",
                api=Annotated[tuple[RequestedPaper, ...], Bounded(min_length=1, max_length=30)],
            ),
            Reason(reasons=SUPPLEMENT),
            NOTE,
        ),
        check=_one_reason_for_each,
        happens=(
            Label(
                "Người nộp nhận phiếu yêu cầu bổ sung đã ký số với các giấy tờ nêu trên.",
                "The applicant gets the signed supplement request with the documents above.",
            ),
            Label(
                "Cơ quan chỉ được yêu cầu bổ sung một lần cho hồ sơ này.",
                "The agency may ask only once for this dossier.",
            ),
        ),
    ),
    Act(
        name="refuse",
        command=RefuseDossier,
        roles=CLERK,
        label=Label("Từ chối tiếp nhận", "Do not accept"),
        about="Do not accept; the answer names the slip (form 03).",
        answer=NotAccepted,
        body=(
            "A reason of the list (`reason-unknown` names them) and what the applicant\nis told in"
            " words."
        ),
        status=lambda command: "not_accepted",
        fields=(Reason(reasons=REFUSAL), NOTE),
        check=_other_in_words,
        happens=(
            Label(
                f"{ENDS} và không được giải quyết. Người nộp nhận phiếu từ chối đã ký số với lý do"
                " nêu trên.",
                "The dossier ends without being processed. The applicant gets the signed refusal"
                " with the reason above.",
            ),
        ),
    ),
    Act(
        name="withdrawal",
        command=WithdrawDossier,
        roles=CLERK,
        label=Label("Rút hồ sơ theo yêu cầu người nộp", "Withdraw for the applicant"),
        about="Withdraw for the owner, who is at the counter.",
        answer=WithdrawnAtCounter,
        status=lambda command: "withdrawn",
        fields=(NOTE,),
        happens=(
            Label(
                f"{ENDS} và không được giải quyết nữa; muốn giải quyết phải nộp hồ sơ mới.",
                "The dossier ends and is not processed further; the applicant has to file a new"
                " one.",
            ),
        ),
    ),
    Act(
        name="forget",
        command=ForgetDossier,
        roles=CLERK,
        label=Label("Xóa giấy tờ theo yêu cầu", "Erase personal data on request"),
        about=(
            "Erase papers and files of an ended dossier on demand, after the archive's term\n"
            "(`possible_from` of the action says when).\n\nThe facts stay, and slip, fee receipt,"
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
    ),
)


async def _aim(gateway: Gateway, caller: Caller, act: Act, path: Mapping[str, Any]) -> Aim:
    """For the clerk's agency. Raises `RoleNeeded`, `DossierUnknown`, `ForeignAgency`."""
    dossier_id, agency = path["dossier_id"], caller.seat(*CLERK).agency
    await gateway.dossiers.at_desk(caller, dossier_id)
    return Aim(dossier_id, f"/desk/dossiers/{dossier_id}", {"agency": agency})


def _answered(act: Act, aim: Aim, command: Command, done: Done) -> dict[str, Any]:
    status = act.status(command)
    return {"dossier_id": aim.subject, **({"status": status} if status else {}), **done.data}


async def _legal(gateway: Gateway, caller: Caller, aim: Aim, refusal: Refusal) -> dict[str, Any]:
    """Every refusal says what may be done with the dossier now."""
    document = await gateway.dossiers.get(aim.subject)
    if document is None:
        return {"actions": []}
    now = gateway.runtime.now()
    return {"actions": desk_view(document, gateway.catalogue, {}, caller, now)["actions"]}


COUNTER = Place(
    name="counter",
    prefix="/desk/dossiers/{dossier_id}",
    tag="desk",
    acts=ACTS,
    aim=_aim,
    answered=_answered,
    refused=_legal,
    gives=frozenset({"agency"}),
)
