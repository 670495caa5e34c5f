"""What is filed, as it is kept: names, numbers and addresses in one form, values that can be,
letters that documents can print.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua_contracts.messages.intake import Applicant
from motcua_contracts.rules import applicants, form_rules
from motcua_contracts.rules.refusals import FormInvalid, NotPrintable

MOST_NAMED = 20
"""Fields that a refusal names."""


def applicant_as_kept(applicant: Applicant) -> Applicant:
    """Raises `FormInvalid`, which names the fields as `applicant.phone`, and `NotPrintable`."""
    kept = applicants.one_form(applicant)
    if wrong := [f"applicant.{name}" for name, _ in applicants.faults(kept)]:
        raise FormInvalid(fields=", ".join(wrong))
    if (found := applicants.unprintable_in(kept)) is not None:
        raise NotPrintable(field=f"applicant.{found[0]}", letter=found[1])
    return kept


def form_as_kept(
    schema: Mapping[str, Any], form: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """`at` is the command's time, which relative bounds count from.

    Raises as `applicant_as_kept`.
    """
    kept = form_rules.written(schema, form)
    wrong = [
        ".".join(map(str, fault.path))
        for fault in form_rules.faults(schema, kept, form_rules.today_of(at))
    ]
    if wrong:
        raise FormInvalid(fields=", ".join(dict.fromkeys(wrong[:MOST_NAMED])))
    if (found := form_rules.unprintable_in(kept)) is not None:
        raise NotPrintable(field=named(schema, found[0]), letter=found[1])
    return kept


def named(schema: Mapping[str, Any], path: tuple[str | int, ...]) -> str:
    """A path by the names that the schema knows; `…` for all others."""
    part: Any = schema
    steps: list[str] = []
    for step in path:
        fields = part.get("properties", {}) if isinstance(part, Mapping) else {}
        known = isinstance(step, int) or step in fields
        part = (
            part.get("items", {})
            if isinstance(step, int) and isinstance(part, Mapping)
            else fields.get(step, {})
        )
        steps.append(str(step) if known else "…")
    return ".".join(steps)
