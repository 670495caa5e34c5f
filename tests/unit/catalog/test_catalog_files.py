"""The catalogue's own files: the real procedures whole and honest, the journeys' ones as the
journeys need them.
"""

import json
import re
from datetime import date
from functools import cache

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from motcua_catalog.importer.file_stack import HOME, read_stack
from motcua_catalog.importer.plan import build
from motcua_catalog.importer.yaml_lines import read
from motcua_contracts import Command
from motcua_contracts.messages.catalog import (
    PlaceOfficer,
    PublishAgency,
    PublishCalendar,
    PublishProcedure,
)

PERSONAS = {
    "clerk-haihau": ("haihau", "motcua", ("clerk",)),
    "cashier-haihau": ("haihau", "motcua", ("cashier",)),
    "officer-tckh": ("haihau", "tckh", ("officer",)),
    "leader-tckh": ("haihau", "tckh", ("leader",)),
    "officer-tuphap": ("haihau", "tuphap", ("officer",)),
    "leader-tuphap": ("haihau", "tuphap", ("leader",)),
    "clerk-haiminh": ("haiminh", "motcua", ("clerk",)),
    "officer-haiminh": ("haiminh", "tuphap", ("officer",)),
    "leader-haiminh": ("haiminh", "tuphap", ("leader",)),
}
JOURNEYS = ("local.hh-0001", "1.001193", "1.001612", "1.001570")


@cache
def wanted() -> dict[str, Command]:
    plan = build(read_stack([HOME]))
    assert plan.faults == []
    return {item.subject: item.command(1) for item in plan.wanted}


def procedures() -> dict[str, PublishProcedure]:
    return {
        subject: command
        for subject, command in wanted().items()
        if isinstance(command, PublishProcedure)
    }


def test_every_real_procedure_is_there_and_samples_are_marked() -> None:
    real = [p for p in procedures().values() if not p.publication.sample]
    assert len(real) == 89
    assert sum(p.terms.code.startswith("local.") for p in real) == 52, (
        "no code in the data: a local one"
    )
    assert {p.terms.code for p in procedures().values() if p.publication.sample} == {
        "bench.straight-through",
        "bench.documents",
    }
    assert all(p.publication.confidence in ("seen in page", "from memory") for p in real)
    assert all(p.publication.source for p in real if p.publication.confidence == "seen in page")


def test_the_legal_basis_prints_acts_and_no_note_of_where_they_were_seen() -> None:
    named = {act for p in procedures().values() for act in p.publication.legal_basis}
    assert "Thông tư 02/2023/TT-BKHĐT" in named
    assert [
        act for act in named if re.search(r"\((theo )?(mẫu|bản cũ|nguồn|demo)", act, re.IGNORECASE)
    ] == []


def test_what_no_source_says_is_unknown_and_takes_no_dossier() -> None:
    licence = procedures()["1.010723"]
    assert licence.publication.unknown == ("days", "fee", "workflow")
    assert not licence.publication.takes_dossiers
    assert (licence.terms.level, licence.publication.level_source) == (
        2,
        "configured",
    ), "the district's are at level 2, 3 or 4"
    wills = procedures()["2.001019"]
    assert (wills.terms.level, wills.publication.level_source, wills.terms.service_level) == (
        None,
        None,
        1,
    )


@pytest.mark.parametrize(
    ("code", "level", "source", "fee", "moment", "agency", "department", "days", "unit"),
    [
        (
            "local.hh-0001",
            4,
            "published",
            50_000,
            "before_acceptance",
            "haihau",
            "tckh",
            3,
            "working",
        ),
        ("1.001193", 3, "configured", 0, "before_result", "haiminh", "tuphap", 1, "same_day"),
        ("1.001612", 3, "configured", 100_000, "before_result", "haihau", "tckh", 3, "working"),
        ("1.001570", 2, "published", 0, "before_result", "haihau", "tckh", 3, "working"),
    ],
)
def test_the_journeys_procedures(
    code: str,
    level: int,
    source: str,
    fee: int,
    moment: str,
    agency: str,
    department: str,
    days: int,
    unit: str,
) -> None:
    found = procedures()[code]
    terms, publication = found.terms, found.publication
    assert (terms.level, publication.level_source) == (level, source)
    assert (terms.fee.amount_vnd, terms.fee.moment, terms.fee.online_discount_percent) == (
        fee,
        moment,
        0,
    )
    assert not terms.fee.refundable_on_refusal
    assert (terms.receiving_agency, terms.deciding_agency, terms.calendar) == (
        agency,
        agency,
        agency,
    )
    assert [(s.does, s.role, s.department, s.automatic) for s in terms.workflow.steps] == [
        ("process", "officer", department, False),
        ("draft", "officer", department, False),
        ("approve", "leader", department, False),
    ]
    assert (terms.days, terms.day_unit, terms.cutoff) == (days, unit, "15:00")
    assert publication.takes_dossiers
    assert publication.unknown == ()
    assert publication.origins["form"] == "authored-for-demo"
    assert any(paper.required for paper in terms.papers)


@pytest.mark.parametrize("code", JOURNEYS)
def test_forms_have_vietnamese_titles_and_hold_their_own_example(code: str) -> None:
    schema = procedures()[code].publication.form_schema
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    (example,) = schema["examples"]
    assert validator.is_valid(example), [str(error) for error in validator.iter_errors(example)]
    assert not validator.is_valid({**example, "declaration": False})
    assert not validator.is_valid({**example, "surprise": 1})
    for name, part in schema["properties"].items():
        assert part["title"], name
        assert part["x-title-en"], name


def test_several_members_must_be_named_in_a_household_business() -> None:
    schema = procedures()["1.001612"].publication.form_schema
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert not validator.is_valid({**schema["examples"][0], "founder": "household"})


def test_minutes_and_authorisation_are_asked_of_a_household_alone() -> None:
    found = procedures()["1.001612"]
    (example,) = found.publication.form_schema["examples"]
    assert found.terms.papers_needed(example) == ("application", "identity")
    assert found.terms.papers_needed({**example, "founder": "household"}) == (
        "application",
        "identity",
        "minutes",
        "authorisation",
    )


def test_who_pays_nothing_by_the_source_pays_nothing_here() -> None:
    found = procedures()["local.ht-0006"]
    (example,) = found.publication.form_schema["examples"]
    assert found.terms.fee.waiver_of(example) is None
    for claim in ("merit_family", "poor_household", "disabled"):
        waiver = found.terms.fee.waiver_of({**example, claim: True})
        assert waiver is not None
        assert waiver.percent == 100
        assert "waiver-proof" in found.terms.papers_needed({**example, claim: True})
        assert found.terms.fee.inputs_of({**example, claim: True}) == {}, (
            "which group it is stays in the papers"
        )


@pytest.mark.parametrize("code", JOURNEYS)
def test_the_journeys_forms_are_laid_out_or_plain_and_have_a_guide(code: str) -> None:
    publication = procedures()[code].publication
    assert publication.guide_vi.startswith("## ")
    assert publication.guide_en.startswith("## ")
    assert publication.origins["guide"] == "authored-for-demo"
    (sheet,) = [sheet for sheet in publication.sheets if sheet.declarative]
    assert sheet.id in {paper.form for paper in procedures()[code].terms.papers}
    if publication.layout:
        shown = [
            name.partition(".")[0] for section in publication.layout for name in section.fields
        ]
        assert set(shown) == set(publication.form_schema["properties"]), "no field is left out"


def test_the_bench_procedures_run_by_themselves() -> None:
    plain, documents = (
        procedures()["bench.straight-through"].terms,
        procedures()["bench.documents"].terms,
    )
    for terms in (plain, documents):
        assert (terms.level, terms.fee.amount_vnd, terms.papers) == (4, 0, ())
        assert terms.workflow.automatic_acceptance
        assert [(step.does, step.automatic) for step in terms.workflow.steps] == [("approve", True)]
    assert (plain.issues_documents, documents.issues_documents) == (False, True)


def test_every_persona_of_the_demo_has_a_place() -> None:
    places = {
        c.place.officer: (c.place.agency, c.place.department, c.place.roles)
        for c in wanted().values()
        if isinstance(c, PlaceOfficer)
    }
    assert places == PERSONAS


def test_every_step_has_somebody_to_do_it() -> None:
    places = [c.place for c in wanted().values() if isinstance(c, PlaceOfficer)]
    for found in procedures().values():
        if not found.publication.takes_dossiers:
            continue
        for step in found.terms.workflow.steps:
            assert any(
                (p.agency, p.department) == (found.terms.deciding_agency, step.department)
                and step.role in p.roles
                for p in places
            ), (found.terms.code, step.id)


def test_agencies_form_a_tree_with_groups_in_their_codes() -> None:
    agencies = {c.agency.id: c.agency for c in wanted().values() if isinstance(c, PublishAgency)}
    assert {a.id: (a.code, a.parent) for a in agencies.values()} == {
        "namdinh": ("H40", None),
        "haihau": ("H40.12", "namdinh"),
        "haiminh": ("H40.12.20", "haihau"),
    }


def test_calendars_know_hours_holidays_and_make_up_days() -> None:
    calendars = {
        c.calendar.id: c.calendar for c in wanted().values() if isinstance(c, PublishCalendar)
    }
    haihau = calendars["haihau"]
    assert [(span.opens, span.closes) for span in haihau.week[1]] == [
        ("07:00", "11:30"),
        ("13:30", "17:00"),
    ]
    assert sorted(haihau.week) == [1, 2, 3, 4, 5]
    assert sorted(calendars["haiminh"].week) == [1, 2, 3, 4, 5, 6]
    days = {day.day: day for day in haihau.holidays}
    assert not days[date(2026, 2, 17)].working, "the first day of Tết"
    assert days[date(2026, 8, 22)].working, "a Saturday worked for Monday 31 August"
    assert {day.year for day in days} == {2024, 2025, 2026, 2027, 2028}


@given(st.text(alphabet="abc0123456789.:-", min_size=1, max_size=12))
def test_a_word_without_quotes_stays_what_is_written(
    tmp_path_factory: pytest.TempPathFactory, word: str
) -> None:
    """Codes (1.001193), hours (07:00) and dates are no numbers; only whole numbers are."""
    path = tmp_path_factory.mktemp("yaml") / "one.yaml"
    path.write_text(
        f"word: x{word}z\nnumber: 12\nhour: 07:00\ncode: 1.001193\nday: 2026-01-01\nnone:"
        " null\nyes: true\n"
    )
    assert json.loads(json.dumps(read(path).data)) == {
        "word": f"x{word}z",
        "number": 12,
        "hour": "07:00",
        "code": "1.001193",
        "day": "2026-01-01",
        "none": None,
        "yes": True,
    }
