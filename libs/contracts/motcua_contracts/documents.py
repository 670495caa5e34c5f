"""References to documents: the claim check. The bytes lie in the document store, facts carry only this."""

from typing import Annotated

from pydantic import Field

from .payload import Model


class DocumentRef(Model):
    """A document by its content. `size` in bytes."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0)]
    media_type: str


class AttachedPaper(Model):
    """A document that was handed in for one of the required papers (`paper` is its id in the terms)."""

    paper: str
    document: DocumentRef
