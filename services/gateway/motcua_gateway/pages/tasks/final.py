"""What cannot be undone in a department: what will happen, and what was filled in, for the page
that asks once more. Pure.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua_contracts.rules.reasons import reason
from motcua_contracts.rules.status import Label
from motcua_contracts.values.clock import VIETNAM
from starlette.datastructures import FormData

from ..site import when
from ..typed import Fields
from .choices import Choices
from .filled import OTHER_PAPER, REASONS
from .labels import FIELDS, KINDS, OPINIONS, OUTCOMES

HAPPENS: dict[str, tuple[Label, ...]] = {
    "answer-consultation": (
        Label(
            "Ý kiến được ghi nhận là ý kiến của phòng và không sửa được nữa.",
            "The opinion is recorded as the department's and cannot be changed.",
        ),
    ),
    "return-step": (
        Label(
            "Dự thảo trở về cán bộ thụ lý với lý do nêu trên; muốn ký phải có dự thảo mới.",
            "The draft goes back to its officer with the reason above; a new one is needed before anything is signed.",  # noqa: E501
        ),
    ),
    "request-supplement": (
        Label(
            "Người nộp nhận phiếu yêu cầu bổ sung đã ký số với các giấy tờ nêu trên; đồng hồ giải quyết dừng.",  # noqa: E501
            "The applicant gets the signed supplement request with the documents above; the time limit is paused.",  # noqa: E501
        ),
        Label(
            "Cơ quan chỉ được yêu cầu bổ sung một lần cho hồ sơ này.",
            "The agency may ask only once for this dossier.",
        ),
    ),
    "extend": (
        Label(
            "Người nộp nhận phiếu xin lỗi với ngày hẹn mới; hồ sơ chỉ được hẹn lại theo số lần quy định.",  # noqa: E501
            "The applicant gets the letter of apology with the new due date; the number of extensions is limited.",  # noqa: E501
        ),
    ),
    "approve": (
        Label(
            "Kết quả theo dự thảo nêu trên được ký số, cấp cho người nộp và không thu hồi được trên trang này.",  # noqa: E501
            "The result as drafted above is signed and issued to the applicant; this page cannot take it back.",  # noqa: E501
        ),
    ),
}
"""Act -> what will happen, in the order of the page: after all acts that can be undone."""
DRAFT = Label("Dự thảo sẽ được ký", "The draft that will be signed")


def told(
    action: str, fields: FormData, choices: Choices, draft: Mapping[str, Any] | None, english: bool
) -> list[tuple[Label, str]]:
    """What was filled in, as people read it; of a signature the draft."""
    read = Fields(fields)

    def word(label: Label | None) -> str:
        return "" if label is None else label.en if english else label.vi

    lines = [
        (FIELDS["reason_code"], word(REASONS.get(action, {}).get(read.text("reason_code")))),
        (FIELDS["note"], read.text("note")),
    ]
    if action == "answer-consultation":
        lines.insert(0, (FIELDS["opinion"], word(OPINIONS.get(read.text("opinion")))))
    if action == "request-supplement":
        lines.insert(0, (FIELDS["paper"], "; ".join(_papers(read, choices, english))))
    if action == "extend":
        lines.insert(0, (FIELDS["new_due_at"], _moment(read.text("new_due_at"))))
    if action == "approve" and draft:
        why = f": {word(reason(draft['reason_code']))}" if draft.get("reason_code") else ""
        lines = [(DRAFT, word(OUTCOMES.get(draft["outcome"])) + why)]
    return lines


def _papers(read: Fields, choices: Choices, english: bool) -> list[str]:
    names = {
        one.id: (one.name_en or one.name_vi) if english else one.name_vi for one in choices.papers
    }
    names[OTHER_PAPER] = (
        "another document, named below" if english else "giấy tờ khác, ghi ở nội dung"
    )
    chosen = [one for one in read.fields.getlist("paper") if isinstance(one, str) and one in names]
    said = []
    for one in chosen:
        kind = KINDS.get(read.text(f"kind-{one}"))
        copies = read.text(f"copies-{one}")
        said.append(f"{names[one]} ({(kind.en if english else kind.vi) if kind else ''}, {copies})")
    return said


def _moment(text: str) -> str:
    """As the form's date is read: Vietnam's clock."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return when(local.replace(tzinfo=VIETNAM) if local.tzinfo is None else local)
