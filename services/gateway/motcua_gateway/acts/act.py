"""One act is one object: everything that a person may do with a dossier, and where it is done.

The API's route with its body, the form of a page, what the page says that asks once more, and the
commands whose outcomes are awaited follow from it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua_contracts import Command, Label, Refusal
from starlette.datastructures import FormData

from ..commands.sending import Done
from ..http.problems import refusal_of
from ..identity.callers import Caller
from ..read_model.stored import Document
from ..tools import Gateway
from .choices import Choices
from .fields import Part, Schema
from .submission import Reading

Values = dict[str, Any]


def nothing_more(form: Reading, values: Values) -> None:
    """For a form whose fields hold each for itself."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """`name` is the last part of its address and how the API offers it. `about` and `body` are what
    the API's description says of the call and of its body, `answer` the model of what it answers.

    `path`: its address below its group, where that is not its name. `aim` and `says` are its own
    where they are not those of its group. `declined`: events that close the command by a no -> the
    refusal where the event names none.

    `fixed`: values of the command that nobody chooses. `check`: what several fields of a form must
    hold together; it may change the values. `status`: the dossier's status after it, where the
    answer says it. `happens`: what will happen, where the page asks once more before it does it;
    `correctable`: it can be put right afterwards. `titled`: another label, by what can be chosen.
    """

    name: str
    command: type[Command]
    roles: tuple[str, ...]
    label: Label
    about: str
    answer: Any
    fields: tuple[Part, ...] = ()
    body: str = ""
    needs_body: bool = True
    path: str = ""
    success: int = 200
    fixed: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[Reading, Values], None] = nothing_more
    status: Callable[[Any], str] = field(default=lambda command: "")
    aim: "Seek | None" = None
    says: "Callable[[Aim, Done], dict[str, Any]] | None" = None
    declined: Mapping[str, str] = field(default_factory=dict)
    happens: tuple[Label, ...] = ()
    correctable: bool = False
    titled: Callable[[Choices], Label | None] = field(default=lambda choices: None)
    on_page: bool = True

    @property
    def is_final(self) -> bool:
        """Whether it cannot be undone."""
        return bool(self.happens) and not self.correctable

    @property
    def is_button(self) -> bool:
        """Whether nothing is filled in."""
        return not any(one.is_filled for one in self.fields)

    @property
    def names(self) -> dict[str, Label]:
        """Input -> its name where its error is listed."""
        return {name: label for one in self.fields for name, label in one.names().items()}

    @property
    def schema(self) -> Schema:
        """What the API's body has: name -> type and default."""
        return {name: said for one in self.fields for name, said in one.schema().items()}

    def read(self, form: FormData, choices: Choices, more: Mapping[str, Any]) -> Command:
        """The command of a filled form. Raises `WrongFieldsError`, `ValidationError`."""
        reading, values = Reading(form), Values()
        for one in self.fields:
            values |= one.read(reading, choices)
        self.check(reading, values)
        reading.require_right()
        return self.made(values, more)

    async def of_body(self, gateway: Gateway, body: Any, more: Mapping[str, Any]) -> Command:
        """The command of the API's body. Raises what its fields do."""
        values = Values()
        for one in self.fields:
            for name in () if one.for_aim else one.schema():
                values[name] = await one.resolved(gateway, getattr(body, name))
        return self.made(values, more)

    def made(self, values: Mapping[str, Any], more: Mapping[str, Any]) -> Command:
        """The command, with those of `more` that it has. Raises `ValidationError`."""
        own = {name: value for name, value in more.items() if name in self.command.model_fields}
        return self.command.model_validate({**values, **self.fixed, **own})

    def require_taken(self, done: Done, amount_vnd: int) -> None:
        """Raises the refusal where the event that closed the command is a no: the event names the
        reason alone.
        """
        if done.event in self.declined:
            slug = done.data["reason"] or self.declined[done.event]
            raise refusal_of(slug, {"amount_vnd": amount_vnd})

    def told(self, form: FormData, choices: Choices, english: bool) -> list[tuple[Label, str]]:
        """What was filled in, as people read it, in the order of the form."""
        reading = Reading(form)
        return [line for one in self.fields for line in one.told(reading, choices, english)]

    def beside(self, refusal: Refusal) -> str:
        """The input beside which this refusal is shown; empty where it is about none of these."""
        return refusal.field if refusal.field in self.names else ""


@dataclass(frozen=True, slots=True)
class Aim:
    """What an act is done to: the command's subject, where the API shows it, and further values of
    the command. `amount_vnd`: the amount that a refusal names. `dossier`: the document that was
    read for it, where a page shows it.
    """

    subject: str
    href: str
    more: Mapping[str, Any] = field(default_factory=dict)
    amount_vnd: int = 0
    dossier: Document | None = None


Seek = Callable[[Gateway, Caller, Act, Mapping[str, Any]], Awaitable[Aim]]
"""Finds what is acted on, by the values of the path and the body, and checks that the caller may
see it.
"""


def as_it_is(act: Act, aim: Aim, command: Command, done: Done) -> dict[str, Any]:
    """The event that closed the command, with its values."""
    return {"done": done.event, **done.data}


@dataclass(frozen=True, kw_only=True)
class ActGroup:
    """Acts that are done in one place: a part of the API, and its pages.

    `answered`: the answer's values. `refused`: what the answer to a refusal says beside it.
    """

    name: str
    prefix: str
    tag: str
    acts: tuple[Act, ...]
    aim: Seek
    answered: Callable[[Act, Aim, Command, Done], dict[str, Any]] = as_it_is
    refused: Callable[[Gateway, Caller, Aim, Refusal], Awaitable[dict[str, Any]]] | None = None
    seated: bool = True
    """Whether the catalogue must place the caller at an agency."""
    gives: frozenset[str] = frozenset()
    """Values of commands that `aim` gives."""

    async def sought(
        self, gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]
    ) -> Aim:
        """What this act is done to. Raises what its `aim` does."""
        return await (act.aim or self.aim)(gateway, caller, act, asked)

    def answer(self, act: Act, aim: Aim, command: Command, done: Done) -> dict[str, Any]:
        """The answer's values. Raises the refusal where the event that closed the command is a
        no.
        """
        act.require_taken(done, aim.amount_vnd)
        return self.answered(act, aim, command, done) if act.says is None else act.says(aim, done)

    @property
    def on_page(self) -> dict[str, Act]:
        """The acts that have a form, by name, in the order of the page."""
        return {act.name: act for act in self.acts if act.on_page}


def commands_of(groups: Iterable[ActGroup]) -> tuple[type[Command], ...]:
    """Every command that an act of these groups sends, each once."""
    return tuple(dict.fromkeys(act.command for group in groups for act in group.acts))
