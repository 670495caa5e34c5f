"""One procedure's file as terms and publication. Pure.

A part that no source states gets a stand-in in the terms and its name in `publication.unknown`, so
that nothing is made up silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from motcua_contracts.messages.catalog import (
    Agency,
    Calendar,
    FieldGroup,
    FormSection,
    Part,
    Publication,
)
from motcua_contracts.rules.archive import Archive
from motcua_contracts.rules.conditions import Condition
from motcua_contracts.rules.terms import (
    FeeCase,
    FeeRule,
    Lateness,
    Level,
    PaperKind,
    RequiredPaper,
    Step,
    Terms,
    Waiver,
    Workflow,
)

from .form_sheets import sheets_of
from .procedure_files import ConditionLine, FeeRuleEntry, PaperLine, ProcedureFile
from .settings_files import FieldEntry, GroupEntry, WorkflowEntry

LEVEL_OF_LABEL: dict[str, Level] = {"toàn trình": 4, "một phần": 3}
"""Decree 42/2022: full = 4, partial = 3 [law]. A source's label counts where it contains these
words.
"""
UNDECIDED = Workflow(
    id="unknown",
    steps=(
        Step(id="unknown", name_vi="", name_en="", department="", role="leader", does="approve"),
    ),
)
"""Stand-in for the way through the departments of a procedure of which nobody says it."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What procedures refer to by name."""

    fields: dict[str, FieldEntry]
    workflows: dict[str, WorkflowEntry]
    levels: dict[str, Level]
    agencies: dict[str, Agency]
    groups: dict[tuple[str, str], GroupEntry] = field(default_factory=dict)
    """By authority and id."""
    calendars: dict[str, Calendar] = field(default_factory=dict)


def terms_of(file: ProcedureFile, tables: Tables) -> Terms:
    """The terms as version 1; whoever publishes counts the version.

    What the file refers to must be in the tables.
    """
    level = _level(file) or tables.levels.get(file.code)
    entry = tables.workflows.get(file.workflow or "")
    workflow = UNDECIDED
    if entry is not None and file.workflow:
        steps = tuple(Step.model_validate(step.model_dump()) for step in entry.steps)
        workflow = Workflow(
            id=file.workflow,
            version=entry.version,
            steps=steps,
            automatic_acceptance=entry.automatic_acceptance,
        )
    return Terms(
        code=file.code,
        version=1,
        name_vi=file.name.vi,
        name_en=file.name.en,
        field=file.field,
        field_vi=tables.fields[file.field].vi,
        authority_level=file.authority,
        level=level,
        online_scope="full" if level == 4 else "partial" if level == 3 else None,
        receiving_agency=file.agencies.receiving,
        deciding_agency=file.agencies.deciding,
        days=file.processing.days or 0,
        day_unit=file.processing.unit or "working",
        cutoff=file.processing.cutoff,
        supplement_clock=file.processing.supplement_clock,
        supplement_days=file.processing.supplement_days,
        calendar=calendar_of(file, tables) or "",
        fee=_fee(file),
        workflow=workflow,
        papers=tuple(_paper(line) for line in file.papers),
        result_vi=file.result,
        issues_documents=file.issues_documents,
        lateness=Lateness(**file.lateness.model_dump(exclude={"source"}))
        if file.lateness
        else Lateness(),
        archive=Archive(**file.archive.model_dump(exclude={"source"}))
        if file.archive
        else Archive(),
    )


CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}
"""Of a procedure whose form's fields nobody wrote down: nothing can be filled in, so nobody files a
form of any content.
"""


def publication_of(file: ProcedureFile, tables: Tables) -> Publication:
    """What the public reads beside the terms: sources, and which part comes from where."""
    origins: dict[str, str | None] = {
        "agencies": file.agencies.source,
        "days": file.processing.source,
        "fee-rule": file.fee.rule.source if file.fee.rule else "configured",
        "papers": file.papers_source,
        "form": file.form.source if file.form else None,
        "workflow": tables.workflows[file.workflow].source if file.workflow else None,
        "level": "configured" if file.code in tables.levels else None,
        "guide": file.guide.source if file.guide else None,
        "lateness": file.lateness.source if file.lateness else None,
        "archive": file.archive.source if file.archive else None,
    }
    group = tables.fields[file.field].group.get(file.authority, "")
    published = tables.groups.get((file.authority, group))
    if published is not None:
        origins["group"] = published.source
    return Publication(
        level_source="configured"
        if file.code in tables.levels
        else "published"
        if _level(file)
        else None,
        legal_basis=tuple(map(str, file.legal_basis)),
        forms=file.forms,
        form_schema=(file.form.form_schema if file.form else {}) or CLOSED,
        processing_note_vi=file.processing.note,
        fee_note_vi=file.fee.note,
        source=file.sources.first or "",
        other_sources=file.sources.others,
        confidence=file.sources.confidence,
        agency_note_vi=file.agencies.as_stated,
        notes_vi=file.sources.notes,
        unknown=tuple(_unknown(file)),
        origins={part: origin for part, origin in origins.items() if origin is not None},
        sample=file.sample,
        sheets=sheets_of(file),
        layout=_layout(file),
        guide_vi=file.guide.vi if file.guide else "",
        guide_en=file.guide.en if file.guide else "",
        group=FieldGroup(id=group, name_vi=published.vi, name_en=published.en)
        if published
        else None,
    )


def calendar_of(file: ProcedureFile, tables: Tables) -> str | None:
    """The calendar that counts: the file's own, else the deciding agency's; None where that is not
    known.
    """
    if file.agencies.calendar:
        return file.agencies.calendar
    deciding = tables.agencies.get(file.agencies.deciding)
    return deciding.calendar if deciding else None


def _level(file: ProcedureFile) -> Level | None:
    """The level that the source states, by number or by a label of Decree 42/2022."""
    if file.level.stated is not None:
        return file.level.stated
    label = (file.level.label or "").lower()
    return next((level for words, level in LEVEL_OF_LABEL.items() if words in label), None)


def _fee(file: ProcedureFile) -> FeeRule:
    """The rule; its `inputs` are what is written there and every field that a case or the copies
    need, but no waiver's.
    """
    rule = file.fee.rule or FeeRuleEntry(source="configured")
    given = rule.model_dump(exclude={"source", "authority", "inputs", "cases", "waivers"})
    needed = [condition.field for case in rule.cases for condition in case.when]
    needed += [rule.copies_input] if rule.copies_input else []
    cases = tuple(
        FeeCase(
            id=case.id,
            name_vi=case.name,
            name_en=case.name_en,
            when=_conditions(case.when),
            amount_vnd=case.amount_vnd,
        )
        for case in rule.cases
    )
    waivers = tuple(
        Waiver(
            id=one.id,
            name_vi=one.name,
            name_en=one.name_en,
            percent=one.percent,
            input=one.input,
            paper=one.paper or "",
        )
        for one in rule.waivers
    )
    return FeeRule(
        amount_vnd=file.fee.amount_vnd or 0,
        authority=rule.authority or file.agencies.deciding,
        inputs=tuple(dict.fromkeys((*rule.inputs, *needed))),
        cases=cases,
        waivers=waivers,
        **given,
    )


def _conditions(lines: tuple[ConditionLine, ...]) -> tuple[Condition, ...]:
    return tuple(Condition(**line.model_dump()) for line in lines)


def _paper(line: PaperLine) -> RequiredPaper:
    """A paper of which nothing says that it is required is none that the rules insist on."""
    kind = kind_of(line)
    return RequiredPaper(
        id=line.id,
        name_vi=line.name,
        name_en=line.name_en,
        required=line.required is True,
        required_when=_conditions(line.when),
        kind=kind,
        original=kind == "original",
        copies=line.copies or 1,
        form=line.form or "",
    )


def kind_of(line: PaperLine) -> PaperKind | None:
    """What is asked for: the file's own word, or what `original` says."""
    if line.kind is not None or line.original is None:
        return line.kind
    return "original" if line.original else "photocopy"


def _layout(file: ProcedureFile) -> tuple[FormSection, ...]:
    sections = file.form.layout if file.form else ()
    return tuple(
        FormSection(
            title_vi=one.title, title_en=one.title_en, fields=one.fields, columns=one.columns
        )
        for one in sections
    )


def _unknown(file: ProcedureFile) -> Iterator[Part]:
    if file.processing.days is None or file.processing.unit is None:
        yield "days"
    if file.fee.amount_vnd is None:
        yield "fee"
    if file.workflow is None:
        yield "workflow"
    if any(paper.required is None for paper in file.papers):
        yield "papers"
