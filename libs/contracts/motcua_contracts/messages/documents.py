"""References to documents: the claim check.

The bytes are in the document store, events carry only this.
"""

from typing import Annotated

from pydantic import Field

from ..values.bounds import Id, Sha256
from ..wire.payload import Model


class DocumentRef(Model):
    """A document by its content. `size` in bytes."""

    sha256: Sha256
    size: Annotated[int, Field(ge=0, le=2**40)]
    media_type: Id


class AttachedPaper(Model):
    """A document that was handed in for one of the required papers (`paper` is its id in the
    terms).
    """

    paper: Id
    document: DocumentRef
