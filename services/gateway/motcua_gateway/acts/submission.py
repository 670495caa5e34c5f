"""What was typed into a form of a desk's page: read field by field, and shown again where it does
not hold. Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua_contracts import Label
from motcua_contracts.rules.form_rules import letters_allowed
from motcua_contracts.values.bounds import NOT_IN_LINE, NOT_IN_TEXT, NOTE_CHARS
from motcua_contracts.values.printable import unprintable
from starlette.datastructures import FormData

CHOOSE = Label("Chọn một mục trong danh sách", "Choose one from the list")
CHOOSE_PAPER = Label("Chọn ít nhất một giấy tờ", "Choose at least one document")
NOTE_LONG = Label(f"Tối đa {NOTE_CHARS} ký tự", f"At most {NOTE_CHARS} characters")
MISSING = Label("Phải điền mục này", "This field is required")


class WrongFieldsError(Exception):
    """Fields that do not hold, each with what is allowed there."""

    def __init__(self, wrong: Mapping[str, Label]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed into the one form that did not hold, so that it is shown again; nothing of it
    is kept.
    """

    form: str = ""
    fields: FormData = field(default_factory=FormData)
    wrong: Mapping[str, Label] = field(default_factory=dict)

    def value(self, form: str, name: str, default: Any = "") -> str:
        """The value of a field."""
        typed = self.fields.get(name, "") if form == self.form else default
        return typed if isinstance(typed, str) else str(default)

    def chosen(self, form: str, name: str, value: str) -> bool:
        """Whether a box or a line of a list is chosen."""
        return form == self.form and value in self.fields.getlist(name)

    def error(self, form: str, name: str) -> Label | None:
        """What is allowed in a field that does not hold."""
        return self.wrong.get(name) if form == self.form else None


class Reading:
    """Reads the fields of a form and keeps what is wrong with them, by name."""

    def __init__(self, fields: FormData) -> None:
        self.fields = fields
        self.wrong: dict[str, Label] = {}

    def require_right(self) -> None:
        """Raises `WrongFieldsError` where a field does not hold."""
        if self.wrong:
            raise WrongFieldsError(self.wrong)

    def text(self, name: str) -> str:
        value = self.fields.get(name, "")
        # A browser sends each line's end as two characters, and counted one.
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def line(self, name: str, most: int, *, needed: bool = False) -> str:
        """One line of at most so many characters, without any that nobody can see."""
        value = self.text(name)
        if needed and not value:
            self.wrong[name] = MISSING
        elif len(value) > most or NOT_IN_LINE.search(value):
            self.wrong[name] = Label(
                f"Một dòng, tối đa {most} ký tự", f"One line of at most {most} characters"
            )
        self._printed(name, value)
        return value

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        value = self.text(name)
        if value not in allowed:
            self.wrong[name] = CHOOSE
        return value

    def all_of(
        self, name: str, allowed: Collection[str], missing: Label | None = None
    ) -> tuple[str, ...]:
        """The ticked boxes of that name, each once.

        `missing`: what is said where none is ticked.
        """
        ticked = tuple(
            dict.fromkeys(value for value in self.fields.getlist(name) if isinstance(value, str))
        )
        if any(value not in allowed for value in ticked):
            self.wrong[name] = CHOOSE
        elif missing is not None and not ticked:
            self.wrong[name] = missing
        return ticked

    def ticked(self, name: str) -> bool:
        return name in self.fields

    def whole(self, name: str) -> int:
        """A number of at most nine digits; 0 for anything else."""
        value = self.text(name)
        return int(value) if value.isdecimal() and len(value) < 10 else 0

    def words(self, name: str) -> str:
        """A text of several lines, within the bounds of a note."""
        value = self.text(name)
        if len(value) > NOTE_CHARS or NOT_IN_TEXT.search(value):
            self.wrong[name] = NOTE_LONG
        self._printed(name, value)
        return value

    def _printed(self, name: str, value: str) -> None:
        """What papers may bear has letters that documents can print."""
        if letter := unprintable(value):
            self.wrong.setdefault(name, letters_allowed(letter))
