"""The officer's morning digest: asked for at the desk, it comes at the hour to the office's
address, and names what is there.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.applicants import BINH
from motcua_journeys.checks import Rest
from motcua_journeys.departments import handled
from motcua_journeys.journey import Act
from motcua_journeys.operated import Operated
from motcua_journeys.personas import Refused

from . import office_days

ADDRESS = "officer-tckh@haihau.example"
HOUR = "06:45"


class Morning(Operated):
    """`wish` is what the desk answered, `digest` what it shows once the mail is out, `mails` what
    came at the office's address.
    """

    number = "J12"
    title_vi = "Bản tin buổi sáng của cán bộ"
    title_en = "The officer's morning digest"
    procedure = "1.001612"
    applicant = BINH
    wish: dict[str, Any]
    digest: dict[str, Any]
    mails: list[dict[str, Any]]

    def acts(self) -> Iterator[Act]:
        officer, clerk = self.stage.officers["officer-tckh"], self.stage.officers["clerk-haihau"]
        yield self.file_online("registered", fee="deferred")
        yield self.accepted_by(clerk)
        before = len(self.stage.mails(ADDRESS))
        self.wish = officer.put("/desk/me/digest", {"at": HOUR})
        self.refused("a digest for the counter", lambda: clerk.put("/desk/me/digest", {"at": HOUR}))
        now = datetime.fromisoformat(self.seen["accepted"].own["due"]["steps"][0]["at"])
        self.time_passes(datetime.fromisoformat(self.wish["next_at"]) - now + timedelta(minutes=1))
        until = time.monotonic() + 30
        while (shown := officer.get("/desk/me/digest"))["mail"] is None or shown["mail"][
            "state"
        ] == "queued":
            assert time.monotonic() < until, shown
            time.sleep(0.1)
        self.digest, self.mails = dict(shown), self.stage.mails(ADDRESS)[before:]
        officer.put("/desk/me/digest", {"at": ""})
        yield from handled(self.stage, self.procedure, "payment_due")


@pytest.fixture(scope="module")
def journey(stage: Stage) -> Morning:
    played = Morning(stage)
    played.play()
    return played


def test_the_first_one_comes_on_the_next_working_morning(journey: Morning) -> None:
    accepted = datetime.fromisoformat(
        journey.seen["accepted"].own["due"]["steps"][0]["at"]
    ).astimezone(office_days.VIETNAM)
    first = datetime.fromisoformat(journey.wish["next_at"]).astimezone(office_days.VIETNAM)
    day = accepted.date()
    if not office_days.hours(office_days.DISTRICT, day) or f"{accepted:%H:%M}" >= HOUR:
        day = office_days.next_working_day(office_days.DISTRICT, day)
    assert (first.date(), f"{first:%H:%M}") == (day, HOUR)


def test_one_mail_names_the_dossier_with_its_step_and_date(journey: Morning) -> None:
    (mail,) = journey.mails
    due = datetime.fromisoformat(journey.seen["accepted"].own["due_at"]).astimezone(
        office_days.VIETNAM
    )
    assert (
        f"{journey.code} – Đăng ký thành lập hộ kinh doanh – Thẩm định hồ sơ – hẹn trả"
        f" {due:%H:%M %d/%m/%Y}" in mail["text"]
    )
    assert mail["subject"].startswith("Công việc hôm nay: ")
    assert "Kính gửi ông/bà Phạm Quốc Tuấn," in mail["text"]
    assert journey.applicant["full_name"] not in mail["text"], (
        "who files it is for the desk to show, not for a mail"
    )


def test_the_desk_shows_how_it_went(journey: Morning, stage: Stage) -> None:
    assert (journey.digest["at"], journey.digest["mail"]["state"]) == (HOUR, "sent")
    assert journey.digest["last"]["total"] >= 1
    assert datetime.fromisoformat(journey.digest["next_at"]) > datetime.fromisoformat(
        journey.wish["next_at"]
    )
    assert stage.officers["officer-tckh"].get("/desk/me/digest")["next_at"] is None


def test_the_counter_has_none(journey: Morning) -> None:
    refused = journey.refusals["a digest for the counter"]
    assert isinstance(refused, Refused)
    assert refused.slug == "forbidden"


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
