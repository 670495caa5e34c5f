"""Uploads are opened: a corpus of files that people have and of files made to do harm, each with
what it gets.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_documents.inspection.files import inspect
from motcua_documents.inspection.findings import Finding
from motcua_documents.inspection.inspector import Bounds, Inspector, Server
from motcua_documents.kinds import KINDS, TEXTS, DocumentRefused, InspectionBusy

from tests.support.uploads.images import IMAGES
from tests.support.uploads.pdf import PDFS, plain
from tests.support.uploads.word import WORDS

CORPUS = {**PDFS, **IMAGES, **WORDS}
FROM_OUTSIDE = {"malware"}
"""Found by the scanner and not by opening the file."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


async def judged(inspector: Inspector, data: bytes) -> str:
    """The media type, or why not."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            return await inspector.media_type(file.fileno())
        except DocumentRefused as refused:
            return refused.reason


@pytest.mark.parametrize("name", CORPUS)
async def test_each_file_of_the_corpus_gets_what_it_should(server: Server, name: str) -> None:
    expected, make = CORPUS[name]
    data = await asyncio.to_thread(make)
    assert await judged(Inspector(server), data) == expected


def test_every_reason_has_its_texts_and_a_file_that_shows_it() -> None:
    assert {expected for expected, _ in CORPUS.values()} == KINDS | set(TEXTS) - FROM_OUTSIDE
    texts = [text for both in TEXTS.values() for text in both]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    "bounds",
    [Bounds(memory_bytes=40_000_000), Bounds(wall_seconds=0.01), Bounds(cpu_seconds=0)],
    ids=["memory", "waiting", "work"],
)
async def test_what_takes_too_much_is_refused_and_the_next_file_is_fine(
    server: Server, bounds: Bounds
) -> None:
    large = await asyncio.to_thread(PDFS["pdf-with-600-pages"][1])
    assert await judged(Inspector(server, bounds), large) == "too-complex"
    assert await judged(Inspector(server), plain()) == "application/pdf"


async def test_another_process_takes_over_where_one_was_killed(server: Server) -> None:
    assert await judged(Inspector(server), plain()) == "application/pdf"
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert await judged(Inspector(server), plain()) == "application/pdf"


async def test_who_comes_when_too_many_wait_is_told_at_once(server: Server) -> None:
    inspector = Inspector(server, at_once=1, waiting=1)
    assert await judged(inspector, plain()) == "application/pdf"
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    waiting = [asyncio.create_task(judged(inspector, plain())) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(InspectionBusy):
        await judged(inspector, plain())
    os.kill(server.pid, signal.SIGCONT)
    assert await asyncio.gather(*waiting) == ["application/pdf"] * 2
    assert await judged(inspector, plain()) == "application/pdf"


async def test_who_goes_away_leaves_the_place_taken_until_the_file_is_closed(
    server: Server,
) -> None:
    inspector = Inspector(server, at_once=1, waiting=0)
    assert await judged(inspector, plain()) == "application/pdf"
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    gone = asyncio.create_task(judged(inspector, plain()))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    with pytest.raises(InspectionBusy):
        await judged(inspector, plain())
    os.kill(server.pid, signal.SIGCONT)
    while True:
        with contextlib.suppress(InspectionBusy):
            assert await judged(inspector, plain()) == "application/pdf"
            return
        await asyncio.sleep(0.01)


def told(data: bytes) -> str:
    """In this process, where a fault of a library is not caught."""
    try:
        return inspect(data)
    except Finding as found:
        return found.reason


INSIDE = """
import os, json, socket
from motcua_documents.inspection import server
server._hold_only(os.open("/dev/null", os.O_RDONLY), 1)
server._limit({"cpu_seconds": 5, "memory_bytes": 1 << 30})
def of(act):
    try: return act() and "done"
    except (OSError, MemoryError) as error: return type(error).__name__
tries = {
    "socket": socket.socket,
    "file": lambda: open("/etc/passwd"),
    "pipe": os.pipe,
    "memory": lambda: bytearray(2 << 30),
    "write": lambda: os.write(0, b"a"),
}
os.write(server._ANSWER, json.dumps({name: of(act) for name, act in tries.items()}).encode())
os._exit(0)
"""


def test_what_opens_a_file_can_open_nothing_else_and_write_nowhere() -> None:
    """The very limits that a fork sets itself, and then somebody's code in it."""
    said = subprocess.run(
        [sys.executable, "-c", INSIDE], capture_output=True, check=True, env={}
    ).stdout
    assert json.loads(said) == {
        "socket": "OSError",
        "file": "OSError",
        "pipe": "OSError",
        "memory": "MemoryError",
        "write": "OSError",
    }


async def test_the_process_has_no_settings_and_no_secrets(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_VNPAY_SECRET", "secret")
    server.close()
    assert await judged(Inspector(server), plain()) == "application/pdf"
    assert await asyncio.to_thread(Path(f"/proc/{server.pid}/environ").read_bytes) == b""


SMALL = [
    make()
    for name, (expected, make) in CORPUS.items()
    if expected in KINDS
    and name
    in (
        "pdf-printed",
        "pdf-linearized",
        "pdf-form-filled",
        "jpeg-progressive",
        "png-interlaced",
        "docx-with-fields",
        "docx-with-a-chart",
    )
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SMALL),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40)),
        min_size=1,
        max_size=4,
    ),
)
def test_whatever_is_changed_in_a_file_it_is_taken_or_refused_by_a_reason(
    data: bytes, changes: list[tuple[float, int, bytes]]
) -> None:
    for place, length, bytes_there in changes:
        at = int(place * len(data))
        data = data[:at] + bytes_there + data[at + length :]
    assert told(data) in KINDS | set(TEXTS)
