"""A clerk brings the result to its owner: handed over at the counter, or by post."""

from typing import Annotated

from motcua_contracts import Label
from motcua_contracts.messages.intake import (
    HandOver,
    PostResult,
    RecordPost,
)
from motcua_contracts.rules.reasons import POST
from motcua_contracts.values.bounds import LINE, PersonName
from pydantic import Field as Bounded

from ..answers.desk import (
    CameBack,
    HandedOver,
    Posted,
)
from .act import Act, Values
from .counter_answers import CLERK
from .fields import Line, Radios, Reason, Tick
from .submission import Reading

CHECK_IDENTITY = Label(
    "Phải kiểm tra giấy tờ tùy thân và giấy hẹn", "Identity and slip must be checked first"
)
NEEDS_AUTHORITY = Label(
    "Người nhận thay phải có văn bản ủy quyền", "Someone else needs a written authorisation"
)


def _with_authority(form: Reading, values: Values) -> None:
    if values["recipient"] and not values["written_authority"]:
        form.wrong["written_authority"] = NEEDS_AUTHORITY


POST_RESULT = Act(
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
)
HAND_OVER = Act(
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
            label=Label("Người nhận thay (nếu có)", "Collected by someone else (if applicable)"),
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
            "Hồ sơ kết thúc: kết quả được ghi nhận đã trả cho người nộp hoặc người nhận thay"
            " nêu trên.",
            "The dossier ends: the result is recorded as handed to the applicant or the person"
            " named above.",
        ),
    ),
)
POST_OUTCOME = Act(
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
)
