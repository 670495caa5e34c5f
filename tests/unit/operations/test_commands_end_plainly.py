"""Every command with a world that is not as it needs it: one sentence, an exit code that is not 0,
and no traceback.
"""

import gc
import logging
import socket
from pathlib import Path

import pytest
import typer
from aiokafka.errors import KafkaConnectionError
from motcua_chassis.command_line import Plain
from motcua_operations import cli
from pymongo.errors import ServerSelectionTimeoutError
from typer.core import TyperGroup
from typer.testing import CliRunner


class Commands(Plain, TyperGroup):
    """As each part of the command line has it."""


HEAD = "kind,reference,transaction,amount_vnd,time"
BAD_STATEMENTS = {
    "short line": f"{HEAD}\npayment,d-1-1,14000001\n",
    "one value": f"{HEAD}\npayment\n",
    "long line": f"{HEAD}\npayment,d-1-1,14000001,50000,2026-11-24T10:00:00+07:00,more\n",
    "no time": f"{HEAD}\npayment,d-1-1,14000001,50000,\n",
    "huge amount": f"{HEAD}\npayment,d-1-1,14000001,{'9' * 5_000},2026-11-24T10:00:00+07:00\n",
    "beyond money": f"{HEAD}\npayment,d-1-1,14000001,{10**15 + 1},2026-11-24T10:00:00+07:00\n",
    "long transaction": f"{HEAD}\npayment,d-1-1,{'1' * 300},50000,2026-11-24T10:00:00+07:00\n",
    "two lines in a value": f'{HEAD}\npayment,d-1-1,"1\n2",50000,2026-11-24T10:00:00+07:00\n',
    "far future": f"{HEAD}\npayment,d-1-1,1,50000,9999-12-31T23:00:00-07:00\n",
    "no head": "payment,d-1-1,14000001,50000,2026-11-24T10:00:00+07:00\n",
    "nothing": "",
    "not text": "\x00\udcff",
    "huge value": f"{HEAD}\npayment,{'x' * 200_000},1,5,2026-11-24T10:00:00+07:00\n",
}


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """No stack, and a port at which nobody listens."""
    for name in (
        "MOTCUA_KAFKA_BOOTSTRAP",
        "MOTCUA_MONGO_URI",
        "MOTCUA_COMMAND_KEY",
        "MOTCUA_COMMAND_PUBLIC_KEYS",
    ):
        monkeypatch.setenv(name, "x")  # what a command sets by itself goes when the test ends
        monkeypatch.delenv(name)
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def said(words: list[str]) -> str:
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 2, f"{words}: {result.exit_code}: {result.output}"
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        f"{words}: {result.exception!r}"
    )
    assert result.output.strip()
    assert "Traceback" not in result.output
    return result.output


WITHOUT_A_STACK = [
    ["catalog", "list", "--bootstrap", "NOWHERE"],
    ["catalog", "statistics", "--bootstrap", "NOWHERE"],
    ["catalog", "import", "--bootstrap", "NOWHERE"],
    ["catalog", "import", "--bootstrap", "NOWHERE", "--dry-run"],
    ["catalog", "suspend", "2.000009", "--reason", "law-changed", "--bootstrap", "NOWHERE"],
    ["payment", "ledger", "--kafka", "NOWHERE"],
    ["payment", "ledger"],
    ["payment", "unassigned", "--kafka", "NOWHERE"],
    ["audit", "verify", "--kafka", "NOWHERE", "H40.12-261124-0001"],
    ["audit", "state", "--kafka", "NOWHERE", "H40.12-261124-0001"],
    ["audit", "replay"],
    ["deadline", "explain", "H40.12-261124-0001", "--kafka", "NOWHERE"],
    ["deadline", "explain", "H40.12-261124-0001"],
    ["clock", "show"],
    ["clock", "advance", "x"],
    ["dead-letters", "list"],
    ["dead-letters", "replay", "--all"],
    ["breaker", "status"],
    ["breaker", "close", "intake"],
    ["topics", "apply"],
    ["status"],
    ["scale", "routing", "2"],
    ["up", "--instances", "porter=3"],
    ["up", "--services", "porter"],
]


@pytest.mark.parametrize("words", WITHOUT_A_STACK, ids=" ".join)
def test_without_a_stack_a_command_says_what_it_lacks(
    nowhere: str, words: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    said([nowhere if word == "NOWHERE" else word for word in words])
    gc.collect()  # a client that was not closed says so when it goes
    assert [
        record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING
    ] == []


@pytest.mark.parametrize("name", BAD_STATEMENTS)
def test_a_statement_that_is_none_is_named_with_its_line(
    nowhere: str, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "statement.csv"
    file.write_bytes(BAD_STATEMENTS[name].encode("utf-8", "surrogateescape"))
    told = said(["payment", "reconcile", str(file), "--kafka", nowhere])
    assert "statement.csv" in told.replace("\n", "")
    if name in ("short line", "one value", "long line"):
        assert "line 2" in " ".join(told.split())


@pytest.mark.parametrize(
    "words",
    [
        ["payment", "reconcile", "nowhere.csv"],
        ["payment", "reconcile", "."],
        ["payment", "reconcile", "good.csv", "--day", "yesterday"],
        ["payment", "reconcile", "good.csv", "--day", "9999-12-31"],
        ["audit", "verify", "--file", "nowhere.jsonl"],
        ["audit", "verify", "--file", "good.csv"],
        ["audit", "match", "nowhere.pdf"],
        ["audit", "match", "good.csv", "--export", "nowhere.jsonl"],
        ["catalog", "import", "nowhere.yaml"],
        ["notify", "preview", "nothing"],
    ],
    ids=" ".join,
)
def test_a_file_or_word_that_cannot_be_is_named(
    nowhere: str, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "good.csv").write_text(f"{HEAD}\n")
    said(words)


def test_a_damaged_stack_file_is_named(nowhere: str, tmp_path: Path) -> None:
    (tmp_path / "home" / "run").mkdir(parents=True)
    (tmp_path / "home" / "stack.json").write_text("{")
    said(["status"])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KafkaConnectionError("bootstrap secret:9092"), "Kafka does not answer"),
        (ServerSelectionTimeoutError("mongodb://user:secret@host"), "MongoDB does not answer"),
        (TimeoutError(), "no answer in time"),
        (
            FileNotFoundError(2, "No such file or directory", "x.yaml"),
            "x.yaml: No such file or directory",
        ),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "not text in UTF-8"),
    ],
)
def test_what_comes_from_outside_is_a_sentence_without_a_drivers_text(
    error: Exception, words: str
) -> None:
    app = typer.Typer(cls=Commands)

    @app.command()
    def fails() -> None:
        raise error

    @app.command()
    def other() -> None:
        """Makes it a group."""

    result = CliRunner().invoke(app, ["fails"])
    assert (result.exit_code, words in result.output) == (2, True), result.output
    assert "secret" not in result.output


def test_a_fault_of_ours_is_seen() -> None:
    app = typer.Typer(cls=Commands)

    @app.command()
    def fails() -> None:
        raise KeyError("ours")

    @app.command()
    def other() -> None:
        """Makes it a group."""

    assert isinstance(CliRunner().invoke(app, ["fails"]).exception, KeyError)
