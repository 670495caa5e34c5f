"""How a desk's page tells a refusal: at its top, and beside the field that it is about."""

from collections.abc import Mapping
from typing import Any

from motcua_contracts.rules.decision import Refusal
from motcua_contracts.values.labels import Label

from ..http.problems import problem
from ..http.refusals import RequestInvalid

UNPROCESSABLE = 422


def told_of(refusal: Refusal | None) -> tuple[dict[str, Any] | None, int]:
    """The problem and the page's status; what was filled in wrongly is 422."""
    if refusal is None:
        return None, 200
    said = problem(refusal)
    return said, UNPROCESSABLE if isinstance(refusal, RequestInvalid) else said["status"]


def beside(refusal: Refusal, field_of: Mapping[str, str]) -> dict[str, Label]:
    """The field beside which a refusal by the rules is shown, if it is about one.

    `field_of`: slug -> field.
    """
    field, said = field_of.get(refusal.slug), problem(refusal)
    return {field: Label(said["title"], said["title_en"])} if field else {}
