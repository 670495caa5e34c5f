"""J6: papers are asked for, by the department and, in another dossier, at the counter before
acceptance. Each agency may ask once.
"""

from collections.abc import Iterator

from .applicants import AN, BINH, scan
from .departments import handled
from .journey import Act, Journey

ASKED = {
    "papers": [
        {"paper": "identity", "kind": "certified", "copies": 2, "reason_code": "paper-unreadable"}
    ],
    "reason_code": "paper-unreadable",
    "note": "Bản chụp giấy tờ tùy thân bị mờ, đề nghị chụp lại.",
}


class ForTheDepartment(Journey):
    """The officer asks; the clock stops and restarts when the papers arrive."""

    number = "J6"
    title_vi = "Bổ sung hồ sơ theo yêu cầu của phòng chuyên môn"
    title_en = "The department requests documents (the time limit restarts)"
    procedure = "1.001612"
    applicant = BINH

    def acts(self) -> Iterator[Act]:
        binh, people = self.stage.binh, self.stage.officers
        clerk, officer = people["clerk-haihau"], people["officer-tckh"]
        yield self.file_online("registered", fee="deferred")
        yield self.accepted_by(clerk)

        officer.act(officer.next_task(self.procedure), "request-supplement", **ASKED)
        yield Act(
            "asked", officer.name, "yêu cầu bổ sung", "asks for papers", "supplement_requested"
        )

        self.refused(
            "handing in another paper",
            lambda: binh.supplement(self.code, {"minutes": scan("Biên bản", BINH)}),
        )
        binh.supplement(self.code, {"identity": scan("Căn cước công dân", BINH)})
        yield Act(
            "supplemented",
            binh.name,
            "bổ sung giấy tờ",
            "hands in the paper",
            "processing",
            "process",
            also=lambda view: (
                "ClockResumed" in [line["event"] for line in view["history"]]
                or view["supplement"] is None
            ),
        )

        again = officer.next_task(self.procedure)
        path = f"/desk/cases/{again['dossier_id']}/request-supplement"
        step = again["task"]["step"]
        self.refused("asking a second time", lambda: officer.post(path, {**ASKED, "step": step}))
        yield from handled(self.stage, self.procedure, "payment_due")


class AtTheCounter(Journey):
    """The clerk asks before acceptance; what the owner brings is on the slip; the department of the
    same agency may not ask again.
    """

    number = "J6"
    title_vi = "Bổ sung hồ sơ trước khi tiếp nhận"
    title_en = "The counter asks for papers before acceptance"
    procedure = "1.001612"
    applicant = AN

    def acts(self) -> Iterator[Act]:
        an, people = self.stage.an, self.stage.officers
        clerk, officer = people["clerk-haihau"], people["officer-tckh"]
        yield self.file_online("registered", fee="deferred")

        before = clerk.called_by(self.code)
        unknown = {**ASKED, "papers": [{"paper": "passport"}]}
        self.refused(
            "asking for a paper that nobody knows",
            lambda: clerk.act(before, "request-supplement", **unknown),
        )
        clerk.act(before, "request-supplement", **ASKED)
        yield Act("asked", clerk.name, "yêu cầu bổ sung", "asks for papers", "supplement_requested")

        self.refused("accepting while papers are awaited", lambda: clerk.act(before, "accept"))
        an.supplement(self.code, {"identity": scan("Căn cước công dân", AN)})
        yield Act("supplemented", an.name, "bổ sung giấy tờ", "hands in the paper", "registered")

        self.refused(
            "asking a second time", lambda: clerk.act(before, "request-supplement", **ASKED)
        )
        yield self.accepted_by(clerk)

        task = officer.open(clerk.called_by(self.code)["dossier_id"])
        path = f"/desk/cases/{task['dossier_id']}/request-supplement"
        body = {**ASKED, "step": task["task"]["step"]}
        self.refused("the department asking again", lambda: officer.post(path, body))
        yield from handled(self.stage, self.procedure, "payment_due")
