"""Supplement (yêu cầu bổ sung hồ sơ): asking for papers, at the counter before acceptance or for
the department, and the owner's answer.

At most once for each agency and dossier. The request lists exact papers; its slip (form 02) is made
before the owner is asked.
"""

from datetime import datetime
from typing import Any

from motcua_contracts import Catalogue, Decision, Event
from motcua_contracts.messages.documents import DocumentRef
from motcua_contracts.messages.intake import (
    DossierStopped,
    PaperName,
    RecordSlip,
    RequestedPaper,
    RequestPapers,
    SubmitSupplement,
    SupplementDemanded,
    SupplementRequested,
    SupplementSubmitted,
)
from motcua_contracts.messages.routing import SupplementNeeded
from motcua_contracts.rules.applicants import contacts_of
from motcua_contracts.rules.reasons import SUPPLEMENT
from motcua_contracts.rules.refusals import (
    DocumentNotYours,
    FeeNotAssessed,
    FormInvalid,
    NoteRequired,
    PaperMissing,
    PaperUnknown,
    SupplementTooLate,
    SupplementUsed,
    WrongStatus,
)

from . import acceptance, terms
from .case import Dossier
from .counter import (
    Held,
    names_of,
    require_own_counter,
    require_owner,
    require_reason,
    require_stage,
    revised,
    status_of,
)
from .people import form_as_kept
from .registration import require_size


def request(
    dossier: Dossier,
    command: RequestPapers,
    actor: str,
    at: datetime,
    catalogue: Catalogue,
    given: Any,
) -> Decision:
    """A clerk asks before acceptance.

    Raises what `require_request` raises, and `PapersNotReady`.
    """
    require_request(dossier, command, actor, catalogue)
    paper, _ = revised(dossier, given, note=command.note)
    demanded = SupplementDemanded(
        by="counter",
        number=dossier.supplements_used + 1,
        papers=command.papers,
        reason_code=command.reason_code,
        revision=paper.revision,
        commitment=paper.commitment,
        respond_by=terms.respond_by(dossier, at, catalogue),
        agency=command.agency,
        officer=actor.partition(":")[2],
    )
    return Decision((demanded, *_without_slip(dossier, demanded)), (paper,))


def require_request(
    dossier: Dossier, command: RequestPapers, actor: str, catalogue: Catalogue
) -> None:
    """Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `FeeNotAssessed`,
    `SupplementUsed`, `ReasonUnknown`, `PaperUnknown`, `NoteRequired`.
    """
    require_own_counter(dossier, command.agency, actor, catalogue)
    require_stage(dossier, "registered")
    if dossier.supplements_used:
        raise SupplementUsed()
    if dossier.fee.state == "unassessed":
        raise FeeNotAssessed()
    known_papers = {paper.id for paper in dossier.pinned.papers}
    for line in command.papers:
        if line.paper and line.paper not in known_papers:
            raise PaperUnknown()
        if line.reason_code:
            require_reason(line.reason_code, SUPPLEMENT)
    require_reason(command.reason_code, SUPPLEMENT)
    if not command.note and any(not line.paper for line in command.papers):
        raise NoteRequired()


def needed(
    dossier: Dossier, event: SupplementNeeded, at: datetime, catalogue: Catalogue
) -> tuple[Event, ...]:
    """The department needs papers. A dossier that ended or is decided stays as it is."""
    if (
        dossier.stage != "accepted"
        or dossier.decision is not None
        or dossier.supplement is not None
    ):
        return ()
    demanded = SupplementDemanded(
        by="department",
        number=event.number,
        papers=event.papers,
        reason_code=event.reason_code,
        revision=dossier.revision,
        respond_by=terms.respond_by(dossier, at, catalogue),
        agency=event.agency,
        officer=event.officer,
        note_revision=event.revision,
    )
    return (demanded, *_without_slip(dossier, demanded))


def record_slip(
    dossier: Dossier, command: RecordSlip, at: datetime, catalogue: Catalogue
) -> tuple[Event, ...]:
    """The slip is made: the owner is asked, and told where the slip's day was declared off
    meanwhile.

    Raises `WrongStatus` where the dossier ended while it was being made.
    """
    demanded = dossier.supplement
    if demanded is None or dossier.supplement_asked:
        raise WrongStatus(status=status_of(dossier), allowed="supplement_requested")
    asked = dossier.model_copy(update={"supplement_asked": True})
    return (_requested(dossier, demanded, command.slip), *terms.follow(asked, at, catalogue))


def submit(
    dossier: Dossier,
    command: SubmitSupplement,
    actor: str,
    at: datetime,
    catalogue: Catalogue,
    given: Any,
) -> Decision:
    """The owner, or a clerk for the owner, hands in what was asked for.

    Before acceptance the counter's hours restart.

    Raises what `require_supplement` raises, `FormInvalid`, `DocumentNotYours`, `PapersNotReady`.
    """
    demanded = require_supplement(dossier, command, actor, at, catalogue)
    if isinstance(given, Held) and given.form_errors:
        raise FormInvalid(fields=", ".join(given.form_errors))
    if isinstance(given, Held) and given.foreign_papers:
        raise DocumentNotYours(paper=", ".join(given.foreign_papers))
    form = kept_form(dossier, command, at, catalogue)
    paper, papers = revised(dossier, given, **({"form": form} if form is not None else {}))
    submitted = SupplementSubmitted(
        by=demanded.by,
        number=demanded.number,
        revision=paper.revision,
        commitment=paper.commitment,
        contacts=contacts_of(papers.applicant),
        documents=command.files,
        papers_on_paper=command.papers_on_paper,
        submitted_at=at,
        answer_by=acceptance.answer_by(dossier, at, catalogue)
        if demanded.by == "counter" and _answerable(dossier)
        else None,
    )
    if demanded.by == "department" or not _answerable(dossier):
        return Decision((submitted,), (paper,))
    complete = dossier.model_copy(
        update={"revision": paper.revision, "contacts": submitted.contacts, "supplement": None}
    )
    return Decision((submitted, *acceptance.by_rules(complete, at, catalogue)), (paper,))


def require_supplement(
    dossier: Dossier, command: SubmitSupplement, actor: str, at: datetime, catalogue: Catalogue
) -> SupplementDemanded:
    """What can be said without the outside world; gives what was asked for.

    Raises `DossierUnknown`, `ForeignAgency`, `RoleRequired`, `WrongStatus`, `SupplementTooLate`,
    `PaperUnknown`, `PaperMissing`, `FilesTooLarge`, `FormInvalid`, `NotPrintable`.
    """
    require_owner(dossier, command.agency, actor, catalogue)
    demanded = dossier.supplement
    if demanded is None or not dossier.supplement_asked:
        raise WrongStatus(status=status_of(dossier), allowed="supplement_requested")
    if at >= terms.handed_in_until(dossier, demanded.respond_by, at, catalogue):
        raise SupplementTooLate()
    asked = {line.paper for line in demanded.papers}
    known_papers = {paper.id for paper in dossier.pinned.papers} | asked
    if any(file.paper not in known_papers for file in command.files) or any(
        one not in known_papers for one in command.papers_on_paper
    ):
        raise PaperUnknown()
    # What is on paper is at the counter: only a clerk can say so.
    brought = {file.paper for file in command.files} | (
        set(command.papers_on_paper) if command.agency else set()
    )
    missing = [line.paper for line in demanded.papers if line.paper and line.paper not in brought]
    if missing or not (brought or command.form is not None):
        raise PaperMissing(
            paper=", ".join(missing) or "…", names=names_of(missing, dossier.pinned.papers)
        )
    require_size(command.files, dossier.file_bytes)
    kept_form(dossier, command, at, catalogue)
    return demanded


def kept_form(
    dossier: Dossier, command: SubmitSupplement, at: datetime, catalogue: Catalogue
) -> dict[str, Any] | None:
    """The form that comes with a supplement, as it is kept; None where it does not change.

    Raises `FormInvalid`, `NotPrintable`.
    """
    if command.form is None:
        return None
    terms = dossier.pinned
    return form_as_kept(
        catalogue.procedure(terms.code, terms.version).publication.form_schema, command.form, at
    )


def not_supplemented(dossier: Dossier, at: datetime) -> tuple[Event, ...]:
    """A wake at the end of the time to answer stops the dossier."""
    if (
        dossier.supplement is None
        or not dossier.supplement_asked
        or at < dossier.supplement.respond_by
    ):
        return ()
    return (DossierStopped(reason="not_supplemented_in_time"),)


def names(dossier: Dossier, lines: tuple[RequestedPaper, ...]) -> tuple[PaperName, ...]:
    """What the requested papers are called, in their order; empty for one that the terms do not
    name.
    """
    known = {
        paper.id: PaperName(vi=paper.name_vi, en=paper.name_en) for paper in dossier.pinned.papers
    }
    return tuple(known.get(line.paper, PaperName(vi="", en="")) for line in lines)


def _answerable(dossier: Dossier) -> bool:
    """Whether nothing but the counter's answer is awaited once the papers are there."""
    return dossier.fee.state in ("cleared", "deferred")


def _without_slip(dossier: Dossier, demanded: SupplementDemanded) -> tuple[Event, ...]:
    return () if dossier.pinned.issues_documents else (_requested(dossier, demanded, None),)


def _requested(
    dossier: Dossier, demanded: SupplementDemanded, slip: DocumentRef | None
) -> SupplementRequested:
    return SupplementRequested(
        by=demanded.by,
        number=demanded.number,
        papers=demanded.papers,
        reason_code=demanded.reason_code,
        revision=demanded.revision,
        respond_by=demanded.respond_by,
        slip=slip,
        names=names(dossier, demanded.papers),
    )
