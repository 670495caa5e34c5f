"""The bill of materials holds every package and jar of the locks; the page of licences is of this
lock, and each licence is allowed.
"""

import email.message
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from motcua_contracts.wire.topics import SERVICES

from tests.support.deploy_scripts import script

ROOT = Path(__file__).resolve().parents[3]


supply: Any = script("deploy/supply", "supply")
choose: Any = script("deploy/compose", "choose")
LOCK = (ROOT / "requirements.lock").read_text()


def test_the_bill_holds_every_package_and_jar_with_version_and_hashes() -> None:
    made = supply.bill()
    bill = json.loads(made)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    # Imported here: it brings grammars that cost every run of other tests seconds.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(made) is None
    found = {
        one["purl"]: {digest["content"] for digest in one["hashes"]} for one in bill["components"]
    }
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK)
    packages = {
        block.split("==")[0].split("[")[0]: block
        for block in blocks
        if "==" in block.splitlines()[0]
    }
    assert len(packages) > 100
    for name, block in packages.items():
        version = block.split("==")[1].split()[0]
        assert found.pop(f"pkg:pypi/{name}@{version}") == set(
            re.findall(r"sha256:([0-9a-f]{64})", block)
        ), name
    for line in (ROOT / "deploy/local/motcua_local/parts/kafka.lock").read_text().splitlines():
        if not line.startswith("#"):
            digest, coordinate = line.split()
            group, name, version = coordinate.split(":")[:3]
            assert found.pop(f"pkg:maven/{group}/{name}@{version}") == {digest}
    assert found == {}
    assert supply.bill() == made, "the same locks give the same bytes"
    assert not re.search(
        r"https?://(?!cyclonedx\.org/schema/)|file:|/home/|/root/|127\.0\.0\.1", made
    )


def test_the_page_of_licences_is_of_this_lock() -> None:
    """Else: python deploy/supply/supply.py licences > docs/licences.md"""
    assert (ROOT / "docs/licences.md").read_text() == supply.page()


def test_the_page_of_dependencies_is_of_these_files() -> None:
    """Else: python deploy/supply/supply.py dependencies > docs/dependencies.md"""
    assert (ROOT / "docs/dependencies.md").read_text() == supply.dependencies()


def test_every_direct_dependency_has_a_reason_and_every_reason_a_dependency() -> None:
    reasons = tomllib.loads(supply.REASONS.read_text())
    assert set(reasons["packages"]) == set(supply.direct())
    assert [
        name
        for name, why in (reasons["packages"] | reasons["beside"]).items()
        if len(why.split()) < 3 or not why.endswith(".")
    ] == []


def test_a_dependency_without_a_reason_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "direct", lambda: {"fqdn": ["libs/contracts"]})
    with pytest.raises(KeyError, match="fqdn"):
        supply.dependencies()


def test_every_licence_goes_together_with_apache_or_is_named() -> None:
    others = {
        one.name for one in supply.packages(LOCK) if not supply.allowed(supply.licence(one.name))
    }
    assert others == set(supply.NAMED)


def test_what_is_named_is_in_no_image() -> None:
    for service in (*SERVICES, "simulators", "operations"):
        assert not set(choose.closure(choose.own(service), LOCK)) & set(supply.NAMED), service


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("AGPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("SSPL-1.0", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
    ],
)
def test_an_expression_is_judged_as_a_whole(expression: str, holds: bool) -> None:
    assert supply.allowed(expression) is holds


def test_a_licence_that_nobody_knows_is_told_by_its_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supply, "metadata", lambda name: email.message.Message())
    with pytest.raises(supply.LicenceUnknownError, match=r"segno: .* is none that is known here"):
        supply.licence("segno")
