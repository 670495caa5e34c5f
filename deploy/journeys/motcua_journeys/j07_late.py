"""J7: nobody finishes it.

A working day before it is due the owner gets an apology and a new date; at the date the leader gets
it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .applicants import BINH
from .departments import handled
from .journey import Act
from .operated import Operated


class Late(Operated):
    """`figures` are the public statistics of the procedure before, while it is late, and after;
    `escalated` the leader's list.
    """

    number = "J7"
    title_vi = "Hồ sơ quá hạn: xin lỗi, hẹn lại, báo cáo lãnh đạo"
    title_en = "A dossier that is late: apology, new date, the leader"
    procedure = "1.001612"
    applicant = BINH
    figures: dict[str, dict[str, Any]]
    escalated: list[str]
    first_due_at: datetime
    explained: str

    def acts(self) -> Iterator[Act]:
        clerk, leader = self.stage.officers["clerk-haihau"], self.stage.officers["leader-tckh"]
        yield self.file_online("registered", fee="deferred")
        yield self.accepted_by(clerk)
        self.figures = {"before": self.standing()}

        self.first_due_at = datetime.fromisoformat(self.seen["accepted"].own["due_at"])
        accepted_at = datetime.fromisoformat(self.seen["accepted"].own["due"]["steps"][0]["at"])
        whole = self.first_due_at - accepted_at
        # The clock jumps over the reminders and the moment of the apology; each fires as of its own
        # time.
        self.time_passes(whole - timedelta(hours=1))
        yield Act(
            "apologised",
            "system",
            "xin lỗi và hẹn lại ngày trả",
            "apologises and gives a new date",
            "processing",
            "process",
            also=lambda view: view["apologies"] and view["due_at"] != view["due"]["first_due_at"],
        )

        self.time_passes(timedelta(hours=2))
        yield Act(
            "escalated",
            "system",
            "quá hạn: báo cáo lãnh đạo",
            "goes to the leader as late",
            "processing",
            "process",
            also=lambda view: "CaseEscalated" in [line["event"] for line in view["history"]],
        )
        self.escalated = [
            row["code"] for row in leader.get("/desk/tasks", scope="escalated")["tasks"]
        ]
        self.figures["late"] = self.standing()
        self.refused(
            "another new date",
            lambda: leader.act(
                {**self._case(), "actions": [self._extend()]},
                "extend",
                new_due_at=(self.first_due_at + timedelta(days=30)).isoformat(),
                reason_code="workload",
            ),
        )
        self.explained = self.operator("deadline", "explain", self.code)
        yield from handled(self.stage, self.procedure, "payment_due")
        self.figures["after"] = self.standing()

    def _case(self) -> dict[str, Any]:
        return dict(
            self.stage.officers["leader-tckh"].open(self.citizen.dossier(self.code)["dossier_id"])
        )

    def _extend(self) -> dict[str, Any]:
        """The page offers no second new date; somebody may ask for one all the same."""
        dossier_id = self.citizen.dossier(self.code)["dossier_id"]
        return {"action": "extend", "href": f"/desk/cases/{dossier_id}/extend", "step": "process"}
