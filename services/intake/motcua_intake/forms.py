"""A filled form against the procedure's JSON Schema: which fields break it.

Names come from the schema, never from what was typed.
"""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs


class Forms:
    """Validators by (procedure, version), which never change, so each schema is compiled once."""

    def __init__(self) -> None:
        self._compiled: dict[
            tuple[str, int], tuple[jsonschema_rs.Draft202012Validator, frozenset[str]]
        ] = {}

    def errors(
        self, procedure: str, version: int, schema: dict[str, Any], form: dict[str, Any]
    ) -> tuple[str, ...]:
        """The fields that break the schema, in its order and each once; `…` replaces a name that
        the schema does not know.

        An empty schema asks for nothing.
        """
        if not schema:
            return ()
        compiled = self._compiled.get((procedure, version))
        if compiled is None:
            compiled = (
                jsonschema_rs.Draft202012Validator(schema, validate_formats=True),
                frozenset(_names(schema)),
            )
            self._compiled[procedure, version] = compiled
        validator, names = compiled
        return tuple(dict.fromkeys(_field(error, names) for error in validator.iter_errors(form)))


def _field(error: jsonschema_rs.ValidationError, names: frozenset[str]) -> str:
    path = list(error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path.append(error.kind.property)
    elif isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        path.append("")
    return (
        ".".join(str(part) if isinstance(part, int) or part in names else "…" for part in path)
        or "form"
    )


def _names(schema: Any) -> Iterator[str]:
    """Every property that the schema declares, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)
