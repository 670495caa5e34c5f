"""J3, level 3 with a fee: a household business is registered; the fee is paid in cash at the
counter before the result.
"""

from collections.abc import Iterator
from typing import Any

from .applicants import BINH
from .journey import Act, Journey

FEE_VND = 100_000
FLOAT_VND = 500_000


class BusinessRegistration(Journey):
    """`till` is what the cashier saw with the money in it, `report` what closing the till said."""

    number = "J3"
    title_vi = "Đăng ký thành lập hộ kinh doanh, một phần, lệ phí tiền mặt"
    title_en = "Household business registration (level 3, fee in cash at the counter)"
    procedure = "1.001612"
    applicant = BINH

    till: dict[str, Any]
    report: dict[str, Any]

    def acts(self) -> Iterator[Act]:
        binh, people = self.stage.binh, self.stage.officers
        yield self.file_online("registered", fee="deferred", vi="nộp hồ sơ trực tuyến")

        self.refused("paying online before acceptance", lambda: binh.pay(self.code))
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
        officer.act(officer.next_task(self.procedure), "complete-step")
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
            "ký duyệt; chờ nộp lệ phí",
            "signs; the fee is due before the result",
            "payment_due",
        )

        self.refused("paying online", lambda: binh.pay(self.code))
        # Bình comes to the counter with money and tells his code.
        cashier = self.stage.cashier
        owing = cashier.called_by(self.code)
        self.refused(
            "cash before the till is open",
            lambda: cashier.act(owing, "collect-cash", amount_vnd=FEE_VND),
        )
        cashier.open_till(FLOAT_VND)
        cashier.act(owing, "collect-cash", amount_vnd=FEE_VND)
        yield Act(
            "paid", cashier.name, "thu lệ phí tiền mặt", "takes the fee in cash", "completed",
            also=lambda view: view["fee"]["receipt_number"],
        )  # fmt: skip

        clerk.act(clerk.called_by(self.code), "hand-over", identity_checked=True)
        yield Act(
            "handed_over", clerk.name, "trả kết quả tại quầy", "hands the result over", "returned"
        )

        self.till = cashier.till()
        self.report = cashier.close_till(self.till["session"]["expected_vnd"])
