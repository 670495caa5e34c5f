"""The scanner's protocol against a server that speaks it: clean, found, too large, silent, gone,
wrong words.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from motcua_documents.scanning import Clamd, ScannerAddressWrong, ScannerAway

from tests.support.clamd import EICAR, Mood, fake_clamd

PATIENT, HASTY = 30.0, 0.2


async def pieces(*each: bytes) -> AsyncIterator[bytes]:
    for piece in each:
        yield piece


async def test_a_clean_file_arrives_whole_and_is_clean() -> None:
    large = [bytes([number]) * 100_000 for number in range(100)]
    async with fake_clamd() as clamd:
        assert not await Clamd(clamd.address, PATIENT).finds(pieces(*large))
    assert clamd.seen == [b"".join(large)]


async def test_malware_is_found_wherever_the_pieces_are_cut(tmp_path: Path) -> None:
    async with fake_clamd(path=str(tmp_path / "clamd.sock")) as clamd:
        assert await Clamd(clamd.address, PATIENT).finds(
            pieces(b"a" * 1_000, EICAR[:9], EICAR[9:], b"b")
        )


@pytest.mark.parametrize(
    ("mood", "seconds"), [("silent", HASTY), ("gone", PATIENT), ("odd", PATIENT)]
)
async def test_no_verdict_is_no_clean_bill(mood: Mood, seconds: float) -> None:
    async with fake_clamd(mood) as clamd:
        with pytest.raises(ScannerAway):
            await Clamd(clamd.address, seconds).finds(pieces(b"a" * 1_000, b"b"))


async def test_a_file_that_is_too_long_for_the_scanner_is_not_judged() -> None:
    async with fake_clamd(most=1_000) as clamd:
        with pytest.raises(ScannerAway):
            await Clamd(clamd.address, PATIENT).finds(pieces(*[b"a" * 100_000] * 100))


async def test_nobody_listens(tmp_path: Path) -> None:
    for address in ("tcp://127.0.0.1:1", f"unix:{tmp_path}/none"):
        with pytest.raises(ScannerAway):
            await Clamd(address, PATIENT).finds(pieces(b"a"))


@pytest.mark.parametrize(
    "address",
    [
        "localhost",
        "tcp://host",
        "tcp://host:99999",
        "http://host:1",
        "unix:sock",
        "tcp://a:b:1",
        "",
    ],
)
def test_what_is_no_address_is_said_so(address: str) -> None:
    with pytest.raises(ScannerAddressWrong):
        Clamd(address, PATIENT)
