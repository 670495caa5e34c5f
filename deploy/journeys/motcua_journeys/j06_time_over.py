"""J6: papers were asked for and do not come.

The time that the terms give is over, and the dossier is stopped.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .applicants import BINH, scan
from .journey import Act
from .operated import Operated


class TimeOver(Operated):
    """`figures` are the public statistics of the procedure before and after; `tasks` the codes in
    the officer's list at the end.
    """

    number = "J6"
    title_vi = "Hồ sơ không được bổ sung đúng hạn: dừng xử lý"
    title_en = "What was asked for does not come in time: stopped"
    procedure = "1.001193"
    applicant = BINH
    figures: dict[str, dict[str, Any]]
    tasks: list[str]

    def acts(self) -> Iterator[Act]:
        people = self.stage.officers
        clerk, officer = people["clerk-haiminh"], people["officer-haiminh"]
        self.figures = {"before": self.standing()}
        yield self.file_online("registered", fee="none")
        yield self.accepted_by(clerk)
        asked = {
            "papers": [{"paper": "birth-notice", "kind": "original"}],
            "reason_code": "paper-unreadable",
        }
        officer.act(officer.next_task(self.procedure), "request-supplement", **asked)
        yield Act(
            "asked", officer.name, "yêu cầu bổ sung", "asks for papers", "supplement_requested"
        )

        view = self.citizen.dossier(self.code)
        until = datetime.fromisoformat(view["supplement"]["respond_by"])
        # A moment before nothing has happened yet; the moment itself the clock jumps over.
        self.time_passes(until - datetime.fromisoformat(view["changed_at"]) - timedelta(minutes=10))
        yield Act("waiting", "system", "chờ bổ sung", "waits", "supplement_requested")
        self.time_passes(timedelta(minutes=20))
        yield Act(
            "stopped", "system", "dừng xử lý", "stops the dossier", "stopped",
            also=lambda view: "CaseClosed" in [line["event"] for line in view["history"]],
        )  # fmt: skip
        self.refused(
            "handing it in too late",
            lambda: self.citizen.supplement(
                self.code, {"birth-notice": scan("Giấy chứng sinh", BINH)}
            ),
        )
        self.refused("withdrawing what is stopped", lambda: self.citizen.withdraw(self.code))
        self.tasks = [
            row["code"] for row in officer.get("/desk/tasks", scope="department")["tasks"]
        ]
        self.figures["after"] = self.standing()
