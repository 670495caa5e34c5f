"""J10: brought to the commune, decided in the district, and another department is asked in between.

Tracking names each.
"""

from collections.abc import Iterator

from .applicants import AN, sample_form, scan
from .j04_suspension import nothing_owed
from .journey import Act
from .paper import PaperJourney


class TwoAgencies(PaperJourney):
    """An's household business is in Hải Minh; the Finance and Planning office of the district
    decides and asks the Justice office.
    """

    number = "J10"
    title_vi = "Nộp tại xã, huyện giải quyết, lấy ý kiến phòng khác"
    title_en = "Received in a commune, decided in the district, another department consulted"
    procedure = "1.001570"
    applicant = AN
    at_counter = "clerk-haiminh"

    def acts(self) -> Iterator[Act]:
        clerk, people = self.clerk, self.stage.officers
        officer, leader, justice = (
            people["officer-tckh"],
            people["leader-tckh"],
            people["officer-tuphap"],
        )
        page = self.stage.anybody.procedure(self.procedure)
        self.filed = clerk.register(
            self.procedure,
            AN,
            {"notice": scan(page["papers"][0]["name_vi"], AN)},
            form=sample_form(page),
        )
        yield Act(
            "filed",
            clerk.name,
            "nhận hồ sơ giấy tại xã",
            "registers the paper in the commune",
            "registered",
            also=nothing_owed,
        )

        clerk.act(clerk.called_by(self.code), "accept")
        yield Act(
            "accepted",
            clerk.name,
            "tiếp nhận, chuyển huyện",
            "accepts and hands on",
            "processing",
            "process",
        )

        task = officer.next_task(self.procedure)
        asked = {
            "agency": "haihau",
            "department": "tuphap",
            "working_hours": 16,
            "note": "Đề nghị cho ý kiến về hồ sơ tạm ngừng.",
        }
        self.refused(
            "asking a department that there is not",
            lambda: officer.act(task, "consult", **{**asked, "department": "nowhere"}),
        )
        self.refused(
            "another department before it is asked", lambda: justice.open(task["dossier_id"])
        )
        officer.act(task, "consult", **asked)
        yield Act(
            "consulted",
            officer.name,
            "lấy ý kiến Phòng Tư pháp",
            "asks the Justice office",
            "processing",
            "process",
            also=lambda view: len(view["consultations"]) == 1,
        )

        officer.act(officer.next_task(self.procedure), "complete-step")
        yield Act(
            "examined",
            officer.name,
            "thẩm định hồ sơ",
            "examines the dossier",
            "processing",
            "draft",
        )
        self.refused(
            "deciding before the answer",
            lambda: officer.act(
                officer.next_task(self.procedure), "draft-decision", outcome="granted"
            ),
        )

        waiting = justice.get("/desk/tasks", scope="consulted")["tasks"]
        asked_of_us = justice.open(
            next(row["dossier_id"] for row in waiting if row["code"] == self.code)
        )
        self.refused(
            "the other department doing the step",
            lambda: justice.post(self._path("complete-step"), {"step": "draft"}),
        )
        justice.act(
            asked_of_us, "answer-consultation", consultation=1, opinion="agrees", note="Nhất trí."
        )
        yield Act(
            "answered", justice.name, "trả lời ý kiến", "answers", "processing", "draft",
            also=lambda view: view["consultations"][0]["opinion"] == "agrees",
        )  # fmt: skip

        officer.act(officer.next_task(self.procedure), "draft-decision", outcome="granted")
        yield Act(
            "drafted",
            officer.name,
            "dự thảo kết quả",
            "drafts the decision",
            "processing",
            "approve",
        )
        leader.act(leader.next_task(self.procedure), "approve")
        yield Act("approved", leader.name, "ký duyệt", "signs", "completed")
        clerk.act(clerk.called_by(self.code), "hand-over", identity_checked=True)
        yield Act(
            "handed_over",
            clerk.name,
            "trả kết quả tại xã",
            "hands the result over in the commune",
            "returned",
        )

    def _path(self, action: str) -> str:
        return f"/desk/cases/{self.clerk.called_by(self.code)['dossier_id']}/{action}"
