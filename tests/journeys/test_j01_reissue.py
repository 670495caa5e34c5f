"""J1, level 4: a certificate is issued again, online from end to end: fee, acceptance, departments,
signed result, messages.
"""

import hashlib
from datetime import timedelta

import pytest
from motcua_audit.check import Report
from motcua_documents.pdf.words import day_of, hour_of
from motcua_journeys import Reissue, Stage
from motcua_journeys.applicants import AN, required_papers, sample_form
from motcua_journeys.checks import Rest, Signed
from motcua_journeys.personas import Refused

from . import office_days
from .reading import (
    Where,
    accepted_at,
    arrives,
    everything_in,
    instant,
    mails_of,
    receipts_of,
    said_at,
    slug_of,
    text_of,
    where,
)

WAY = {
    "filed": Where("payment_due", "haihau", "one-stop", "payment"),
    "paid": Where("registered", "haihau", "one-stop", "reception"),
    "accepted": Where("processing", "haihau", "tckh", "process", "officer-tckh"),
    "examined": Where("processing", "haihau", "tckh", "draft", "officer-tckh"),
    "drafted": Where("processing", "haihau", "tckh", "approve", "leader-tckh"),
    "approved": Where("returned", "haihau", "one-stop", "return"),
}
STEP_HOURS = {"accepted": 8, "examined": 4, "drafted": 4}
WITH_CASE = ("accepted", "examined", "drafted", "approved")
ISSUED = ("slip", "receipt", "result")


@pytest.fixture(scope="module")
def journey(stage: Stage) -> Reissue:
    played = Reissue(stage)
    played.play()
    return played


# ---------------------------------------------------------------------- where it is


@pytest.mark.parametrize("act", WAY)
def test_the_owner_sees_where_it_lies(journey: Reissue, act: str) -> None:
    assert where(journey.seen[act].own) == WAY[act]


@pytest.mark.parametrize("act", WAY)
def test_the_public_sees_where_it_lies_but_nobody_by_name(journey: Reissue, act: str) -> None:
    assert where(journey.seen[act].track) == WAY[act].in_public()


@pytest.mark.parametrize(
    ("act", "name"), [("accepted", "Phạm Quốc Tuấn"), ("drafted", "Nguyễn Đức Thịnh")]
)
def test_the_owner_sees_the_officer_s_name(journey: Reissue, act: str, name: str) -> None:
    assert journey.seen[act].own["place"]["officer"]["name"] == name


@pytest.mark.parametrize("act", ["filed", "paid"])
def test_nothing_is_due_before_acceptance(journey: Reissue, act: str) -> None:
    assert (journey.seen[act].own["due_at"], journey.seen[act].track["due_at"]) == (None, None)


@pytest.mark.parametrize("act", WITH_CASE)
def test_it_is_due_three_working_days_after_acceptance(journey: Reissue, act: str) -> None:
    own, track = journey.seen[act].own, journey.seen[act].track
    due = office_days.working_days_later(office_days.DISTRICT, accepted_at(own), 3)
    assert (
        instant(own["due_at"]),
        instant(own["due"]["first_due_at"]),
        instant(track["due_at"]),
    ) == (due, due, due)


@pytest.mark.parametrize("act", STEP_HOURS)
def test_each_step_is_due_by_its_working_hours(journey: Reissue, act: str) -> None:
    own = journey.seen[act].own
    due = office_days.open_minutes_later(
        office_days.DISTRICT, said_at(own, "TaskAssigned"), STEP_HOURS[act] * 60
    )
    shown = instant(own["due"]["step_due_at"])
    assert shown is not None
    assert abs(shown - due) <= timedelta(minutes=1)


# ---------------------------------------------------------------------- what it cost


def test_the_fee_is_demanded_before_acceptance(journey: Reissue) -> None:
    fee = journey.seen["filed"].own["fee"]
    assert (fee["amount_vnd"], fee["moment"], fee["state"], fee["online"]) == (
        50_000,
        "before_acceptance",
        "due",
        True,
    )


def test_the_owner_is_told_that_the_fee_can_be_paid_online(journey: Reissue) -> None:
    assert journey.seen["filed"].own["next_actions"] == ["pay_online", "pay_at_counter", "withdraw"]


def test_the_fee_is_settled_online(journey: Reissue) -> None:
    fee = journey.seen["paid"].own["fee"]
    assert (fee["state"], fee["settled"]["channel"]) == ("paid", "online")


# ---------------------------------------------------------------------- papers and documents


def test_the_required_paper_is_stored_as_it_was_uploaded(journey: Reissue) -> None:
    uploads = [one for one in journey.seen["approved"].own["documents"] if one["kind"] == "upload"]
    content = journey.citizen.document(uploads[0]["sha256"])
    assert ([one["paper"] for one in uploads], hashlib.sha256(content).hexdigest()) == (
        ["application"],
        uploads[0]["sha256"],
    )


def test_an_officer_s_reading_of_the_paper_is_on_record(
    journey: Reissue, stage: Stage, rest: Rest
) -> None:
    upload = next(
        one["sha256"]
        for one in journey.seen["approved"].own["documents"]
        if one["kind"] == "upload"
    )
    records = stage.auditor.events(journey.seen["approved"].own["dossier_id"])
    readings = [
        record["raw"]
        for record in records
        if record["topic"] == "audit.records" and upload in record["raw"]
    ]
    assert any('"officer:officer-tckh"' in raw for raw in readings)


@pytest.mark.parametrize("kind", ISSUED)
def test_each_document_is_fetched_as_the_pdf_that_the_events_name(
    journey: Reissue, documents: dict[str, bytes], kind: str
) -> None:
    listed = next(one for one in journey.seen["approved"].own["documents"] if one["kind"] == kind)
    assert documents[kind].startswith(b"%PDF-")
    assert hashlib.sha256(documents[kind]).hexdigest() == listed["sha256"]


@pytest.mark.parametrize("kind", ISSUED)
def test_each_document_names_the_applicant_and_the_code(
    journey: Reissue, documents: dict[str, bytes], kind: str
) -> None:
    said = text_of(documents[kind])
    assert (AN["full_name"] in said, journey.code in said) == (True, True)


def test_the_slip_says_when_the_result_is_due(
    journey: Reissue, documents: dict[str, bytes]
) -> None:
    due = instant(journey.seen["accepted"].own["due_at"])
    assert due is not None
    assert f"Thời gian trả kết quả: {hour_of(due)}, {day_of(due)}" in text_of(documents["slip"])


def test_the_slip_says_that_the_fee_is_paid(documents: dict[str, bytes]) -> None:
    assert "Phí, lệ phí: 50.000 đồng, đã nộp" in text_of(documents["slip"])


def test_the_receipt_says_number_and_amount_also_in_words(
    journey: Reissue, documents: dict[str, bytes]
) -> None:
    number = journey.seen["paid"].own["fee"]["receipt_number"]
    said = text_of(documents["receipt"])
    for line in (
        f"Số biên lai: {number}",
        "Số tiền: 50.000 đồng",
        "Năm mươi nghìn đồng",
        "Hình thức nộp: Trực tuyến",
    ):
        assert line in said


def test_the_result_is_the_certificate_with_what_the_form_said(documents: dict[str, bytes]) -> None:
    said = text_of(documents["result"])
    for line in (
        "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH (CẤP LẠI)",
        "Hộ kinh doanh Mẫu An",
        "TRƯỞNG PHÒNG TÀI CHÍNH – KẾ HOẠCH",
    ):
        assert line in said


@pytest.mark.parametrize("kind", ISSUED)
def test_each_signature_holds(signed: dict[str, Signed], kind: str) -> None:
    assert signed[kind].report.good


@pytest.mark.parametrize("kind", ISSUED)
def test_one_changed_byte_is_found(signed: dict[str, Signed], kind: str) -> None:
    assert not signed[kind].flipped.intact


@pytest.mark.parametrize("act", ["accepted", "examined", "drafted"])
def test_no_result_is_shown_before_it_is_returned(journey: Reissue, act: str) -> None:
    assert "result" not in {one["kind"] for one in journey.seen[act].own["documents"]}


# ---------------------------------------------------------------------- messages


SUBJECTS = ("đã được đăng ký", "đề nghị nộp phí, lệ phí", "đã được tiếp nhận", "đã có kết quả")


def test_a_mail_came_at_registration_demand_acceptance_and_result(
    journey: Reissue, stage: Stage
) -> None:
    mails = arrives(lambda: mails_of(stage.mails(AN["email"]), journey.code), len(SUBJECTS))
    assert [
        mail["subject"].partition(" / ")[0].partition(journey.code)[2].strip(" :") for mail in mails
    ] == list(SUBJECTS)


def test_a_mail_told_of_the_receipt(journey: Reissue, stage: Stage) -> None:
    (mail,) = arrives(lambda: receipts_of(stage.mails(AN["email"]), journey.code), 1)
    assert f"Số biên lai: {journey.seen['paid'].own['fee']['receipt_number']}" in mail["text"]


def test_every_mail_has_a_message_id_of_its_own(journey: Reissue, stage: Stage) -> None:
    ids = [
        mail["message_id"]
        for mail in arrives(lambda: mails_of(stage.mails(AN["email"]), journey.code), len(SUBJECTS))
    ]
    assert (len(set(ids)), all(one.startswith("<") and "@" in one for one in ids)) == (
        len(SUBJECTS),
        True,
    )


def test_every_mail_is_in_vietnamese_and_links_to_the_dossier(
    journey: Reissue, stage: Stage
) -> None:
    for mail in arrives(lambda: mails_of(stage.mails(AN["email"]), journey.code), len(SUBJECTS)):
        for part in (
            f"Kính gửi ông/bà {AN['full_name']},",
            f"{stage.addresses['gateway']}/track/{journey.code}",
            f"Mã hồ sơ: {journey.code}",
        ):
            assert part in mail["text"]


def test_the_mail_of_the_acceptance_says_when_it_is_due(journey: Reissue, stage: Stage) -> None:
    mails = arrives(lambda: mails_of(stage.mails(AN["email"]), journey.code), len(SUBJECTS))
    due = instant(journey.seen["accepted"].own["due_at"])
    assert due is not None
    assert f"ngày {due.astimezone(office_days.VIETNAM):%d/%m/%Y}" in mails[2]["text"]


def test_an_sms_came_at_acceptance_and_at_the_result(journey: Reissue, stage: Stage) -> None:
    texts = arrives(
        lambda: [one for one in stage.texts(AN["phone"]) if journey.code in one["text"]], 2
    )
    assert [one["text"].partition(". ")[0] for one in texts] == [
        f"Hồ sơ {journey.code} đã được tiếp nhận",
        f"Hồ sơ {journey.code} đã có kết quả",
    ]


# ---------------------------------------------------------------------- who may not


@pytest.mark.parametrize("act", WAY)
def test_public_tracking_shows_nothing_personal(journey: Reissue, stage: Stage, act: str) -> None:
    shown = everything_in(journey.seen[act].track)
    personal = [
        AN["full_name"],
        AN["id_number"],
        AN["phone"],
        AN["email"],
        AN["address"],
        *(desk["name"] for desk in stage.desks.values()),
    ]
    assert [one for one in personal if one in shown] == []


def test_tracking_with_a_wrong_pin_shows_nothing(journey: Reissue, stage: Stage) -> None:
    wrong = f"{(int(journey.pin) + 1) % 1_000_000:06d}"
    assert slug_of(lambda: stage.anybody.track(journey.code, wrong)) == "tracking-unknown"


def test_another_citizen_does_not_find_the_dossier(journey: Reissue, stage: Stage) -> None:
    dossier_id = journey.seen["filed"].own["dossier_id"]
    assert slug_of(lambda: stage.binh.get(f"/dossiers/{dossier_id}")) == "dossier-unknown"


def test_another_citizen_does_not_find_a_document(journey: Reissue, stage: Stage) -> None:
    for one in journey.seen["approved"].own["documents"]:
        assert (
            slug_of(lambda sha256=one["sha256"]: stage.binh.document(sha256)) == "document-unknown"  # type: ignore[misc]
        )


def test_another_department_may_not_open_it(journey: Reissue, stage: Stage) -> None:
    dossier_id = journey.seen["filed"].own["dossier_id"]
    assert slug_of(lambda: stage.officers["officer-tuphap"].open(dossier_id)) == "foreign-agency"


def test_a_form_with_a_broken_field_is_refused_and_the_field_is_named(
    journey: Reissue, stage: Stage
) -> None:
    page = stage.anybody.procedure(Reissue.procedure)
    form = {**sample_form(page), "business_number": "!"}
    with pytest.raises(Refused) as refusal:
        stage.an.submit(Reissue.procedure, AN, form, required_papers(page, AN))
    assert (refusal.value.slug, refusal.value.params["fields"]) == (
        "form-invalid",
        "business_number",
    )


def test_a_missing_paper_is_refused_and_the_paper_is_named(journey: Reissue, stage: Stage) -> None:
    page = stage.anybody.procedure(Reissue.procedure)
    with pytest.raises(Refused) as refusal:
        stage.an.submit(Reissue.procedure, AN, sample_form(page), {})
    assert (refusal.value.slug, "application" in str(refusal.value.params)) == (
        "paper-missing",
        True,
    )


def test_an_applicant_without_a_name_is_refused_and_the_field_is_named(
    journey: Reissue, stage: Stage
) -> None:
    with pytest.raises(Refused) as refusal:
        stage.an.submit(Reissue.procedure, {**AN, "full_name": ""}, {}, {})
    assert [one["field"] for one in refusal.value.errors] == ["body.applicant.full_name"]


# ---------------------------------------------------------------------- the log


def test_every_message_of_the_dossier_is_on_record_as_sent(
    journey: Reissue, stage: Stage, rest: Rest
) -> None:
    history = [line["event"] for line in journey.citizen.dossier(journey.code)["history"]]
    assert (history.count("MessageSent"), history.count("MessageFailed")) == (len(SUBJECTS) + 3, 0)


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)


def test_the_auditor_s_proof_of_the_dossier_holds(
    journey: Reissue, stage: Stage, rest: Rest
) -> None:
    proof = stage.auditor.verify(journey.seen["filed"].own["dossier_id"])
    assert (proof["holds"], {chain["source"] for chain in proof["chains"]}) == (
        True,
        {f"/motcua/{name}" for name in ("intake", "routing", "payment", "notify", "audit")},
    )
