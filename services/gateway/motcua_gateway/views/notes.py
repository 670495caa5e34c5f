"""What was typed at the counter and in the departments about a dossier, out of the papers of both:
for officers' eyes.
"""

from ..read_model.private_records import PapersReplica
from ..read_model.stored import Document
from .case import case_notes
from .counter import notes_of
from .texts import Note


async def notes_at_desk(document: Document, papers: PapersReplica) -> list[Note]:
    """By the event that each belongs to, the counter's first; papers that the replica does not hold
    (yet) are left out, those that cannot be read are shown as such.
    """
    revisions = {one["revision"] for one in document.get("noted", ())}
    typed = {number: await papers.held(document["_id"], number) for number in revisions}
    return [*notes_of(document, typed), *await case_notes(document, papers)]
