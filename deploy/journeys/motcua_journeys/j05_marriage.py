"""J5, level 1: a marriage is registered in the commune.

No level is stated, so nothing goes online; a clerk registers the paper.
"""

from collections.abc import Iterator
from typing import Any

from .applicants import AN, scan
from .j04_suspension import nothing_owed
from .journey import Act
from .paper import PaperJourney
from .personas import Citizen


class MarriageRegistration(PaperJourney):
    number = "J5"
    title_vi = "Đăng ký kết hôn tại xã, nộp trực tiếp"
    title_en = "Marriage registration in the commune, on paper (no level stated)"
    procedure = "1.000894"
    applicant = AN
    at_counter = "clerk-haiminh"

    def acts(self) -> Iterator[Act]:
        an, clerk, people = self.stage.an, self.clerk, self.stage.officers
        page = self.stage.anybody.procedure(self.procedure)
        first = page["papers"][0]
        for delivery in ("counter", "online", "post"):
            self.refused(f"filing online, result {delivery}", lambda: self._online(an, delivery))  # noqa: B023
        self.refused(
            "registering with the result online",
            lambda: clerk.register(self.procedure, AN, {}, result_delivery="online"),
        )
        self.refused(
            "registering at another agency",
            lambda: people["clerk-haihau"].register(
                self.procedure, AN, {}, receiving_agency="haiminh"
            ),
        )
        self.filed = clerk.register(self.procedure, AN, {first["id"]: scan(first["name_vi"], AN)})
        yield Act(
            "filed",
            clerk.name,
            "nhận hồ sơ giấy, đăng ký",
            "registers the paper",
            "registered",
            also=nothing_owed,
        )

        clerk.act(clerk.called_by(self.code), "accept")
        yield Act("accepted", clerk.name, "tiếp nhận hồ sơ", "accepts the dossier", "processing")

        # The clerk hands it on; whoever has the task in their list does what its page offers.
        officer, leader = people["officer-haiminh"], people["leader-haiminh"]
        officer.act(officer.next_task(self.procedure), "complete-step")
        officer.act(officer.next_task(self.procedure), "draft-decision", outcome="granted")
        yield Act(
            "drafted",
            officer.name,
            "kiểm tra, dự thảo",
            "checks and drafts",
            "processing",
            "approve",
        )

        leader.act(leader.next_task(self.procedure), "approve")
        yield Act(
            "approved",
            leader.name,
            "ký giấy chứng nhận kết hôn",
            "signs the certificate",
            "completed",
        )

        clerk.act(clerk.called_by(self.code), "hand-over", identity_checked=True)
        yield Act(
            "handed_over", clerk.name, "trả kết quả tại quầy", "hands the result over", "returned"
        )

    def _online(self, citizen: Citizen, delivery: str) -> Any:
        return citizen.submit(self.procedure, AN, {}, {}, result_delivery=delivery)
