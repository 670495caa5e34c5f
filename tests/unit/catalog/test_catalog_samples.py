"""The samples: with the real procedures exactly what the district published, marked, and no more of
them than are missing.
"""

import io
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from motcua_catalog.counts import NOT_STATED, counts, standing
from motcua_catalog.importer.file_stack import HOME, read_stack
from motcua_catalog.importer.plan import Plan, build
from motcua_catalog.importer.run import import_into
from motcua_catalog.importer.sample_choice import fill
from motcua_catalog.importer.samples import COUNTS, TooManyProcedures, samples
from motcua_catalog.published import Shelf
from motcua_catalog.tables import procedure_table, statistics_table
from motcua_contracts import Command
from motcua_contracts.messages.catalog import ProcedurePublished, PublishProcedure
from rich.console import Console

from .harness import NOW, CatalogHarness


def planned() -> Plan:
    plan = build(read_stack([HOME]))
    fill(plan, Shelf())
    return plan


@cache
def procedures() -> dict[str, PublishProcedure]:
    commands = [wanted.command(1) for wanted in planned().wanted]
    return {
        c.terms.code: c
        for c in commands
        if isinstance(c, PublishProcedure) and c.terms.field != "bench"
    }


def test_the_published_counts_come_out_exactly() -> None:
    found = procedures().values()
    assert Counter(p.terms.authority_level for p in found) == {"district": 226, "commune": 129}
    assert Counter(p.terms.level for p in found if p.terms.authority_level == "district") == {
        2: 101,
        3: 57,
        4: 68,
    }
    groups = {
        (p.terms.authority_level, p.publication.group.id) for p in found if p.publication.group
    }
    assert Counter(authority for authority, _ in groups) == {"district": 11, "commune": 12}
    assert sum(not p.publication.sample for p in found) == 89
    assert all(p.publication.group for p in found)


def test_every_sample_says_that_it_is_one_and_takes_no_dossier() -> None:
    made = [p for p in procedures().values() if p.publication.sample]
    assert len(made) == 226 + 129 - 89
    for sample in made:
        assert sample.terms.name_vi.startswith("[Mẫu] ")
        assert sample.terms.name_en.startswith("[Sample] ")
        assert sample.publication.unknown[:3] == ("days", "fee", "workflow")
        assert not sample.publication.takes_dossiers
        assert sample.publication.level_source in (None, "configured")
        assert sample.terms.code.startswith("mau.")


def test_samples_are_the_same_every_time() -> None:
    def told(plan: Plan) -> list[str]:
        return [wanted.command(1).model_dump_json() for wanted in plan.wanted]

    assert told(planned()) == told(planned())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog"
    for name in ("organisation", "procedures"):
        shutil.copytree(HOME / name, folder / name)
    for path in HOME.glob("*.yaml"):
        shutil.copy(path, folder)
    return folder


async def test_a_real_procedure_more_takes_one_sample_away_and_leaves_the_others(
    home: Path,
) -> None:
    desk = CatalogHarness()
    first = await import_into(desk, [home], lambda _: None, with_samples=True)
    again = await import_into(desk, [home], lambda _: None, with_samples=True)
    assert (first.ok, again.changes) == (True, [])
    text = (home / "procedures" / "1.001570.yaml").read_text()  # the district's, level 2
    (home / "procedures" / "1.999999.yaml").write_text(text.replace("1.001570", "1.999999"))
    third = await import_into(desk, [home], lambda _: None, with_samples=True)
    assert [(change.kind, change.subject) for change in third.changes] == [
        ("new", "1.999999"),
        ("withdrawn", "mau.huyen.2-064"),
    ]
    shelf = await desk.read()
    assert (
        len(standing(shelf, NOW, authority="district")),
        len(standing(shelf, NOW, level=2)),
    ) == (226, 101)
    assert (await import_into(desk, [home], lambda _: None, with_samples=True)).changes == []


def test_a_withdrawn_sample_is_replaced_under_another_code() -> None:
    """A code that was withdrawn is used up: the next number fills the place."""
    plan = build(read_stack([HOME]))
    real = [p.terms for p in procedures().values() if not p.publication.sample]
    codes = {
        sample.file.code for sample in samples(real, plan.tables, withdrawn={"mau.huyen.2-001"})
    }
    assert "mau.huyen.2-001" not in codes
    assert {"mau.huyen.2-064", "mau.huyen.2-065"} <= codes


async def test_too_many_real_procedures_are_said_and_nothing_is_sent(home: Path) -> None:
    text = (home / "procedures" / "1.001570.yaml").read_text()
    for number in range(101 - 39 + 1 + 5):
        (home / "procedures" / f"2.{number:06d}.yaml").write_text(
            text.replace("1.001570", f"2.{number:06d}")
        )
    desk, lines = CatalogHarness(), list[str]()
    report = await import_into(desk, [home], lines.append, with_samples=True)
    assert (report.ok, desk.sent) == (False, [])
    assert "district" in lines[0]
    assert "procedures too many at level 2" in lines[0]


def test_a_published_field_too_few_is_said() -> None:
    plan = build(read_stack([HOME]))
    del plan.tables.groups["district", "dat-dai"]
    with pytest.raises(TooManyProcedures, match="names 10 published fields, there are 11"):
        samples([], plan.tables)


def shelf_of(*commands: Command) -> Shelf:
    shelf = Shelf()
    for c in commands:
        assert isinstance(c, PublishProcedure)
        shelf.last[c.terms.code] = ProcedurePublished(
            terms=c.terms, publication=c.publication, effective_from=c.effective_from
        )
    return shelf


def test_statistics_count_real_and_sample_apart_and_together() -> None:
    shelf = shelf_of(*procedures().values())
    district, commune = counts(standing(shelf, NOW))
    assert (district.authority, len(district.fields)) == ("district", COUNTS[0].fields)
    assert (
        district.whole.real + district.whole.sample
        == district.whole.together
        == {2: 101, 3: 57, 4: 68}
    )
    assert district.whole.real == {2: 37, 3: 5, 4: 6}
    assert (commune.whole.together.total(), commune.whole.real.total(), len(commune.fields)) == (
        129,
        41,
        12,
    )
    assert commune.whole.sample == {NOT_STATED: 88}
    assert (
        sum((field.together for field in district.fields), Counter[int]())
        == district.whole.together
    )


def test_the_terminal_shows_the_counts_and_marks_samples() -> None:
    shelf = shelf_of(*procedures().values())
    console = Console(record=True, width=300, file=io.StringIO())
    console.print(statistics_table(counts(standing(shelf, NOW)), with_fields=True))
    console.print(procedure_table(standing(shelf, NOW, level=4, authority="district"), shelf, NOW))
    text = console.export_text()
    (together,) = [
        line.split() for line in text.splitlines() if "together" in line and " 226 " in line
    ]
    assert [word for word in together if word.isdecimal()] == [
        "0",
        "101",
        "57",
        "68",
        "0",
        "226",
        "11",
    ]
    assert text.count("sample, days unknown") == 62
