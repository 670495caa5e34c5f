"""Absences: whole days from the organisation's files, versioned, told by every replica at an
instant.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from motcua_catalog.importer.file_stack import HOME
from motcua_catalog.importer.run import import_into

from .harness import CatalogHarness

OFFICER = "officer-tckh"


@pytest.fixture
def organisation(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HOME / "organisation", tmp_path / "organisation"))


def write(organisation: Path, absences: str) -> None:
    text = (HOME / "organisation" / "haihau.yaml").read_text()
    (organisation / "haihau.yaml").write_text(f"{text}absences:\n{absences}" if absences else text)


async def test_an_officer_is_absent_from_the_first_morning_to_the_last_night(
    organisation: Path,
) -> None:
    desk = CatalogHarness()
    write(organisation, f"  - {{officer: {OFFICER}, first: 2026-12-01, last: 2026-12-03}}\n")
    assert (await import_into(desk, [organisation], lambda _: None)).ok
    replica = (await desk.read()).catalogue
    at = [
        datetime(2026, 11, 30, 16, 59, tzinfo=UTC),
        datetime(2026, 11, 30, 17, tzinfo=UTC),
        datetime(2026, 12, 3, 16, 59, tzinfo=UTC),
    ]
    assert [replica.absent(OFFICER, moment) for moment in at] == [False, True, True]
    assert not replica.absent(OFFICER, datetime(2026, 12, 3, 17, tzinfo=UTC))
    assert not replica.absent("leader-tckh", at[1])
    absence = replica.absence(OFFICER, at[1])
    assert absence is not None
    assert replica.absences(OFFICER) == (absence,)


async def test_an_absence_is_shown_published_once_and_taken_back(organisation: Path) -> None:
    desk, lines = CatalogHarness(), list[str]()
    await import_into(desk, [organisation], lambda _: None)
    sent = len(desk.sent)
    write(organisation, f"  - {{officer: {OFFICER}, first: 2026-12-01, last: 2026-12-01}}\n")
    for _ in range(2):
        await import_into(desk, [organisation], lines.append)
    assert (lines, len(desk.sent)) == ([f"+ absences:{OFFICER} v1"], sent + 1)
    write(organisation, "")
    report = await import_into(desk, [organisation], lines.append)
    assert [(change.kind, change.subject, change.version) for change in report.changes] == [
        ("changed", f"absences:{OFFICER}", 2)
    ]
    assert not (await desk.read()).catalogue.absent(OFFICER, datetime(2026, 12, 1, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        (
            "{officer: nobody, first: 2026-12-01, last: 2026-12-02}",
            "absences.0.officer",
            "there is no officer of haihau nobody",
        ),
        (
            f"{{officer: {OFFICER}, first: 2026-12-02, last: 2026-12-01}}",
            "absences.0",
            "last must not be before first",
        ),
        (
            f"{{officer: {OFFICER}, first: 2026-13-01, last: 2026-12-01}}",
            "absences.0.first",
            "month",
        ),
        (f"{{officer: {OFFICER}, first: 2026-12-01}}", "absences.0.last", "Field required"),
        (
            f"{{officer: {OFFICER}, first: 2026-12-01, last: 2026-12-01, why: ill}}",
            "absences.0.why",
            "Extra inputs",
        ),
    ],
)
async def test_a_wrong_absence_is_named_and_nothing_is_sent(
    organisation: Path, line: str, field: str, words: str
) -> None:
    desk = CatalogHarness()
    write(organisation, f"  - {line}\n")
    report = await import_into(desk, [organisation], lambda _: None)
    (fault,) = [fault for fault in report.faults if fault.path.name == "haihau.yaml"]
    assert (fault.field, desk.sent) == (field, [])
    assert words in fault.what
    assert fault.line == (organisation / "haihau.yaml").read_text().count("\n")
