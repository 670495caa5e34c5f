"""Registration: a citizen files online, or a clerk registers a paper dossier at the counter or from
the post.

`require_filing` is everything that can be said without the outside world. `prepare` asks it too, so
that no number is taken and no upload is claimed for a filing that will be refused anyway.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from motcua_contracts import Catalogue, CatalogueEntryMissing, Decision
from motcua_contracts.messages.catalog import Agency, Publication
from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import (
    Applicant,
    DossierPapers,
    DossierRegistered,
    RegisterPaperDossier,
    SubmitDossier,
)
from motcua_contracts.rules.applicants import contacts_of
from motcua_contracts.rules.decision import PrivateEntry
from motcua_contracts.rules.refusals import (
    DateInFuture,
    DateTooEarly,
    DocumentNotYours,
    DossierExists,
    FeeTooLarge,
    FilesTooLarge,
    ForeignAgency,
    FormInvalid,
    LevelTooLow,
    PaperMissing,
    PaperUnknown,
    RoleRequired,
    TermsUnknown,
    VersionOutdated,
)
from motcua_contracts.rules.terms import Terms
from motcua_contracts.values.bounds import MONEY_MAX

from .case import Dossier
from .counter import names_of, require_clerk
from .people import applicant_as_kept, form_as_kept

ONLINE_FILING_LEVEL = 3
ONLINE_RESULT_LEVEL = 4
MEGABYTE = 1_000_000
DOSSIER_MEGABYTES = 100
"""Of all files of one dossier together."""
POST_DAYS = 60
"""A postmark is at most so old: no letter takes longer, and a deadline that counts from it would be
over at once.
"""


@dataclass(frozen=True, slots=True)
class Given:
    """Non-deterministic inputs gathered before a registration is decided.

    `salt` and `pin` go into the private record and nowhere else.

    `form_errors` names the fields that break the form's schema; `foreign_papers` the papers whose
    file is not the applicant's to hand in. `matter`: the keyed hash by which the same matter of the
    same person is found.
    """

    salt: str
    pin: str
    number: int
    form_errors: tuple[str, ...] = ()
    foreign_papers: tuple[str, ...] = ()
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing that the rules allow: its terms, who receives it, and the local day (`yymmdd`) that
    its code is numbered under.
    """

    terms: Terms
    publication: Publication
    agency: Agency
    day: str
    received_at: datetime
    applicant: Applicant
    form: dict[str, Any]
    on_paper: tuple[str, ...] = ()


def register(
    dossier: Dossier,
    command: SubmitDossier,
    actor: str,
    at: datetime,
    catalogue: Catalogue,
    given: Any,
) -> Decision:
    """DossierRegistered with the terms of today, and the private records it commits to.

    Raises what `require_filing` raises, `FormInvalid`, `DocumentNotYours`, and
    `CatalogueEntryMissing` where `prepare` did not know the procedure yet.
    """
    filing = require_filing(dossier, command, actor, at, catalogue)
    if not isinstance(given, Given):
        raise CatalogueEntryMissing()
    if given.form_errors:
        raise FormInvalid(fields=", ".join(given.form_errors))
    if given.foreign_papers:
        raise DocumentNotYours(
            paper=", ".join(given.foreign_papers),
            names=names_of(given.foreign_papers, filing.terms.papers),
        )
    online = not isinstance(command, RegisterPaperDossier)
    waiver = filing.terms.fee.waiver_of(filing.form)
    ground = waiver.id if waiver else ""
    left = contacts_of(filing.applicant)
    papers = DossierPapers(
        salt=given.salt,
        pin=given.pin,
        applicant=filing.applicant,
        form=filing.form,
        waiver_ground=ground,
    )
    paper = PrivateEntry.of(1, papers)
    registered = DossierRegistered(
        code=f"{filing.agency.code}-{filing.day}-{given.number:04d}",
        terms=filing.terms,
        commitment=paper.commitment,
        revision=paper.revision,
        channel=command.channel if isinstance(command, RegisterPaperDossier) else "online",
        owner_actor=actor if online else "",
        receiving_agency=filing.agency.id,
        deciding_agency=filing.terms.deciding_agency,
        result_delivery=command.result_delivery,
        contacts=left,
        confirmed=tuple(contact for contact in left if contact in command.confirmed),
        documents=command.files,
        papers_on_paper=filing.on_paper,
        fee_inputs=fee_inputs(filing.terms, command),
        waiver_percent=waiver.percent if waiver else 0,
        matter=given.matter,
        received_at=filing.received_at,
    )
    return Decision((registered,), (paper,))


def require_filing(
    dossier: Dossier, command: SubmitDossier, actor: str, at: datetime, catalogue: Catalogue
) -> Filing:
    """The rules of registration that need nothing from outside.

    Raises `DossierExists`, `ProcedureUnknown`, `ProcedureSuspendedNow`, `ProcedureWithdrawnNow`,
    `VersionOutdated`, `AgencyUnknown`, `LevelTooLow`, `RoleRequired`, `ForeignAgency`,
    `DateInFuture`, `DateTooEarly`, `TermsUnknown`, `FormInvalid`, `NotPrintable`, `PaperUnknown`,
    `PaperMissing`, `FilesTooLarge`, `FeeTooLarge`.
    """
    if dossier.stage != "unregistered":
        raise DossierExists()
    published = catalogue.procedure_at(command.procedure_code, at)
    catalogue.require_open(command.procedure_code, at)
    terms = published.terms
    if command.procedure_version not in (None, terms.version):
        raise VersionOutdated(version=terms.version)
    agency = catalogue.agency(command.receiving_agency or terms.receiving_agency)
    received_at = at
    if isinstance(command, RegisterPaperDossier):
        received_at = _on_paper(command, actor, agency, at, catalogue)
    else:
        _online(command, actor, terms)
    if command.result_delivery == "online" and terms.service_level < ONLINE_RESULT_LEVEL:
        raise LevelTooLow(level=terms.service_level, needed=ONLINE_RESULT_LEVEL)
    if not published.publication.takes_dossiers:
        raise TermsUnknown()
    applicant = applicant_as_kept(command.applicant)
    form = form_as_kept(published.publication.form_schema, command.form, at)
    known_papers = {paper.id for paper in terms.papers}
    if any(file.paper not in known_papers for file in command.files):
        raise PaperUnknown()
    on_paper = _complete(command, terms, known_papers)
    if terms.fee.full_vnd(fee_inputs(terms, command)) > MONEY_MAX:
        raise FeeTooLarge(most_vnd=MONEY_MAX)
    require_size(command.files)
    timezone = ZoneInfo(catalogue.calendar_at(agency.calendar, at)[0].timezone)
    day = f"{at.astimezone(timezone):%y%m%d}"
    return Filing(terms, published.publication, agency, day, received_at, applicant, form, on_paper)


def _online(command: SubmitDossier, actor: str, terms: Terms) -> None:
    if not actor.startswith("citizen:"):
        raise RoleRequired(role="citizen")
    if terms.service_level < ONLINE_FILING_LEVEL:
        raise LevelTooLow(level=terms.service_level, needed=ONLINE_FILING_LEVEL)
    if command.result_delivery == "post" and terms.service_level < ONLINE_RESULT_LEVEL:
        raise LevelTooLow(level=terms.service_level, needed=ONLINE_RESULT_LEVEL)


def _complete(command: SubmitDossier, terms: Terms, known_papers: set[str]) -> tuple[str, ...]:
    """Every paper that this form needs is there, as a file or on paper.

    Gives those that are on paper alone.
    """
    attached = {file.paper for file in command.files}
    unscanned = [paper for paper in terms.papers_needed(command.form) if paper not in attached]
    on_paper = command.papers_on_paper if isinstance(command, RegisterPaperDossier) else ()
    if on_paper is None:  # the clerk has them all on the desk
        return tuple(unscanned)
    if any(paper not in known_papers for paper in on_paper):
        raise PaperUnknown()
    missing = [paper for paper in unscanned if paper not in on_paper]
    if missing:
        raise PaperMissing(paper=", ".join(missing), names=names_of(missing, terms.papers))
    return tuple(dict.fromkeys(on_paper))


def require_size(files: tuple[AttachedPaper, ...], beside: int = 0) -> None:
    """The files of a dossier together, with the bytes that it has already.

    Raises `FilesTooLarge`.
    """
    if beside + sum(file.document.size for file in files) > DOSSIER_MEGABYTES * MEGABYTE:
        raise FilesTooLarge(max_megabytes=DOSSIER_MEGABYTES)


def _on_paper(
    command: RegisterPaperDossier, actor: str, agency: Agency, at: datetime, catalogue: Catalogue
) -> datetime:
    """The papers are on the clerk's desk, so scans are optional.

    Gives the time of receipt: the postmark, or now.
    """
    if command.agency != agency.id:
        raise ForeignAgency()
    require_clerk(actor, command.agency, catalogue)
    if command.channel != "post" or command.postmark is None:
        return at
    if command.postmark > at:
        raise DateInFuture(field="postmark")
    if command.postmark < (first := at - timedelta(days=POST_DAYS)):
        raise DateTooEarly(field="postmark", first=f"{first:%d/%m/%Y}")
    return command.postmark


def fee_inputs(terms: Terms, command: SubmitDossier) -> dict[str, int | bool]:
    """Only the whole numbers and yes/no values of the form that the fee rule names, and the copies
    where it counts them.
    """
    named = terms.fee.inputs_of(command.form)
    if terms.fee.per_copy:
        named.setdefault("copies", command.copies)  # a form may have a field of that name
    return named
