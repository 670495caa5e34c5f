"""Fixtures: simulators of a test's own or shared by a module, and the merchant they call."""

from collections.abc import Iterator

import pytest

from .processes import CONFIRMED, Merchant, Start, starting


@pytest.fixture
def start() -> Iterator[Start]:
    """start("sms", "--data", ..., environment={...}) gives a Simulator of the test's own."""
    with starting() as begin:
        yield begin


@pytest.fixture(scope="module")
def start_shared() -> Iterator[Start]:
    """The same for a whole module, because a start takes half a second; who shares empties it
    before each test.
    """
    with starting() as begin:
        yield begin


@pytest.fixture(scope="module")
def merchant_server() -> Iterator[Merchant]:
    running = Merchant()
    yield running
    running.close()


@pytest.fixture
def merchant(merchant_server: Merchant) -> Merchant:
    """The module's merchant, as new."""
    merchant_server.received.clear()
    merchant_server.answers = list(CONFIRMED)
    return merchant_server
