"""Payment dies at every step of a settlement: before the commit, between commit and publish, after
it, and while it waits for its provider.

One settlement and one receipt each, one refund where one was wanted, and books that balance.
"""

import asyncio
import time
from collections.abc import Sequence

import pytest
from motcua_chassis.reader import stream_to_end
from motcua_contracts.messages.payment import StartPayment
from motcua_contracts.messages.refunds import RefundByHand
from motcua_contracts.wire.envelope import decode
from motcua_contracts.wire.topics import PAYMENT_CHARGES
from motcua_payment.books import Books
from motcua_payment.statement import Ours, compare, read_statement

from tests.support.faults.checker import check_ground, check_histories, read_histories
from tests.support.faults.deployment import SHORT_PAYMENT, Deployment, restarted, shared_deployment
from tests.support.faults.load import Filed, append, command, file_dossiers
from tests.support.faults.vnpay import Provider, provider
from tests.support.faults.waiting import until
from tests.support.stack import ServiceProcess

from .test_faults_deadline import charges, paid, staged

LONG_PAYMENT = "faults.long-payment"
DOSSIERS, DEATHS, EXIT_CODE = 24, 2, 9
FEE_VND, PART_VND = 50_000, 20_000


def started(deployment: Deployment, procedure: str, count: int) -> Filed:
    """Dossiers whose citizens stand before the pay page."""
    filed = file_dossiers(deployment.kafka, procedure, count)
    until("each fee is demanded", lambda: staged(deployment, filed, "awaited"), 60)
    append(
        deployment.kafka,
        [
            command(s, StartPayment(return_url="https://motcua.example/"), actor=f"citizen:{s}")
            for s in filed.ids
        ],
    )
    until("each payment is started", lambda: staged(deployment, filed, "awaited", "started"), 60)
    return filed


def receipted(deployment: Deployment, filed: Filed) -> bool | str:
    done = sum(bool(charge["receipt"]) for charge in charges(deployment, filed.ids).values())
    return done == len(filed.ids) or f"{done} of {len(filed.ids)}"


def one_settlement_each(deployment: Deployment, filed: Filed) -> None:
    told = read_histories(deployment.kafka, filed.ids)
    check_histories(told, [filed])
    for subject in filed.ids:
        names = told.histories[subject].names("payment")
        assert (names.count("payment-settled"), names.count("receipt-issued")) == (1, 1), (
            f"{subject}: {names}"
        )


def books_of(deployment: Deployment) -> Books:
    books = Books()

    async def read() -> None:
        async for record in stream_to_end(deployment.kafka, (PAYMENT_CHARGES,)):
            books.take(decode(record.value))

    asyncio.run(read())
    return books


@pytest.mark.parametrize("point", ["before-commit", "after-commit", "after-publish"])
def test_one_settlement_and_one_receipt_though_payment_dies_in_its_turn(point: str) -> None:
    deployment = shared_deployment()
    with provider(deployment), deployment.services("intake", "routing"):
        payment = deployment.start("payment", batch_records="8").wait_ready(60)
        filed = started(deployment, LONG_PAYMENT, DOSSIERS)
        payment.terminate()
        append(
            deployment.kafka, [paid(deployment, subject) for subject in [*filed.ids, *filed.ids]]
        )
        for _ in range(DEATHS):
            restarted(payment, fault_point=point)
            until("payment dies", lambda: not payment.process.running, 60)
            assert payment.process.exit_code == EXIT_CODE
        restarted(payment, fault_point="").wait_ready(60)
        until("each receipt is issued", lambda: receipted(deployment, filed), 60)
        check_ground(deployment)
        one_settlement_each(deployment, filed)
    assert books_of(deployment).problems() == []


def test_killed_while_the_provider_is_asked_and_while_it_refunds() -> None:
    deployment = shared_deployment()
    with provider(deployment) as vnpay, deployment.services("intake", "routing"):
        payment = deployment.start("payment").wait_ready(60)
        filed = started(deployment, SHORT_PAYMENT, 6)
        for charge in charges(deployment, filed.ids).values():
            vnpay.press_pay(page_of(deployment, str(charge["id"])))
        vnpay.control(api_delay_seconds=3)
        until("each provider is asked", lambda: all_asked(deployment, filed.ids), 60)
        killed_meanwhile(payment, seconds=1)
        assert settled_by_now(deployment, filed.ids) == 0, "the answer was here before the kill"
        payment.wait_ready(60)
        until("each receipt is issued", lambda: receipted(deployment, filed), 60)

        give_back = RefundByHand(agency="haihau", amount_vnd=PART_VND)
        append(
            deployment.kafka,
            [command(subject, give_back, actor="officer:cashier-haihau") for subject in filed.ids],
        )
        until(
            "each refund is under way",
            lambda: refunds(deployment, filed.ids) == ["requested"] * len(filed.ids),
            30,
        )
        killed_meanwhile(payment, seconds=1)
        assert refunds(deployment, filed.ids) == ["requested"] * len(filed.ids), (
            "the answer was here before the kill"
        )
        payment.wait_ready(60)
        until(
            "each refund is done",
            lambda: refunds(deployment, filed.ids) == ["done"] * len(filed.ids),
            60,
        )
        check_ground(deployment)
        one_settlement_each(deployment, filed)
        at_provider(vnpay, deployment, filed.ids)
    assert books_of(deployment).problems() == []


def page_of(deployment: Deployment, subject: str) -> str:
    (event,) = (
        read_histories(deployment.kafka, [subject]).histories[subject].events("payment-started")
    )
    return str(event["data"]["redirect_url"])


def all_asked(deployment: Deployment, ids: Sequence[str]) -> bool | str:
    asked = sum(charge["attempts"][0]["asked"] for charge in charges(deployment, ids).values())  # type: ignore[index]
    return asked == len(ids) or f"{asked} of {len(ids)}"


def killed_meanwhile(payment: ServiceProcess, seconds: float) -> None:
    """kill -9 while the provider takes its time over the calls; then the next life begins."""
    time.sleep(seconds)
    payment.kill()
    payment.start_again()


def settled_by_now(deployment: Deployment, ids: Sequence[str]) -> int:
    return sum(charge["settlement"] is not None for charge in charges(deployment, ids).values())


def refunds(deployment: Deployment, ids: Sequence[str]) -> list[str]:
    return [
        one["state"]
        for charge in charges(deployment, ids).values()
        for one in charge["refunds"]  # type: ignore[attr-defined]
    ]


def at_provider(vnpay: Provider, deployment: Deployment, ids: Sequence[str]) -> None:
    """The provider sent each refund once, and its statement matches line by line."""
    for subject in ids:
        assert [one["amount"] for one in vnpay.transaction(subject)["refunds"]] == [
            PART_VND * 100
        ], subject
    ours = Ours("vnpay")

    async def read() -> None:
        async for record in stream_to_end(deployment.kafka, (PAYMENT_CHARGES,)):
            message = decode(record.value)
            if message.subject in ids:
                ours.take(message)

    asyncio.run(read())
    (day,) = compare(read_statement(vnpay.statement().encode()), ours, [])
    assert (len(day.matched), day.findings) == (2 * len(ids), ())
