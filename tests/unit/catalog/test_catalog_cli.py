"""The command line: what people see, and how it exits.

The log is in memory; the rules behind it are the real ones.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from motcua_catalog import cli
from motcua_catalog.availability import instant
from motcua_catalog.importer import kafka
from motcua_catalog.importer.file_stack import HOME
from typer.testing import CliRunner, Result

from .harness import CatalogHarness


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> CatalogHarness:
    desk = CatalogHarness()
    for module in (cli, kafka):
        monkeypatch.setattr(module, "KafkaLog", lambda *_: desk)
    return desk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog"
    for name in ("organisation", "procedures"):
        shutil.copytree(HOME / name, folder / name)
    for path in HOME.glob("*.yaml"):
        shutil.copy(path, folder)
    return folder


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in words], env={"COLUMNS": "200"})


def test_import_shows_what_is_new_then_nothing_then_each_changed_field(
    desk: CatalogHarness, home: Path
) -> None:
    first = run("import", home)
    assert (first.exit_code, "105 new, 0 changed, 0 unchanged" in first.output) == (0, True)
    assert "+ 105 new: calendar:haihau, calendar:haiminh, agency:haihau" in first.output
    assert run("import", home).output.splitlines()[-1] == "0 new, 0 changed, 105 unchanged"
    path = home / "procedures" / "1.001612.yaml"
    path.write_text(
        path.read_text()
        .replace("days: 3", "days: 5")
        .replace("amount_vnd: 100000", "amount_vnd: 90000")
    )
    changed = run("import", "--dry-run", home)
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in changed.output.splitlines()
        if line.startswith("│")
    ]
    assert rows == [
        ["1.001612", "2", "terms.days", "3.0", "5.0"],
        ["", "", "terms.fee.amount_vnd", "100000", "90000"],
    ]
    assert "(dry run)" in changed.output
    assert run("import", home).exit_code == 0
    assert run("import", home).output.splitlines()[-1] == "0 new, 0 changed, 105 unchanged"


def test_a_bad_file_exits_with_its_line_and_imports_nothing(
    desk: CatalogHarness, home: Path
) -> None:
    path = home / "procedures" / "1.001612.yaml"
    path.write_text(path.read_text().replace("days: 3", "days: drei"))
    result = run("import", home)
    assert result.exit_code == 1
    assert f"{path}:21: processing.days: " in result.output
    assert "nothing imported: 1 fault" in result.output
    assert desk.sent == []


def test_counts_with_samples_are_the_published_ones(desk: CatalogHarness, home: Path) -> None:
    assert run("import", "--samples", home).exit_code == 0
    shown = {
        level: run(
            "list", "--level", str(level), "--authority", "district", "--count"
        ).output.strip()
        for level in (2, 3, 4)
    }
    assert shown == {2: "101", 3: "57", 4: "68"}
    assert run("list", "--authority", "district", "--count").output.strip() == "226"
    assert run("list", "--authority", "commune", "--count").output.strip() == "129"
    assert run("list", "--only", "real", "--count").output.strip() == "89"
    assert run("list", "--only", "sample", "--level", "0", "--count").output.strip() == "88"
    statistics = run("statistics").output
    assert "district" in statistics
    assert any(
        "together" in line and " 226 " in line and " 11 " in line
        for line in statistics.splitlines()
    )


def test_suspend_says_from_when_and_refusals_say_why(desk: CatalogHarness, home: Path) -> None:
    run("import", home)
    done = run("suspend", "1.001612", "--reason", "law-changed", "--from", "2026-12-01")
    assert (done.exit_code, done.output.strip()) == (
        0,
        "1.001612 suspended from 2026-12-01T00:00:00+07:00 on",
    )
    again = run("suspend", "1.001612", "--reason", "law-changed")
    assert again.exit_code == 1
    assert "procedure-suspended: Thủ tục này đang tạm dừng" in again.output
    assert run("resume", "1.001612").output.startswith("1.001612 resumed from 2026-12-01T00:00:00")
    assert "not-published" in run("withdraw", "1.99", "--reason", "replaced").output
    assert (
        run("withdraw", "1.001612", "--reason", "replaced", "--from", "2027-01-01").exit_code == 0
    )
    assert run("list", "--authority", "district", "--count").output.strip() == "48", (
        "it is in force until then"
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("suspend", "1.001612", "--reason", "because"), "law-changed"),
        (("suspend", "1.001612", "--reason", "other", "--from", "soon"), "neither `now` nor a day"),
        (("suspend", "1.001612"), "--reason"),
        (("list", "--authority", "ward"), "'district'"),
        (("list", "--level", "5"), "less than or equal to 4"),
    ],
)
def test_wrong_words_are_named_with_what_is_allowed(
    desk: CatalogHarness, words: tuple[str, ...], what: str
) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert what in result.output.replace("\n", " ")
    assert desk.sent == []


def test_instants_are_vietnams_unless_they_say_otherwise() -> None:
    assert instant("now") is None
    assert instant("2026-12-01") == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert instant("2026-12-01T07:30") == datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    assert instant("2026-12-01T07:30Z") == datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
