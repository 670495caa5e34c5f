"""The import: faults name file, line and field and nothing is sent; what is published already is
not sent again.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from motcua_catalog.importer.file_stack import HOME
from motcua_catalog.importer.run import ImportReport, import_into
from motcua_contracts.messages.catalog import OfficerPlaced

from .harness import CatalogHarness


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A small catalogue: the organisation, the settings, and two procedures."""
    folder = tmp_path / "catalog"
    shutil.copytree(HOME / "organisation", folder / "organisation")
    (folder / "procedures").mkdir()
    for name in ("fields.yaml", "workflows.yaml"):
        shutil.copy(HOME / name, folder)
    (folder / "levels.yaml").write_text("kind: levels\nlevels:\n  1.001612: 3\n")
    for code in ("1.001612", "local.hh-0001"):
        shutil.copy(HOME / "procedures" / f"{code}.yaml", folder / "procedures")
    return folder


async def run(desk: CatalogHarness, *paths: Path) -> tuple[ImportReport, list[str]]:
    lines: list[str] = []
    return await import_into(desk, paths, lines.append, wait_seconds=5), lines


def edit(path: Path, before: str, after: str) -> int:
    """Replace the first `before`; gives its line."""
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return text[: text.index(before)].count("\n") + 1


async def test_the_second_import_sends_nothing(home: Path) -> None:
    desk = CatalogHarness()
    first, _ = await run(desk, home)
    assert first.ok
    assert {change.kind for change in first.changes} == {"new"}
    sent = len(desk.sent)
    assert sent == len(first.changes) == 2 + 3 + 9 + 2
    second, lines = await run(desk, home)
    assert (second.changes, second.unchanged, lines, len(desk.sent)) == ([], sent, [], sent)


async def test_a_change_is_shown_and_becomes_the_next_version(home: Path) -> None:
    desk = CatalogHarness()
    await run(desk, home)
    sent = len(desk.sent)
    edit(home / "procedures" / "1.001612.yaml", "days: 3", "days: 5")
    report, lines = await run(desk, home)
    assert report.ok
    assert lines == ["~ 1.001612 v2\n    terms.days: 3.0 → 5.0"]
    assert [command.subject for command in desk.sent[sent:]] == ["1.001612"]


@pytest.mark.parametrize(
    ("name", "subject", "before", "after"),
    [
        ("procedures/1.001612.yaml", "1.001612", "days: 3", "days: 5"),
        ("organisation/haihau.yaml", "agency:haihau", "code: H40.12", "code: H40.13"),
        ("organisation/haihau.yaml", "officer:officer-tckh", "Phạm Quốc Tuấn", "Phạm Quốc Mẫu"),
    ],
)
async def test_older_content_may_come_back_as_a_new_version(
    home: Path, name: str, subject: str, before: str, after: str
) -> None:
    desk = CatalogHarness()
    await run(desk, home)
    for version, (old, new) in enumerate([(before, after), (after, before), (before, after)], 2):
        edit(home / name, old, new)
        report, _ = await run(desk, home)
        assert report.ok, str(report)
        assert [(change.subject, change.version) for change in report.changes] == [
            (subject, version)
        ]


async def test_another_name_of_an_officer_is_published_and_never_shown(home: Path) -> None:
    desk = CatalogHarness()
    await run(desk, home)
    edit(home / "organisation" / "haihau.yaml", "Phạm Quốc Tuấn", "Phạm Quốc Mẫu")
    report, lines = await run(desk, home)
    assert report.ok
    assert lines == ["~ officer:officer-tckh v2\n    full_name: changed"]
    placed = (await desk.read()).last["officer:officer-tckh"]
    assert isinstance(placed, OfficerPlaced)
    assert (await desk.read()).people[placed.commitment].full_name == "Phạm Quốc Mẫu"


async def test_another_address_of_an_officer_is_published_and_never_shown(home: Path) -> None:
    desk = CatalogHarness()
    await run(desk, home)
    edit(
        home / "organisation" / "haihau.yaml", "officer-tckh@haihau.example", "tuan@haihau.example"
    )
    report, lines = await run(desk, home)
    assert report.ok
    assert lines == ["~ officer:officer-tckh v2\n    email: changed"]
    placed = (await desk.read()).last["officer:officer-tckh"]
    assert isinstance(placed, OfficerPlaced)
    assert (await desk.read()).people[placed.commitment].email == "tuan@haihau.example"
    assert "@" not in placed.model_dump_json()


async def test_one_procedure_alone_finds_the_settings_beside_it_and_what_is_published(
    home: Path,
) -> None:
    desk = CatalogHarness()
    await run(desk, home / "organisation")
    report, _ = await run(desk, home / "procedures" / "1.001612.yaml")
    assert report.ok
    assert [change.subject for change in report.changes] == ["1.001612"]


async def test_a_dry_run_sends_nothing(home: Path) -> None:
    desk = CatalogHarness()
    report = await import_into(desk, [home], lambda _: None, dry_run=True)
    assert (len(report.changes), desk.sent) == (16, [])


async def test_a_refusal_is_reported(home: Path) -> None:
    """Somebody else published between reading and sending: the catalogue refuses, the importer says
    so.
    """

    class Overtaken(CatalogHarness):
        async def send(self, commands):  # type: ignore[no-untyped-def]
            others = [c for c in commands if c.subject == "1.001612"]
            for other in others:
                self.tell(
                    "1.001612",
                    other.data.model_copy(
                        update={"terms": other.data.terms.model_copy(update={"days": 9})}
                    ),
                )
            await super().send(commands)

    report, _ = await run(Overtaken(), home)
    assert report.refused == [("1.001612", "version-conflict")]
    assert not report.ok


async def test_no_event_in_time_is_said(home: Path) -> None:
    class Deaf(CatalogHarness):
        async def send(self, commands):  # type: ignore[no-untyped-def]
            return None

    report = await import_into(Deaf(), [home / "organisation"], lambda _: None, wait_seconds=0.05)
    assert "agency:haihau" in report.waiting
    assert not report.ok


FAULTS = [
    ("procedures/1.001612.yaml", "days: 3", "days: drei", "processing.days", "valid number"),
    ("procedures/1.001612.yaml", "unit: working", "unit: weeks", "processing.unit", "working"),
    (
        "procedures/1.001612.yaml",
        "amount_vnd: 100000",
        "amount_vnd: -1",
        "fee.amount_vnd",
        "greater than or equal to 0",
    ),
    (
        "procedures/1.001612.yaml",
        "moment: before_result",
        "momnt: before_result",
        "fee.rule.momnt",
        "Extra inputs",
    ),
    (
        "procedures/1.001612.yaml",
        "workflow: haihau-tckh",
        "workflow: elsewhere",
        "workflow",
        "no workflow elsewhere",
    ),
    (
        "procedures/1.001612.yaml",
        "field: household-business",
        "field: nowhere",
        "field",
        "no field nowhere",
    ),
    (
        "procedures/1.001612.yaml",
        "deciding: haihau",
        "deciding: hanoi",
        "agencies.deciding",
        "no agency hanoi",
    ),
    (
        "procedures/1.001612.yaml",
        "deciding: haihau",
        "deciding: haiminh",
        "workflow",
        "no department of haiminh for step process: tckh",
    ),
    ("procedures/1.001612.yaml", "id: identity", "id: application", "papers.1.id", "twice"),
    (
        "procedures/1.001612.yaml",
        "type: object",
        "type: objekt",
        "form.schema.type",
        "no JSON Schema",
    ),
    (
        "procedures/local.hh-0001.yaml",
        "field:",
        "field: land\nfield:",
        "",
        "field appears here twice",
    ),
    ("procedures/local.hh-0001.yaml", "name:", "name: [", "", "expected"),
    ("procedures/local.hh-0001.yaml", "kind: procedure", "kind: recipe", "kind", "must be one of"),
    (
        "procedures/local.hh-0001.yaml",
        "code: local.hh-0001",
        "code: 1.001612",
        "",
        "1.001612 is in",
    ),
    (
        "organisation/haihau.yaml",
        "department: tuphap",
        "department: nowhere",
        "officers.4.department",
        "no department nowhere",
    ),
    (
        "organisation/haihau.yaml",
        "officer-tckh@haihau.example",
        "tuan at haihau",
        "officers.2.email",
        "must be an address such as",
    ),
    ("organisation/haihau.yaml", "roles: [leader]", "roles: [king]", "officers.3.roles.0", "clerk"),
    (
        "organisation/calendar-haihau.yaml",
        "closes: 11:30",
        "closes: 06:30",
        "week.1",
        "opens before it closes",
    ),
    ("organisation/calendar-haihau.yaml", "  5: [", "  8: [", "week.8", "1 (Monday) to 7"),
    (
        "organisation/calendar-haihau.yaml",
        "holidays: vietnam",
        "holidays: mars",
        "holidays",
        "no list of holidays mars",
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "field", "words"), FAULTS)
async def test_a_fault_names_file_line_and_field_and_nothing_is_sent(
    home: Path, name: str, before: str, after: str, field: str, words: str
) -> None:
    line, desk = edit(home / name, before, after), CatalogHarness()
    report, lines = await run(desk, home)
    found = [
        fault
        for fault in report.faults
        if fault.path == home / name and fault.field == field and words in fault.what
    ]
    assert found, [str(fault) for fault in report.faults]
    assert (desk.sent, report.ok) == ([], False)
    assert str(found[0]) in lines
    assert str(found[0]).startswith(f"{home / name}:")
    if field.split(".")[-1] in before and field:
        assert found[0].line == line


async def test_a_missing_field_and_a_missing_file_are_named(home: Path) -> None:
    line = edit(home / "procedures" / "1.001612.yaml", "  amount_vnd: 100000\n", "") - 1
    report, _ = await run(CatalogHarness(), home, home / "nowhere.yaml")
    assert f"{home}/procedures/1.001612.yaml:{line}: fee.amount_vnd: Field required" in map(
        str, report.faults
    )
    assert f"{home}/nowhere.yaml:1: there is no such file" in map(str, report.faults)


async def test_levels_set_what_sources_leave_open_and_nothing_else(home: Path) -> None:
    (home / "levels.yaml").write_text("kind: levels\nlevels:\n  1.001612: 3\n  1.99: 2\n")
    report, _ = await run(CatalogHarness(), home)
    assert [str(fault) for fault in report.faults] == [
        f"{home}/levels.yaml:4: levels.1.99: there is no procedure 1.99"
    ]
    path = home / "procedures" / "1.001612.yaml"
    line = edit(path, "stated: null", "stated: 2")
    (home / "levels.yaml").write_text("kind: levels\nlevels:\n  1.001612: 3\n")
    report, _ = await run(CatalogHarness(), home)
    assert [(fault.path, fault.line, fault.field) for fault in report.faults] == [
        (path, line, "level.stated")
    ]


async def test_a_year_that_is_not_decided_yet_is_told_before_deadlines_reach_it(home: Path) -> None:
    """The demo's days off are decided until the end of 2026: half a year before, deadlines begin to
    reach 2027.
    """
    desk = CatalogHarness()
    early = await import_into(
        desk, [home], lambda _: None, dry_run=True, now=datetime(2026, 6, 1, tzinfo=UTC)
    )
    assert early.warnings == []
    late = await import_into(
        desk, [home], lambda _: None, dry_run=True, now=datetime(2026, 7, 15, tzinfo=UTC)
    )
    (warning,) = late.warnings
    assert "calendar haihau, haiminh: days off are decided until 2026-12-31" in warning
    assert late.ok, "a warning is no fault"
    edit(
        home / "organisation" / "holidays.yaml",
        "decided_until: 2026-12-31",
        "decided_until: 2027-12-31",
    )
    assert (
        await import_into(
            desk, [home], lambda _: None, dry_run=True, now=datetime(2026, 7, 15, tzinfo=UTC)
        )
    ).warnings == []
