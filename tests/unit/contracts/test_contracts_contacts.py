"""Which ways of writing an address are the same one, and which must never be taken for it."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from motcua_contracts.values.contacts import email_of, mailbox_of
from motcua_contracts.values.phones import phone_of
from motcua_contracts.wire.envelope import decode


@pytest.mark.parametrize("written", ["an@example.vn", " AN@Example.VN ", "An@example.vn"])
def test_an_address_is_the_same_in_small_and_capital_letters(written: str) -> None:
    assert email_of(written) == "an@example.vn"


@pytest.mark.parametrize(
    "other",
    [
        "\u212aate@example.vn",  # the Kelvin sign, whose small form is k
        "kate@example.vn.evil.example",
        "kate+1@example.vn",
        "k.ate@example.vn",
        "kаte@example.vn",  # a Cyrillic letter
        "",
        "kate",
        "@example.vn",
    ],
)
def test_what_a_server_tells_apart_is_not_the_same(other: str) -> None:
    assert email_of(other) != email_of("kate@example.vn")


@pytest.mark.parametrize(
    "written",
    [
        "0900000001",
        "0900 000 001",
        "+84 900.000.001",
        "84900000001",
        "0084-900-000-001",
        "+84 (0)900000001",
    ],
)
def test_a_number_is_the_same_at_home_and_from_abroad(written: str) -> None:
    assert phone_of(written) == "0900000001"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0900000002", "0900000002"),
        ("+1 900 000 0001", "+19000000001"),
        ("841234567", "0841234567"),
        ("chưa có", ""),
        ("", ""),
        ("٠٩٠٠٠٠٠٠٠١", ""),
    ],
)
def test_others_stay_others(written: str, number: str) -> None:
    assert phone_of(written) == number


@pytest.mark.parametrize("written", ["van@gmail.com", "v.an+1@GMAIL.com", "V.A.N@googlemail.com"])
def test_for_counting_one_mailbox_is_one(written: str) -> None:
    assert mailbox_of(written) == "van@gmail.com"


@pytest.mark.parametrize("odd", ["", "@", "+@x", "...@gmail.com"])
def test_counting_holds_for_anything(odd: str) -> None:
    assert "@" in mailbox_of(odd)


GOLDENS = Path(__file__).parents[2] / "contracts" / "goldens"


@pytest.mark.parametrize(
    "name",
    [
        "vn.motcua.intake.submit-dossier.v1",
        "vn.motcua.intake.register-paper-dossier.v1",
        "vn.motcua.intake.dossier-registered.v1",
        "vn.motcua.intake.dossier-accepted.v1",
        "vn.motcua.notify.message-queued.v1",
        "vn.motcua.routing.case-opened.v1",
    ],
)
def test_a_record_of_before_names_no_contact_as_confirmed(name: str) -> None:
    record = orjson.loads((GOLDENS / f"{name}.json").read_bytes())
    data = record["data"].get("case", record["data"])
    del data["confirmed"]
    read: Any = decode(orjson.dumps(record)).data
    assert getattr(read, "case", read).confirmed == ()
