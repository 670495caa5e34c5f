"""J15, the newcomer's day: the procedures as the district publishes them, found without accents,
and their counts by level on the page.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from motcua_audit.check import Report
from motcua_catalog.importer.file_stack import HOME as CATALOGUE
from motcua_catalog.importer.kafka import import_files
from motcua_catalog.importer.run import ImportReport
from motcua_journeys import Stage
from motcua_journeys.checks import Rest
from motcua_local.home import Home
from motcua_operations.development_keys import TOOLS_KEY

PUBLISHED = {"district": 226, "commune": 129}
"""As the district publishes them; real ones and samples together."""
BY_LEVEL = {"2": 101, "3": 57, "4": 68}
FIELDS = {"district": 11, "commune": 12}
SHOWN_SECONDS = 60.0


@dataclass
class Newcomer:
    """Somebody with a browser and nothing else."""

    http: httpx.Client
    imports: list[ImportReport] = field(default_factory=list)

    def page(self, path: str, **query: str) -> str:
        return self.http.get(path, params=query).raise_for_status().text

    def api(self, path: str, **query: str) -> Any:
        return self.http.get(f"/api/v1{path}", params=query).raise_for_status().json()

    def all_of(self, authority: str) -> list[dict[str, Any]]:
        """Every procedure of an authority, page by page."""
        found, cursor = [], ""
        while True:
            page = self.api(
                "/procedures",
                authority=authority,
                limit="100",
                **({"cursor": cursor} if cursor else {}),
            )
            found += page["procedures"]
            if not (cursor := page["next_cursor"] or ""):
                return found


@pytest.fixture(scope="module")
def journey(stage: Stage) -> Newcomer:
    """The catalogue is published with its samples, twice; then somebody comes by."""
    newcomer = Newcomer(
        httpx.Client(base_url=stage.addresses["gateway"], trust_env=False, timeout=30)
    )
    stage.people.callback(newcomer.http.close)
    for _ in range(2):
        key = Home(Path(stage.stack.home)).keys / TOOLS_KEY
        report = asyncio.run(
            import_files(
                stage.addresses["kafka"], [CATALOGUE], lambda _: None, with_samples=True, key=key
            )
        )
        assert report.ok, str(report)
        newcomer.imports.append(report)
    until = time.monotonic() + SHOWN_SECONDS
    while (
        newcomer.api("/procedures/statistics")["total"] < sum(PUBLISHED.values())
        and time.monotonic() < until
    ):
        time.sleep(0.2)
    return newcomer


@pytest.mark.parametrize("authority", PUBLISHED)
def test_as_many_are_listed_as_are_published_each_once(journey: Newcomer, authority: str) -> None:
    codes = [one["code"] for one in journey.all_of(authority)]
    assert (len(codes), len(set(codes))) == (PUBLISHED[authority], PUBLISHED[authority])


def test_the_district_s_counts_by_level_are_the_published_ones(journey: Newcomer) -> None:
    facets = journey.api("/procedures", authority="district")["facets"]
    assert {one["value"]: one["count"] for one in facets["level"]} == BY_LEVEL
    assert journey.api("/procedures/statistics")["by_authority_and_level"]["district"] == BY_LEVEL


def test_the_counts_by_level_stand_on_the_page(journey: Newcomer) -> None:
    shown = re.findall(r'data-count="district-(\w+)">(\d+)<', journey.page("/"))
    assert {level: int(count) for level, count in shown if level in BY_LEVEL} == BY_LEVEL


@pytest.mark.parametrize("level", BY_LEVEL)
def test_the_page_of_a_level_counts_the_same(journey: Newcomer, level: str) -> None:
    assert f"{BY_LEVEL[level]} thủ tục" in journey.page("/", authority="district", level=level)


@pytest.mark.parametrize("authority", FIELDS)
def test_they_lie_in_as_many_fields_as_are_published(journey: Newcomer, authority: str) -> None:
    fields = [
        row
        for row in journey.api("/procedures/statistics")["by_group"]
        if row["authority"] == authority
    ]
    assert (len(fields), sum(row["count"] for row in fields)) == (
        FIELDS[authority],
        PUBLISHED[authority],
    )


@pytest.mark.parametrize(
    "typed",
    ["dang ky khai sinh", "đăng ký khai sinh", "DANG KY KHAI SINH", "dang ky khai si", "1.001193"],
)
def test_birth_registration_is_found_first_however_it_is_typed(
    journey: Newcomer, typed: str
) -> None:
    assert journey.api("/procedures", q=typed)["procedures"][0]["code"] == "1.001193"
    assert 'href="/thu-tuc/1.001193"' in journey.page("/", q=typed)


def test_real_ones_and_samples_are_counted_apart_and_together(journey: Newcomer) -> None:
    counts = journey.api("/procedures/statistics")
    assert (
        counts["real"]["total"] + counts["sample"]["total"]
        == counts["total"]
        == sum(PUBLISHED.values())
    )
    assert min(counts["real"]["total"], counts["sample"]["total"]) > 0


def test_every_sample_is_marked_in_the_list_on_its_page_and_in_open_data(journey: Newcomer) -> None:
    samples = [one["code"] for one in journey.all_of("district") if one["sample"]]
    assert "Thủ tục mẫu" in journey.page("/", q=samples[0])
    assert "không phải thủ tục có thật" in journey.page(f"/thu-tuc/{samples[0]}")
    rows = {
        row["code"]: row["sample"]
        for row in journey.api("/open-data/procedures.json")["procedures"]
    }
    assert all(rows[code] for code in samples)


def test_what_a_level_means_for_the_procedure_is_told_in_sentences(journey: Newcomer) -> None:
    said = {one["about"]: one["allowed"] for one in journey.api("/procedures/1.001612")["allows"]}
    assert said == {
        "read": True,
        "forms": True,
        "file_online": True,
        "pay_online": False,
        "result_online": False,
    }


@pytest.mark.parametrize("path", ["/api/v1/guide", "/api/v1/procedures/1.001612/guide.pdf"])
def test_the_user_guide_is_downloaded(journey: Newcomer, path: str) -> None:
    answer = journey.http.get(path)
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_second_import_changes_nothing(journey: Newcomer) -> None:
    assert journey.imports[1].changes == []
    assert journey.imports[1].unchanged >= sum(PUBLISHED.values())


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
