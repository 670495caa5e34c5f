"""J2, level 3 and free: a birth is registered in the commune; filed online, the result is handed
over at the counter.
"""

import hashlib

import pytest
from motcua_audit.check import Report
from motcua_documents.pdf.words import day_of, hour_of
from motcua_journeys import BirthRegistration, Stage
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
    "filed": Where("registered", "haiminh", "one-stop", "reception"),
    "accepted": Where("processing", "haiminh", "tuphap", "process", "officer-haiminh"),
    "examined": Where("processing", "haiminh", "tuphap", "draft", "officer-haiminh"),
    "drafted": Where("processing", "haiminh", "tuphap", "approve", "leader-haiminh"),
    "approved": Where("completed", "haiminh", "one-stop", "return"),
    "handed_over": Where("returned", "haiminh", "one-stop", "return"),
}
SUBJECTS = ("đã được đăng ký", "đã được tiếp nhận", "đã có kết quả", "đã trả kết quả")


@pytest.fixture(scope="module")
def journey(stage: Stage) -> BirthRegistration:
    played = BirthRegistration(stage)
    played.play()
    return played


@pytest.mark.parametrize("act", WAY)
def test_the_owner_sees_where_it_lies(journey: BirthRegistration, act: str) -> None:
    assert where(journey.seen[act].own) == WAY[act]


@pytest.mark.parametrize("act", WAY)
def test_the_public_sees_where_it_lies_but_nobody_by_name(
    journey: BirthRegistration, act: str
) -> None:
    assert where(journey.seen[act].track) == WAY[act].in_public()


def test_it_is_received_and_decided_in_the_commune(journey: BirthRegistration) -> None:
    place = journey.seen["accepted"].own["place"]
    assert (place["agency_vi"], place["officer"]["name"]) == (
        "Ủy ban nhân dân xã Hải Minh",
        "Bùi Văn Hưng",
    )


@pytest.mark.parametrize("act", ["accepted", "examined", "drafted", "approved", "handed_over"])
def test_it_is_due_on_the_same_day_or_after_15_o_clock_the_next(
    journey: BirthRegistration, act: str
) -> None:
    own, track = journey.seen[act].own, journey.seen[act].track
    due = office_days.same_day(office_days.COMMUNE, accepted_at(own))
    assert (instant(own["due_at"]), instant(track["due_at"])) == (due, due)


def test_it_is_free(journey: BirthRegistration) -> None:
    fee = journey.seen["filed"].own["fee"]
    assert (fee["amount_vnd"], fee["state"]) == (0, "none")


@pytest.mark.parametrize("act", WAY)
def test_no_online_payment_is_offered(journey: BirthRegistration, act: str) -> None:
    own = journey.seen[act].own
    assert (own["fee"]["online"], "pay_online" in own["next_actions"]) == (False, False)


def test_paying_for_what_is_free_is_refused(journey: BirthRegistration) -> None:
    assert journey.refusals["paying online for what is free"].slug == "nothing-owed"


def test_the_required_papers_are_stored_as_they_were_uploaded(journey: BirthRegistration) -> None:
    uploads = {
        one["paper"]: one["sha256"]
        for one in journey.seen["handed_over"].own["documents"]
        if one["kind"] == "upload"
    }
    stored = {
        paper: hashlib.sha256(journey.citizen.document(sha256)).hexdigest()
        for paper, sha256 in uploads.items()
    }
    assert (sorted(uploads), stored) == (["application", "birth-notice"], uploads)


def test_the_owner_is_told_to_collect_the_result(journey: BirthRegistration) -> None:
    assert journey.seen["approved"].own["next_actions"] == ["collect_result"]


def test_the_result_cannot_be_fetched_before_it_is_handed_over(journey: BirthRegistration) -> None:
    assert (
        journey.refusals["fetching the result before it is handed over"].slug == "document-unknown"
    )


def test_the_clerk_must_check_who_collects(journey: BirthRegistration) -> None:
    assert journey.refusals["handing over without checking identity"].slug == "identity-not-checked"


def test_slip_and_result_are_there_once_it_is_handed_over_and_no_receipt(
    documents: dict[str, bytes],
) -> None:
    assert sorted(documents) == ["result", "slip"]


def test_the_slip_says_when_and_where_and_that_nothing_is_to_be_paid(
    journey: BirthRegistration, documents: dict[str, bytes]
) -> None:
    due = instant(journey.seen["accepted"].own["due_at"])
    assert due is not None
    said = text_of(documents["slip"])
    for line in (
        journey.code,
        f"Tiếp nhận hồ sơ của: {BINH['full_name']}",
        f"Thời gian trả kết quả: {hour_of(due)}, {day_of(due)}",
        "Bộ phận Tiếp nhận và Trả kết quả – Ủy ban nhân dân xã Hải Minh",
        "Phí, lệ phí: Không phải nộp",
        "Mã tra cứu (PIN): ",
        "Trần Thị Bích Ngọc",
        "Ký bởi: Ủy ban nhân dân xã Hải Minh",
    ):
        assert line in said


def test_the_result_is_the_birth_certificate_of_the_child(
    journey: BirthRegistration, documents: dict[str, bytes]
) -> None:
    said = text_of(documents["result"])
    for line in (
        "GIẤY KHAI SINH",
        "Trần Thị Mẫu Chi",
        "Lê Thị Mẫu Dung",
        journey.code,
        "Năm sinh: 1998",
        "Năm sinh: 1996",
        "Hoàng Thị Kim Liên",
    ):
        assert line in said


@pytest.mark.parametrize("kind", ["slip", "result"])
def test_each_signature_holds_and_one_changed_byte_is_found(
    signed: dict[str, Signed], kind: str
) -> None:
    assert (signed[kind].report.good, signed[kind].flipped.intact) == (True, False)


def test_a_mail_came_at_registration_acceptance_and_result(
    journey: BirthRegistration, stage: Stage
) -> None:
    mails = arrives(lambda: mails_of(stage.mails(BINH["email"]), journey.code), len(SUBJECTS))
    assert [
        mail["subject"].partition(" / ")[0].partition(journey.code)[2].strip(" :") for mail in mails
    ] == list(SUBJECTS)


def test_an_sms_came_at_acceptance_and_at_the_result(
    journey: BirthRegistration, stage: Stage
) -> None:
    texts = arrives(
        lambda: [one for one in stage.texts(BINH["phone"]) if journey.code in one["text"]], 2
    )
    assert [one["text"].partition(". ")[0] for one in texts] == [
        f"Hồ sơ {journey.code} đã được tiếp nhận",
        f"Hồ sơ {journey.code} đã có kết quả",
    ]


def test_public_tracking_shows_nothing_personal(journey: BirthRegistration, stage: Stage) -> None:
    shown = "".join(everything_in(seen.track) for seen in journey.seen.values())
    personal = [
        BINH["full_name"],
        BINH["id_number"],
        BINH["phone"],
        BINH["email"],
        "Trần Thị Mẫu Chi",
    ]
    personal += [desk["name"] for desk in stage.desks.values()]
    assert [one for one in personal if one in shown] == []


def test_the_district_s_counter_may_not_open_it(journey: BirthRegistration, stage: Stage) -> None:
    dossier_id = journey.seen["filed"].own["dossier_id"]
    assert slug_of(lambda: stage.officers["clerk-haihau"].open(dossier_id)) == "foreign-agency"


def test_another_citizen_finds_neither_dossier_nor_result(
    journey: BirthRegistration, stage: Stage
) -> None:
    own = journey.seen["handed_over"].own
    result = next(one["sha256"] for one in own["documents"] if one["kind"] == "result")
    assert slug_of(lambda: stage.an.get(f"/dossiers/{own['dossier_id']}")) == "dossier-unknown"
    assert slug_of(lambda: stage.an.document(result)) == "document-unknown"


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
