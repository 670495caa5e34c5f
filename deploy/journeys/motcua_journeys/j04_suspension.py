"""J4, level 2: a household business suspends its activity.

Filed on paper, once at the counter and once by post.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from .applicants import AN, BINH, sample_form, scan
from .departments import handled
from .journey import Act
from .paper import PaperJourney

PROCEDURE = "1.001570"
ITEM = {"item_number": "EB000000001VN"}


def nothing_owed(view: dict[str, Any]) -> bool:
    """The fee is assessed: the clerk may accept."""
    return bool(view["fee"]["state"] == "none")


class AtTheCounter(PaperJourney):
    """Bình brings the printed form; the clerk scans it and types its content.

    Someone else collects, with an authorisation.
    """

    number = "J4"
    title_vi = "Tạm ngừng hoạt động hộ kinh doanh, nộp tại quầy"
    title_en = "A household business suspends its activity, on paper at the counter (level 2)"
    procedure = PROCEDURE
    applicant = BINH

    def acts(self) -> Iterator[Act]:
        binh, clerk = self.stage.binh, self.clerk
        page = self.stage.anybody.procedure(self.procedure)
        form = sample_form(page)
        self.refused("filing online", lambda: binh.submit(self.procedure, BINH, form, {}))
        self.refused(
            "registering without the notice",
            lambda: clerk.register(self.procedure, BINH, {}, form=form, papers_on_paper=[]),
        )
        self.filed = clerk.register(
            self.procedure, BINH, {"notice": scan(page["papers"][0]["name_vi"], BINH)}, form=form
        )
        yield Act(
            "filed",
            clerk.name,
            "nhận hồ sơ giấy, quét và đăng ký",
            "registers and scans the paper",
            "registered",
            also=nothing_owed,
        )

        clerk.act(clerk.called_by(self.code), "accept")
        yield Act(
            "accepted",
            clerk.name,
            "tiếp nhận hồ sơ",
            "accepts the dossier",
            "processing",
            "process",
        )

        yield from handled(self.stage, self.procedure, "completed")

        there = clerk.called_by(self.code)
        wife = {"recipient": "Phạm Thị Mẫu Dung", "identity_checked": True}
        self.refused(
            "handing over to somebody without an authority",
            lambda: clerk.act(there, "hand-over", **wife),
        )
        self.refused(
            "posting what is to be collected",
            lambda: clerk.post(f"/desk/dossiers/{there['dossier_id']}/post-result", ITEM),
        )
        clerk.act(there, "hand-over", written_authority=True, **wife)
        yield Act(
            "handed_over",
            clerk.name,
            "trả kết quả cho người được ủy quyền",
            "hands it to the proxy",
            "returned",
        )


class ByPost(PaperJourney):
    """An's letter was stamped the day before; the result goes out by post, comes back once, and is
    posted again.
    """

    number = "J4"
    title_vi = "Tạm ngừng hoạt động hộ kinh doanh, nộp qua bưu chính"
    title_en = "A household business suspends its activity, by post (level 2)"
    procedure = PROCEDURE
    applicant = AN
    postmark: datetime

    def acts(self) -> Iterator[Act]:
        clerk = self.clerk
        self.postmark = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        by_post = {"channel": "post", "result_delivery": "post"}
        later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
        self.refused(
            "a postmark in the future",
            lambda: clerk.register(self.procedure, AN, {}, postmark=later, **by_post),
        )
        self.filed = clerk.register(
            self.procedure, AN, {}, postmark=self.postmark.isoformat(), **by_post
        )
        yield Act(
            "filed",
            clerk.name,
            "nhận thư, đăng ký hồ sơ giấy",
            "opens the letter, registers it",
            "registered",
            also=nothing_owed,
        )

        clerk.act(clerk.called_by(self.code), "accept")
        yield Act(
            "accepted",
            clerk.name,
            "tiếp nhận hồ sơ",
            "accepts the dossier",
            "processing",
            "process",
        )

        yield from handled(self.stage, self.procedure, "completed")

        clerk.act(clerk.called_by(self.code), "post-result", **ITEM)
        yield Act(
            "posted", clerk.name, "gửi kết quả qua bưu chính", "posts the result", "completed",
            also=lambda view: "post-outcome" in [one["action"] for one in view["actions"]],
        )  # fmt: skip
        clerk.act(
            clerk.called_by(self.code),
            "post-outcome",
            delivered=False,
            reason_code="addressee-absent",
        )
        yield Act(
            "came_back",
            clerk.name,
            "ghi nhận thư chuyển hoàn",
            "records that it came back",
            "completed",
            also=lambda view: "post-result" in [one["action"] for one in view["actions"]],
        )
        clerk.act(clerk.called_by(self.code), "post-result", item_number="EB000000002VN")
        clerk.act(clerk.called_by(self.code), "post-outcome", delivered=True)
        yield Act(
            "arrived", clerk.name, "ghi nhận đã phát", "records that it was delivered", "returned"
        )
