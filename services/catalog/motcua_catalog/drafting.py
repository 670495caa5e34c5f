"""One procedure's file as terms and publication. Pure.

A part that no source states gets a stand-in in the terms and its name in `publication.unknown`, so that nothing is made up silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from motcua_contracts.catalog import Agency, Part, Publication
from motcua_contracts.terms import FeeRule, Level, RequiredPaper, Step, Terms, Workflow

from .files import FeeRuleEntry, FieldEntry, ProcedureFile, WorkflowEntry

LEVEL_OF_LABEL: dict[str, Level] = {"toàn trình": 4, "một phần": 3}
"""Decree 42/2022: full = 4, partial = 3 [law]. A source's label counts where it contains these words."""
UNDECIDED = Workflow(id="unknown", steps=(Step(id="unknown", name_vi="", name_en="", department="", role="leader", does="approve"),))
"""Stand-in for the way through the departments of a procedure of which nobody says it."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What procedures refer to by name."""

    fields: dict[str, FieldEntry]
    workflows: dict[str, WorkflowEntry]
    levels: dict[str, Level]
    agencies: dict[str, Agency]


def terms_of(file: ProcedureFile, tables: Tables) -> Terms:
    """The terms as version 1; whoever publishes counts the version. What the file refers to must be in the tables."""
    level = _level(file) or tables.levels.get(file.code)
    entry = tables.workflows.get(file.workflow or "")
    workflow = UNDECIDED
    if entry is not None and file.workflow:
        workflow = Workflow(id=file.workflow, steps=entry.steps, automatic_acceptance=entry.automatic_acceptance)
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
        calendar=calendar_of(file, tables) or "",
        fee=_fee(file),
        workflow=workflow,
        papers=tuple(_paper(file, position) for position in range(len(file.papers))),
        result_vi=file.result,
        issues_documents=file.issues_documents,
    )


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
    }
    return Publication(
        level_source="configured" if file.code in tables.levels else "published" if _level(file) else None,
        legal_basis=file.legal_basis,
        forms=file.forms,
        form_schema=file.form.form_schema if file.form else {},
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
    )


def calendar_of(file: ProcedureFile, tables: Tables) -> str | None:
    """The calendar that counts: the file's own, else the deciding agency's; None where that is not known."""
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
    rule = file.fee.rule or FeeRuleEntry(source="configured")
    given = rule.model_dump(exclude={"source", "authority"})
    return FeeRule(amount_vnd=file.fee.amount_vnd or 0, authority=rule.authority or file.agencies.deciding, **given)


def _paper(file: ProcedureFile, position: int) -> RequiredPaper:
    """A paper of which nothing says that it is required is none that the rules insist on."""
    line = file.papers[position]
    return RequiredPaper(
        id=line.id,
        name_vi=line.name,
        name_en=line.name_en,
        required=line.required or False,
        original=line.original or False,
        copies=line.copies or 1,
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
