"""J7: the counter does not answer an online dossier within its working hours.

The clerk is told, the applicant's time does not run yet.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from .applicants import AN
from .journey import Act
from .operated import Operated

LONGER_THAN_ANY_HOLIDAY = timedelta(days=12)


class Unanswered(Operated):
    """`clerk_sees` is the clerk's page once the hours are over, `marked` what the queue marks then.

    `figures`: the public statistics before, then, and after the acceptance.
    """

    number = "J7"
    title_vi = "Quá 8 giờ làm việc chưa tiếp nhận hồ sơ trực tuyến"
    title_en = "The counter does not answer within 8 working hours"
    procedure = "1.001193"
    applicant = AN
    clerk_sees: dict[str, Any]
    marked: list[str]
    figures: dict[str, dict[str, Any]]

    def acts(self) -> Iterator[Act]:
        clerk = self.stage.officers["clerk-haiminh"]
        self.figures = {"before": self.standing()}
        yield self.file_online("registered", fee="none")
        self.time_passes(LONGER_THAN_ANY_HOLIDAY)
        self.clerk_sees = self.look_until(lambda: clerk.called_by(self.code), _told)
        yield Act(
            "overdue", "system", "quá 8 giờ làm việc", "says that nobody has answered", "registered"
        )
        self.figures["overdue"] = self.standing()
        self.marked = [row["code"] for row in clerk.queue() if row["answer_overdue"]]

        yield self.accepted_by(clerk)
        self.figures["accepted"] = self.standing()
        # Nobody else's next task is to be this one.
        self.citizen.withdraw(self.code)
        yield Act("withdrawn", self.citizen.name, "rút hồ sơ", "withdraws", "withdrawn")


def _told(view: dict[str, Any]) -> bool:
    return "AcceptanceOverdue" in [line["event"] for line in view["history"]]
