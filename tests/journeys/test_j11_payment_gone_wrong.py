"""J11, payment gone wrong: whatever provider, forger and browser do, one settlement, one receipt,
and every anomaly in the report.
"""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.checks import Rest, proof_of, rest_of
from motcua_journeys.j11_payment import FEE_VND, PaymentGoneWrong, Ran

ONLINE = (
    "twice",
    "forged",
    "other amount",
    "comes back",
    "delayed",
    "ten at once",
    "silent",
    "suspected",
)
SETTLED = (*ONLINE, "transfer", "unnamed")
EVERY = (*SETTLED, "expired")
TRANSFERRED = ["amount_differs", "duplicate"]
ANOMALIES = {
    "other amount": ["amount_differs"],
    "comes back": ["duplicate"],
    "expired": ["late"],
}
MARKED = {**ANOMALIES, "suspected": ["in doubt"]}
"""What the reconciliation names, beside the mismatches what was in doubt."""


@pytest.fixture(scope="module")
def trouble(stage: Stage) -> PaymentGoneWrong:
    return PaymentGoneWrong(stage).play()


@pytest.fixture(scope="module")
def statement(trouble: PaymentGoneWrong, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trouble.statement(tmp_path_factory.mktemp("statements") / "vnpay.csv")


@pytest.fixture(scope="module")
def report(trouble: PaymentGoneWrong, statement: Path) -> Ran:
    return trouble.reconcile(statement)


def said(trouble: PaymentGoneWrong, name: str, event: str) -> int:
    return [line["event"] for line in trouble.desk[name]["history"]].count(event)


@pytest.mark.parametrize("name", SETTLED)
def test_one_settlement_and_one_receipt(trouble: PaymentGoneWrong, name: str) -> None:
    assert (said(trouble, name, "PaymentSettled"), said(trouble, name, "ReceiptIssued")) == (1, 1)
    assert (trouble.own[name]["fee"]["state"], trouble.own[name]["status"]) == (
        "paid",
        "registered",
    )


def test_what_came_after_the_time_to_pay_settles_nothing(trouble: PaymentGoneWrong) -> None:
    assert (
        said(trouble, "expired", "PaymentSettled"),
        said(trouble, "expired", "ReceiptIssued"),
    ) == (0, 0)
    assert (trouble.own["expired"]["fee"]["state"], trouble.own["expired"]["status"]) == (
        "expired",
        "stopped",
    )


def test_receipts_have_numbers_of_their_own(trouble: PaymentGoneWrong) -> None:
    numbers = [trouble.own[name]["fee"]["receipt_number"] for name in SETTLED]
    assert (len(set(numbers)), None in numbers) == (len(SETTLED), False)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("twice", ["00", "02"]),
        ("forged", ["97", "00"]),
        ("other amount", ["04", "00"]),
        ("comes back", ["00"]),
        ("comes back: the old page", ["00"]),
        ("delayed", ["00"]),
        ("ten at once", ["00", *["02"] * 9]),
        ("suspected", ["00"]),
        ("expired", ["00"]),
    ],
)
def test_the_provider_is_answered_by_its_protocol(
    trouble: PaymentGoneWrong, name: str, codes: list[str]
) -> None:
    assert sorted(trouble.calls[name]) == sorted(codes)


@pytest.mark.parametrize("name", EVERY)
def test_the_office_sees_each_anomaly_and_the_owner_none(
    trouble: PaymentGoneWrong, name: str
) -> None:
    assert said(trouble, name, "MismatchFound") == len(
        {**ANOMALIES, "transfer": TRANSFERRED}.get(name, [])
    )
    assert "MismatchFound" not in [line["event"] for line in trouble.own[name]["history"]]


def test_a_forged_call_is_counted(trouble: PaymentGoneWrong, stage: Stage) -> None:
    gateway = next(part for part in stage.stack.services() if part.service == "gateway")
    shown = httpx.get(f"{gateway.probes_url}/metrics", trust_env=False, timeout=30).text
    for provider in ("vnpay", "vietqr"):
        assert re.search(
            rf'^motcua_forged_calls_total{{provider="{provider}"}} [1-9]', shown, re.MULTILINE
        )


@pytest.mark.parametrize("name", ["comes back", "expired"])
def test_money_that_settles_nothing_goes_back(trouble: PaymentGoneWrong, name: str) -> None:
    (refund,) = trouble.own[name]["fee"]["refunds"]
    assert (refund["amount_vnd"], refund["channel"], refund["state"]) == (FEE_VND, "online", "done")


@pytest.mark.parametrize("name", ONLINE)
def test_the_browser_lands_on_the_dossier_s_page(trouble: PaymentGoneWrong, name: str) -> None:
    parts = urlsplit(trouble.came_back[name])
    assert parts.path == f"/track/{trouble.codes[name]}"
    assert parse_qs(parts.query)["payment"][0] in ("paid", "confirming")


def test_a_suspected_payment_stops_no_dossier_and_is_asked_for_until_it_is_settled(
    trouble: PaymentGoneWrong,
) -> None:
    line = trouble.accountant
    assert (line["provider_code"], line["amount_vnd"], line["said_vi"]) == (
        "07",
        FEE_VND,
        "Trừ tiền thành công, giao dịch bị nghi ngờ",
    )
    assert (trouble.meanwhile["status"], trouble.meanwhile["fee"]["state"]) == (
        "payment_due",
        "due",
    )
    assert (
        said(trouble, "suspected", "PaymentDoubted"),
        said(trouble, "suspected", "PaymentExpired"),
    ) == (1, 0)
    assert not trouble.own["suspected"]["fee"]["in_doubt"]


# ---------------------------------------------------------------------- a bank transfer


def test_a_transfer_is_offered_as_a_code_for_its_account(trouble: PaymentGoneWrong) -> None:
    assert (trouble.offer["provider"], trouble.offer["amount_vnd"]) == ("vietqr", FEE_VND)
    assert "0010A000000727" in trouble.offer["payload"]
    assert trouble.offer["qr_svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_the_bank_is_answered_for_each_credit(trouble: PaymentGoneWrong) -> None:
    assert trouble.bank_answers == ["04", "00", "00", "97", "00", "00"]


def test_a_transfer_without_a_reference_is_listed_and_given_to_its_dossier_once(
    trouble: PaymentGoneWrong,
) -> None:
    came, given = trouble.unnamed
    assert (came["state"], came["amount_vnd"], given["state"], given["code"]) == (
        "unassigned", FEE_VND, "assigned", trouble.codes["unnamed"],
    )  # fmt: skip
    assert (trouble.listed.code, came["reference"] in trouble.listed.said) == (1, True), (
        trouble.listed.said
    )
    assert trouble.refusals["to a dossier that is paid"].slug == "nothing-owed"
    assert trouble.refusals["given twice"].slug == "transfer-gone"
    (settled,) = [
        line for line in trouble.desk["unnamed"]["history"] if line["event"] == "PaymentSettled"
    ]
    assert (settled["actor"], settled["officer"]["id"]) == ("officer", "cashier-haihau")


def test_what_a_transfer_brought_too_much_is_paid_out_at_the_till(
    trouble: PaymentGoneWrong,
) -> None:
    refunds = [
        (one["amount_vnd"], one["channel"], one["reason"], one["state"])
        for one in trouble.own["transfer"]["fee"]["refunds"]
    ]
    assert refunds == [
        (FEE_VND - 1_000, "cash", "amount_differs", "done"),
        (FEE_VND, "cash", "duplicate", "done"),
        (20_000, "cash", "by_hand", "done"),
    ]
    assert (trouble.till["paid_out_vnd"], trouble.till["expected_vnd"]) == (119_000, 381_000)
    assert [one["code"] for one in trouble.till["pay_outs"]] == [trouble.codes["transfer"]] * 3


def test_the_till_s_report_counts_what_was_paid_out(trouble: PaymentGoneWrong) -> None:
    assert (
        trouble.report["expected_vnd"],
        trouble.report["paid_out_vnd"],
        trouble.report["difference_vnd"],
    ) == (381_000, 119_000, 0)


def test_no_more_is_given_back_than_is_left(trouble: PaymentGoneWrong) -> None:
    refusal = trouble.refusals["more than is left"]
    assert (refusal.slug, refusal.params) == ("refund-too-large", {"refundable_vnd": 30_000})


# ---------------------------------------------------------------------- the report


def test_the_statement_matches_line_by_line(report: Ran, statement: Path) -> None:
    assert report.code == 0, report.said
    matched = sum(
        int(line.partition(": ")[2].split()[0])
        for line in report.said.splitlines()
        if " do not match" in line
    )
    assert matched == len(statement.read_text().splitlines()) - 1


@pytest.mark.parametrize("name", MARKED)
def test_every_anomaly_is_in_the_report(trouble: PaymentGoneWrong, report: Ran, name: str) -> None:
    dossier = trouble.own[name]["dossier_id"]
    lines = [line for line in report.said.splitlines() if dossier in line]
    for reason in MARKED[name]:
        assert any(reason.replace("_", " ") in line for line in lines), (
            f"{reason} of {name} is not in\n{report.said}"
        )


def test_a_statement_that_differs_is_said_and_nothing_is_mended(
    trouble: PaymentGoneWrong, statement: Path, report: Ran, tmp_path: Path
) -> None:
    head, first, second, *others = statement.read_text().splitlines()
    wrong = tmp_path / "wrong.csv"
    dearer = first.replace(",50000,", ",60000,")
    stranger = "payment,nobody-1,99999999,70000,2026-11-24T10:00:00+07:00"
    wrong.write_text("\n".join([head, dearer, *others, stranger]) + "\n")
    for _ in range(2):  # the second time is the same command, and says nothing new
        ran = trouble.reconcile(wrong)
        assert ran.code == 1
        for finding in ("amount differs", "missing here", "missing there"):
            assert finding in ran.said, ran.said
    assert second.split(",")[2] in ran.said
    assert trouble.citizen.dossier(trouble.codes["twice"])["fee"]["state"] == "paid"


def test_the_ledger_balances(trouble: PaymentGoneWrong, report: Ran) -> None:
    ran = trouble.operator("payment", "ledger", "--check")
    assert (ran.code, "balanced" in ran.said) == (0, True), ran.said


def test_nothing_is_on_its_way_unpublished_or_dead(
    trouble: PaymentGoneWrong, report: Ran, stage: Stage
) -> None:
    assert rest_of(stage.stack) == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(
    trouble: PaymentGoneWrong, report: Ran, stage: Stage
) -> None:
    proof: Report = proof_of(stage.stack)
    assert proof.ok, str(proof)
