"""An exported dossier proves itself offline; whoever touches the file is found.

And what the command line says when it cannot look.
"""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_audit.cli import app
from motcua_audit.domain.difference import LogPosition
from motcua_audit.export import verify_export, write_export
from motcua_audit.log import Unreachable
from motcua_audit.proof import Record
from motcua_contracts.messages.audit import PaperRead
from motcua_contracts.wire.envelope import sha256
from typer.testing import CliRunner

from .chain import DOSSIER, NOON, chained, lay, readings

SOURCES = ("/motcua/audit", "/motcua/intake")


def records() -> list[Record]:
    found = []
    for source in SOURCES:
        topic = "audit.records" if source == SOURCES[0] else "intake.dossiers"
        found += [
            Record(r.raw, r.place, NOON) for r in lay(chained(readings(4), source=source), topic)
        ]
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dossier.jsonl"
    write_export(path, DOSSIER, records(), "kafka", NOON)
    return path


def test_an_export_holds_and_its_manifest_says_what_it_holds(file: Path) -> None:
    proof = verify_export(file)
    assert (proof.holds, proof.subject) == (True, DOSSIER)
    assert {chain.source: chain.records for chain in proof.chains} == dict.fromkeys(SOURCES, 4)


def test_the_end_of_a_chain_cannot_be_cut_off_unseen(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    first, *others = verify_export(file).differences
    assert (first.kind, first.source, first.sequence, first.detail) == (
        "removed",
        "/motcua/intake",
        4,
        "sequence 4 is missing at the end of the chain",
    )
    assert {other.kind for other in others} == {"removed", "altered"}


def test_a_record_put_behind_the_end_with_a_right_prevhash_is_named(file: Path) -> None:
    *_, last = chained(readings(4), source="/motcua/intake")
    (appended,) = chained(readings(1), source="/motcua/intake", start=5, before=sha256(last))
    place = LogPosition("intake.dossiers", 3, 104)
    aside = file.with_name("aside")
    write_export(aside, DOSSIER, [*records(), Record(appended, place, NOON)], "kafka", NOON)
    file.write_bytes(file.read_bytes() + aside.read_bytes().splitlines(keepends=True)[-1])
    first = verify_export(file).differences[0]
    assert (first.kind, first.source, first.sequence, first.place) == (
        "inserted",
        "/motcua/intake",
        5,
        place,
    )


def test_lines_that_changed_places_are_named(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    file.write_bytes(b"".join(lines))
    first = verify_export(file).differences[0]
    assert (first.kind, first.source, first.sequence, first.place) == (
        "reordered",
        "/motcua/audit",
        2,
        LogPosition("audit.records", 3, 101),
    )
    assert first.detail.startswith("line 4 comes after line 3")


def test_a_line_that_cannot_be_read_is_named_by_its_number_and_the_others_are_verified(
    file: Path,
) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2][1:]
    file.write_bytes(b"".join(lines))
    said = [str(difference) for difference in verify_export(file).differences]
    assert any(one.startswith("unreadable") and "line 3: is no record" in one for one in said)
    assert any(one.startswith("removed: /motcua/audit d-1 sequence 2") for one in said)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_character_of_a_record_can_be_changed_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("export") / "dossier.jsonl"
    write_export(path, DOSSIER, records(), "archive", NOON)
    whole = path.read_bytes()
    at = data.draw(st.integers(whole.index(b"\n") + 1, len(whole) - 1))
    changed = data.draw(
        st.sampled_from([b"0", b"x", b" ", b"}"]).filter(lambda new: new != whole[at : at + 1])
    )
    path.write_bytes(whole[:at] + changed + whole[at + 1 :])
    # It may no longer be an export at all, which is said too.
    with contextlib.suppress(Unreachable):
        assert verify_export(path).differences


def test_the_command_line_verifies_a_file_and_ends_with_one_when_it_differs(file: Path) -> None:
    assert CliRunner().invoke(app, ["verify", "--file", str(file)]).exit_code == 0
    file.write_bytes(file.read_bytes().replace(b"officer:o", b"officer:x", 1))
    result = CliRunner().invoke(app, ["verify", "--file", str(file)])
    assert result.exit_code == 1
    assert "altered: /motcua/audit d-1 sequence 1 at audit.records/3@100" in result.output


def test_a_match_in_a_file_with_an_unreadable_line_names_it_and_ends_with_one(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2][1:]
    file.write_bytes(b"".join(lines))
    result = CliRunner().invoke(app, ["match", str(file), "--export", str(file)])
    assert (result.exit_code, "line 3: is no record" in result.output) == (1, True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n",
        b"[]\n",
        b"no json",
        b'{"dossier":"d","records":1,"sha256":"","chains":[]}\n{}\n',
    ],
)
def test_a_file_that_is_no_export_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(Unreachable, match="other is no export"):
        verify_export(path)


def test_a_file_in_another_format_is_refused_and_not_misread(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"motcua_export":1', b'"motcua_export":2', 1))
    with pytest.raises(Unreachable, match="motcua_export: 1 is required"):
        verify_export(file)


def test_as_json_a_machine_reads_every_difference_with_both_hashes(file: Path) -> None:
    whole = json.loads(CliRunner().invoke(app, ["verify", "--file", str(file), "--json"]).output)
    assert (whole["holds"], whole["dossier"], whole["differences"]) == (True, DOSSIER, [])
    assert [(one["source"], one["records"]) for one in whole["sources"]] == [
        (source, 4) for source in SOURCES
    ]
    file.write_bytes(file.read_bytes().replace(b"officer:o", b"officer:x", 1))
    result = CliRunner().invoke(app, ["verify", "--file", str(file), "--json"])
    found = json.loads(result.output)["differences"]
    assert (result.exit_code, found[0]["kind"], found[0]["sequence"], found[0]["offset"]) == (
        1,
        "altered",
        1,
        100,
    )
    assert found[0]["expected"] == sha256(records()[0].raw) != found[0]["found"]


def test_the_hash_that_is_to_be_noted_down_at_export_is_shown_again_at_verification(
    file: Path,
) -> None:
    """Who changes the file and writes a manifest that fits is found by nothing else."""
    noted = CliRunner().invoke(app, ["verify", "--file", str(file), "--json"]).output
    write_export(
        file, DOSSIER, [one for one in records() if b"intake" not in one.raw], "kafka", NOON
    )
    forged = CliRunner().invoke(app, ["verify", "--file", str(file), "--json"])
    assert forged.exit_code == 0
    assert json.loads(forged.output)["sha256"] != json.loads(noted)["sha256"]


def test_a_document_is_matched_offline_and_one_changed_byte_matches_nothing(tmp_path: Path) -> None:
    export, document = tmp_path / "dossier.jsonl", tmp_path / "slip.pdf"
    document.write_bytes(b"%PDF the slip")
    raws = chained([PaperRead(document=sha256(document.read_bytes()), reader="officer:o")])
    write_export(
        export, DOSSIER, [Record(one.raw, one.place, NOON) for one in lay(raws)], "kafka", NOON
    )
    found = CliRunner().invoke(app, ["match", str(document), "--export", str(export), "--json"])
    assert (found.exit_code, [one["field"] for one in json.loads(found.output)["named_by"]]) == (
        0,
        ["document"],
    )
    document.write_bytes(b"%PDF the slim")
    lost = CliRunner().invoke(app, ["match", str(document), "--export", str(export)])
    assert lost.exit_code == 1
    assert "no event of the dossier names these bytes" in lost.output


@pytest.mark.parametrize("more", [[], ["--dossier", "d-1", "--export", "x"]])
def test_a_match_needs_one_place_to_look_in(file: Path, more: list[str]) -> None:
    result = CliRunner().invoke(app, ["match", str(file), *more])
    assert (result.exit_code, "give either --dossier or --export" in result.output) == (2, True)


def test_without_any_address_the_command_line_says_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOTCUA_KAFKA_BOOTSTRAP", "MOTCUA_MONGO_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["replay"])
    assert result.exit_code == 2
    assert "kafka: give --kafka" in result.output
    (tmp_path / "stack.json").write_text('{"addresses": 7}')
    assert "cannot be read" in CliRunner().invoke(app, ["replay"]).output


def test_an_instant_without_its_offset_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    result = CliRunner().invoke(app, ["state", "d-1", "--at", "2026-11-24T09:00:00"])
    assert result.exit_code == 2
    assert "offset is missing" in result.output
