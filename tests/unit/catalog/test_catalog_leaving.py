"""Who left the office: the import shows it, an event says it, and nobody takes
the place for held.
"""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from motcua_catalog.importer.file_stack import HOME
from motcua_catalog.importer.run import import_into
from motcua_contracts import CatalogueEntryMissing
from motcua_contracts.rules.refusals import OfficerLeft

from .harness import CatalogHarness

OFFICER = "officer-tckh"
AT = datetime(2026, 12, 1, 3, tzinfo=UTC)


@pytest.fixture
def organisation(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HOME / "organisation", tmp_path / "organisation"))


def without(organisation: Path, officer: str) -> None:
    path = organisation / "haihau.yaml"
    text, found = re.subn(rf"^  - \{{id: {officer},.*\n", "", path.read_text(), flags=re.MULTILINE)
    assert found == 1
    path.write_text(text)


async def test_a_removal_is_shown_said_once_and_taken_back_by_a_new_place(
    organisation: Path,
) -> None:
    desk, lines = CatalogHarness(), list[str]()
    await import_into(desk, [organisation], lambda _: None)
    before = (organisation / "haihau.yaml").read_text()
    without(organisation, OFFICER)
    report = await import_into(desk, [organisation], lines.append)
    assert [(change.kind, change.subject, change.version) for change in report.changes] == [
        ("removed", f"officer:{OFFICER}", 2)
    ]
    assert lines[0].startswith(f"- officer:{OFFICER} v2\n    haihau/tckh: ")
    assert "1 removed" in str(report)
    replica = (await desk.read()).catalogue
    assert replica.absent(OFFICER, AT)
    assert OFFICER not in [place.officer for place in replica.officers("haihau", "tckh", "officer")]
    assert replica.last_seat(OFFICER).department == "tckh"  # papers still name the post
    with pytest.raises(OfficerLeft):
        replica.seat(OFFICER)
    sent = len(desk.sent)
    assert (await import_into(desk, [organisation], lambda _: None)).changes == []
    assert len(desk.sent) == sent
    (organisation / "haihau.yaml").write_text(before)
    assert (await import_into(desk, [organisation], lambda _: None)).ok
    back = (await desk.read()).catalogue
    assert back.seat(OFFICER).officer == OFFICER
    assert not back.absent(OFFICER, AT)


async def test_another_agencys_files_remove_nobody(organisation: Path) -> None:
    desk = CatalogHarness()
    await import_into(desk, [organisation], lambda _: None)
    without(organisation, OFFICER)
    (organisation / "haihau.yaml").unlink()
    report = await import_into(desk, [organisation], lambda _: None)
    assert [change for change in report.changes if change.kind == "removed"] == []


async def test_a_dry_run_shows_the_removal_and_sends_nothing(organisation: Path) -> None:
    desk, lines = CatalogHarness(), list[str]()
    await import_into(desk, [organisation], lambda _: None)
    sent = len(desk.sent)
    without(organisation, OFFICER)
    await import_into(desk, [organisation], lines.append, dry_run=True)
    assert (len(lines), len(desk.sent)) == (1, sent)


async def test_who_was_never_placed_is_unknown_and_has_not_left() -> None:
    with pytest.raises(CatalogueEntryMissing):
        (await CatalogHarness().read()).catalogue.seat("nobody")
