"""J10: somebody is away.

A colleague takes the open task over, a leader gives it back, and another leader signs for the
absent head.

Who sits where and who is away comes with the organisation's file, as an operator publishes it; at
the end the file is as it was.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_contracts import VIETNAM

from .applicants import BINH
from .journey import EFFECT_SECONDS, LOOK_AGAIN_SECONDS, Act, JourneyStuckError
from .operated import Operated
from .personas import NotInListError, Officer, Refused

ORGANISATION = Path(CATALOGUE) / "organisation" / "haihau.yaml"
AWAY_DAYS = 3
NOT_HEARD_YET = ("task-not-free", "officer-absent")
"""What routing answers as long as it has not heard who is away, or is back."""


class Absences(Operated):
    """An officer of the Justice office is lent to Finance and Planning, so that there is a
    colleague.
    """

    number = "J10"
    title_vi = "Cán bộ vắng mặt: nhận xử lý thay, phân công, ký thay"
    title_en = "An officer is away: taken over, given back, signed for another"
    procedure = "1.001612"
    applicant = BINH

    def acts(self) -> Iterator[Act]:
        people = self.stage.officers
        officer, colleague, leader = (
            people["officer-tckh"],
            people["officer-tuphap"],
            people["leader-tckh"],
        )
        try:
            yield self.file_online("registered", fee="deferred")
            yield self.accepted_by(people["clerk-haihau"])

            self.organise()
            row = self._row(colleague)
            self.refused(
                "taking it from somebody who is there",
                lambda: colleague.post(self._path(row, "take-over"), {"step": "process"}),
            )
            self.organise("officer-tckh")
            row = self._row(colleague, "take-over")
            self.heard(lambda: colleague.act(row, "take-over"))
            yield Act(
                "taken over",
                colleague.name,
                "nhận xử lý thay",
                "takes it over",
                "processing",
                "process",
                also=_lies_with(colleague.name),
            )

            row = self._row(leader, "assign")
            self.refused(
                "giving it to somebody who is away",
                lambda: leader.act(row, "assign", officer="officer-tckh"),
            )
            self.refused(
                "giving it to another department's",
                lambda: leader.act(row, "assign", officer="officer-haiminh"),
            )
            self.organise()
            self.heard(lambda: leader.act(row, "assign", officer="officer-tckh"))
            yield Act(
                "given back",
                leader.name,
                "phân công lại",
                "gives it back",
                "processing",
                "process",
                also=_lies_with(officer.name),
            )

            officer.act(officer.next_task(self.procedure), "complete-step")
            yield Act(
                "examined",
                officer.name,
                "thẩm định hồ sơ",
                "examines",
                "processing",
                "draft",
                also=_lies_with(officer.name),
            )
            yield from self._signed_for_the_head(officer, leader, people["leader-tuphap"])
        finally:
            self.operator("catalog", "import", str(ORGANISATION))

    def _signed_for_the_head(
        self, officer: Officer, leader: Officer, other: Officer
    ) -> Iterator[Act]:
        """The head is away when the draft is done: the task goes to another leader of the agency,
        who finds it in their list.
        """
        self.organise("leader-tckh", "officer-tuphap")
        row = self._row(leader, "assign")
        # That nobody can be given to somebody listed after the head tells that routing has heard of
        # the head's absence too.
        self._until_refused(
            "officer-absent", lambda: leader.act(row, "assign", officer="officer-tuphap")
        )
        officer.act(officer.next_task(self.procedure), "draft-decision", outcome="granted")
        yield Act(
            "drafted",
            officer.name,
            "dự thảo kết quả",
            "drafts",
            "processing",
            "approve",
            also=_lies_with(other.name),
        )
        other.act(other.next_task(self.procedure), "approve")
        yield Act("approved", other.name, "ký thay", "signs for the head", "payment_due")

    def organise(self, *away: str) -> None:
        """Publish the organisation: the colleague is lent, and these are away from today on."""
        file = yaml.safe_load(ORGANISATION.read_text())
        for one in file["officers"]:
            if one["id"] == "officer-tuphap":
                one["department"] = "tckh"
        today = self._now().date()
        file["absences"] = [
            {"officer": one, "first": today, "last": today + timedelta(days=AWAY_DAYS)}
            for one in away
        ]
        written = Path(self.stage.stack.home) / "haihau-absences.yaml"
        written.write_text(yaml.safe_dump(file, allow_unicode=True, sort_keys=False))
        self.operator("catalog", "import", str(written))

    def _now(self) -> datetime:
        """The stack's own time, which other journeys move: that of the last event, in Vietnam."""
        return datetime.fromisoformat(self.citizen.dossier(self.code)["changed_at"]).astimezone(
            VIETNAM
        )

    def _row(self, person: Officer, action: str = "") -> dict[str, Any]:
        """The department's task of this dossier, once the list offers the act."""
        until = time.monotonic() + EFFECT_SECONDS
        while time.monotonic() < until:
            rows = [
                row
                for row in person.get("/desk/tasks", scope="department")["tasks"]
                if row["code"] == self.code
            ]
            if rows and (not action or action in [one["action"] for one in rows[0]["actions"]]):
                return dict(rows[0])
            time.sleep(LOOK_AGAIN_SECONDS)
        raise NotInListError(
            f"{person.name}: no task of {self.code} in the department's list that offers"
            f" {action or 'anything'}"
        )

    def _path(self, row: dict[str, Any], action: str) -> str:
        return f"/desk/cases/{row['dossier_id']}/{action}"

    def heard(self, attempt: Callable[[], Any]) -> None:
        """Done as soon as routing has heard what was published.

        Raises `Refused` for any other reason, `JourneyStuckError`.
        """
        self._until(lambda refused: refused is None, attempt)

    def _until_refused(self, slug: str, attempt: Callable[[], Any]) -> None:
        self._until(lambda refused: refused == slug, attempt)

    def _until(self, done: Callable[[str | None], bool], attempt: Callable[[], Any]) -> None:
        until, said = time.monotonic() + EFFECT_SECONDS, None
        while time.monotonic() < until:
            try:
                attempt()
                said = None
            except Refused as refused:
                said = refused.slug
                if said not in NOT_HEARD_YET:
                    raise
            if done(said):
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        raise JourneyStuckError(f"{self.number} {self.code}: routing still says {said}")


def _lies_with(officer: str) -> Callable[[dict[str, Any]], bool]:
    return lambda view: bool(view["place"]["officer"] and view["place"]["officer"]["id"] == officer)
