"""The receipt book: ordinals without gaps, one for each dossier."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_contracts.messages.payment import AllotReceipt, CloseTill, ReceiptNumbered
from motcua_contracts.rules.decision import Wake
from motcua_payment.domain.book import REMEMBERED, Book, book_of
from motcua_payment.domain.charge import Charge
from motcua_payment.effects.receipts import cashier_of

from .harness import BOOK, CALL, NOW, START, PaymentHarness, cash, demanded, registered, result


def allot(dossier: int) -> AllotReceipt:
    return AllotReceipt(dossier_id=f"d-{dossier}", amount_vnd=50_000)


def numbered(desk: PaymentHarness) -> list[ReceiptNumbered]:
    return [event for event in desk.said if isinstance(event, ReceiptNumbered)]


def test_the_first_number_of_a_book() -> None:
    desk = PaymentHarness(book_of("haihau", NOW))
    desk.tell(allot(1))
    assert desk.subject == BOOK
    assert desk.said == [
        ReceiptNumbered(number="BL26-0000001", ordinal=1, dossier_id="d-1", amount_vnd=50_000)
    ]
    assert (list(desk.effects), desk.due) == ([], None)


@given(st.lists(st.integers(1, 8), max_size=40))
def test_ordinals_have_no_gaps_and_a_dossier_has_one(asked: list[int]) -> None:
    desk = PaymentHarness(BOOK)
    desk.tell(*(allot(dossier) for dossier in asked))
    first_asked = dict.fromkeys(f"d-{dossier}" for dossier in asked)
    assert {event.dossier_id: event.ordinal for event in numbered(desk)} == {
        name: n for n, name in enumerate(first_asked, start=1)
    }
    assert len({event.number for event in numbered(desk)}) == len(first_asked)


def test_the_series_is_by_the_year_in_vietnam() -> None:
    new_years_eve = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    assert book_of("haihau", new_years_eve) == "book:haihau:BL26"
    assert book_of("haihau", new_years_eve + timedelta(seconds=1)) == "book:haihau:BL27"


def test_a_book_does_not_grow_for_ever() -> None:
    desk = PaymentHarness(BOOK)
    for dossier in range(REMEMBERED + 5):
        desk.tell(allot(dossier))
    assert isinstance(desk.case, Book)
    assert (desk.case.last, len(desk.case.recent)) == (REMEMBERED + 5, REMEMBERED)


def test_a_book_hears_nothing_else() -> None:
    desk = PaymentHarness(BOOK)
    assert desk.tell(registered(), Wake()) == []
    with pytest.raises(TypeError):
        desk.tell(CloseTill(counted_vnd=0))


def test_a_receipt_s_cashier_is_whose_till_took_the_cash() -> None:
    at_the_till, online = PaymentHarness(), PaymentHarness()
    at_the_till.tell(registered(), demanded(), cash())
    online.tell(registered(), demanded(), START)
    online.tell(CALL, given=result())
    assert (cashier_of(at_the_till.charge), cashier_of(online.charge), cashier_of(Charge())) == (
        "cashier-haihau",
        "",
        "",
    )
