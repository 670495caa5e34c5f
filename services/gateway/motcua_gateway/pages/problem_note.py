"""How a desk's page tells a refusal at its top."""

from typing import Any

from motcua_contracts import Refusal

from ..http.problems import problem
from ..http.refusals import RequestInvalid

UNPROCESSABLE = 422


def told_of(refusal: Refusal | None) -> tuple[dict[str, Any] | None, int]:
    """The problem and the page's status; what was filled in wrongly is 422."""
    if refusal is None:
        return None, 200
    said = problem(refusal)
    return said, UNPROCESSABLE if isinstance(refusal, RequestInvalid) else said["status"]
