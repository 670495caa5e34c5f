"""A clerk answers a dossier: accepted, refused, papers asked for and taken in, withdrawn for its
owner.
"""

from typing import Annotated

from motcua_contracts import Label
from motcua_contracts.messages.intake import (
    AcceptDossier,
    PaperIds,
    RefuseDossier,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.rules.reasons import REFUSAL, SUPPLEMENT
from motcua_contracts.values import bounds
from pydantic import Field as Bounded

from ..answers.desk import (
    Accepted,
    NotAccepted,
    PapersAsked,
    WithdrawnAtCounter,
)
from ..answers.dossier import SupplementTaken
from .act import Act, Values
from .choices import Choices
from .dossier_fields import Files
from .fields import Boxes, Given, Note, Reason
from .submission import CHOOSE_PAPER, Reading

CLERK = ("clerk",)
IN_WORDS = Label("Đã chọn “Lý do khác” thì ghi rõ lý do", "Describe “another reason”")
NOTE = Note(label=Label("Nội dung ghi cho người nộp", "Note to the applicant"))
PAPER = Label("Giấy tờ", "Documents")
ENDS = "Hồ sơ kết thúc"


def _named(choices: Choices) -> dict[str, Label]:
    return {paper: Label(name, name) for paper, name in choices.names.items()}


def _asked(choices: Choices) -> dict[str, Label]:
    return {paper: Label(name, name) for paper, name in choices.asked.items()}


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


ACCEPT = Act(
    name="accept",
    command=AcceptDossier,
    roles=CLERK,
    label=Label("Tiếp nhận hồ sơ", "Accept the dossier"),
    about="Accept; the answer says when it is due and names the slip (form 01).",
    answer=Accepted,
    status=lambda command: "accepted",
)
TAKE_SUPPLEMENT = Act(
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
)
REQUEST_SUPPLEMENT = Act(
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
)
REFUSE = Act(
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
)
WITHDRAWAL = Act(
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
            "The dossier ends and is not processed further; the applicant has to file a new one.",
        ),
    ),
)
