"""The renderer: the same bytes as one after the other, and no document can hold up or spoil the
next one.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from motcua_documents.key_files import KeyFiles
from motcua_documents.pdf import render_receipt, render_result, render_slip
from motcua_documents.renderer import Bounds, DocumentNotMade, Renderer, RendererBusy
from motcua_documents.signing import authorities, verify

from tests.unit.documents.samples import AT, Taking, make_keys, result, slip
from tests.unit.documents.test_documents_department_forms import APOLOGY, REGISTER, SLIP

from motcua_documents.pdf.apology import render_apology  # isort: skip
from motcua_documents.pdf.control_slip import render_control_slip  # isort: skip
from motcua_documents.pdf.register import render_register  # isort: skip

Job = tuple[Callable[[Any], bytes], Any]


def job(number: int) -> Job:
    """Documents of six kinds, each with values of its own."""
    kinds: list[Job] = [
        (render_slip, slip(applicant=f"Người nộp {number}")),
        (render_receipt, Taking(number=f"BL26-{number:07}")),
        (render_result, result(code=f"H40.12-261124-{number:04}")),
        (render_apology, replace(APOLOGY, applicant=f"Người nhận {number}")),
        (render_control_slip, replace(SLIP, owner=f"Chủ hồ sơ {number}")),
        (
            render_register,
            replace(REGISTER, agency_vi=f"Ủy ban {number}", lines=REGISTER.lines[:8]),
        ),
    ]
    return kinds[number % len(kinds)]


def endless(_: object) -> bytes:
    while True:
        pass


def greedy(_: object) -> bytes:
    return b"x" * (4 << 30)


def deadly(_: object) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def wrong(what: str) -> bytes:
    raise ValueError(f"this cannot be printed: {what}")


def number_of_process(_: object) -> bytes:
    return str(os.getpid()).encode()


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    opened = Renderer(Bounds(processes=1, waiting=400, seconds=10))
    yield opened
    await opened.close()


async def test_three_hundred_documents_at_once_are_those_made_one_after_the_other() -> None:
    jobs = [job(number) for number in range(300)]
    renderer = Renderer(Bounds(processes=2, waiting=300))
    try:
        together = await asyncio.gather(*(renderer.render(make, value) for make, value in jobs))
    finally:
        await renderer.close()
    different = [
        number for number, (make, value) in enumerate(jobs) if make(value) != together[number]
    ]
    assert different == []


@pytest.mark.parametrize(
    ("make", "said"), [(endless, "10 seconds"), (greedy, "bytes of memory"), (deadly, "died")]
)
async def test_a_document_that_breaks_its_process_is_told_and_the_next_one_is_made(
    renderer: Renderer, make: Any, said: str
) -> None:
    broken = asyncio.create_task(renderer.render(make, None))
    behind = asyncio.create_task(renderer.render(render_slip, slip()))
    with pytest.raises(DocumentNotMade, match=said):
        await broken
    assert await behind == render_slip(slip())


async def test_what_the_document_itself_raises_is_raised_here(renderer: Renderer) -> None:
    before = await renderer.render(number_of_process, None)
    with pytest.raises(ValueError, match="cannot be printed: a name"):
        await renderer.render(wrong, "a name")
    assert await renderer.render(number_of_process, None) == before, (
        "nothing was wrong with the process"
    )


async def test_who_comes_when_too_many_wait_is_told_at_once() -> None:
    renderer = Renderer(Bounds(waiting=2))
    try:
        asked = [asyncio.create_task(renderer.render(render_slip, slip())) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(RendererBusy, match="2 documents"):
            await renderer.render(render_slip, slip())
        assert set(await asyncio.gather(*asked)) == {render_slip(slip())}
    finally:
        await renderer.close()


async def test_who_gives_up_waiting_leaves_the_place_to_the_next(renderer: Renderer) -> None:
    first, second, third = (
        asyncio.create_task(renderer.render(render_slip, slip())) for _ in range(3)
    )
    await asyncio.sleep(0)
    second.cancel()
    assert await first == await third


async def test_a_signed_document_is_the_office_s(tmp_path: Path) -> None:
    keys = make_keys(tmp_path)
    renderer = Renderer(keys=KeyFiles(keys.key, keys.cert))
    try:
        report = verify(
            await renderer.signed(render_slip, slip(), "Tiếp nhận hồ sơ", AT),
            authorities(keys.authority),
        )
    finally:
        await renderer.close()
    assert (report.good, report.signed_at, report.reason) == (True, AT, "Tiếp nhận hồ sơ")


SERVICE = """
import asyncio
from motcua_documents.renderer import Renderer
from tests.integration.test_documents_renderer import number_of_process
async def main():
    print((await Renderer().render(number_of_process, None)).decode(), flush=True)
    await asyncio.sleep(60)
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_killed_service_leaves_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "service_of_a_test.py").write_text(SERVICE)
    paths = os.pathsep.join([str(Path(__file__).resolve().parents[2]), *sys.path])
    service = subprocess.Popen(
        [sys.executable, str(tmp_path / "service_of_a_test.py")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert service.stdout is not None
    worker = int(service.stdout.readline())
    service.kill()
    service.wait()
    until = time.monotonic() + 20
    while psutil.pid_exists(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not psutil.pid_exists(worker)
