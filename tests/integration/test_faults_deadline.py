"""Payments on both sides of their deadline while payment is frozen: each is judged by its append
time, whatever the backlog.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import orjson
from motcua_contracts import Message, Payload
from motcua_contracts.messages.payment import RecordProviderResult, StartPayment, reference_of
from motcua_local.layout import MERCHANT
from motcua_payment_providers.vnpay_wire import canonical, sign

from tests.support.faults.checker import Told, check_ground, check_histories, read_histories
from tests.support.faults.deployment import SHORT_PAYMENT, Deployment, shared_deployment
from tests.support.faults.load import Filed, append, command, file_dossiers
from tests.support.faults.vnpay import provider
from tests.support.faults.waiting import until

EACH = 60
"""Dossiers that are paid in time, paid late, and not paid."""
AMOUNT_VND = 50_000
CLOCKS_MS = 300
"""Away from a deadline by so much, nobody can take the other side for right."""


def paid(deployment: Deployment, subject: str) -> Message[Payload]:
    """The provider's call for the first attempt of a dossier, as the gateway passes it on."""
    query = {
        "vnp_Amount": str(AMOUNT_VND * 100),
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": MERCHANT,
        "vnp_TransactionNo": str(int(subject[:8], 16)),
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": reference_of(subject, 1),
    }
    signed = urlencode(
        {**query, "vnp_SecureHash": sign(deployment.keys.vnpay_secret, canonical(query))}
    )
    return command(subject, RecordProviderResult(raw_query=signed), actor="system:vnpay")


def charges(deployment: Deployment, ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """The stored charges of dossiers."""
    rows = deployment.database("payment").cases.find({"_id": {"$in": list(ids)}}, {"state": 1})
    return {row["_id"]: orjson.loads(row["state"])["charge"] for row in rows}


def staged(deployment: Deployment, filed: Filed, stage: str, attempt: str = "") -> bool | str:
    found = [charge for charge in charges(deployment, filed.ids).values() if charge]
    fit = [
        c
        for c in found
        if c["stage"] == stage and (not attempt or [a["state"] for a in c["attempts"]] == [attempt])  # type: ignore[attr-defined]
    ]
    return len(fit) == len(filed.ids) or f"{len(fit)} of {len(filed.ids)}"


def deadlines(deployment: Deployment, ids: Sequence[str]) -> list[datetime]:
    return [
        datetime.fromisoformat(str(charge["expires_at"]))
        for charge in charges(deployment, ids).values()
    ]


def test_money_is_judged_by_its_append_time_whatever_the_backlog() -> None:
    deployment = shared_deployment()
    with provider(deployment), deployment.services("intake", "routing") as running:
        payment = deployment.start("payment", batch_records="10").wait_ready(60)
        filed = file_dossiers(deployment.kafka, SHORT_PAYMENT, 3 * EACH)
        in_time, late = filed.ids[:EACH], filed.ids[EACH : 2 * EACH]
        until("each fee is demanded", lambda: staged(deployment, filed, "awaited"), 60)
        append(
            deployment.kafka,
            [
                command(s, StartPayment(return_url="https://motcua.example/"), actor=f"citizen:{s}")
                for s in filed.ids
            ],
        )
        until(
            "each payment is started", lambda: staged(deployment, filed, "awaited", "started"), 60
        )
        payment.freeze()
        append(deployment.kafka, [paid(deployment, subject) for subject in in_time])
        assert datetime.now(UTC) < min(deadlines(deployment, in_time)), (
            "too slow a machine: the time to pay was over before the money came"
        )
        last = max(deadlines(deployment, filed.ids)).timestamp() + CLOCKS_MS / 1000
        until("the time to pay is over", lambda: datetime.now(UTC).timestamp() > last, 60)
        append(deployment.kafka, [paid(deployment, subject) for subject in late])
        assert staged(deployment, filed, "awaited", "started") is True, "payment was not frozen"
        payment.wake()
        settled = lambda: _settled(deployment, in_time, filed.ids[EACH:])  # noqa: E731
        until("each dossier is judged", settled, 90)
        check_ground(deployment)
        told = read_histories(deployment.kafka, filed.ids)
        check_histories(told, [filed])
        assert all(service.process.running for service in (payment, *running.values()))
    _judged(told, in_time, late, filed.ids[2 * EACH :])


def _settled(deployment: Deployment, returned: Sequence[str], stopped: Sequence[str]) -> bool | str:
    cases = deployment.database("intake").cases
    done = cases.count_documents(
        {"_id": {"$in": list(returned)}, "state": {"$regex": '"stage":"returned"'}}
    )
    ended = cases.count_documents(
        {"_id": {"$in": list(stopped)}, "state": {"$regex": '"stage":"stopped"'}}
    )
    return (done, ended) == (
        len(returned),
        len(stopped),
    ) or f"{done} of {len(returned)} returned, {ended} of {len(stopped)} stopped"


def _judged(told: Told, in_time: Sequence[str], late: Sequence[str], unpaid: Sequence[str]) -> None:
    before = ["fee-assessed", "payment-awaited", "payment-requested", "payment-started"]
    for subject in in_time:
        assert told.histories[subject].names("payment") == [
            *before,
            "payment-settled",
            "receipt-issued",
        ], subject
    for subject in late:
        names = told.histories[subject].names("payment")
        # The provider's side knows nothing of this money, so it refuses to send it back.
        expected = ["mismatch-found", "payment-expired", "refund-failed", "refund-requested"]
        assert sorted(names[4:]) == expected, f"{subject}: {names}"
        (mismatch,) = told.histories[subject].events("mismatch-found")
        assert mismatch["data"]["reason"] == "late"
    for subject in unpaid:
        assert told.histories[subject].names("payment") == [
            *before,
            "provider-asked",
            "payment-failed",
            "payment-expired",
        ], subject
    for subject in (*late, *unpaid):
        (stopped,) = told.histories[subject].events("dossier-stopped")
        assert stopped["data"]["reason"] == "not_paid_in_time"
    numbers = sorted(
        told.histories[subject].events("receipt-issued")[0]["data"]["number"] for subject in in_time
    )
    assert len(set(numbers)) == len(in_time), "a receipt's number was given twice"
