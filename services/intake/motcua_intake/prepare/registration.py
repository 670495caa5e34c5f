"""What a registration needs from the world: salt, tracking pin, number, the form's check, the claim
on the uploads.

Only for filings that the rules allow as far as they can say by themselves, so a refused one takes
no number and binds no upload.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence

from motcua_chassis import Prepared
from motcua_contracts import Refusal
from motcua_contracts.messages.intake import RegisterPaperDossier, SubmitDossier

from ..domain.registration import Filing, Given, require_filing
from ..matters import matter_of
from ..tools import Tools


async def prepare(batch: Sequence[Prepared], tools: Tools) -> dict[str, Given]:
    """A `Given` by message id for every filing of the batch that may be registered.

    One round to the database for the numbers.
    """
    filings = [
        (prepared, filing)
        for prepared in batch
        if (filing := _allowed(prepared, tools)) is not None
    ]
    if not filings:
        return {}
    checked = await asyncio.gather(
        *(_checked(prepared, filing, tools) for prepared, filing in filings)
    )
    wanted = Counter(
        (filing.agency.code, filing.day)
        for (_, filing), given in zip(filings, checked, strict=True)
        if _registrable(given)
    )
    numbers = {key: iter(await tools.numbers.take(*key, count)) for key, count in wanted.items()}
    return {
        prepared.message.id: _numbered(given, next(numbers[filing.agency.code, filing.day]))
        if _registrable(given)
        else given
        for (prepared, filing), given in zip(filings, checked, strict=True)
    }


def _allowed(prepared: Prepared, tools: Tools) -> Filing | None:
    command = prepared.message.data
    if not isinstance(command, SubmitDossier):
        return None
    try:
        return require_filing(
            prepared.case, command, prepared.message.actor, prepared.at, tools.catalogue
        )
    except Refusal:
        return None  # decide says the same, by name


async def _checked(prepared: Prepared, filing: Filing, tools: Tools) -> Given:
    """Salt and pin, the form's errors, and, for a good form, the papers whose file could not be
    claimed for this dossier.
    """
    command = prepared.message.data
    assert isinstance(command, SubmitDossier)
    salt, pin = secrets.token_hex(16), f"{secrets.randbelow(1_000_000):06d}"
    # The form of a paper dossier may stay on paper; what is typed from it is held to the schema all
    # the same.
    stays_on_paper = isinstance(command, RegisterPaperDossier) and not command.form
    schema = {} if stays_on_paper else filing.publication.form_schema
    errors = tools.forms.errors(filing.terms.code, filing.terms.version, schema, filing.form)
    foreign = (
        ()
        if errors or not command.files
        else await tools.claim(command.files, prepared.message.actor, prepared.subject)
    )
    matter = matter_of(
        tools.matter_key, filing.terms.code, filing.applicant.id_number, prepared.message.actor
    )
    return Given(
        salt=salt, pin=pin, number=0, form_errors=errors, foreign_papers=foreign, matter=matter
    )


def _registrable(given: Given) -> bool:
    return not given.form_errors and not given.foreign_papers


def _numbered(given: Given, number: int) -> Given:
    return Given(given.salt, given.pin, number, matter=given.matter)
