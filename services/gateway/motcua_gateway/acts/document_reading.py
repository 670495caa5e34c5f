"""Who may read a document, by the dossiers that hold it; and the record of every reading by an
officer (audit's PaperRead).
"""

from datetime import datetime
from uuid import uuid4

from motcua_contracts import Command
from motcua_contracts.messages.audit import (
    ListKind,
    LogQuestion,
    RecordListRead,
    RecordLogRead,
    RecordPaperRead,
    list_subject,
    log_subject,
)
from motcua_contracts.wire.envelope import stable_id
from motcua_documents.store import DocumentStore

from ..commands.sending import Commands
from ..http.refusals import DocumentUnknown
from ..identity.callers import Caller
from ..read_model.document import documents_of
from ..read_model.dossiers import Dossiers, may_see
from ..read_model.stored import Document

PAPERS = "papers"
"""What RecordPaperRead says for the form and the applicant, which are no document."""


async def readable(
    dossiers: Dossiers, documents: DocumentStore, caller: Caller, sha256: str
) -> str:
    """The dossier through which the caller may read it, empty for the caller's own upload that is
    not filed yet.

    Owners read their own dossier's documents, the result only once it is returned; officers those
    of dossiers that they may see. Raises `DocumentUnknown`: what somebody may not read is not there
    for them.
    """
    for document in await dossiers.holding(sha256):
        if caller.actor == document.get("owner") and _shown_to_owner(document, sha256):
            return ""
        if may_see(caller, document):
            return str(document["_id"])
    belongings = await documents.belongs_to(sha256)
    if caller.actor in belongings.uploaders:
        return ""
    raise DocumentUnknown()


def _shown_to_owner(document: Document, sha256: str) -> bool:
    kinds = {one["kind"] for one in documents_of(document) if one["sha256"] == sha256}
    return bool(kinds - {"result"}) or (bool(kinds) and document["status"] == "returned")


async def record_read(commands: Commands, caller: Caller, dossier_id: str, document: str) -> None:
    """Tell audit before anything is shown: a reading that cannot be recorded does not take place.

    Raises `Unavailable`.
    """
    await _record(commands, caller, RecordPaperRead(document=document), dossier_id)


async def record_list_read(
    commands: Commands,
    caller: Caller,
    kind: ListKind,
    agency: str,
    since: datetime | None,
    until: datetime,
    dossiers: int,
) -> None:
    """The same for a list that names people, once for all of them. Raises `Unavailable`."""
    await record_list(
        commands,
        caller,
        RecordListRead(kind=kind, agency=agency, since=since, until=until, dossiers=dossiers),
    )


async def record_list(commands: Commands, caller: Caller, read: RecordListRead) -> None:
    """The same, said in full. Raises `Unavailable`."""
    await _record(commands, caller, read, list_subject(read.agency))


async def record_log_read(
    commands: Commands, caller: Caller, dossier_id: str, question: LogQuestion
) -> None:
    """The same for a dossier's log. Raises `Unavailable`."""
    await _record(
        commands,
        caller,
        RecordLogRead(dossier_id=dossier_id, question=question),
        log_subject(dossier_id),
    )


async def _record(commands: Commands, caller: Caller, command: Command, subject: str) -> None:
    command_id = stable_id(caller.actor, command.wire_type, subject, str(uuid4()))
    await commands.append(command, command_id, subject, caller.actor)
