"""Fixtures: one mailbox and one SMS gateway for the module, empty and without a fault for each
test.
"""

from collections.abc import Iterator

import pytest

from .providers import Provider, running


@pytest.fixture(scope="package")
def mailbox_process() -> Iterator[Provider]:
    with running("mailbox", "--no-store") as provider:
        yield provider


@pytest.fixture(scope="package")
def sms_process() -> Iterator[Provider]:
    with running("sms") as provider:
        yield provider


@pytest.fixture
def mailbox(mailbox_process: Provider) -> Provider:
    mailbox_process.empty()
    return mailbox_process


@pytest.fixture
def gateway(sms_process: Provider) -> Provider:
    sms_process.empty()
    return sms_process
