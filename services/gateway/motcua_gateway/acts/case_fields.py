"""Fields of a department's forms alone: lines of papers, a department to ask, an officer, hours, a
moment, the draft that is signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from motcua_contracts import VIETNAM, Label
from motcua_contracts.messages.intake import RequestedPaper
from motcua_contracts.rules.copies import KINDS
from motcua_contracts.rules.reasons import SUPPLEMENT, reason
from motcua_contracts.values.bounds import Instant
from pydantic import Field as Bounded

from .choices import Choices
from .fields import Field, Hint, Schema, Short, word
from .submission import CHOOSE, CHOOSE_PAPER, Reading

OTHER_PAPER = "_other"
"""The line for a paper that the terms do not name; the note says which."""
MOST_HOURS, MOST_COPIES = 400, 20
OUTCOMES: dict[str, Label] = {
    "granted": Label("Đồng ý", "Grant"),
    "refused": Label("Từ chối", "Refuse"),
}
OPINIONS: dict[str, Label] = {
    "agrees": Label("Nhất trí", "Agrees"),
    "objects": Label("Không nhất trí", "Objects"),
    "no_opinion": Label("Không có ý kiến", "No opinion"),
}
COPIES = Label("Số bản từ 1 đến 20", "1 to 20 copies")
HOURS = Label("Số giờ làm việc lớn hơn 0, tối đa 400", "Working hours above 0, at most 400")
DATE = Label("Ngày và giờ, ví dụ 01/12/2026 10:00", "Date and time, for example 2026-12-01T10:00")
DATE_LATER = Label(
    "Phải sau thời điểm này và sau ngày hẹn đang có", "In the future and after the current due date"
)
OTHER = Label("Giấy tờ khác, ghi ở nội dung", "Another document, named below")
DRAFT = Label("Dự thảo sẽ được ký", "The draft that will be signed")


@dataclass(frozen=True, kw_only=True)
class PaperLines(Field):
    """Papers to request, each with its kind, its copies and, where it has one, its own reason. Its
    inputs are `paper`, `kind-<paper>`, `copies-<paper>`, `why-<paper>`.
    """

    widget = "paper_lines"
    name: str = "paper"
    label: Label = Label("Giấy tờ cần bổ sung", "Documents to request")
    named: Label | None = Label("Giấy tờ", "Documents")
    kinds: ClassVar[Mapping[str, Label]] = KINDS
    reasons: ClassVar[Mapping[str, Label]] = SUPPLEMENT
    other: ClassVar[Label] = OTHER
    other_paper: ClassVar[str] = OTHER_PAPER

    def schema(self) -> Schema:
        bounded = Annotated[list[RequestedPaper], Bounded(min_length=1, max_length=30)]
        return {"papers": (bounded, ...)}

    def names(self) -> dict[str, Label]:
        return {
            **super().names(),
            "kind": Label("Loại bản", "Kind"),
            "copies": Label("Số bản", "Copies"),
            "why": Label("Lý do riêng", "Reason for this document"),
        }

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        """The chosen lines in the order of the terms, a paper that they do not name last."""
        chosen = form.fields.getlist(self.name)
        lines = [
            line
            for paper in (*(one.id for one in choices.papers), OTHER_PAPER)
            if paper in chosen and (line := self._line(form, paper)) is not None
        ]
        if not lines and not any(
            name.startswith(("copies-", "kind-", "why-")) for name in form.wrong
        ):
            form.wrong[self.name] = CHOOSE_PAPER
        return {"papers": tuple(lines)}

    def _line(self, form: Reading, paper: str) -> RequestedPaper | None:
        """None where a field of it does not hold."""
        copies, kind, why = (
            form.whole(f"copies-{paper}"),
            form.text(f"kind-{paper}"),
            form.text(f"why-{paper}"),
        )
        if not 0 < copies <= MOST_COPIES:
            form.wrong[f"copies-{paper}"] = COPIES
        if kind not in KINDS:
            form.wrong[f"kind-{paper}"] = CHOOSE
        if why and why not in SUPPLEMENT:
            form.wrong[f"why-{paper}"] = CHOOSE
        if not form.wrong.keys().isdisjoint({f"copies-{paper}", f"kind-{paper}", f"why-{paper}"}):
            return None
        said = {
            "paper": "" if paper == OTHER_PAPER else paper,
            "copies": copies,
            "kind": kind,
            "reason_code": why,
        }
        return RequestedPaper.model_validate(said)

    def in_words(self, form: Reading, choices: Choices, english: bool) -> str:
        names = {
            one.id: (one.name_en or one.name_vi) if english else one.name_vi
            for one in choices.papers
        }
        other = word(OTHER, english)
        names[OTHER_PAPER] = other[:1].lower() + other[1:]
        chosen = [
            one for one in form.fields.getlist(self.name) if isinstance(one, str) and one in names
        ]
        return "; ".join(
            f"{names[one]} ({word(KINDS.get(form.text(f'kind-{one}')), english)},"
            f" {form.text(f'copies-{one}')})"
            for one in chosen
        )


@dataclass(frozen=True, kw_only=True)
class Department(Field):
    """A department of their own agency or another, to be asked."""

    widget = "department"
    name: str = "desk"
    label: Label = Label("Phòng, cơ quan được hỏi", "Department to ask")

    def schema(self) -> Schema:
        return {"agency": (Short, ...), "department": (Short, ...)}

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        known = {one.value for _, _, desks in choices.desks for one in desks}
        agency, _, department = form.one_of(self.name, known).partition("/")
        return {"agency": agency, "department": department}


@dataclass(frozen=True, kw_only=True)
class Officer(Field):
    """Somebody who may have the task and is present."""

    widget = "officer"
    name: str = "officer"
    label: Label = Label("Giao cho", "Assign to")
    api: Any = Short

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        return {
            self.name: form.one_of(
                self.name, {one.officer for one in choices.hands if not one.absent}
            )
        }


@dataclass(frozen=True, kw_only=True)
class Hours(Field):
    """Working hours, also halves."""

    widget = "hours"
    name: str = "working_hours"
    label: Label = Label("Số giờ làm việc để trả lời", "Working hours allowed for the answer")
    api: Any = Annotated[float, Bounded(gt=0, le=MOST_HOURS, allow_inf_nan=False)]
    default: Any = 16

    def shown(self, choices: Choices) -> str:
        return str(self.default)

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        try:
            hours = float(form.text(self.name).replace(",", "."))
        except ValueError:
            hours = 0
        if not 0 < hours <= MOST_HOURS:
            form.wrong[self.name] = HOURS
        return {self.name: hours}


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """A date with its hour: Vietnam's, as a browser sends it without saying so."""

    widget = "moment"
    name: str = "new_due_at"
    label: Label = Label("Ngày giờ hẹn mới", "New due date and time")
    api: Any = Instant

    def shown(self, choices: Choices) -> str:
        if choices.prepared is None:
            return ""
        at: datetime = choices.prepared["new_due_at"]
        return at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        at = _moment(form.text(self.name))
        if at is None:
            form.wrong[self.name] = DATE
        elif choices.after is not None and at <= choices.after:
            form.wrong[self.name] = DATE_LATER
        return {self.name: at}

    def in_words(self, form: Reading, choices: Choices, english: bool) -> str:
        at = _moment(form.text(self.name))
        return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if at is not None else ""


@dataclass(frozen=True, kw_only=True)
class Draft(Hint):
    """The draft that is signed, told on the page that asks once more."""

    def told(self, form: Reading, choices: Choices, english: bool) -> list[tuple[Label, str]]:
        draft = choices.draft
        if not draft:
            return []
        why = f": {word(reason(draft['reason_code']), english)}" if draft.get("reason_code") else ""
        return [(DRAFT, word(OUTCOMES.get(draft["outcome"]), english) + why)]


def _moment(text: str) -> datetime | None:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    return local.replace(tzinfo=VIETNAM) if local.tzinfo is None else local
