"""How routing's cases are stored: a dossier's and an officer's worklist as one model. It is what
was stored when both were one case.
"""

from motcua_chassis import StoredAs

from .domain.case import Case, Digest, Worklist


class Stored(Case):
    """A dossier without a digest, or a digest beside a dossier that no department has seen."""

    digest: Digest | None = None


OF_CASE = StoredAs.more_than(Case, Stored)
OF_WORKLIST = StoredAs(
    Stored,
    lambda worklist: Stored(digest=worklist.digest),
    lambda stored: Worklist(digest=stored.digest),
)
