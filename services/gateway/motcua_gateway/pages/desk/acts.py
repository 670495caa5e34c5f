"""From a filled form of a dossier's page to the counter's command. What the rules say of it, intake says."""

from collections.abc import Callable, Mapping

from motcua_contracts.intake import (
    AcceptDossier,
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
from motcua_contracts.payload import Command
from motcua_contracts.reasons import POST, REFUSAL, SUPPLEMENT
from motcua_contracts.status import Label
from starlette.datastructures import FormData

Fields = FormData


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _all(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(value for value in fields.getlist(name) if isinstance(value, str))


def _asking(agency: str, fields: Fields) -> Command:
    reason = _text(fields, "reason_code")
    papers = tuple(RequestedPaper(paper=paper, reason_code=reason) for paper in _all(fields, "paper"))
    return RequestPapers(agency=agency, papers=papers, reason_code=reason, note=_text(fields, "note"))


def _handing(agency: str, fields: Fields) -> Command:
    return HandOver(
        agency=agency,
        identity_checked="identity_checked" in fields,
        recipient=_text(fields, "recipient"),
        written_authority="written_authority" in fields,
    )


ACTS: dict[str, Callable[[str, Fields], Command]] = {
    "accept": lambda agency, fields: AcceptDossier(agency=agency),
    "refuse": lambda agency, fields: RefuseDossier(agency=agency, reason_code=_text(fields, "reason_code"), note=_text(fields, "note")),
    "request-supplement": _asking,
    "supplement": lambda agency, fields: SubmitSupplement(agency=agency, papers_on_paper=_all(fields, "paper")),
    "withdrawal": lambda agency, fields: WithdrawDossier(agency=agency, note=_text(fields, "note")),
    "hand-over": _handing,
    "post-result": lambda agency, fields: PostResult(agency=agency, item_number=_text(fields, "item_number")),
    "post-outcome": lambda agency, fields: RecordPost(
        agency=agency, delivered=_text(fields, "delivered") == "yes", reason_code=_text(fields, "reason_code")
    ),
    "forget": lambda agency, fields: ForgetDossier(agency=agency),
}
"""Action (as the API offers it) -> the command of its form."""

LABELS: dict[str, Label] = {
    "accept": Label("Tiếp nhận hồ sơ", "Accept the dossier"),
    "refuse": Label("Từ chối tiếp nhận", "Do not accept"),
    "request-supplement": Label("Yêu cầu bổ sung", "Ask for papers"),
    "supplement": Label("Nhận giấy tờ bổ sung", "Take in what was asked for"),
    "withdrawal": Label("Rút hồ sơ theo yêu cầu người nộp", "Withdraw for the applicant"),
    "hand-over": Label("Trả kết quả tại quầy", "Hand the result over"),
    "post-result": Label("Gửi kết quả qua bưu chính", "Post the result"),
    "post-outcome": Label("Ghi nhận kết quả phát bưu chính", "What became of the posted result"),
    "forget": Label("Xóa giấy tờ theo yêu cầu", "Delete the papers on demand"),
}
REASONS: dict[str, Mapping[str, Label]] = {"refuse": REFUSAL, "request-supplement": SUPPLEMENT, "post-outcome": POST}
"""Action -> the reasons that its form offers."""
