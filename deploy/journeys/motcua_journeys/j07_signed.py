"""J7: the promised day is declared off later, and the date moves.

Then the time runs short, and a leader signs the apology with a new date.

The office's calendar comes with the organisation's files, as an operator publishes it; at the end
the files are as they were.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_contracts import VIETNAM

from .applicants import BINH
from .journey import Act
from .operated import Operated

ORGANISATION = Path(CATALOGUE) / "organisation"
CALENDAR, HOLIDAYS = "calendar-haihau.yaml", "holidays.yaml"
WHY = "Nghỉ theo công điện phòng, chống bão"


class LateSigned(Operated):
    """`promised_at` is the date on the slip, `prepared` the letter as the leader finds it."""

    number = "J7"
    title_vi = "Dời ngày hẹn vì ngày nghỉ công bố sau; lãnh đạo ký phiếu xin lỗi"
    title_en = "The date moves off a day that was declared off; a leader signs the apology"
    procedure = "1.001612"
    applicant = BINH
    promised_at: datetime
    prepared: dict[str, Any]

    def acts(self) -> Iterator[Act]:
        clerk, leader = self.stage.officers["clerk-haihau"], self.stage.officers["leader-tckh"]
        yield self.file_online("registered", fee="deferred")
        yield self.accepted_by(clerk)
        self.promised_at = datetime.fromisoformat(self.seen["accepted"].own["due_at"])
        try:
            self.declare_off(self.promised_at.astimezone(VIETNAM).date())
            yield Act(
                "moved",
                "system",
                "dời ngày hẹn vì ngày nghỉ công bố sau",
                "moves the date off the day off",
                "processing",
                "process",
                also=lambda view: datetime.fromisoformat(view["due_at"]) != self.promised_at,
            )
        finally:
            self.operator("catalog", "import", str(ORGANISATION))

        own = self.seen["moved"].own
        moved = next(one for one in own["history"] if one["event"] == "DueDateMoved")
        self.time_passes(
            self._prepared_at(own["dossier_id"])
            - datetime.fromisoformat(moved["at"])
            + timedelta(minutes=1)
        )
        page = self.look_until(
            lambda: leader.open(own["dossier_id"]), lambda shown: _prepared(shown) is not None
        )
        self.prepared = _prepared(page) or {}
        leader.act(
            page,
            "extend",
            new_due_at=self.prepared["new_due_at"],
            reason_code=self.prepared["reason_code"],
        )
        yield Act(
            "apologised",
            leader.name,
            "ký phiếu xin lỗi và hẹn lại",
            "signs the apology with the new date",
            "processing",
            "process",
            also=lambda view: view["apologies"],
        )

        # Nobody else's next task is to be this one.
        self.citizen.withdraw(self.code)
        yield Act("withdrawn", self.citizen.name, "rút hồ sơ", "withdraws", "withdrawn")

    def declare_off(self, day: date) -> None:
        """Publish the office's calendar with one more day off."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ORGANISATION / HOLIDAYS, folder)
            file = (ORGANISATION / CALENDAR).read_text()
            (Path(folder) / CALENDAR).write_text(
                file.replace("extra: []", f"extra: [{{day: {day}, name_vi: '{WHY}'}}]")
            )
            self.operator("catalog", "import", folder)

    def _prepared_at(self, dossier_id: str) -> datetime:
        """When the rule prepares the letter, as the moved date's event says."""

        def archived() -> dict[str, Any]:
            events = (json.loads(one["raw"]) for one in self.stage.auditor.events(dossier_id))
            return {
                "moved": [
                    one["data"] for one in events if one["type"].endswith(".due-date-moved.v1")
                ]
            }

        found = self.look_until(archived, lambda page: bool(page["moved"]))
        return datetime.fromisoformat(found["moved"][-1]["watch"]["prepare_at"])


def _prepared(page: dict[str, Any]) -> dict[str, Any] | None:
    return next(
        (
            one["prepared"]
            for one in page["actions"]
            if one["action"] == "extend" and one.get("prepared")
        ),
        None,
    )
