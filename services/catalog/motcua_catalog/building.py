"""From files to what is to be published: procedures, agencies, places, calendars. Pure; says what does not fit together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema_rs
from motcua_contracts.catalog import Agency, Calendar, Place, PlaceOfficer, PublishAgency, PublishCalendar, PublishProcedure
from motcua_contracts.payload import Command
from pydantic import ValidationError

from .drafting import Tables, calendar_of, publication_of, terms_of
from .files import AgencyFile, CalendarFile, FieldsFile, HolidaysFile, LevelsFile, ProcedureFile, WorkflowsFile, midnight
from .lines import Fault, Sheet, Where
from .reading import Stack


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to be published: its subject, where it is written, and the command that publishes it as a given version."""

    subject: str
    path: Path
    command: Callable[[int], Command]


@dataclass(slots=True)
class Plan:
    """All that the files want published, organisation first, and what does not fit together."""

    wanted: list[Wanted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def build(stack: Stack, published: tuple[Agency, ...] = (), calendars: frozenset[str] = frozenset()) -> Plan:
    """What the files say, checked against each other and against the agencies and calendars that are published already."""
    return _Building(stack, published, calendars).plan()


class _Building:
    """One run of `build`: the tables that files refer to, and the plan so far."""

    def __init__(self, stack: Stack, published: tuple[Agency, ...], calendars: frozenset[str]) -> None:
        self.stack, self.out = stack, Plan(faults=list(stack.faults))
        self.tables = Tables(
            fields={name: entry for file, _ in stack.of(FieldsFile) for name, entry in file.fields.items()},
            workflows={name: entry for file, _ in stack.of(WorkflowsFile) for name, entry in file.workflows.items()},
            levels={code: level for file, _ in stack.of(LevelsFile) for code, level in file.levels.items()},
            agencies={agency.id: agency for agency in published} | {file.id: _agency(file) for file, _ in stack.of(AgencyFile)},
        )
        self.holidays = {file.id: file.days for file, _ in stack.of(HolidaysFile)}
        self.calendars = calendars | {file.id for file, _ in stack.of(CalendarFile)}

    def plan(self) -> Plan:
        for calendar, sheet in self.stack.of(CalendarFile):
            self._calendar(calendar, sheet)
        for agency, sheet in self.stack.of(AgencyFile):
            self._agency(agency, sheet)
        for procedure, sheet in self.stack.of(ProcedureFile):
            self._procedure(procedure, sheet)
        self._levels()
        self._twice()
        return self.out

    def _require(self, sheet: Sheet, where: Where, name: str | None, known: object, what: str) -> None:
        if name is not None and name not in known:  # type: ignore[operator]
            self.out.faults.append(sheet.fault(where, f"there is no {what} {name}"))

    def _want(self, sheet: Sheet, subject: str, command: Callable[[int], Command]) -> None:
        self.out.wanted.append(Wanted(subject, sheet.path, command))

    def _calendar(self, file: CalendarFile, sheet: Sheet) -> None:
        self._require(sheet, ("holidays",), file.holidays, self.holidays, "list of holidays")
        for weekday, spans in file.week.items():
            if not 1 <= weekday <= 7:
                self.out.faults.append(sheet.fault(("week", str(weekday)), "weekdays are 1 (Monday) to 7 (Sunday)"))
            ordered = [moment for span in spans for moment in (span.opens, span.closes)]
            if ordered != sorted(set(ordered)):
                self.out.faults.append(sheet.fault(("week", str(weekday)), "each span opens before it closes, one after the other"))
        days = {day.day: day for day in (*self.holidays.get(file.holidays or "", ()), *file.extra)}
        calendar = Calendar(id=file.id, week=file.week, holidays=tuple(days[day] for day in sorted(days)))
        since = midnight(file.effective_from)
        self._want(sheet, f"calendar:{file.id}", lambda _: PublishCalendar(calendar=calendar, effective_from=since))

    def _agency(self, file: AgencyFile, sheet: Sheet) -> None:
        self._require(sheet, ("calendar",), file.calendar, self.calendars, "calendar")
        self._require(sheet, ("parent",), file.parent, self.tables.agencies, "agency")
        agency, since = _agency(file), midnight(file.effective_from)
        self._want(sheet, f"agency:{file.id}", lambda _: PublishAgency(agency=agency, effective_from=since))
        departments = {department.id for department in file.departments}
        for position, officer in enumerate(file.officers):
            self._require(sheet, ("officers", position, "department"), officer.department, departments, "department")
            place = Place(
                officer=officer.id, agency=file.id, department=officer.department,
                post_vi=officer.post_vi, post_en=officer.post_en, roles=officer.roles,
            )  # fmt: skip
            command = PlaceOfficer(place=place, full_name=officer.full_name, effective_from=since)
            self._want(sheet, f"officer:{officer.id}", lambda _, command=command: command)  # type: ignore[misc]

    def _procedure(self, file: ProcedureFile, sheet: Sheet) -> None:
        before = len(self.out.faults)
        self._require(sheet, ("field",), file.field, self.tables.fields, "field")
        self._require(sheet, ("workflow",), file.workflow, self.tables.workflows, "workflow")
        self._require(sheet, ("agencies", "receiving"), file.agencies.receiving, self.tables.agencies, "agency")
        self._require(sheet, ("agencies", "deciding"), file.agencies.deciding, self.tables.agencies, "agency")
        self._require(sheet, ("agencies", "calendar"), calendar_of(file, self.tables), self.calendars, "calendar")
        if file.fee.rule:
            self._require(sheet, ("fee", "rule", "authority"), file.fee.rule.authority, self.tables.agencies, "agency")
        self._form(file, sheet)
        self._departments(file, sheet)
        papers = [paper.id for paper in file.papers]
        for position, paper in enumerate(papers):
            if paper in papers[:position]:
                self.out.faults.append(sheet.fault(("papers", position, "id"), f"{paper} stands here twice"))
        if file.level.stated is not None and file.code in self.tables.levels:
            self.out.faults.append(sheet.fault(("level", "stated"), "the source states a level; levels.yaml must not set another"))
        if len(self.out.faults) > before:
            return
        try:
            terms, publication = terms_of(file, self.tables), publication_of(file, self.tables)
        except ValidationError as error:
            self.out.faults.extend(sheet.faults(error))
            return
        since = midnight(file.effective_from)

        def publish(version: int) -> Command:
            return PublishProcedure(terms=terms.model_copy(update={"version": version}), publication=publication, effective_from=since)

        self._want(sheet, file.code, publish)

    def _form(self, file: ProcedureFile, sheet: Sheet) -> None:
        if file.form is None:
            return
        try:
            jsonschema_rs.Draft202012Validator(file.form.form_schema, validate_formats=True)
        except (jsonschema_rs.ValidationError, ValueError) as error:
            where = tuple(getattr(error, "instance_path", ()))
            message = getattr(error, "message", str(error)).splitlines()[0]
            self.out.faults.append(sheet.fault(("form", "schema", *where), f"this is no JSON Schema: {message}"))
            return
        properties = file.form.form_schema.get("properties", {})
        for position, name in enumerate(file.fee.rule.inputs if file.fee.rule else ()):
            if name not in properties:
                self.out.faults.append(sheet.fault(("fee", "rule", "inputs", position), f"the form has no field {name}"))

    def _departments(self, file: ProcedureFile, sheet: Sheet) -> None:
        agency, workflow = self.tables.agencies.get(file.agencies.deciding), self.tables.workflows.get(file.workflow or "")
        if agency is None or workflow is None:
            return
        departments = {department.id for department in agency.departments}
        for step in workflow.steps:
            self._require(sheet, ("workflow",), step.department, departments, f"department of {agency.id} for step {step.id}:")

    def _levels(self) -> None:
        """A level for a code of which no file here tells is a slip of the pen, as soon as whole directories are read."""
        codes = {file.code for file, _ in self.stack.of(ProcedureFile)}
        if len(codes) < len(self.tables.levels):
            return
        for file, sheet in self.stack.of(LevelsFile):
            for code in file.levels:
                self._require(sheet, ("levels", code), code, codes, "procedure")

    def _twice(self) -> None:
        first: dict[str, Path] = {}
        for wanted in self.out.wanted:
            if wanted.subject in first:
                self.out.faults.append(Fault(wanted.path, 1, "", f"{wanted.subject} stands in {first[wanted.subject]} too"))
            first.setdefault(wanted.subject, wanted.path)


def _agency(file: AgencyFile) -> Agency:
    return Agency(
        id=file.id, code=file.code, name_vi=file.name.vi, name_en=file.name.en, parent=file.parent, authority_level=file.authority,
        calendar=file.calendar, address_vi=file.address, phone=file.phone, departments=file.departments,
    )  # fmt: skip
