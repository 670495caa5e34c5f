"""J8: refused, at the counter and by the department, each with its reason; a paid fee goes back
where the terms say so.
"""

from collections.abc import Iterator

from .applicants import AN, BINH
from .departments import handled
from .journey import Act, Journey

NOTE = "Địa chỉ kinh doanh không thuộc địa bàn huyện."


class AtTheCounter(Journey):
    number = "J8"
    title_vi = "Từ chối tiếp nhận hồ sơ"
    title_en = "Refused at the counter"
    procedure = "1.001612"
    applicant = BINH

    def acts(self) -> Iterator[Act]:
        binh, clerk = self.stage.binh, self.stage.officers["clerk-haihau"]
        yield self.file_online("registered", fee="deferred")

        before = clerk.called_by(self.code)
        self.refused(
            "a reason that is on no list",
            lambda: clerk.act(before, "refuse", reason_code="bad-mood"),
        )
        self.refused(
            "another reason without a word",
            lambda: clerk.act(before, "refuse", reason_code="other"),
        )
        clerk.act(before, "refuse", reason_code="not-competent", note=NOTE)
        yield Act("refused", clerk.name, "từ chối tiếp nhận", "does not accept", "not_accepted")

        self.refused("accepting what was refused", lambda: clerk.act(before, "accept"))
        self.refused("withdrawing what was refused", lambda: binh.withdraw(self.code))


class ByTheDepartment(Journey):
    number = "J8"
    title_vi = "Từ chối giải quyết hồ sơ"
    title_en = "Refused by the department"
    procedure = "1.001612"
    applicant = AN

    def acts(self) -> Iterator[Act]:
        yield self.file_online("registered", fee="deferred")
        yield self.accepted_by(self.stage.officers["clerk-haihau"])
        yield from handled(
            self.stage, self.procedure, "payment_due", "refused", reason_code="not-eligible"
        )


class PaidAndRefused(Journey):
    """Level 4, paid before acceptance; the terms say that the fee goes back when the dossier is not
    accepted.
    """

    number = "J8"
    title_vi = "Từ chối tiếp nhận hồ sơ đã nộp lệ phí: hoàn trả lệ phí"
    title_en = "Refused at the counter after the fee was paid: it goes back"
    procedure = "local.ht-0006"
    applicant = AN

    def acts(self) -> Iterator[Act]:
        an, clerk = self.stage.an, self.stage.officers["clerk-haihau"]
        yield self.file_online("payment_due")
        an.pay(self.code)
        yield Act(
            "paid",
            an.name,
            "nộp lệ phí qua VNPAY",
            "pays at VNPAY",
            "registered",
            also=lambda view: view["fee"]["state"] == "paid",
        )

        clerk.act(
            clerk.called_by(self.code),
            "refuse",
            reason_code="papers-invalid",
            note="Giấy tờ căn cứ đã bị tẩy xóa.",
        )
        yield Act(
            "refused",
            clerk.name,
            "từ chối tiếp nhận; hoàn trả lệ phí",
            "does not accept; the fee goes back",
            "not_accepted",
            also=lambda view: "Refunded" in [line["event"] for line in view["history"]],
        )
