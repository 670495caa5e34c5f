"""Filing: from uploads to attached papers, and from the registration to what the caller is told."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from motcua_contracts.messages.documents import AttachedPaper
from motcua_contracts.messages.intake import Applicant
from motcua_contracts.rules import applicants
from motcua_contracts.rules.refusals import DocumentNotYours, FormInvalid
from motcua_documents.content import DocumentMissing
from motcua_documents.store import DocumentStore

from ..commands.sending import Done
from ..identity.callers import Caller
from ..procedures.form_validation import refusal
from ..procedures.forms import Form
from ..tools import Gateway

FILED = "filed"
"""The name under which the schema of a filing is compiled, beside those of forms to print."""


async def attached(
    documents: DocumentStore, files: Sequence[tuple[str, str]]
) -> tuple[AttachedPaper, ...]:
    """Papers with the store's own reference: nobody's word for size or kind is taken.

    Whose the files are, intake checks.

    Raises `DocumentNotYours` for a file that the store does not hold.
    """
    try:
        found = await asyncio.gather(*(documents.find(sha256) for _, sha256 in files))
    except DocumentMissing as missing:
        held = str(missing)
        raise DocumentNotYours(
            paper=next((paper for paper, sha256 in files if sha256 == held), "…")
        ) from missing
    return tuple(
        AttachedPaper(paper=paper, document=reference)
        for (paper, _), reference in zip(files, found, strict=True)
    )


async def registered_answer(
    gateway: Gateway, dossier_id: str, done: Done | None, caller: Caller
) -> dict[str, Any] | None:
    """`{dossier_id, code, status, pin, notices, same_matter}`; None where registration or papers
    did not come in time.

    The status is the one that the filing led to, so that a repeat gets the same answer.
    """
    if done is None:
        return None
    papers = await gateway.papers.of_dossier(
        dossier_id, done.data["revision"], gateway.settings.answer_seconds
    )
    if papers is None:
        return None
    filed = {
        "dossier_id": dossier_id,
        "code": done.data["code"],
        "status": "registered",
        "pin": papers.pin,
    }
    document = await gateway.dossiers.get(dossier_id)
    others = await gateway.dossiers.same_matter(document, caller) if document is not None else []
    return {**filed, "notices": notices_of(papers.applicant), "same_matter": others}


def notices_of(applicant: Applicant) -> list[dict[str, str]]:
    """What should be known of a contact that is kept all the same: a landline takes no SMS."""
    return [
        {"field": f"applicant.{name}", "title": said.vi, "title_en": said.en}
        for name, said in applicants.notices(applicant)
    ]


@contextmanager
def explained(
    gateway: Gateway, procedure: str, applicant: Applicant, form: Mapping[str, Any]
) -> Iterator[None]:
    """A refusal of what was filed names what is allowed in each field, beside the field's name."""
    try:
        yield
    except FormInvalid as refused:
        wrong = applicants.faults(applicants.one_form(applicant))
        errors = [
            {"field": f"applicant.{name}", "label": "", "allowed": said.en, "allowed_vi": said.vi}
            for name, said in wrong
        ]
        refused.errors = errors or _of_form(gateway, procedure, form)
        raise


def _of_form(gateway: Gateway, procedure: str, form: Mapping[str, Any]) -> list[dict[str, str]]:
    at = gateway.runtime.now()
    published = gateway.catalogue.procedure_at(procedure, at)
    schema = published.publication.form_schema
    as_form = Form(FILED, published.terms.name_vi, published.terms.name_en, True, schema)
    return refusal(
        gateway.form_checks.wrong(procedure, published.terms.version, as_form, form, at)
    )[1]
