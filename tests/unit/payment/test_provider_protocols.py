"""What all protocols of payment providers have, and what a provider is told of its call."""

from importlib import import_module

import pytest
from motcua_chassis.signatures import PROVIDERS
from motcua_contracts.messages.payment import RecordProviderResult
from motcua_contracts.wire.payload import REGISTRY
from motcua_payment_providers import base
from motcua_payment_providers.base import Reply, reply, reply_to_refusal


@pytest.mark.parametrize("name", base.NAMES)
def test_every_provider_has_a_protocol_a_sender_and_answers(name: str) -> None:
    protocol = import_module(f"motcua_payment_providers.{name}")
    assert name == protocol.NAME
    assert callable(protocol.verify)
    assert base.SENDERS[name] in PROVIDERS
    assert sorted(protocol.answered(base.TRY_AGAIN).values()) == ["99", "Unknown error"]


ROWS = [
    ("PaymentSettled", "", base.CONFIRMED),
    ("PaymentFailed", "", base.CONFIRMED),
    ("PaymentDoubted", "", base.CONFIRMED),
    ("TransferReceived", "", base.CONFIRMED),
    ("MismatchFound", "late", base.CONFIRMED),
    ("MismatchFound", "duplicate", base.CONFIRMED),
    ("MismatchFound", "not_demanded", base.CONFIRMED),
    ("MismatchFound", "amount_differs", base.WRONG_AMOUNT),
    ("MismatchFound", "bad_signature", base.WRONG_SIGNATURE),
    ("MismatchFound", "another", base.TRY_AGAIN),
    ("PaymentHeld", "", base.TRY_AGAIN),
    ("", "", base.TRY_AGAIN),
]


@pytest.mark.parametrize(("event", "reason", "told"), ROWS)
def test_what_a_call_led_to_is_answered(event: str, reason: str, told: Reply) -> None:
    assert reply(event, reason) == told


def test_every_event_that_closes_a_call_has_an_answer_of_its_own() -> None:
    assert {event for event, _, _ in ROWS} >= set(RecordProviderResult.closed_by)
    assert set(RecordProviderResult.closed_by) <= {model.__name__ for model in REGISTRY.values()}


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("already-settled", "02"),
        ("bad-signature", "97"),
        ("amount-too-large", "04"),
        ("attempt-unknown", "01"),
        ("dossier-unknown", "01"),
        ("wrong-agency", "99"),
    ],
)
def test_what_was_refused_is_answered(slug: str, code: str) -> None:
    assert reply_to_refusal(slug).code == code
