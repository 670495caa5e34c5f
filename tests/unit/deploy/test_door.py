"""What a stranger meets first: CI, the forms for issues, the hooks, the editor's settings, the
licence. Each does what it says.
"""

import configparser
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FORMS = sorted(
    file for file in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if file.name != "config.yml"
)
FIELDS = {"input", "textarea", "dropdown", "checkboxes"}


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_ci_runs_the_one_script_and_nothing_beside_it() -> None:
    workflow = read(".github/workflows/ci.yml")
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert os.access(ROOT / ".ci/run", os.X_OK)
    subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=True)
    assert workflow["permissions"] == {"contents": "read"}
    assert job["timeout-minutes"] <= 90


def test_ci_uses_other_peoples_actions_in_a_version_that_nobody_can_move() -> None:
    (job,) = read(".github/workflows/ci.yml")["jobs"].values()
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert [one for one in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one)] == []


def test_ci_keeps_only_downloads_that_setup_checks_by_hash() -> None:
    (job,) = read(".github/workflows/ci.yml")["jobs"].values()
    (cache,) = [
        step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/cache@")
    ]
    assert cache["path"].split() == ["~/.cache/uv", "~/.cache/motcua"]
    for pattern in re.findall(r"'([^']+)'", cache["key"]):
        assert list(ROOT.glob(pattern)), pattern


def test_the_script_of_ci_gives_targets_that_exist() -> None:
    targets = re.search(r"for target in (.*); do", (ROOT / ".ci/run").read_text())
    assert targets
    assert set(targets[1].split()) <= make_targets()


@pytest.mark.parametrize("form", FORMS, ids=[form.stem for form in FORMS])
def test_a_form_has_what_github_asks_of_it(form: Path) -> None:
    content = yaml.safe_load(form.read_text())
    assert (
        {"name", "description", "body"}
        <= set(content)
        <= {"name", "description", "body", "labels", "title"}
    )
    fields = [field for field in content["body"] if field["type"] in FIELDS]
    assert len(fields) + sum(field["type"] == "markdown" for field in content["body"]) == len(
        content["body"]
    )
    names = [field["id"] for field in fields]
    assert len(names) == len(set(names)) > 3
    assert any(field.get("validations", {}).get("required") for field in fields)
    for field in fields:
        assert field["attributes"]["label"]
        assert (field["type"] == "dropdown") == ("options" in field["attributes"])


def test_security_faults_are_led_away_from_public_issues() -> None:
    config = read(".github/ISSUE_TEMPLATE/config.yml")
    assert config["blank_issues_enabled"] is False
    assert any(
        "SECURITY.md" in link["about"] and link["url"].startswith("https://")
        for link in config["contact_links"]
    )
    assert {form.stem for form in FORMS} == {"bug", "feature", "procedure-data"}


def test_hooks_are_the_tools_of_the_environment_and_what_make_lint_runs() -> None:
    repositories = read(".pre-commit-config.yaml")["repos"]
    assert [one["repo"] for one in repositories] == ["local"], (
        "a hook from elsewhere has a version of its own"
    )
    entries = [hook["entry"] for hook in repositories[0]["hooks"]]
    assert [
        entry
        for entry in entries
        if not (Path(sys.executable).parent / entry.split()[0].removeprefix(".venv/bin/")).is_file()
    ] == []
    lint = (ROOT / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
    assert {entry.split()[0].removeprefix(".venv/bin/") for entry in entries} == set(
        re.findall(r"@\$\(BIN\)/([\w-]+)", lint)
    )


def test_the_development_container_is_made_by_setup() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    command, target = container["postCreateCommand"].split()
    assert (command, target in make_targets()) == ("make", True)
    (version,) = [
        feature["version"] for name, feature in container["features"].items() if "/python:" in name
    ]
    assert f"python{version}" in (ROOT / "Makefile").read_text()


def test_editors_are_told_what_the_formatter_does() -> None:
    settings = configparser.ConfigParser()
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text())
    assert settings["top"]["root"] == "true"
    assert (
        settings["*"]["charset"],
        settings["*"]["indent_style"],
        settings["*"]["indent_size"],
    ) == ("utf-8", "space", "4")
    assert settings["Makefile"]["indent_style"] == "tab"
    for folder in re.findall(r"([\w/]+)/\*\*", (ROOT / ".editorconfig").read_text()):
        assert (ROOT / folder).is_dir(), folder


def test_the_licence_is_apache_and_the_notice_names_what_is_under_another() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    notice = (ROOT / "NOTICE").read_text()
    for line in (
        "Digitized data copyright (c) 2010 Google Corporation",
        "Copyright (c) 2012 Red Hat, Inc.",
    ):
        assert line in notice
        assert line in (ROOT / "libs/documents/motcua_documents/fonts/LICENSE").read_text()
    assert [
        path for path in re.findall(r"\(see ([\w/]+)\)", notice) if not (ROOT / path).is_file()
    ] == []


@pytest.mark.parametrize(
    "page",
    [
        "SECURITY.md",
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "README.md",
        ".github/PULL_REQUEST_TEMPLATE.md",
    ],
)
def test_every_link_of_the_door_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text())
    assert [
        link
        for link in links
        if "://" not in link and not (ROOT / page).parent.joinpath(link).exists()
    ] == []
