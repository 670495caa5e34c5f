"""What one procedure's file says against what it refers to: its form, the conditions on it, its way
through the departments. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

import jsonschema_rs
from motcua_contracts.messages.catalog import Agency, Calendar, Span
from motcua_contracts.rules import form_rules

from .form_sheets import sheets_of
from .hints import check_hints
from .meanings import NUMBERS, check_meanings
from .procedure_files import ConditionLine, ProcedureFile
from .settings_files import WorkflowEntry
from .yaml_lines import Fault, Sheet, Where

SECONDS_PER_HOUR = 3600
EXAMPLES_OF = date(2026, 12, 31)
"""The day for which the examples of forms are written: the result of a check does not depend on the
day it is made.
"""


def form_fields(schema: Mapping[str, Any], within: str = "") -> dict[str, Mapping[str, Any]]:
    """Every field of a form by its whole name (`owner.full_name`), with its own schema; lists are
    one field.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for name, part in schema.get("properties", {}).items():
        if isinstance(part, Mapping):
            found[within + name] = part
            found |= form_fields(part, f"{within}{name}.")
    return found


def check_form(file: ProcedureFile, sheet: Sheet) -> Iterator[Fault]:
    """The schema is one, its own examples hold, and everything that names a field of the form names
    one that exists.
    """
    schema = file.form.form_schema if file.form else {}
    elsewhere = list(_elsewhere(schema, ("form", "schema")))
    if elsewhere:  # nobody fetches anything to judge a form
        yield from (
            sheet.fault(where, "a $ref must point into this form (#/…)") for where in elsewhere
        )
        return
    try:
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        where = tuple(getattr(error, "instance_path", ()))
        yield sheet.fault(
            ("form", "schema", *where),
            f"this is no JSON Schema: {getattr(error, 'message', str(error)).splitlines()[0]}",
        )
        return
    for where, allowed in form_rules.wrong_bounds(schema):
        yield sheet.fault(("form", "schema", *where), allowed)
    for position, example in enumerate(schema.get("examples", ())):
        for fault in (
            form_rules.faults(schema, example, EXAMPLES_OF) if isinstance(example, Mapping) else ()
        ):
            where = ("form", "schema", "examples", position, *fault.path)
            yield sheet.fault(where, f"the example breaks the schema: {fault.allowed.en}")
        for wrong in validator.iter_errors(example):
            where = ("form", "schema", "examples", position, *wrong.instance_path)
            yield sheet.fault(where, f"the example breaks the schema: {wrong.message}")
    yield from check_meanings(schema, sheet)
    yield from check_hints(schema, sheet)
    fields = form_fields(schema)
    for number, section in enumerate(file.form.layout if file.form else ()):
        for position, name in enumerate(section.fields):
            if name not in fields:
                yield sheet.fault(
                    ("form", "layout", number, "fields", position), f"the form has no field {name}"
                )
    yield from _papers(file, sheet, fields)
    yield from _fee(file, sheet, fields)


def _elsewhere(part: Any, where: Where) -> Iterator[Where]:
    """Where a schema refers to one outside itself."""
    if isinstance(part, Mapping):
        reference = part.get("$ref")
        if isinstance(reference, str) and not reference.startswith("#"):
            yield (*where, "$ref")
        for name, inner in part.items():
            yield from _elsewhere(inner, (*where, name))
    elif isinstance(part, list):
        for position, inner in enumerate(part):
            yield from _elsewhere(inner, (*where, position))


def _papers(
    file: ProcedureFile, sheet: Sheet, fields: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    ids, forms = [paper.id for paper in file.papers], [one.id for one in sheets_of(file)]
    for position, paper in enumerate(file.papers):
        if paper.id in ids[:position]:
            yield sheet.fault(("papers", position, "id"), f"{paper.id} appears here twice")
        if paper.form is not None and paper.form not in forms:
            allowed = ", ".join(forms) or "none"
            yield sheet.fault(
                ("papers", position, "form"),
                f"the procedure has no form {paper.form}; it has: {allowed}",
            )
        for number, condition in enumerate(paper.when):
            yield from _condition(condition, ("papers", position, "when", number), sheet, fields)


def _fee(
    file: ProcedureFile, sheet: Sheet, fields: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    """Only numbers and yes/no values travel in events, so a fee can depend on nothing else."""
    rule = file.fee.rule
    if rule is None:
        return
    for position, name in enumerate(rule.inputs):
        if name not in fields:
            yield sheet.fault(("fee", "rule", "inputs", position), f"the form has no field {name}")
        elif fields[name].get("type") not in ("integer", "boolean"):
            yield sheet.fault(
                ("fee", "rule", "inputs", position),
                f"{name} is no whole number and no yes/no value",
            )
    if rule.copies_input and fields.get(rule.copies_input, {}).get("type") != "integer":
        yield sheet.fault(
            ("fee", "rule", "copies_input"), f"the form has no whole number {rule.copies_input}"
        )
    for what, listed in (("cases", rule.cases), ("waivers", rule.waivers)):
        ids = [one.id for one in listed]
        for position, name in enumerate(ids):
            if name in ids[:position]:
                yield sheet.fault(
                    ("fee", "rule", what, position, "id"), f"{name} appears here twice"
                )
    for position, case in enumerate(rule.cases):
        for number, condition in enumerate(case.when):
            where = ("fee", "rule", "cases", position, "when", number)
            wrong = list(_condition(condition, where, sheet, fields))
            yield from wrong
            if not wrong and fields[condition.field].get("type") not in ("integer", "boolean"):
                yield sheet.fault(
                    (*where, "field"), f"{condition.field} is no whole number and no yes/no value"
                )
    papers = {paper.id for paper in file.papers}
    for position, waiver in enumerate(rule.waivers):
        if fields.get(waiver.input, {}).get("type") != "boolean":
            yield sheet.fault(
                ("fee", "rule", "waivers", position, "input"),
                f"the form has no yes/no field {waiver.input}",
            )
        if waiver.paper is not None and waiver.paper not in papers:
            yield sheet.fault(
                ("fee", "rule", "waivers", position, "paper"),
                f"the procedure has no paper {waiver.paper}",
            )


def _condition(
    line: ConditionLine, where: Where, sheet: Sheet, fields: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    part = fields.get(line.field)
    if part is None:
        yield sheet.fault((*where, "field"), f"the form has no field {line.field}")
        return
    if (line.at_least is not None or line.at_most is not None) and part.get("type") not in NUMBERS:
        yield sheet.fault(
            (*where, "field"),
            f"{line.field} is no number, so at_least and at_most say nothing of it",
        )
    if line.at_least is not None and line.at_most is not None and line.at_least > line.at_most:
        yield sheet.fault((*where, "at_most"), "no number lies between at_least and at_most")
    validator = jsonschema_rs.Draft202012Validator(dict(part))
    for position, value in enumerate(line.any_of):
        if not validator.is_valid(value):
            yield sheet.fault((*where, "any_of", position), f"{line.field} can never be this")


def check_workflow(
    file: ProcedureFile,
    sheet: Sheet,
    workflow: WorkflowEntry,
    agencies: Mapping[str, Agency],
    calendar: Calendar | None,
) -> Iterator[Fault]:
    """Departments exist where the steps lie, and the steps' hours fit into the procedure's days."""
    deciding = agencies.get(file.agencies.deciding)
    for step in workflow.steps:
        if deciding is not None and step.department not in _departments(deciding):
            yield sheet.fault(
                ("workflow",),
                f"there is no department of {deciding.id} for step {step.id}: {step.department}",
            )
        for consulted in step.consults:
            agency = agencies.get(consulted.agency or file.agencies.deciding)
            if agency is None:
                yield sheet.fault(
                    ("workflow",),
                    f"step {step.id} consults an agency that does not exist: {consulted.agency}",
                )
            elif consulted.department not in _departments(agency):
                what = f"{agency.id} has no department {consulted.department}"
                yield sheet.fault(
                    ("workflow",),
                    f"step {step.id} consults a department that does not exist: {what}",
                )
    if calendar is None or file.processing.days is None or file.processing.unit is None:
        return
    allowed = _hours(file.processing.days, file.processing.unit, calendar)
    needed = sum(step.working_hours for step in workflow.steps)
    if needed > allowed:
        yield sheet.fault(
            ("processing", "days"),
            f"the steps of {file.workflow} take {needed:g} working hours; {allowed:g} lie in the"
            " procedure's days",
        )


def check_steps(name: str, workflow: WorkflowEntry, sheet: Sheet) -> Iterator[Fault]:
    """Steps follow each other: none twice, none behind the approval, which ends it, and something
    drafted for whoever approves.
    """
    ids = [step.id for step in workflow.steps]
    for position, step in enumerate(workflow.steps):
        where: Where = ("workflows", name, "steps", position)
        if step.id in ids[:position]:
            yield sheet.fault((*where, "id"), f"{step.id} appears here twice")
        if step.does == "approve" and position < len(ids) - 1:
            yield sheet.fault(
                (*where, "does"),
                f"the approval ends the way; step {ids[position + 1]} is never reached",
            )
        if step.does == "approve" and step.role != "leader":
            yield sheet.fault((*where, "role"), "a leader approves")
    last = workflow.steps[-1]
    if last.does != "approve":
        yield sheet.fault(
            ("workflows", name, "steps", len(ids) - 1, "does"),
            "the last step must approve: the way has no end",
        )
    elif not last.automatic and not any(step.does == "draft" for step in workflow.steps):
        yield sheet.fault(
            ("workflows", name, "steps"), "nobody drafts the decision that the leader signs"
        )


def _departments(agency: Agency) -> set[str]:
    return {department.id for department in agency.departments}


def _hours(days: float, unit: str, calendar: Calendar) -> float:
    """Working hours that are in so many days: for days of the calendar the share of the week on
    which the office is open.
    """
    by_day = [hours for spans in calendar.week.values() if (hours := _open_for(spans)) > 0]
    if not by_day:
        return 0
    return days * (sum(by_day) / 7 if unit == "calendar" else max(by_day))


def _open_for(spans: Iterable[Span]) -> float:
    def at(moment: str) -> datetime:
        return datetime.combine(date.min, time.fromisoformat(moment))

    return (
        sum((at(span.closes) - at(span.opens)).total_seconds() for span in spans) / SECONDS_PER_HOUR
    )
