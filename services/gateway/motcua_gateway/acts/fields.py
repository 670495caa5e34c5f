"""The parts of an act's form: each reads what was typed, draws itself, says what the API's body has
for it, and how it is told on the page that asks once more.

A page draws a part with the macro of `fields.html` that its `widget` names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from motcua_contracts import Label
from motcua_contracts.values import bounds
from motcua_contracts.values.bounds import LINE
from pydantic import Field as Bounded

from ..tools import Gateway
from .choices import Choices
from .submission import CHOOSE, Reading

Schema = dict[str, tuple[Any, Any]]
"""Name -> type and default (`...`: required), as pydantic takes them."""
REQUIRED: Any = ...
Short = Annotated[str, Bounded(min_length=1, max_length=60, pattern=LINE)]
YES = Label("Có", "Yes")


def word(label: Label | None, english: bool) -> str:
    """A label in the reader's language; empty for none."""
    return "" if label is None else label.en if english else label.vi


def always(form: Reading) -> bool:
    """A part that is read whatever else was chosen."""
    return True


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that a form shows. Alone it asks for nothing."""

    widget: ClassVar[str] = ""
    """The macro of `fields.html` that draws it."""
    is_filled: ClassVar[bool] = False
    """Whether a person fills it in."""
    for_aim: bool = False
    """Whether it says what is acted on, and the command has that by another name."""

    def schema(self) -> Schema:
        """What the API's body has for it."""
        return {}

    def names(self) -> dict[str, Label]:
        """What its inputs are called where their errors are listed."""
        return {}

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        """The command's values, by name. What does not hold is kept in `form.wrong`."""
        return {}

    def told(self, form: Reading, choices: Choices, english: bool) -> list[tuple[Label, str]]:
        """What was filled in, as people read it."""
        return []

    async def resolved(self, gateway: Gateway, value: Any) -> Any:
        """The command's value for what the API's body said."""
        return value


@dataclass(frozen=True, kw_only=True)
class Hint(Part):
    """A sentence that a form says: the same always, or by what can be chosen."""

    widget = "hint"
    label: Label | None = None
    style: str = "hint"
    by: Callable[[Choices], Label | None] = field(default=lambda choices: None)

    def said(self, choices: Choices) -> Label | None:
        """None: nothing is said."""
        return self.label or self.by(choices)


@dataclass(frozen=True, kw_only=True)
class Field(Part):
    """One value of a form and of the API's body.

    `named`: what it is called where its error is listed and what was filled in is told, if not by
    its label. `when`: whether it counts, by what else was chosen.
    """

    is_filled = True
    name: str
    label: Label = Label("", "")
    named: Label | None = None
    api: Any = None
    default: Any = REQUIRED
    when: Callable[[Reading], bool] = always

    def schema(self) -> Schema:
        return {} if self.api is None else {self.name: (self.api, self.default)}

    def names(self) -> dict[str, Label]:
        return {self.name: self.named or self.label}

    def shown(self, choices: Choices) -> str:
        """What it holds before anything was typed."""
        return ""

    def told(self, form: Reading, choices: Choices, english: bool) -> list[tuple[Label, str]]:
        return [(self.named or self.label, self.in_words(form, choices, english))]

    def in_words(self, form: Reading, choices: Choices, english: bool) -> str:
        """Its value as people read it; empty where nothing was filled in."""
        return form.text(self.name)


@dataclass(frozen=True, kw_only=True)
class Given(Field):
    """A value that only the API's body has."""

    widget = "nothing"
    is_filled = False

    def names(self) -> dict[str, Label]:
        return {}

    def told(self, form: Reading, choices: Choices, english: bool) -> list[tuple[Label, str]]:
        return []


@dataclass(frozen=True, kw_only=True)
class Hidden(Given):
    """What the act was decided on: the form carries it, nobody fills it in."""

    widget = "hidden"
    number: bool = False

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        return {self.name: form.whole(self.name) if self.number else form.text(self.name)}


@dataclass(frozen=True, kw_only=True)
class Reason(Field):
    """A reason of a list. None is chosen beforehand, unless one was prepared."""

    widget = "reason"
    reasons: Mapping[str, Label]
    missing: Label = CHOOSE
    prepared: bool = False
    name: str = "reason_code"
    label: Label = Label("Lý do", "Reason")
    named: Label | None = Label("Lý do", "Reason")
    api: Any = bounds.Slug

    def shown(self, choices: Choices) -> str:
        return choices.prepared_reason if self.prepared else ""

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        if not self.when(form):
            return {self.name: ""}
        code = form.one_of(self.name, self.reasons)
        if not code:
            form.wrong[self.name] = self.missing
        return {self.name: code}

    def in_words(self, form: Reading, choices: Choices, english: bool) -> str:
        return word(self.reasons.get(form.text(self.name)), english)


@dataclass(frozen=True, kw_only=True)
class Note(Field):
    """A text of several lines."""

    widget = "note"
    most: ClassVar[int] = bounds.NOTE_CHARS
    name: str = "note"
    api: Any = bounds.Note
    default: Any = ""

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        return {self.name: form.words(self.name)}


@dataclass(frozen=True, kw_only=True)
class Line(Field):
    """One line of at most `most` characters.

    `keeps`: left empty it changes nothing; `blank` is said where only spaces were typed.
    """

    widget = "line"
    most: int
    needed: bool = False
    keeps: bool = False
    blank: Label | None = None
    hint: Label | None = None

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        value = form.line(self.name, self.most, needed=self.needed)
        if not value and self.blank is not None and form.fields.get(self.name):
            form.wrong[self.name] = self.blank
        return {} if self.keeps and not value else {self.name: value}


@dataclass(frozen=True, kw_only=True)
class Tick(Field):
    """One box. `must`: what is said where it is not ticked and has to be."""

    widget = "tick"
    must: Label | None = None

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        ticked = form.ticked(self.name)
        if self.must is not None and not ticked:
            form.wrong[self.name] = self.must
        return {self.name: ticked}

    def in_words(self, form: Reading, choices: Choices, english: bool) -> str:
        return word(YES, english) if form.ticked(self.name) else ""


@dataclass(frozen=True, kw_only=True)
class Radios(Field):
    """One of a few. `values`: what the command has for each, if not its code; `keeps`: nothing
    chosen changes nothing.
    """

    widget = "radios"
    options: Mapping[str, Label]
    values: Mapping[str, Any] = field(default_factory=dict)
    keeps: bool = False

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        if self.keeps and not form.text(self.name):
            return {}
        code = form.one_of(self.name, self.options)
        return {self.name: self.values.get(code, code)}

    def in_words(self, form: Reading, choices: Choices, english: bool) -> str:
        return word(self.options.get(form.text(self.name)), english)


@dataclass(frozen=True, kw_only=True)
class Boxes(Field):
    """Any of a few. `into`: the command's own name for what is ticked; `offered` are drawn,
    `allowed` may come (if not the same); `missing` is said where none is ticked and one has to be.
    """

    widget = "boxes"
    offered: Callable[[Choices], Mapping[str, Label]]
    allowed: Callable[[Choices], Mapping[str, Label]] | None = None
    missing: Label | None = None
    into: str = ""

    def schema(self) -> Schema:
        return {} if self.api is None else {self.into or self.name: (self.api, self.default)}

    def read(self, form: Reading, choices: Choices) -> dict[str, Any]:
        ticked = form.all_of(self.name, self._known(choices), self.missing)
        return {self.into or self.name: ticked}

    def in_words(self, form: Reading, choices: Choices, english: bool) -> str:
        known = self._known(choices)
        ticked = [one for one in form.fields.getlist(self.name) if isinstance(one, str)]
        return ", ".join(word(known.get(one), english) for one in ticked)

    def _known(self, choices: Choices) -> Mapping[str, Label]:
        return (self.allowed or self.offered)(choices)
