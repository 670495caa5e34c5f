"""Conditions on the fields of a filled form: one meaning for intake, payment and the pages. Pure.

A field is named by its way through the form: `owner.age`. A field that is not filled in satisfies
no condition except `given: false`.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ..values.bounds import Id, Line, Whole
from ..wire.payload import Model


class Condition(Model):
    """What one field must be. Of several parts all must hold; at least one is written.

    `any_of`: it is one of these (a yes/no value, a whole number, a choice's `const`); `at_least`,
    `at_most`: a number within these; `given`: it is filled in (or, `false`, it is not).
    """

    field: Id
    any_of: Annotated[tuple[bool | Whole | Line, ...], Field(max_length=100)] = ()
    at_least: Whole | None = None
    at_most: Whole | None = None
    given: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (
            not self.any_of
            and self.at_least is None
            and self.at_most is None
            and self.given is None
        ):
            raise ValueError("a condition needs any_of, at_least, at_most or given")
        return self

    def holds(self, form: Mapping[str, Any]) -> bool:
        value = value_of(form, self.field)
        if value is None:
            return (
                self.given is False
                and not self.any_of
                and self.at_least is None
                and self.at_most is None
            )
        if self.given is False:
            return False
        if self.any_of and not any(
            type(value) is type(one) and value == one for one in self.any_of
        ):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


def all_hold(conditions: Iterable[Condition], form: Mapping[str, Any]) -> bool:
    """Whether all hold; true where there are none."""
    return all(condition.holds(form) for condition in conditions)


def value_of(form: Mapping[str, Any], field: str) -> Any:
    """The value of a field of a form; None if it is empty. Lists are not looked into."""
    if field in form:  # events carry a nested value under its whole name
        return form[field]
    value: Any = form
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
