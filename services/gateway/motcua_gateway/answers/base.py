"""What all answers have in common: their base, and how a route declares what it answers.

`responses=shows(Model)` is what a route that reads answers; `responses=does(Model)` that of one
that changes something, which also says 202 where the outcome is not known in time;
`responses=sends("application/pdf")` that of one whose answer is no JSON.
"""

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

Declared = dict[int | str, dict[str, Any]]
M = TypeVar("M", bound=BaseModel)


class Answer(BaseModel):
    """Base of answers: closed, so that a field which nobody declared is found by the tests.

    A field with a default may be left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class UnreadableRow(Answer):
    """In the place of a row that cannot be read: that it cannot, and its dossier's id and code
    where those can (else empty).
    """

    dossier_id: str
    code: str
    unreadable: Literal[True]
    note_vi: str
    note_en: str


class Pending(Answer):
    """Taken, and not done in time.

    `href` tells how it goes on; the same call with the same key gives the outcome.
    """

    status: Literal["pending"]
    href: str
    title: str
    title_en: str
    dossier_id: str = ""


class Taken(Answer):
    """A report was taken."""

    taken: Literal[True]


LOCATION = {
    "Location": {
        "description": "Where what was made or changed is read",
        "required": True,
        "schema": {"type": "string"},
    }
}
AGAIN = {
    "Retry-After": {
        "description": "Seconds",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
PENDING: Declared = {
    202: {
        "description": "Taken, but not done in time; `href` tells how it goes on",
        "model": Pending,
        "headers": LOCATION | AGAIN,
    }
}


def shows(model: Any, status: int = 200) -> Declared:
    """A JSON answer of this model."""
    return {status: {"model": model}}


def does(model: Any, status: int = 200) -> Declared:
    """The answer of a change that is done, and the one of a change that is still on its way."""
    return {status: {"model": model, "headers": LOCATION}, **PENDING}


def sends(*media_types: str, headers: dict[str, Any] | None = None) -> Declared:
    """An answer that is no JSON: text or a file."""
    content = {
        one: {
            "schema": {
                "type": "string",
                **({} if one.startswith("text/") else {"format": "binary"}),
            }
        }
        for one in media_types
    }
    return {200: {"content": content, **({"headers": headers} if headers else {})}}


def model_of(name: str, doc: str | None, fields: dict[str, Any]) -> Any:
    """A closed model of these fields, each `(type, default)` as pydantic takes them."""
    return create_model(name, __base__=Answer, __doc__=doc, **fields)


def fields_of(source: type[BaseModel], without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The fields of a model of the contracts, with their bounds: what is shown of it follows it by
    itself.
    """
    return {
        name: (field.annotation, field)
        for name, field in source.model_fields.items()
        if name not in without
    }


def part_of(
    source: type[BaseModel],
    name: str,
    *,
    without: frozenset[str] = frozenset(),
    may_lack: frozenset[str] = frozenset(),
) -> Any:
    """A closed model with the fields of `source`. Of `may_lack` each may be left out."""
    fields = fields_of(source, without)
    for one in may_lack:
        annotation, field = fields[one]
        fields[one] = (
            (annotation, Field(default=None)) if field.is_required() else (annotation, field)
        )
    return model_of(name, source.__doc__, fields)


def told(event: type[BaseModel], *, about: bool = False) -> Any:
    """What a change answers: `done`, the name of the event that closed it, and the event's own
    values; `about`: with the dossier's id.
    """
    more: dict[str, Any] = {"done": (Literal[event.__name__], ...)}
    if about:
        more["dossier_id"] = (str, ...)
    return model_of(f"{event.__name__}Told", event.__doc__, more | fields_of(event))
