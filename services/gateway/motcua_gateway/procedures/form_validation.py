"""A filled form held to its JSON Schema, by the validator that intake uses: each wrong field by
name, with what is allowed there.

Names and limits come from the schema, never from what was typed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Broken
from motcua_contracts import Label
from motcua_contracts.rules import form_rules
from motcua_contracts.rules.refusals import FormInvalid

from .forms import Form, hint_of

_KEPT = 500
"""How many compiled schemas are kept; beyond that, each is compiled again when asked for."""


@dataclass(frozen=True, slots=True)
class WrongField:
    """`field`: its path, `…` standing for a name that the schema does not know.

    `allowed`: what it takes.
    """

    field: str
    label: str
    allowed: Label


class FormChecks:
    """Validators by procedure, version and form, which never change, so each schema is compiled
    once.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, int, str], jsonschema_rs.Draft202012Validator] = {}

    def wrong(
        self, procedure: str, version: int, form: Form, data: Mapping[str, Any], at: datetime
    ) -> tuple[WrongField, ...]:
        """The fields that break the schema, each once, in the schema's order, then those that break
        its rules (`form_rules.py`).
        """
        key = (procedure, version, form.id)
        if key not in self._compiled:
            if len(self._compiled) >= _KEPT:
                self._compiled.clear()
            self._compiled[key] = jsonschema_rs.Draft202012Validator(
                dict(form.schema), validate_formats=True
            )
        kept = form_rules.written(form.schema, data)
        found = [_wrong(error, form.schema) for error in self._compiled[key].iter_errors(kept)]
        broken = form_rules.faults(form.schema, kept, form_rules.today_of(at))
        found += [_named(list(fault.path), form.schema, fault.allowed) for fault in broken]
        if (unprinted := form_rules.unprintable_in(kept)) is not None:
            found.append(
                _named(list(unprinted[0]), form.schema, form_rules.letters_allowed(unprinted[1]))
            )
        first = {one.field: one for one in reversed(found)}
        return tuple(first[field] for field in dict.fromkeys(one.field for one in found))


def refusal(wrong: tuple[WrongField, ...]) -> tuple[FormInvalid, list[dict[str, str]]]:
    """The problem of a form that breaks its schema, and its `errors`."""
    errors = [
        {
            "field": f"form.{one.field}",
            "label": one.label,
            "allowed": one.allowed.en,
            "allowed_vi": one.allowed.vi,
        }
        for one in wrong
    ]
    return FormInvalid(fields=", ".join(one.field for one in wrong)), errors


def _named(path: list[str | int], schema: Mapping[str, Any], allowed: Label) -> WrongField:
    steps = list(_known(path, schema))
    return WrongField(
        ".".join(step for step, _ in steps) or "form", steps[-1][1] if steps else "", allowed
    )


def _wrong(error: jsonschema_rs.ValidationError, schema: Mapping[str, Any]) -> WrongField:
    path: list[str | int] = list(error.instance_path)
    if isinstance(error.kind, Broken.Required):
        path.append(error.kind.property)
    elif isinstance(error.kind, Broken.AdditionalProperties):
        path.append("")
    steps = list(_known(path, schema))
    named = ".".join(step for step, _ in steps) or "form"
    return WrongField(
        named,
        steps[-1][1] if steps else "",
        _allowed(error.kind, _hint(list(error.instance_path), schema)),
    )


def _known(path: list[str | int], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each step of a path with its title; what the schema does not know is `…`."""
    part: Mapping[str, Any] = schema
    for step in path:
        if isinstance(step, int):
            part = part.get("items", {})
            yield str(step), str(part.get("title", ""))
            continue
        known = part.get("properties", {})
        yield (step, str(known[step].get("title", step))) if step in known else ("…", "")
        part = known.get(step, {})


NO_HINT = Label("đúng dạng mà mục này yêu cầu", "as this field asks for")
"""Of a version that was published before patterns carried their words."""


def _hint(path: list[str | int], schema: Mapping[str, Any]) -> Label | None:
    """What the field's pattern asks for, in the schema's own words."""
    part: Any = schema
    for step in path:
        part = (
            part.get("items", {})
            if isinstance(step, int)
            else part.get("properties", {}).get(step, {})
        )
        if not isinstance(part, Mapping):
            return None
    return hint_of(part)


def _allowed(kind: Any, hint: Label | None) -> Label:
    match kind:
        case Broken.Required():
            return Label("phải điền mục này", "must be filled in")
        case Broken.MinLength(limit=1):
            return Label("không được để trống", "must not be empty")
        case Broken.MinLength(limit=limit):
            return Label(f"ít nhất {limit} ký tự", f"at least {limit} characters")
        case Broken.MaxLength(limit=limit):
            return Label(f"nhiều nhất {limit} ký tự", f"at most {limit} characters")
        case Broken.Minimum(limit=limit):
            return Label(f"số từ {limit} trở lên", f"a number of at least {limit}")
        case Broken.Maximum(limit=limit):
            return Label(f"số đến {limit}", f"a number of at most {limit}")
        case Broken.MinItems(limit=limit):
            return Label(f"ít nhất {limit} dòng", f"at least {limit} of them")
        case Broken.MaxItems(limit=limit):
            return Label(f"nhiều nhất {limit} dòng", f"at most {limit} of them")
        case Broken.Pattern():
            return hint or NO_HINT
        case Broken.Format(format="date"):
            return Label(
                "một ngày, dạng năm-tháng-ngày (2026-11-24)",
                "a date as year-month-day (2026-11-24)",
            )
        case Broken.Type(types=types):
            return Label(*_type(types))
        case Broken.Constant():
            return Label("phải đồng ý mục này", "must be agreed to")
        case Broken.OneOfNotValid() | Broken.Enum():
            return Label("một trong các lựa chọn đã cho", "one of the choices given")
        case Broken.AdditionalProperties():
            return Label("mẫu này không có mục đó", "the form has no such field")
        case _:
            return Label("đúng theo mẫu", "a value that the form allows")


def _type(types: list[str]) -> tuple[str, str]:
    match types:
        case ["integer"]:
            return "một số nguyên", "a whole number"
        case ["number"]:
            return "một số", "a number"
        case ["boolean"]:
            return "có hoặc không", "yes or no"
        case ["string"]:
            return "chữ", "text"
        case ["array"]:
            return "một danh sách", "a list"
        case _:
            return "một nhóm các mục", "a group of fields"
