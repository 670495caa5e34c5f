"""Every refusal and error: a problem document (RFC 9457), as `http/problems.py` renders it."""

from typing import Annotated

from pydantic import Field

from .base import Answer
from .desk import Action

REFERENCE = {"$ref": "#/components/schemas/Problem"}


class WrongField(Answer):
    """A field that does not hold (`body.applicant.full_name`), with what is allowed there; of a
    form also what it is called.
    """

    field: str
    allowed: str
    label: str = ""
    allowed_vi: str = ""


class Problem(Answer):
    """`title` is Vietnamese; `params` are the rule's own values, never what was sent.

    `actions`: what the counter may do instead.
    """

    type: Annotated[
        str,
        Field(
            pattern="^urn:motcua:problem:[a-z0-9-]+$", examples=["urn:motcua:problem:level-too-low"]
        ),
    ]
    title: str
    title_en: str
    status: Annotated[int, Field(ge=400, le=599)]
    params: dict[str, object]
    errors: list[WrongField] = []
    actions: list[Action] = []
