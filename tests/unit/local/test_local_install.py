"""What `make setup` asks of apt.

The installer is a script of its own, which runs before there is an environment.
"""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).resolve().parents[3] / "deploy" / "local" / "install.py"
STARTS_NOTHING = "--option=Dpkg::Options::=--path-exclude=/etc/init.d/kannel"


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script, on a machine with apt and root where nothing is installed
    that only tests need.
    """
    spec = importlib.util.spec_from_file_location("install", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "_loads", lambda library: True)
    monkeypatch.setattr(module, "_installed", lambda package: False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return module


def asked(install: Any, monkeypatch: pytest.MonkeyPatch, fails: str = "") -> list[list[str]]:
    """What apt is asked for; it fails where a word is among it."""
    commands: list[list[str]] = []

    def run(*command: str) -> None:
        commands.append(list(command))
        if fails in command:
            raise SystemExit("error: no such package")

    monkeypatch.setattr(install, "run", run)
    install.system_packages(["chromium", "kannel"])
    return commands


def test_a_package_that_apt_does_not_have_takes_no_other_with_it(
    install: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = asked(install, monkeypatch, fails="chromium")
    assert [command[-1] for command in commands] == ["update", "chromium", "kannel"]
    assert "! without chromium: error: no such package" in capsys.readouterr().out


def test_lists_that_cannot_be_fetched_stop_nothing(
    install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(install, monkeypatch, fails="update")[-1][-1] == "kannel"


def test_what_mongod_needs_stops_the_setup(install: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_loads", lambda library: library != "libssl.so.3")
    with pytest.raises(SystemExit):
        asked(install, monkeypatch, fails="libssl3")


def test_a_server_among_them_starts_nothing(install: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert STARTS_NOTHING in asked(install, monkeypatch)[-1]
