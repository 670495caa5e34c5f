"""Every command works on a secure stack as on any other: each signs in as whom its work is for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from motcua_journeys import Stage
from motcua_local.home import Home
from motcua_local.secured import Secured

COMMANDS = [
    "status",
    "topics list",
    "topics apply",
    "topics apply --acls",
    "catalog import",
    "dead-letters list --all",
    "payment ledger --check",
    "clock show",
    "audit replay",
    "audit verify",
    "audit verify --archive",
]


def run(stage: Stage, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A command in a shell of the same user, who has set nothing but the home."""
    own = {
        "MOTCUA_HOME": stage.stack.home,
        "PATH": os.defpath,
        "COLUMNS": "200",
        "LANG": "C.UTF-8",
        **env,
    }
    command = [sys.executable, "-m", "motcua_operations", *words]
    return subprocess.run(
        command, env=own, capture_output=True, text=True, timeout=180, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_signs_in_by_itself(secured_stage: Stage, command: str) -> None:
    done = run(secured_stage, *command.split())
    assert done.returncode == 0, done.stdout + done.stderr


def test_rights_that_stand_are_left_as_they_are(secured_stage: Stage) -> None:
    done = run(secured_stage, "topics", "apply", "--acls")
    assert "everything is as the contracts say" in done.stdout, (
        "the local stack's own rights differ from the command's"
    )


def test_an_operator_s_login_does_not_read_the_papers(secured_stage: Stage) -> None:
    """What the auditor's command does, with the operator's users."""
    kafka, mongo = secured_stage.stack.kafka("operator"), secured_stage.stack.mongo("operator")
    done = run(
        secured_stage, "audit", "replay", "--json", MOTCUA_MONGO_URI=mongo, **kafka.environment()
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert (
        "Authorization" in done.stderr + done.stdout
        or "OperationFailure" in done.stderr + done.stdout
    )


def test_the_stack_file_and_the_logs_hold_no_password(secured_stage: Stage) -> None:
    home = Home(Path(secured_stage.stack.home))
    secured = Secured(home.keys / "access")
    passwords = {file.name: file.read_text() for file in secured.passwords.iterdir()}
    for file in [home.stack_file, *home.logs.iterdir()]:
        said = file.read_text(errors="replace")
        assert [who for who, password in passwords.items() if password in said] == [], file
    shown = run(secured_stage, "status", "--json").stdout
    assert not [who for who, password in passwords.items() if password in shown]


def test_another_home_s_stack_is_not_started_the_other_way(
    secured_stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "data" / "kafka").mkdir(parents=True)
    done = run(secured_stage, "up", "--only-infra", "--secure", MOTCUA_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "without --secure" in done.stdout
