"""From files to what is to be published: procedures, agencies, seats, calendars.

Pure; says what does not fit together.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from motcua_contracts import Command
from motcua_contracts.messages.catalog import (
    Absence,
    Agency,
    Calendar,
    Department,
    Holiday,
    PlaceOfficer,
    Publication,
    PublishAgency,
    PublishCalendar,
    PublishProcedure,
    RecordAbsence,
    Seat,
    Span,
)
from motcua_contracts.rules.terms import Terms
from pydantic import ValidationError

from .checks import check_form, check_steps, check_workflow
from .drafts import Tables, calendar_of, publication_of, terms_of
from .file_base import midnight
from .file_stack import Stack
from .organisation_files import AgencyFile, CalendarFile, HolidaysFile
from .procedure_files import ProcedureFile
from .settings_files import FieldsFile, LevelsFile, WorkflowsFile
from .yaml_lines import Fault, Sheet, Where


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to be published: its subject, where it is written, and the command that publishes
    it as a given version.

    `empty`: it says nothing, and is wanted only where something is published that it takes back.
    """

    subject: str
    path: Path
    command: Callable[[int], Command]
    empty: bool = False


@dataclass(slots=True)
class Plan:
    """All that the files want published, organisation first, what does not fit together, and what
    procedures refer to by name.
    """

    tables: Tables
    wanted: list[Wanted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def build(
    stack: Stack, published: tuple[Agency, ...] = (), calendars: tuple[Calendar, ...] = ()
) -> Plan:
    """What the files say, checked against each other and against the agencies and calendars that
    are published already.
    """
    return _Building(stack, published, calendars).plan()


def publishing(
    file: ProcedureFile, terms: Terms, publication: Publication
) -> Callable[[int], Command]:
    """The command that publishes a procedure, by version."""
    since = midnight(file.effective_from)

    def publish(version: int) -> Command:
        return PublishProcedure(
            terms=terms.model_copy(update={"version": version}),
            publication=publication,
            effective_from=since,
        )

    return publish


class _Building:
    """One run of `build`: the tables that files refer to, and the plan so far."""

    def __init__(
        self, stack: Stack, published: tuple[Agency, ...], calendars: tuple[Calendar, ...]
    ) -> None:
        self.stack = stack
        self.holidays = {file.id: file for file, _ in stack.of(HolidaysFile)}
        self.tables = Tables(
            fields={
                name: entry
                for file, _ in stack.of(FieldsFile)
                for name, entry in file.fields.items()
            },
            workflows={
                name: entry
                for file, _ in stack.of(WorkflowsFile)
                for name, entry in file.workflows.items()
            },
            levels={
                code: level
                for file, _ in stack.of(LevelsFile)
                for code, level in file.levels.items()
            },
            agencies={agency.id: agency for agency in published}
            | {file.id: _agency(file) for file, _ in stack.of(AgencyFile)},
            groups={
                (authority, name): group
                for file, _ in stack.of(FieldsFile)
                for authority, groups in file.groups.items()
                for name, group in groups.items()
            },
            calendars={calendar.id: calendar for calendar in calendars}
            | {file.id: self._calendar_of(file) for file, _ in stack.of(CalendarFile)},
        )
        self.out = Plan(self.tables, faults=list(stack.faults))

    def plan(self) -> Plan:
        for calendar, sheet in self.stack.of(CalendarFile):
            self._calendar(calendar, sheet)
        for agency, sheet in self.stack.of(AgencyFile):
            self._agency(agency, sheet)
        self._tree()
        self._settings()
        if not self.stack.unsettled:
            for procedure, sheet in self.stack.of(ProcedureFile):
                self._procedure(procedure, sheet)
            self._levels()
        self._twice()
        return self.out

    def _settings(self) -> None:
        """Tables that procedures refer to are checked once, where they are written."""
        for workflows, sheet in self.stack.of(WorkflowsFile):
            for name, workflow in workflows.workflows.items():
                self.out.faults.extend(check_steps(name, workflow, sheet))
        for fields, sheet in self.stack.of(FieldsFile):
            for name, entry in fields.fields.items():
                for authority, group in entry.group.items():
                    where = ("fields", name, "group", authority)
                    self._require(
                        sheet,
                        where,
                        group,
                        fields.groups.get(authority, {}),
                        f"published field of the {authority}:",
                    )

    def _require(
        self, sheet: Sheet, where: Where, name: str | None, known: object, what: str
    ) -> None:
        if name is not None and name not in known and name not in self.stack.broken:  # type: ignore[operator]
            self.out.faults.append(sheet.fault(where, f"there is no {what} {name}"))

    def _want(
        self, sheet: Sheet, subject: str, command: Callable[[int], Command], empty: bool = False
    ) -> None:
        self.out.wanted.append(Wanted(subject, sheet.path, command, empty))

    def _calendar_of(self, file: CalendarFile) -> Calendar:
        named = self.holidays.get(file.holidays or "")
        days = {
            day.day: Holiday(**day.model_dump())
            for day in (*(named.days if named else ()), *file.extra)
        }
        week = {
            weekday: tuple(Span(**span.model_dump()) for span in spans)
            for weekday, spans in file.week.items()
        }
        return Calendar(
            id=file.id,
            week=week,
            holidays=tuple(days[day] for day in sorted(days)),
            decided_until=named.decided_until if named else None,
        )

    def _calendar(self, file: CalendarFile, sheet: Sheet) -> None:
        self._require(sheet, ("holidays",), file.holidays, self.holidays, "list of holidays")
        for weekday, spans in file.week.items():
            if not 1 <= weekday <= 7:
                self.out.faults.append(
                    sheet.fault(("week", str(weekday)), "weekdays are 1 (Monday) to 7 (Sunday)")
                )
            ordered = [moment for span in spans for moment in (span.opens, span.closes)]
            if ordered != sorted(set(ordered)):
                self.out.faults.append(
                    sheet.fault(
                        ("week", str(weekday)),
                        "each span opens before it closes, one after the other",
                    )
                )
        calendar, since = self._calendar_of(file), midnight(file.effective_from)
        self._want(
            sheet,
            f"calendar:{file.id}",
            lambda _: PublishCalendar(calendar=calendar, effective_from=since),
        )

    def _agency(self, file: AgencyFile, sheet: Sheet) -> None:
        self._require(sheet, ("calendar",), file.calendar, self.tables.calendars, "calendar")
        self._require(sheet, ("parent",), file.parent, self.tables.agencies, "agency")
        agency, since = _agency(file), midnight(file.effective_from)
        self._want(
            sheet, f"agency:{file.id}", lambda _: PublishAgency(agency=agency, effective_from=since)
        )
        departments = {department.id for department in file.departments}
        for position, officer in enumerate(file.officers):
            self._require(
                sheet,
                ("officers", position, "department"),
                officer.department,
                departments,
                "department",
            )
            seat = Seat(
                officer=officer.id, agency=file.id, department=officer.department,
                post_vi=officer.post_vi, post_en=officer.post_en, roles=officer.roles,
            )  # fmt: skip
            command = PlaceOfficer(
                place=seat, full_name=officer.full_name, email=officer.email, effective_from=since
            )
            self._want(sheet, f"officer:{officer.id}", lambda _, command=command: command)  # type: ignore[misc]
        self._absences(file, sheet)

    def _tree(self) -> None:
        """Agencies are under each other without going round in a circle."""
        for file, sheet in self.stack.of(AgencyFile):
            above, seen = file.parent, {file.id}
            while above is not None and above not in seen:
                seen.add(above)
                parent = self.tables.agencies.get(above)
                above = parent.parent if parent else None
            if above is not None:
                self.out.faults.append(sheet.fault(("parent",), f"{file.id} lies under itself"))

    def _absences(self, file: AgencyFile, sheet: Sheet) -> None:
        """All absences of each officer; an officer without any takes back what was published."""
        officers = [officer.id for officer in file.officers]
        for position, entry in enumerate(file.absences):
            self._require(
                sheet,
                ("absences", position, "officer"),
                entry.officer,
                officers,
                f"officer of {file.id}",
            )
        for officer in officers:
            away = sorted(
                (midnight(one.first), midnight(one.last + timedelta(days=1)))
                for one in file.absences
                if one.officer == officer
            )
            absences = tuple(Absence(starts=starts, ends=ends) for starts, ends in away)
            command = RecordAbsence(officer=officer, absences=absences)
            self._want(
                sheet,
                f"absences:{officer}",
                lambda _, command=command: command,  # type: ignore[misc]
                not absences,
            )

    def _procedure(self, file: ProcedureFile, sheet: Sheet) -> None:
        before = len(self.out.faults)
        self._require(sheet, ("field",), file.field, self.tables.fields, "field")
        self._require(sheet, ("workflow",), file.workflow, self.tables.workflows, "workflow")
        self._require(
            sheet,
            ("agencies", "receiving"),
            file.agencies.receiving,
            self.tables.agencies,
            "agency",
        )
        self._require(
            sheet, ("agencies", "deciding"), file.agencies.deciding, self.tables.agencies, "agency"
        )
        self._require(
            sheet,
            ("agencies", "calendar"),
            calendar_of(file, self.tables),
            self.tables.calendars,
            "calendar",
        )
        if file.fee.rule:
            self._require(
                sheet,
                ("fee", "rule", "authority"),
                file.fee.rule.authority,
                self.tables.agencies,
                "agency",
            )
        self.out.faults.extend(check_form(file, sheet))
        if file.workflow in self.tables.workflows:
            calendar = self.tables.calendars.get(calendar_of(file, self.tables) or "")
            workflow = self.tables.workflows[file.workflow]
            self.out.faults.extend(
                check_workflow(file, sheet, workflow, self.tables.agencies, calendar)
            )
        if file.level.stated is not None and file.code in self.tables.levels:
            self.out.faults.append(
                sheet.fault(
                    ("level", "stated"),
                    "the source states a level; levels.yaml must not set another",
                )
            )
        if len(self.out.faults) > before:
            return
        try:
            terms, publication = terms_of(file, self.tables), publication_of(file, self.tables)
        except ValidationError as error:
            self.out.faults.extend(sheet.faults(error))
            return
        self._want(sheet, file.code, publishing(file, terms, publication))

    def _levels(self) -> None:
        """A level for a code of which no file here tells is a slip of the pen, as soon as whole
        directories are read.
        """
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
                self.out.faults.append(
                    Fault(wanted.path, 1, "", f"{wanted.subject} is in {first[wanted.subject]} too")
                )
            first.setdefault(wanted.subject, wanted.path)


def _agency(file: AgencyFile) -> Agency:
    departments = tuple(Department(**one.model_dump()) for one in file.departments)
    return Agency(
        id=file.id,
        code=file.code,
        name_vi=file.name.vi,
        name_en=file.name.en,
        parent=file.parent,
        authority_level=file.authority,
        calendar=file.calendar,
        address_vi=file.address,
        phone=file.phone,
        departments=departments,
    )
