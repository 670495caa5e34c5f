"""How routing's cases are stored: a dossier's and an officer's worklist as one model. It is what
was stored when both were one case.
"""

from motcua_chassis import StoredAs

from .domain.state import Case, Digest, Worklist


class Stored(Case):
    """A dossier without a digest, or a digest beside a dossier that no department has seen."""

    digest: Digest | None = None


def _of_case(case: Case) -> Stored:
    return Stored.model_construct(**case.__dict__)


def _case(stored: Stored) -> Case:
    return Case.model_construct(**{name: getattr(stored, name) for name in Case.model_fields})


OF_CASE = StoredAs(Stored, _of_case, _case)
OF_WORKLIST = StoredAs(
    Stored,
    lambda worklist: Stored(digest=worklist.digest),
    lambda stored: Worklist(digest=stored.digest),
)
