"""J2, level 3 and free: a birth is registered in the commune; filed online, the result is handed
over at the counter.
"""

from collections.abc import Iterator

from .applicants import BINH
from .journey import Act, Journey


class BirthRegistration(Journey):
    number = "J2"
    title_vi = "Đăng ký khai sinh tại xã, một phần"
    title_en = "Birth registration in the commune (level 3, free)"
    procedure = "1.001193"
    applicant = BINH

    def acts(self) -> Iterator[Act]:
        binh, people = self.stage.binh, self.stage.officers
        yield self.file_online("registered", fee="none", vi="nộp hồ sơ trực tuyến")

        self.refused("paying online for what is free", lambda: binh.pay(self.code))
        clerk = people["clerk-haiminh"]
        clerk.act(clerk.who_waits_longest(self.procedure, "registered"), "accept")
        yield Act(
            "accepted",
            clerk.name,
            "tiếp nhận hồ sơ",
            "accepts the dossier",
            "processing",
            "process",
        )

        officer = people["officer-haiminh"]
        officer.act(officer.next_task(self.procedure), "complete-step")
        yield Act(
            "examined",
            officer.name,
            "kiểm tra, ghi sổ hộ tịch",
            "checks, enters into the register",
            "processing",
            "draft",
        )

        officer.act(officer.next_task(self.procedure), "draft-decision", outcome="granted")
        yield Act(
            "drafted",
            officer.name,
            "dự thảo giấy khai sinh",
            "drafts the certificate",
            "processing",
            "approve",
        )

        leader = people["leader-haiminh"]
        leader.act(leader.next_task(self.procedure), "approve")
        yield Act(
            "approved", leader.name, "ký giấy khai sinh", "signs the certificate", "completed"
        )

        # Bình comes to the counter and tells his code.
        at_the_counter = clerk.called_by(self.code)
        result = next(
            one["sha256"] for one in at_the_counter["documents"] if one["kind"] == "result"
        )
        self.refused("fetching the result before it is handed over", lambda: binh.document(result))
        self.refused(
            "handing over without checking identity",
            lambda: clerk.act(at_the_counter, "hand-over", identity_checked=False),
        )
        clerk.act(at_the_counter, "hand-over", identity_checked=True)
        yield Act(
            "handed_over", clerk.name, "trả kết quả tại quầy", "hands the result over", "returned"
        )
