"""J9: withdrawn by the citizen while the department works on it; and another one, decided already,
which cannot be withdrawn any more.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .applicants import BINH
from .journey import Act, Journey


def asked(view: Mapping[str, Any]) -> dict[str, str]:
    """Who asks for an erasure on which paper: a letter of the day on which the dossier came."""
    day = str(view["received_at"])[:10]
    return {
        "reason_code": "consent-withdrawn",
        "asked_by": "applicant",
        "request_number": "125/DDN",
        "request_date": day,
    }


class BeforeTheDecision(Journey):
    """Afterwards Bình asks for the dossier to be erased.

    `files` are the documents it had, `afterwards` what is left of its page.
    """

    number = "J9"
    title_vi = "Rút hồ sơ trước khi có quyết định"
    title_en = "Withdrawn before the decision"
    procedure = "1.001193"
    applicant = BINH
    files: list[dict[str, Any]]
    afterwards: dict[str, Any]

    def acts(self) -> Iterator[Act]:
        binh, clerk = self.stage.binh, self.stage.officers["clerk-haiminh"]
        yield self.file_online("registered", fee="none")
        yield self.accepted_by(clerk)

        self.refused(
            "somebody else withdrawing it",
            lambda: self.stage.an.post(f"/dossiers/{self._id}/withdrawal"),
        )
        forget = f"/desk/dossiers/{self._id}/forget"
        self.refused(
            "forgetting it while it is handled",
            lambda: clerk.post(forget, asked(binh.dossier(self.code))),
        )
        binh.withdraw(self.code)
        yield Act(
            "withdrawn", binh.name, "rút hồ sơ", "withdraws", "withdrawn",
            also=lambda view: "CaseClosed" in [line["event"] for line in view["history"]],
        )  # fmt: skip
        self.refused("withdrawing twice", lambda: binh.withdraw(self.code))

        self.files = binh.dossier(self.code)["documents"]
        self.refused(
            "erasing without saying who asks",
            lambda: clerk.post(forget, {"reason_code": "consent-withdrawn"}),
        )
        clerk.act(clerk.called_by(self.code), "forget", **asked(binh.dossier(self.code)))
        # Pin and papers are gone: what is left is the owner's page, with the events alone.
        self.refused(
            "tracking what is forgotten", lambda: self.stage.anybody.track(self.code, self.pin)
        )
        self.refused("withdrawing what is forgotten", lambda: binh.withdraw(self.code))
        self.afterwards = binh.dossier(self.code)

    @property
    def _id(self) -> str:
        return str(self.citizen.dossier(self.code)["dossier_id"])


class AfterTheDecision(Journey):
    """The result is collected and rated."""

    number = "J9"
    title_vi = "Không rút được hồ sơ đã có quyết định"
    title_en = "Too late to withdraw"
    procedure = "1.001193"
    applicant = BINH

    def acts(self) -> Iterator[Act]:
        binh, people = self.stage.binh, self.stage.officers
        clerk, officer, leader = (
            people["clerk-haiminh"],
            people["officer-haiminh"],
            people["leader-haiminh"],
        )
        yield self.file_online("registered", fee="none")
        yield self.accepted_by(clerk)
        officer.act(officer.next_task(self.procedure), "complete-step")
        yield Act("examined", officer.name, "kiểm tra", "checks", "processing", "draft")
        officer.act(officer.next_task(self.procedure), "draft-decision", outcome="granted")
        yield Act("drafted", officer.name, "dự thảo", "drafts", "processing", "approve")
        leader.act(leader.next_task(self.procedure), "approve")
        yield Act("approved", leader.name, "ký", "signs", "completed")

        self.refused("withdrawing what is decided", lambda: binh.withdraw(self.code))
        self.refused("rating before the return", lambda: binh.rate(self.code, 5))
        clerk.act(clerk.called_by(self.code), "hand-over", identity_checked=True)
        yield Act("handed_over", clerk.name, "trả kết quả", "hands the result over", "returned")

        binh.rate(self.code, 5)
        yield Act(
            "rated",
            binh.name,
            "đánh giá",
            "rates",
            "returned",
            also=lambda view: view["rating"] == 5,
        )
        self.refused("rating twice", lambda: binh.rate(self.code, 1))
        view = binh.dossier(self.code)
        self.refused(
            "erasing before the archive's term",
            lambda: clerk.post(f"/desk/dossiers/{view['dossier_id']}/forget", asked(view)),
        )
