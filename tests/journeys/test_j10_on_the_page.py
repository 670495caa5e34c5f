"""J6, J8 and J10 at the desks' pages alone: papers are asked for, another department is asked, a
refusal is drafted, sent back and signed.

In a real browser, the officer at a phone, the leader and the other department at a desk.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from motcua_audit.check import Report
from motcua_contracts import VIETNAM
from motcua_journeys import Act, Journey, Stage
from motcua_journeys.applicants import BINH, scan
from motcua_journeys.checks import Rest
from playwright.sync_api import Browser

from tests.support.chromium import DESKTOP, PHONE, open_chromium

from .desk_pages import AtThePages, at_the_pages
from .reading import text_of

NOTE = "Bản chụp căn cước bị mờ, đề nghị nộp bản sao chứng thực."
QUESTION = "Đề nghị cho ý kiến về tên hộ kinh doanh."
WHY = "Ngành nghề đăng ký chưa đủ điều kiện."


class OnThePage(Journey):
    """`wrong` is what the page said beside fields, `shown` what it showed, `offered` the forms it
    had, by the moment.
    """

    number = "J10"
    title_vi = "Phòng chuyên môn làm việc trên trang"
    title_en = "The departments at their pages"
    procedure = "1.001612"
    applicant = BINH
    officer: AtThePages
    leader: AtThePages
    justice: AtThePages
    wrong: dict[str, dict[str, str]]
    shown: dict[str, str]
    offered: dict[str, list[str]]

    def play_in(self, browser: Browser) -> None:
        url = self.stage.addresses["gateway"]
        self.wrong, self.shown, self.offered = {}, {}, {}
        with (
            at_the_pages(browser, url, "officer-tckh", PHONE, "officer") as self.officer,
            at_the_pages(browser, url, "leader-tckh", DESKTOP, "leader") as self.leader,
            at_the_pages(browser, url, "officer-tuphap", DESKTOP, "justice") as self.justice,
        ):
            self.play()

    def acts(self) -> Iterator[Act]:
        yield self.file_online("registered", fee="deferred")
        yield self.accepted_by(self.stage.officers["clerk-haihau"])
        yield from self._supplement()
        yield from self._consultation()
        yield from self._refusal()

    def _supplement(self) -> Iterator[Act]:
        officer, form = self.officer, "request-supplement"
        officer.open(self.code)
        self.offered["accepted"] = officer.offered
        officer.send(form, {"Nội dung ghi cho người nộp, in trên phiếu": NOTE})
        self.wrong["nothing chosen"] = officer.wrong()
        identity = next(
            one["name_vi"]
            for one in self.stage.anybody.procedure(self.procedure)["papers"]
            if one["id"] == "identity"
        )
        self.shown["asked"] = officer.send(
            form, {identity: True, "Lý do chung": "Bản chụp không đọc được"}
        )
        yield Act(
            "asked", officer.persona, "yêu cầu bổ sung", "asks for papers", "supplement_requested"
        )

        self.stage.binh.supplement(self.code, {"identity": scan("Căn cước công dân", BINH)})
        yield Act(
            "supplemented",
            "citizen-binh",
            "bổ sung giấy tờ",
            "hands in the paper",
            "processing",
            "process",
        )
        self.shown["asked once"] = officer.open(self.code)
        self.offered["asked once"] = officer.offered

    def _consultation(self) -> Iterator[Act]:
        officer = self.officer
        officer.send("consult", {"Số giờ làm việc để trả lời": "rất nhanh"})
        self.wrong["whom to ask"] = officer.wrong()
        officer.send(
            "consult",
            {
                "Phòng, cơ quan được hỏi": "Phòng Tư pháp",
                "Số giờ làm việc để trả lời": "8",
                "Nội dung cần hỏi (nội bộ)": QUESTION,
            },
        )
        yield Act(
            "consulted",
            officer.persona,
            "lấy ý kiến",
            "asks",
            "processing",
            also=lambda view: view["consultations"],
        )

        officer.open(self.code)
        officer.send("complete-step")
        yield Act("examined", officer.persona, "thẩm định", "examines", "processing", "draft")
        self.shown["waiting"] = officer.open(self.code)
        self.offered["waiting"] = officer.offered

        self.shown["to the consulted"] = self.justice.open(self.code, "consulted")
        self.offered["to the consulted"] = self.justice.offered
        self.justice.send("answer-consultation-1", {"Nội dung (nội bộ)": "Tên phù hợp."})
        self.wrong["no opinion chosen"] = self.justice.wrong()
        self.justice.send("answer-consultation-1", {"Nhất trí": True})
        yield Act(
            "answered", self.justice.persona, "trả lời", "answers", "processing", "draft",
            also=lambda view: view["consultations"][0]["opinion"] == "agrees",
        )  # fmt: skip

    def _refusal(self) -> Iterator[Act]:
        officer, leader = self.officer, self.leader
        self.shown["answered"] = officer.open(self.code)
        officer.send("draft-decision", {"Từ chối": True, "Nội dung (nội bộ)": WHY})
        self.wrong["a refusal without a reason"] = officer.wrong()
        officer.send("draft-decision", {"Lý do (khi từ chối)": "Không đủ điều kiện theo quy định"})
        yield Act("drafted", officer.persona, "dự thảo", "drafts", "processing", "approve")

        self.shown["to the leader"] = leader.open(self.code)
        leader.send(
            "return-step",
            {
                "Lý do": "Căn cứ pháp lý chưa đúng",
                "Nội dung cần sửa (nội bộ)": "Nêu rõ điều khoản.",
            },
        )
        yield Act("sent back", leader.persona, "trả lại", "sends it back", "processing", "draft")
        self.shown["back"] = officer.open(self.code)

        due = datetime.fromisoformat(self.citizen.dossier(self.code)["due_at"]).astimezone(VIETNAM)
        leader.open(self.code, "department")
        leader.send(
            "extend",
            {
                "Ngày giờ hẹn mới": f"{due:%Y-%m-%dT%H:%M}",
                "Lý do": "Hồ sơ phức tạp, cần xác minh thêm",
            },
        )
        self.wrong["no later date"] = leader.wrong()
        leader.send("extend", {"Ngày giờ hẹn mới": f"{due + timedelta(days=20):%Y-%m-%dT%H:%M}"})
        yield Act(
            "extended",
            leader.persona,
            "hẹn lại",
            "gives a new date",
            "processing",
            also=lambda view: view["apologies"],
        )

        officer.open(self.code)
        refused: dict[str, str | bool] = {
            "Từ chối": True,
            "Lý do (khi từ chối)": "Không đủ điều kiện theo quy định",
            "Nội dung (nội bộ)": WHY,
        }
        officer.send("draft-decision", refused)
        yield Act("drafted again", officer.persona, "dự thảo", "drafts", "processing", "approve")
        leader.open(self.code)
        self.offered["to sign"] = leader.offered
        leader.send("approve")
        yield Act("approved", leader.persona, "ký duyệt", "signs", "payment_due")


@pytest.fixture(scope="module")
def journey(stage: Stage) -> OnThePage:
    played = OnThePage(stage)
    with open_chromium() as browser:
        played.play_in(browser)
    return played


def test_the_officer_has_a_form_for_each_act_of_the_own_step(journey: OnThePage) -> None:
    assert journey.offered["accepted"] == ["complete-step", "consult", "request-supplement"]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (
            "nothing chosen",
            {
                "request-supplement-paper": "Chọn ít nhất một giấy tờ",
                "reason_code": "Chọn một mục trong danh sách",
            },
        ),
        (
            "whom to ask",
            {
                "desk": "Chọn một mục trong danh sách",
                "working_hours": "Số giờ làm việc lớn hơn 0, tối đa 400",
            },
        ),
        ("no opinion chosen", {"answer-consultation-1-opinion": "Chọn một mục trong danh sách"}),
        ("a refusal without a reason", {"reason_code": "Từ chối thì phải chọn lý do"}),
        ("no later date", {"new_due_at": "Phải sau thời điểm này và sau ngày hẹn đang có"}),
    ],
)
def test_what_does_not_hold_stands_beside_its_field(
    journey: OnThePage, moment: str, said: dict[str, str]
) -> None:
    assert journey.wrong[moment] == said


def test_the_owner_is_asked_for_that_paper_with_the_reason(journey: OnThePage) -> None:
    asked = journey.seen["asked"].own["supplement"]
    assert [line["paper"] for line in asked["papers"]] == ["identity"]
    assert asked["reason_vi"] == "Bản chụp không đọc được"
    said = text_of(journey.citizen.documents(journey.code)["supplement-slip"])
    for words in ("PHIẾU YÊU CẦU BỔ SUNG", NOTE):
        assert words in said


def test_after_one_request_the_page_says_why_there_is_no_other(journey: OnThePage) -> None:
    assert "request-supplement" not in journey.offered["asked once"]
    assert (
        "Yêu cầu bổ sung chưa làm được: Cơ quan này đã yêu cầu bổ sung một lần"
        in journey.shown["asked once"]
    )


def test_a_draft_waits_for_the_opinion_and_the_page_says_for_whose(journey: OnThePage) -> None:
    assert "draft-decision" not in journey.offered["waiting"]
    assert (
        "Dự thảo quyết định chưa làm được: Đang chờ ý kiến của Phòng Tư pháp"
        in journey.shown["waiting"]
    )
    assert (
        "Phòng Tư pháp, Ủy ban nhân dân huyện Hải Hậu: chờ trả lời đến" in journey.shown["waiting"]
    )


def test_the_consulted_reads_the_question_and_may_answer_it_alone(journey: OnThePage) -> None:
    assert QUESTION in journey.shown["to the consulted"]
    assert journey.offered["to the consulted"] == ["answer-consultation-1"]


def test_the_officer_reads_the_opinion(journey: OnThePage) -> None:
    assert "Nhất trí" in journey.shown["answered"]
    assert "Tên phù hợp." in journey.shown["answered"]


def test_the_leader_reads_the_draft_with_its_reason_and_words(journey: OnThePage) -> None:
    for words in ("Từ chối: Không đủ điều kiện theo quy định", WHY):
        assert words in journey.shown["to the leader"]


def test_what_was_sent_back_says_why(journey: OnThePage) -> None:
    for words in ("Căn cứ pháp lý chưa đúng", "Nêu rõ điều khoản."):
        assert words in journey.shown["back"]


def test_the_leader_signed_the_refusal(journey: OnThePage) -> None:
    assert "approve" in journey.offered["to sign"]
    clerks = journey.stage.officers["clerk-haihau"].called_by(journey.code)
    assert (clerks["outcome"]["outcome"], clerks["outcome"]["reason_code"]) == (
        "refused",
        "not-eligible",
    )


def test_every_page_fits_the_phone_and_the_desk(journey: OnThePage) -> None:
    assert [*journey.officer.too_wide, *journey.leader.too_wide, *journey.justice.too_wide] == []


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
