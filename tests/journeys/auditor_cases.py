"""The dossiers of J13: played once, as the auditor comes to them years later."""

from collections.abc import Iterator

from motcua_journeys import Act, Journey
from motcua_journeys.applicants import AN
from motcua_journeys.j01_reissue import Reissue
from motcua_journeys.j06_supplement import ForTheDepartment
from motcua_journeys.j08_refused import AtTheCounter
from motcua_journeys.j09_withdrawn import BeforeTheDecision

from .auditor import Auditor, played


class PaidOnline(Reissue):
    """As J1, by people who call for the dossier by its code: other journeys leave some of this
    procedure waiting.
    """

    number = "J13"

    def acts(self) -> Iterator[Act]:
        an, people = self.stage.an, self.stage.officers
        yield self.file_online("payment_due", result_delivery="online")
        an.pay(self.code)
        yield Act(
            "paid",
            an.name,
            "nộp lệ phí",
            "pays",
            "registered",
            also=lambda view: view["fee"]["receipt_number"],
        )
        yield self.accepted_by(people["clerk-haihau"])
        officer, leader = people["officer-tckh"], people["leader-tckh"]
        officer.act(officer.called_by(self.code), "complete-step")
        yield Act("examined", officer.name, "thẩm định", "examines", "processing", "draft")
        officer.act(officer.called_by(self.code), "draft-decision", outcome="granted")
        yield Act("drafted", officer.name, "dự thảo", "drafts", "processing", "approve")
        leader.act(leader.called_by(self.code), "approve")
        yield Act("approved", leader.name, "ký duyệt", "signs", "returned")


class WithdrawnAtOnce(Journey):
    """Before anybody has looked at it, and not forgotten."""

    number, procedure, applicant = "J13", "1.001193", AN
    title_vi, title_en = "Rút hồ sơ trước khi tiếp nhận", "Withdrawn before acceptance"

    def acts(self) -> Iterator[Act]:
        yield self.file_online("registered", fee="none")
        self.stage.an.withdraw(self.code)
        yield Act("withdrawn", self.stage.an.name, "rút hồ sơ", "withdraws", "withdrawn")


KINDS: dict[str, type[Journey]] = {
    "paid": PaidOnline,
    "supplemented": ForTheDepartment,
    "refused": AtTheCounter,
    "withdrawn": WithdrawnAtOnce,
    "forgotten": BeforeTheDecision,
}


class Case:
    """A played journey as the auditor comes to it, years later: by its code."""

    def __init__(self, desk: Auditor, kind: str) -> None:
        self.journey = KINDS[kind](desk.stage)
        self.id, self.moments = played(desk, self.journey)
        self.code = self.journey.code
