"""Names of officers, for those who may read them: the owner of a dossier and the officers who see
it.
"""

from time import monotonic

from .private_records import PapersReplica

KEPT_SECONDS = 30


class Names:
    """Officer's id -> name, kept for half a minute so that a change shows soon."""

    def __init__(self, papers: PapersReplica) -> None:
        self._papers = papers
        self._known: dict[str, tuple[float, str]] = {}

    async def of(self, officers: set[str]) -> dict[str, str]:
        """The names of these officers; an officer without a paper has none."""
        found = {}
        for officer in officers - {""}:
            until, name = self._known.get(officer, (0.0, ""))
            if until < monotonic():
                name = await self._papers.officer_name(officer)
                self._known[officer] = (monotonic() + KEPT_SECONDS, name)
            if name:
                found[officer] = name
        return found
