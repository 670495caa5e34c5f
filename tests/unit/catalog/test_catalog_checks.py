"""Wrong files of all kinds: each fault names file, line and field, and nothing is imported.

Rich ones come out as they are written.
"""

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from motcua_catalog.importer.file_stack import HOME, read_stack
from motcua_catalog.importer.plan import build
from motcua_catalog.importer.run import import_into
from motcua_contracts.messages.catalog import FieldGroup, FormSection, FormSheet, PublishProcedure

from .harness import CatalogHarness

RICH = Path(__file__).parent / "rich.procedure.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The organisation, the settings, and one procedure that uses all that a file may hold."""
    folder = tmp_path / "catalog"
    shutil.copytree(HOME / "organisation", folder / "organisation")
    (folder / "procedures").mkdir()
    for name in ("fields.yaml", "workflows.yaml"):
        shutil.copy(HOME / name, folder)
    shutil.copy(RICH, folder / "procedures" / "rich.yaml")
    return folder


def edit(path: Path, before: str, after: str) -> int:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return text[: text.index(before)].count("\n") + 1


def published(home: Path) -> PublishProcedure:
    plan = build(read_stack([home]))
    assert plan.faults == []
    (found,) = [
        c for c in (wanted.command(1) for wanted in plan.wanted) if isinstance(c, PublishProcedure)
    ]
    return found


def test_a_rich_procedure_comes_out_as_it_is_written(home: Path) -> None:
    found = published(home)
    terms, publication = found.terms, found.publication
    assert [
        (p.id, p.required, bool(p.required_when), p.kind, p.copies, p.form) for p in terms.papers
    ] == [
        ("application", True, False, "original", 1, "to-khai-mau"),
        ("guardian", False, True, "certified", 2, ""),
        ("poor-book", False, False, "photocopy", 1, ""),
        ("unclear", False, False, None, 1, ""),
    ]
    assert terms.papers_needed({"person": {"age": 15}}) == ("application", "guardian")
    assert terms.papers_needed({"poor": True, "person": {"age": 40}}) == (
        "application",
        "poor-book",
    )
    assert terms.fee.inputs == ("person.age", "copies"), (
        "what cases and copies need, and no waiver's"
    )
    assert [case.id for case in terms.fee.cases] == ["child"]
    assert (terms.fee.copies_input, terms.fee.free_copies, terms.fee.max_vnd) == (
        "copies",
        1,
        200_000,
    )
    assert [(w.id, w.percent, w.paper) for w in terms.fee.waivers] == [("poor", 100, "poor-book")]
    assert (terms.lateness.reminders, terms.lateness.extension_days, terms.lateness.extensions) == (
        (80,),
        2,
        2,
    )
    assert (terms.supplement_days, terms.supplement_clock) == (10, "pause")
    assert publication.sheets == (
        FormSheet(id="to-khai-mau", name_vi="Tờ khai mẫu", name_en="Sample form", declarative=True),
        FormSheet(id="don-de-nghi", name_vi="Đơn đề nghị", name_en="", declarative=False),
    )
    assert publication.layout[0] == FormSection(
        title_vi="Người yêu cầu", title_en="Person", fields=("person.name", "person.age"), columns=2
    )
    assert publication.guide_vi.startswith("## Cách nộp\n\n1. Điền tờ khai.\n")
    assert publication.group == FieldGroup(id="tu-phap", name_vi="Tư pháp", name_en="Justice")
    assert publication.unknown == ("papers",)
    dated = "Nghị định 1/2020/NĐ-CP, ngày 01/02/2020, hiệu lực từ 01/04/2020"
    assert publication.legal_basis == ("Luật Hộ tịch năm 2014", dated)
    assert {
        "group": "configured",
        "guide": "authored-for-demo",
        "lateness": "configured",
    }.items() <= publication.origins.items()


FAULTS = [
    (
        "required: when",
        "required: sometimes",
        "papers.1.required",
        "must be true, false, when or null",
    ),
    ("required: when", "required: true", "papers.1", "belong together"),
    ("kind: certified", "kind: stamped", "papers.1.kind", "'original', 'certified' or 'photocopy'"),
    ("kind: photocopy", "kind: photocopy\n  original: true", "papers.2", "contradict"),
    ("form: to-khai-mau", "form: don-khac", "papers.0.form", "it has: to-khai-mau, don-de-nghi"),
    (
        "{field: person.age, at_most: 17}",
        "{field: person.aeg, at_most: 17}",
        "papers.1.when.0.field",
        "no field person.aeg",
    ),
    (
        "{field: person.age, at_most: 17}",
        "{field: person.name, at_most: 17}",
        "papers.1.when.0.field",
        "is no number",
    ),
    (
        "{field: person.age, at_most: 17}",
        "{field: person.sex, any_of: [robot]}",
        "papers.1.when.0.any_of.0",
        "can never be this",
    ),
    ("{field: person.age, at_most: 17}", "{field: person.age}", "papers.1.when.0", "needs any_of"),
    (
        "{field: person.age, at_most: 17}",
        "{field: person.age, at_least: 9, at_most: 8}",
        "papers.1.when.0.at_most",
        "no number lies",
    ),
    (
        "{field: person.age, at_most: 15}",
        "{field: person.sex, any_of: [male]}",
        "fee.rule.cases.0.when.0.field",
        "no whole number",
    ),
    (
        "{field: person.age, at_most: 15}",
        "{field: age, at_most: 15}",
        "fee.rule.cases.0.when.0.field",
        "no field age",
    ),
    (
        "copies_input: copies",
        "copies_input: person.name",
        "fee.rule.copies_input",
        "no whole number person.name",
    ),
    ("max_vnd: 200000", "max_vnd: 2e5", "fee.rule.max_vnd", "valid integer"),
    ("input: poor", "input: copies", "fee.rule.waivers.0.input", "no yes/no field copies"),
    ("paper: poor-book", "paper: book", "fee.rule.waivers.0.paper", "no paper book"),
    ("percent: 100", "percent: 101", "fee.rule.waivers.0.percent", "less than or equal to 100"),
    (
        "fields: [person.name, person.age]",
        "fields: [person.name, person.hat]",
        "form.layout.0.fields.1",
        "no field person.hat",
    ),
    ("columns: 2", "columns: 4", "form.layout.0.columns", "less than or equal to 3"),
    (
        "copies: 2\n      poor: true",
        "copies: none\n      poor: true",
        "form.schema.examples.0.copies",
        "breaks the schema",
    ),
    ("days: 3", "days: inf", "processing.days", "finite number"),
    ("days: 3", "days: nan", "processing.days", "finite number"),
    ("unit: working", "unit: working\n  cutoff: 25:00", "processing.cutoff", "match pattern"),
    ("amount_vnd: 10000", "amount_vnd: 10000000000001", "fee.amount_vnd", "less than or equal to"),
    (
        "effective_from: 2026-01-01",
        "effective_from: 9999-12-31",
        "effective_from",
        "less than or equal to 2100-12-31",
    ),
    (
        "poor: {type: boolean}",
        "poor: {$ref: https://example.vn/x.json}",
        "form.schema.properties.poor.$ref",
        "must point into this form",
    ),
    ("issued: 2020-02-01", "issued: 2020-02-31", "legal_basis.1.issued", "valid date"),
    ("reminders: [80]", "reminders: [70]", "lateness.reminders.0", "50 or 80"),
    ("vi: |", "vn: |", "guide.vn", "Extra inputs"),
    ("days: 3", "days: 1", "processing.days", "take 16 working hours; 8 lie"),
]


@pytest.mark.parametrize(("before", "after", "field", "words"), FAULTS)
async def test_a_fault_names_line_and_field_and_nothing_is_sent(
    home: Path, before: str, after: str, field: str, words: str
) -> None:
    path, desk = home / "procedures" / "rich.yaml", CatalogHarness()
    edit(path, before, after)
    report = await import_into(desk, [home], lambda _: None)
    found = [
        fault
        for fault in report.faults
        if fault.path == path and fault.field == field and words in fault.what
    ]
    assert found, [str(fault) for fault in report.faults]
    assert desk.sent == []
    name = field.split(".")[-1]
    if not name.isdecimal():
        assert f"{name}:" in path.read_text().splitlines()[found[0].line - 1]


STEPS = [
    (
        "does: approve, working_hours: 4}",
        "does: process, working_hours: 4}",
        "steps.2.does",
        "the way has no end",
    ),
    ("{id: draft,", "{id: process,", "steps.1.id", "process appears here twice"),
    ("does: process,", "does: approve,", "steps.0.does", "step draft is never reached"),
    ("does: draft,", "does: process,", "steps", "nobody drafts"),
    ("role: leader", "role: officer", "steps.2.role", "a leader approves"),
    ("working_hours: 8", "working_hour: 8", "steps.0.working_hour", "Extra inputs"),
    (
        "working_hours: 8",
        "working_hours: 8, consults: [{department: nowhere}]",
        "",
        "consults a department that does not exist",
    ),
    (
        "working_hours: 8",
        "working_hours: 8, consults: [{department: a, agency: mars}]",
        "",
        "consults an agency that does not exist: mars",
    ),
]


@pytest.mark.parametrize(("before", "after", "field", "words"), STEPS)
async def test_a_way_that_leads_nowhere_is_named(
    home: Path, before: str, after: str, field: str, words: str
) -> None:
    """Faults of the workflow itself stand in its own file; of places that it needs, in the
    procedure's that takes it.
    """
    text = (home / "workflows.yaml").read_text()
    first = text.index("haihau-tuphap:")
    at = first + text[first:].index(before)
    (home / "workflows.yaml").write_text(text[:at] + after + text[at + len(before) :])
    desk = CatalogHarness()
    report = await import_into(desk, [home], lambda _: None)
    field = f"workflows.haihau-tuphap.{field}" if field else "workflow"
    found = [fault for fault in report.faults if fault.field == field and words in fault.what]
    assert found, [str(fault) for fault in report.faults]
    assert desk.sent == []


def test_a_field_under_no_published_field_that_exists_is_named(home: Path) -> None:
    line = edit(home / "fields.yaml", "group: {district: tu-phap", "group: {district: elsewhere")
    (fault,) = build(read_stack([home])).faults
    assert (fault.field, fault.line) == ("fields.civil-status.group.district", line)
    assert fault.what == "there is no published field of the district: elsewhere"


def test_whom_a_step_consults_is_in_the_terms(home: Path) -> None:
    text = (home / "workflows.yaml").read_text()
    before, way, after = text.partition("  haihau-tuphap:\n")
    steps = after.replace(
        "working_hours: 8}", "working_hours: 8, consults: [{department: tckh}]}", 1
    )
    (home / "workflows.yaml").write_text(before + way + steps)
    (consulted,) = published(home).terms.workflow.steps[0].consults
    assert (consulted.department, consulted.agency, consulted.working_hours) == ("tckh", "", 16)


@cache
def sources() -> tuple[Path, ...]:
    return (
        RICH,
        HOME / "workflows.yaml",
        HOME / "fields.yaml",
        *sorted((HOME / "organisation").glob("*.yaml")),
    )


def keys(data: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every key of a mapping that has fixed names: not those of a JSON Schema, of tables by id, and
    of weekdays.
    """
    free = way in {
        ("workflows",),
        ("groups",),
        ("groups", "district"),
        ("groups", "commune"),
        ("fields",),
        ("week",),
    }
    if isinstance(data, dict):
        found = [] if free else [(*way, key) for key in data]
        return found + [
            k
            for key, value in data.items()
            if key not in ("schema", "group")
            for k in keys(value, (*way, key))
        ]
    return (
        [k for place, value in enumerate(data) for k in keys(value, (*way, place))]
        if isinstance(data, list)
        else []
    )


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_misspelt_name_is_passed_over(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever key of whatever file is misspelt, reading it says so, with a line that exists."""
    source = data.draw(st.sampled_from(sources()))
    content = yaml.load(source.read_text(), Loader=yaml.BaseLoader)
    way = data.draw(st.sampled_from(keys(content)))
    inner = content
    for step in way[:-1]:
        inner = inner[step]
    inner[f"{way[-1]}x"] = inner.pop(way[-1])
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    faults = [fault for fault in read_stack([path]).faults if fault.path == path]
    assert faults, way
    assert all(1 <= fault.line <= path.read_text().count("\n") + 1 for fault in faults)


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.binary(max_size=200)
    | st.text(alphabet="kind: procedure\n-[]{}&*!|>'\"#%@`\t,?", max_size=120).map(str.encode)
)
def test_no_bytes_whatever_break_the_reader(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "noise.yaml"
    path.write_bytes(content)
    stack = read_stack([path])
    assert stack.faults
    assert all(str(fault).startswith(f"{path}:") for fault in stack.faults)


def test_a_broken_file_is_named_alone_and_not_all_that_refer_to_it(home: Path) -> None:
    """One slip of the pen is one fault: not one for each procedure that needs the file."""
    edit(home / "organisation" / "haihau.yaml", "authority: district", "authority: ward")
    (fault,) = build(read_stack([home])).faults
    assert (fault.path.name, fault.field) == ("haihau.yaml", "authority")
    edit(home / "organisation" / "haihau.yaml", "authority: ward", "authority: district")
    edit(home / "workflows.yaml", "kind: workflows", "kind: workflows\nworkflow: x")
    (fault,) = build(read_stack([home])).faults
    assert (fault.path.name, fault.field) == ("workflows.yaml", "workflow")


@pytest.mark.parametrize(
    ("name", "before", "after", "field", "words"),
    [
        (
            "calendar-haihau.yaml",
            "opens: 07:00, closes: 11:30",
            "opens: 07:00, closes: 07:60",
            "week.1.0.closes",
            "match pattern",
        ),
        (
            "holidays.yaml",
            "day: 2024-01-01",
            "day: 1024-01-01",
            "days.0.day",
            "greater than or equal to 2000",
        ),
        ("haihau.yaml", "parent: namdinh", "parent: haiminh", "parent", "haihau lies under itself"),
        ("haihau.yaml", "parent: namdinh", "parent: haihau", "parent", "haihau lies under itself"),
    ],
)
async def test_a_wrong_organisation_is_named(
    home: Path, name: str, before: str, after: str, field: str, words: str
) -> None:
    path, desk = home / "organisation" / name, CatalogHarness()
    line = edit(path, before, after)
    report = await import_into(desk, [home], lambda _: None)
    found = [
        fault
        for fault in report.faults
        if fault.path == path and fault.field == field and words in fault.what
    ]
    assert [fault.line for fault in found] == [line], [str(fault) for fault in report.faults]
    assert desk.sent == []


async def test_what_no_reader_could_take_in_is_never_sent(home: Path) -> None:
    """Nothing of the import goes out: neither this file nor any that is right."""
    path, desk = home / "procedures" / "rich.yaml", CatalogHarness()
    edit(path, "confidence: sample", f"confidence: sample\n  notes: {'x' * 1_000_000}")
    report = await import_into(desk, [home], lambda _: None)
    (fault,) = report.faults
    assert fault.path == path
    assert "at most 2000 characters" in fault.what
    assert (desk.sent, report.changes) == ([], [])


async def test_half_a_letter_is_named_with_its_line(home: Path) -> None:
    path, desk = home / "procedures" / "rich.yaml", CatalogHarness()
    line = edit(path, "confidence: sample", 'confidence: "\\uD800"')
    report = await import_into(desk, [home], lambda _: None)
    assert [(fault.path, fault.line) for fault in report.faults] == [(path, line)]
    assert desk.sent == []


def test_a_name_that_no_paper_can_print_is_a_fault_with_its_line(home: Path) -> None:
    edit(
        home / "organisation" / "haihau.yaml",
        "authority: district",
        "authority: district\nnote: \U0001f4c4",
    )
    (fault,) = build(read_stack([home])).faults
    assert (fault.path.name, fault.field) == ("haihau.yaml", "note")
    assert "U+1F4C4" in fault.what
