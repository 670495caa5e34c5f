"""J1, level 4: the re-issue of a household business certificate, online from end to end.

The fee is paid before acceptance.
"""

from collections.abc import Iterator

from .applicants import AN
from .journey import Act, Journey

FEE_VND = 50_000


class Reissue(Journey):
    number = "J1"
    title_vi = "Cấp lại Giấy chứng nhận đăng ký hộ kinh doanh, toàn trình"
    title_en = "Re-issue of a household business certificate, online from end to end (level 4)"
    procedure = "local.hh-0001"
    applicant = AN

    def acts(self) -> Iterator[Act]:
        an, people = self.stage.an, self.stage.officers
        yield self.file_online("payment_due", vi="nộp hồ sơ trực tuyến", result_delivery="online")

        an.pay(self.code)
        yield Act(
            "paid", an.name, "nộp lệ phí qua VNPAY", "pays at VNPAY", "registered",
            also=lambda view: view["fee"]["state"] == "paid" and view["fee"]["receipt_number"],
        )  # fmt: skip

        clerk = people["clerk-haihau"]
        clerk.act(clerk.who_waits_longest(self.procedure, "registered"), "accept")
        yield Act(
            "accepted",
            clerk.name,
            "tiếp nhận hồ sơ",
            "accepts the dossier",
            "processing",
            "process",
        )

        officer = people["officer-tckh"]
        task = officer.next_task(self.procedure)
        for paper in task["documents"]:
            if paper["kind"] == "upload":
                officer.document(paper["sha256"])
        officer.act(task, "complete-step")
        yield Act(
            "examined",
            officer.name,
            "thẩm định hồ sơ",
            "examines the dossier",
            "processing",
            "draft",
        )

        officer.act(officer.next_task(self.procedure), "draft-decision", outcome="granted")
        yield Act(
            "drafted",
            officer.name,
            "dự thảo kết quả",
            "drafts the decision",
            "processing",
            "approve",
        )

        leader = people["leader-tckh"]
        leader.act(leader.next_task(self.procedure), "approve")
        yield Act(
            "approved",
            leader.name,
            "ký duyệt; kết quả trả trực tuyến",
            "signs; the result goes online",
            "returned",
        )
