"""How routing's cases are stored: a dossier's and an officer's worklist as one model. It is what
was stored when both were one case.
"""

from motcua_chassis import StoredAs

from .domain.case import Case, Digest, Worklist


class Stored(Case):
    """A dossier without a digest, or a digest beside a dossier that no department has seen."""

    digest: Digest | None = None


_STORED, _CASE = Stored(), Case()
"""Copied from: this is done for every case, and costs a fifth of a model's construction."""


def _of_case(case: Case) -> Stored:
    return _STORED.model_copy(update=vars(case))


def _case(stored: Stored) -> Case:
    own = {name: value for name, value in vars(stored).items() if name != "digest"}
    return _CASE.model_copy(update=own)


OF_CASE = StoredAs(Stored, _of_case, _case)
OF_WORKLIST = StoredAs(
    Stored,
    lambda worklist: Stored(digest=worklist.digest),
    lambda stored: Worklist(digest=stored.digest),
)
