"""J3, level 3 with a fee: a household business is registered; online payment is refused, cash at
the counter settles it.
"""

import hashlib

import pytest
from motcua_audit.check import Report
from motcua_documents.pdf.words import day_of, hour_of
from motcua_journeys import BusinessRegistration, Stage
from motcua_journeys.applicants import BINH
from motcua_journeys.checks import Rest, Signed

from . import office_days
from .reading import (
    Where,
    accepted_at,
    arrives,
    everything_in,
    instant,
    mails_of,
    slug_of,
    text_of,
    where,
)

WAY = {
    "filed": Where("registered", "haihau", "one-stop", "reception"),
    "accepted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "examined": Where("processing", "haihau", "tckh", "draft", "officer-tckh"),
    "drafted": Where("processing", "haihau", "tckh", "approve", "leader-tckh"),
    "approved": Where("payment_due", "haihau", "one-stop", "payment"),
    "paid": Where("completed", "haihau", "one-stop", "return"),
    "handed_over": Where("returned", "haihau", "one-stop", "return"),
}
SUBJECTS = (
    "đã được đăng ký",
    "đã được tiếp nhận",
    "đề nghị nộp phí, lệ phí",
    "đã có kết quả",
    "đã trả kết quả",
)


@pytest.fixture(scope="module")
def journey(stage: Stage) -> BusinessRegistration:
    played = BusinessRegistration(stage)
    played.play()
    return played


@pytest.mark.parametrize("act", WAY)
def test_the_owner_sees_where_it_lies(journey: BusinessRegistration, act: str) -> None:
    assert where(journey.seen[act].own) == WAY[act]


@pytest.mark.parametrize("act", WAY)
def test_the_public_sees_where_it_lies_but_nobody_by_name(
    journey: BusinessRegistration, act: str
) -> None:
    assert where(journey.seen[act].track) == WAY[act].in_public()


@pytest.mark.parametrize(
    "act", ["accepted", "examined", "drafted", "approved", "paid", "handed_over"]
)
def test_it_is_due_three_working_days_after_acceptance(
    journey: BusinessRegistration, act: str
) -> None:
    own, track = journey.seen[act].own, journey.seen[act].track
    due = office_days.working_days_later(office_days.DISTRICT, accepted_at(own), 3)
    assert (instant(own["due_at"]), instant(track["due_at"])) == (due, due)


# ---------------------------------------------------------------------- the fee


@pytest.mark.parametrize(
    ("act", "state"),
    [("filed", "deferred"), ("drafted", "deferred"), ("approved", "due"), ("paid", "paid")],
)
def test_the_fee_is_asked_for_only_before_the_result(
    journey: BusinessRegistration, act: str, state: str
) -> None:
    fee = journey.seen[act].own["fee"]
    assert (fee["amount_vnd"], fee["state"]) == (100_000, state)


def test_the_owner_is_sent_to_the_counter_to_pay(journey: BusinessRegistration) -> None:
    own = journey.seen["approved"].own
    assert (own["next_actions"], own["fee"]["online"]) == (["pay_at_counter"], False)


@pytest.mark.parametrize("attempt", ["paying online before acceptance", "paying online"])
def test_paying_online_is_refused_with_the_reason(
    journey: BusinessRegistration, attempt: str
) -> None:
    refused = journey.refusals[attempt]
    assert (refused.slug, refused.params) == ("level-too-low", {"level": 3, "needed": 4})


def test_the_reason_is_told_in_vietnamese(journey: BusinessRegistration) -> None:
    assert "mức độ 3" in journey.refusals["paying online"].title_vi


def test_no_cash_is_taken_before_the_till_is_open(journey: BusinessRegistration) -> None:
    assert journey.refusals["cash before the till is open"].slug == "till-not-open"


def test_the_till_shows_the_money_with_its_dossier(journey: BusinessRegistration) -> None:
    takings = [
        (one["code"], one["amount_vnd"], one["state"]) for one in journey.till["session"]["takings"]
    ]
    assert takings == [(journey.code, 100_000, "booked")]


def test_the_till_s_report_counts_the_float_and_the_fee(journey: BusinessRegistration) -> None:
    report = journey.report
    assert (
        report["expected_vnd"],
        report["counted_vnd"],
        report["difference_vnd"],
        report["takings"],
    ) == (600_000, 600_000, 0, 1)


def test_the_last_session_stays_to_be_read(journey: BusinessRegistration, stage: Stage) -> None:
    till = stage.cashier.till()
    assert (till["state"], till["last"]["booked_vnd"]) == ("closed", 100_000)


def test_receipt_numbers_have_no_gap(journey: BusinessRegistration, stage: Stage) -> None:
    views = [
        person.dossier(row["code"])
        for person in (stage.an, stage.binh)
        for row in person.my_dossiers()
    ]
    numbers = sorted(
        view["fee"]["receipt_number"] for view in views if view["fee"]["receipt_number"]
    )
    year = accepted_at(journey.seen["accepted"].own).astimezone(office_days.VIETNAM)
    assert numbers == [f"BL{year:%y}-{ordinal:07d}" for ordinal in range(1, len(numbers) + 1)]
    assert journey.seen["paid"].own["fee"]["receipt_number"] in numbers


# ---------------------------------------------------------------------- papers and documents


def test_the_required_papers_are_stored_as_they_were_uploaded(
    journey: BusinessRegistration,
) -> None:
    uploads = {
        one["paper"]: one["sha256"]
        for one in journey.seen["handed_over"].own["documents"]
        if one["kind"] == "upload"
    }
    stored = {
        paper: hashlib.sha256(journey.citizen.document(sha256)).hexdigest()
        for paper, sha256 in uploads.items()
    }
    assert (sorted(uploads), stored) == (["application", "identity"], uploads)


@pytest.mark.parametrize("act", ["approved", "paid"])
def test_no_result_is_shown_before_it_is_handed_over(
    journey: BusinessRegistration, act: str
) -> None:
    assert "result" not in {one["kind"] for one in journey.seen[act].own["documents"]}


def test_the_slip_says_when_it_is_due_and_that_the_fee_comes_before_the_result(
    journey: BusinessRegistration, documents: dict[str, bytes]
) -> None:
    due = instant(journey.seen["accepted"].own["due_at"])
    assert due is not None
    said = text_of(documents["slip"])
    for line in (
        f"Tiếp nhận hồ sơ của: {BINH['full_name']}",
        f"Thời gian trả kết quả: {hour_of(due)}, {day_of(due)}",
        "Phí, lệ phí: 100.000 đồng, nộp trước khi nhận kết quả",
    ):
        assert line in said


def test_the_receipt_says_that_it_was_cash(
    journey: BusinessRegistration, documents: dict[str, bytes]
) -> None:
    said = text_of(documents["receipt"])
    number = journey.seen["paid"].own["fee"]["receipt_number"]
    for line in (
        f"Số biên lai: {number}",
        "Số tiền: 100.000 đồng",
        "Một trăm nghìn đồng",
        "Tiền mặt tại bộ phận một cửa",
        journey.code,
    ):
        assert line in said


def test_the_result_names_the_business(
    journey: BusinessRegistration, documents: dict[str, bytes]
) -> None:
    said = text_of(documents["result"])
    for line in (
        "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
        "Hộ kinh doanh Mẫu Bình",
        "Vốn kinh doanh (đồng): 100.000.000",
        journey.code,
    ):
        assert line in said


@pytest.mark.parametrize("kind", ["slip", "receipt", "result"])
def test_each_signature_holds_and_one_changed_byte_is_found(
    signed: dict[str, Signed], kind: str
) -> None:
    assert (signed[kind].report.good, signed[kind].flipped.intact) == (True, False)


# ---------------------------------------------------------------------- messages, and who may not


def test_a_mail_came_at_registration_acceptance_demand_and_result(
    journey: BusinessRegistration, stage: Stage
) -> None:
    mails = arrives(lambda: mails_of(stage.mails(BINH["email"]), journey.code), len(SUBJECTS))
    assert [
        mail["subject"].partition(" / ")[0].partition(journey.code)[2].strip(" :") for mail in mails
    ] == list(SUBJECTS)


def test_the_mail_of_the_demand_says_the_amount(
    journey: BusinessRegistration, stage: Stage
) -> None:
    mails = arrives(lambda: mails_of(stage.mails(BINH["email"]), journey.code), len(SUBJECTS))
    assert "Số tiền: 100.000 đồng" in mails[2]["text"]


def test_an_sms_came_at_acceptance_and_at_the_result(
    journey: BusinessRegistration, stage: Stage
) -> None:
    texts = arrives(
        lambda: [one for one in stage.texts(BINH["phone"]) if journey.code in one["text"]], 2
    )
    assert [one["text"].partition(". ")[0] for one in texts] == [
        f"Hồ sơ {journey.code} đã được tiếp nhận",
        f"Hồ sơ {journey.code} đã có kết quả",
    ]


def test_public_tracking_shows_nothing_personal(
    journey: BusinessRegistration, stage: Stage
) -> None:
    shown = "".join(everything_in(seen.track) for seen in journey.seen.values())
    personal = [
        BINH["full_name"],
        BINH["id_number"],
        BINH["phone"],
        BINH["email"],
        "Hộ kinh doanh Mẫu Bình",
    ]
    personal += [desk["name"] for desk in stage.desks.values()]
    assert [one for one in personal if one in shown] == []


def test_another_citizen_finds_neither_dossier_nor_receipt(
    journey: BusinessRegistration, stage: Stage
) -> None:
    own = journey.seen["handed_over"].own
    receipt = next(one["sha256"] for one in own["documents"] if one["kind"] == "receipt")
    assert slug_of(lambda: stage.an.get(f"/dossiers/{own['dossier_id']}")) == "dossier-unknown"
    assert slug_of(lambda: stage.an.document(receipt)) == "document-unknown"


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
