"""An exported dossier proves itself offline; whoever touches the file is found. And what the command line says when it cannot look."""

import contextlib
from pathlib import Path

import pytest
from audit_chain import DOSSIER, NOON, chained, lay, readings
from hypothesis import given, settings
from hypothesis import strategies as st
from motcua_audit.cli import app
from motcua_audit.export import verify_export, write_export
from motcua_audit.log import Unreachable
from motcua_audit.proof import Record
from typer.testing import CliRunner

SOURCES = ("/motcua/audit", "/motcua/intake")


def records() -> list[Record]:
    found = []
    for source in SOURCES:
        topic = "audit.records" if source == SOURCES[0] else "intake.dossiers"
        found += [Record(r.raw, r.place, NOON) for r in lay(chained(readings(4), source=source), topic)]
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
    kinds = [difference.kind for difference in verify_export(file).differences]
    assert "removed" in kinds
    assert "altered" in kinds


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_character_of_a_record_can_be_changed_unseen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("export") / "dossier.jsonl"
    write_export(path, DOSSIER, records(), "archive", NOON)
    whole = path.read_bytes()
    at = data.draw(st.integers(whole.index(b"\n") + 1, len(whole) - 1))
    changed = data.draw(st.sampled_from([b"0", b"x", b" ", b"}"]).filter(lambda new: new != whole[at : at + 1]))
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


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[]\n", b"no json", b'{"dossier":"d","records":1,"sha256":"","chains":[]}\n{}\n'])
def test_a_file_that_is_no_export_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(Unreachable, match="other is no export"):
        verify_export(path)


def test_without_any_address_the_command_line_says_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
