"""What officers and leaders do with a case, in the order of the page: what cannot be undone comes
last. Each call names the step it was decided on.
"""

from collections.abc import Mapping
from typing import Any, Literal

from motcua_contracts import VIETNAM, Command, Label
from motcua_contracts.messages.intake import Outcome
from motcua_contracts.messages.routing import (
    AnswerConsultation,
    Approve,
    AssignTask,
    CompleteStep,
    Consult,
    DraftDecision,
    Extend,
    RequestSupplement,
    ReturnStep,
    TakeOver,
)
from motcua_contracts.rules.reasons import EXTENSION, REFUSAL, RETURN, SUPPLEMENT
from motcua_contracts.values.bounds import Version

from ..answers.tasks import (
    Answered,
    Asked,
    Assigned,
    Completed,
    Decided,
    Extended,
    PapersNeeded,
    SentBack,
)
from ..commands.sending import Done
from ..identity.callers import Caller
from ..tools import Gateway
from .act import Act, ActGroup, Aim, Values
from .case_fields import (
    OPINIONS,
    OUTCOMES,
    Department,
    Draft,
    Hours,
    Moment,
    Officer,
    PaperLines,
)
from .choices import Choices
from .fields import Hidden, Hint, Note, Radios, Reason, Short
from .submission import Reading

DEPARTMENT, LEADER = ("officer", "leader"), ("leader",)
STEP = Hidden(name="step", api=Short)
IN_WORDS = Label("Nội dung", "In words")
REASON_NEEDED = Label("Từ chối thì phải chọn lý do", "A refusal needs a reason")
NOTE_NEEDED = Label("Ghi rõ giấy tờ khác là giấy tờ gì", "Say which other document it is")


def _note(vi: str, en: str) -> Note:
    return Note(label=Label(vi, en), named=IN_WORDS)


def _other_paper_named(form: Reading, values: Values) -> None:
    if not values["note"] and any(not one.paper for one in values["papers"]):
        form.wrong["note"] = NOTE_NEEDED


def _prepared(choices: Choices) -> Label | None:
    """The prepared apology, where one waits for a signature."""
    if not choices.prepared:
        return None
    at = f"{choices.prepared['seal_at'].astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    return Label(
        "Phiếu xin lỗi và hẹn lại đã lập sẵn, chờ ký. Người ký ghi tên, chức vụ trên phiếu. Nếu"
        f" chưa ai ký trước {at}, phiếu được đóng dấu điện tử của cơ quan và ghi rõ như vậy.",
        "The apology is ready to be signed; the signer's name and post are printed on it. If nobody"
        f" has signed it by {at}, the agency's electronic seal signs it, and the letter says so.",
    )


def _signing_prepared(choices: Choices) -> Label | None:
    return (
        Label("Ký phiếu xin lỗi và hẹn lại", "Sign the apology with the new due date")
        if choices.prepared
        else None
    )


ACTS = (
    Act(
        name="complete-step",
        command=CompleteStep,
        roles=DEPARTMENT,
        label=Label("Hoàn thành bước", "Complete step"),
        about="The step is done; the next one begins.",
        answer=Completed,
        fields=(STEP,),
    ),
    Act(
        name="draft-decision",
        command=DraftDecision,
        roles=DEPARTMENT,
        label=Label("Dự thảo quyết định", "Draft the decision"),
        about=(
            "Draft the decision for the leader.\n\nRefused while an opinion is awaited whose time"
            " still runs."
        ),
        answer=Completed,
        body=(
            "`reason_code` is required for a refusal: a code of the list, never a sentence.\n\n"
            "`note` says it in words."
        ),
        fields=(
            STEP,
            Radios(
                name="outcome", label=Label("Kết quả", "Outcome"), options=OUTCOMES, api=Outcome
            ),
            Reason(
                reasons=REFUSAL,
                label=Label("Lý do (khi từ chối)", "Reason (if refused)"),
                default="",
                missing=REASON_NEEDED,
                when=lambda form: form.text("outcome") == "refused",
            ),
            _note("Nội dung (nội bộ)", "Note (internal)"),
        ),
    ),
    Act(
        name="refuse",
        command=DraftDecision,
        roles=DEPARTMENT,
        label=Label("Dự thảo từ chối", "Draft a refusal"),
        about="Draft a refusal for the leader, with its reason.",
        answer=Completed,
        fields=(STEP, Reason(reasons=REFUSAL), _note("Nội dung (nội bộ)", "Note (internal)")),
        fixed={"outcome": "refused"},
        on_page=False,
    ),
    Act(
        name="consult",
        command=Consult,
        roles=DEPARTMENT,
        label=Label("Lấy ý kiến", "Consult"),
        about="Ask another department or agency for its opinion, beside the running step.",
        answer=Asked,
        fields=(
            STEP,
            Department(),
            Hours(),
            _note("Nội dung cần hỏi (nội bộ)", "Question (internal)"),
        ),
    ),
    Act(
        name="assign",
        command=AssignTask,
        roles=LEADER,
        label=Label("Phân công", "Assign"),
        about="The leader gives the open task to an officer.",
        answer=Assigned,
        fields=(STEP, Officer()),
    ),
    Act(
        name="take-over",
        command=TakeOver,
        roles=DEPARTMENT,
        label=Label("Nhận xử lý thay", "Take over"),
        about="Take the open task that nobody has, or an absent colleague's.",
        answer=Assigned,
        fields=(
            STEP,
            Hint(
                label=Label(
                    "Việc chưa có ai nhận, hoặc cán bộ đang vắng mặt.",
                    "The task is not assigned, or its officer is absent.",
                )
            ),
        ),
    ),
    Act(
        name="answer-consultation",
        command=AnswerConsultation,
        roles=DEPARTMENT,
        label=Label("Trả lời ý kiến", "Answer"),
        about="The consulted department answers.",
        answer=Answered,
        fields=(
            Hidden(name="consultation", api=Version, number=True),
            Radios(
                name="opinion",
                label=Label("Ý kiến", "Opinion"),
                options=OPINIONS,
                api=Literal["agrees", "objects", "no_opinion"],
            ),
            _note("Nội dung (nội bộ)", "Note (internal)"),
        ),
        happens=(
            Label(
                "Ý kiến được ghi nhận là ý kiến của phòng và không sửa được nữa.",
                "The opinion is recorded as the department's and cannot be changed.",
            ),
        ),
    ),
    Act(
        name="return-step",
        command=ReturnStep,
        roles=LEADER,
        label=Label("Trả lại", "Send back"),
        about="The leader sends the draft back.",
        answer=SentBack,
        fields=(
            STEP,
            Reason(reasons=RETURN),
            _note("Nội dung cần sửa (nội bộ)", "What to change (internal)"),
        ),
        happens=(
            Label(
                "Dự thảo trở về cán bộ thụ lý với lý do nêu trên; muốn ký phải có dự thảo mới.",
                "The draft goes back to its officer with the reason above; a new one is needed"
                " before anything is signed.",
            ),
        ),
    ),
    Act(
        name="request-supplement",
        command=RequestSupplement,
        roles=DEPARTMENT,
        label=Label("Yêu cầu bổ sung", "Request documents"),
        about="Ask the applicant for more papers, once; the clock is paused until they arrive.",
        answer=PapersNeeded,
        fields=(
            STEP,
            PaperLines(),
            Reason(reasons=SUPPLEMENT, label=Label("Lý do chung", "Reason")),
            _note(
                "Nội dung ghi cho người nộp, in trên phiếu",
                "Note to the applicant; printed on the slip",
            ),
            Hint(
                label=Label(
                    "Mỗi cơ quan chỉ yêu cầu bổ sung một lần; đồng hồ dừng cho đến khi hồ sơ được"
                    " bổ sung.",
                    "Each agency may ask only once; the time limit is paused until the documents"
                    " arrive.",
                )
            ),
        ),
        check=_other_paper_named,
        happens=(
            Label(
                "Người nộp nhận phiếu yêu cầu bổ sung đã ký số với các giấy tờ nêu trên; đồng hồ"
                " giải quyết dừng.",
                "The applicant gets the signed supplement request with the documents above; the"
                " time limit is paused.",
            ),
            Label(
                "Cơ quan chỉ được yêu cầu bổ sung một lần cho hồ sơ này.",
                "The agency may ask only once for this dossier.",
            ),
        ),
    ),
    Act(
        name="extend",
        command=Extend,
        roles=LEADER,
        label=Label("Hẹn lại", "New date"),
        about="A leader gives a new date, with the apology letter (form 04).",
        answer=Extended,
        titled=_signing_prepared,
        fields=(
            STEP,
            Hint(style="note", by=_prepared),
            Moment(),
            Reason(reasons=EXTENSION, prepared=True),
        ),
        happens=(
            Label(
                "Người nộp nhận phiếu xin lỗi với ngày hẹn mới; hồ sơ chỉ được hẹn lại theo số lần"
                " quy định.",
                "The applicant gets the letter of apology with the new due date; the number of"
                " extensions is limited.",
            ),
        ),
    ),
    Act(
        name="approve",
        command=Approve,
        roles=LEADER,
        label=Label("Ký duyệt", "Sign"),
        about="The leader approves; the result is signed.",
        answer=Decided,
        fields=(
            STEP,
            Draft(
                label=Label(
                    "Kết quả được ký điện tử theo dự thảo nêu trên.",
                    "The result is signed as drafted above.",
                )
            ),
        ),
        happens=(
            Label(
                "Kết quả theo dự thảo nêu trên được ký số, cấp cho người nộp và không thu hồi được"
                " trên trang này.",
                "The result as drafted above is signed and issued to the applicant; this page"
                " cannot take it back.",
            ),
        ),
    ),
)


async def _aim(gateway: Gateway, caller: Caller, act: Act, path: Mapping[str, Any]) -> Aim:
    """Raises `DossierUnknown`, `ForeignAgency`."""
    dossier_id = path["dossier_id"]
    document = await gateway.dossiers.at_desk(caller, dossier_id)
    return Aim(dossier_id, f"/desk/dossiers/{dossier_id}", dossier=document)


def _answered(act: Act, aim: Aim, command: Command, done: Done) -> dict[str, Any]:
    return {"dossier_id": aim.subject, "done": done.event, **done.data}


CASES = ActGroup(
    name="case",
    prefix="/desk/cases/{dossier_id}",
    tag="tasks",
    acts=ACTS,
    aim=_aim,
    answered=_answered,
)
