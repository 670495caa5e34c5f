"""What a new revision of the papers needs from the world: the papers as they are, a fresh salt, and
for a supplement its checks and claims.

Only for commands that the rules allow as far as they can say by themselves, so a refused one binds
no upload.
"""

import asyncio
import json
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from motcua_chassis import Prepared
from motcua_contracts import Refusal
from motcua_contracts.messages.intake import (
    MAX_CHECKS,
    Applicant,
    CorrectApplicant,
    DossierPapers,
    ForgetDossier,
    HandOver,
    PostResult,
    RefuseDossier,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)

from ..domain import completion, correction, ends, refusal, supplement
from ..domain.case import Dossier
from ..domain.counter import Erasing, Held
from ..matters import matter_of
from ..tools import Tools


async def prepare(batch: Sequence[Prepared], tools: Tools) -> dict[str, Held | Erasing]:
    """By message id a `Held` for every command of the batch that may write a revision, an `Erasing`
    for every erasure.
    """
    return {**await _revising(batch, tools), **await _erasing(batch, tools)}


async def _erasing(batch: Sequence[Prepared], tools: Tools) -> dict[str, Erasing]:
    """The check codes of all revisions, hashed.

    A revision that is not here, or is no record any more, has none to keep.
    """
    erasing = {prepared.message.id: prepared for prepared in batch if _erases(prepared, tools)}
    keys = {
        key: [f"{one.subject}/{number}" for number in range(1, one.case.revision + 1)]
        for key, one in erasing.items()
    }
    stored = await tools.papers(key for every in keys.values() for key in every) if keys else {}
    found = {
        key: [_check_of(stored[one]) for one in every if one in stored]
        for key, every in keys.items()
    }
    return {
        key: Erasing(tuple(dict.fromkeys(filter(None, checks)))[-MAX_CHECKS:])
        for key, checks in found.items()
    }


def _check_of(raw: bytes) -> str:
    try:
        return sha256(json.loads(raw)["salt"].encode()).hexdigest()
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _erases(prepared: Prepared, tools: Tools) -> bool:
    dossier, command = prepared.case, prepared.message.data
    if not isinstance(dossier, Dossier) or not isinstance(command, ForgetDossier):
        return False
    try:
        ends.require_erasable(
            dossier, command, prepared.message.actor, prepared.at, tools.catalogue
        )
    except Refusal:
        return False
    return True


async def _revising(batch: Sequence[Prepared], tools: Tools) -> dict[str, Held]:
    writing = [prepared for prepared in batch if _writes(prepared, tools)]
    if not writing:
        return {}
    keys = {
        prepared.message.id: f"{prepared.subject}/{prepared.case.revision}" for prepared in writing
    }
    stored = await tools.papers(keys.values())
    held = await asyncio.gather(
        *(
            _held(prepared, raw, tools)
            for prepared in writing
            if (raw := stored.get(keys[prepared.message.id])) is not None
        )
    )
    return dict(held)


def _writes(prepared: Prepared, tools: Tools) -> bool:
    """Whether the rules allow the command, and it leaves something that goes into a paper."""
    dossier, actor, catalogue = prepared.case, prepared.message.actor, tools.catalogue
    if not isinstance(dossier, Dossier):
        return False
    try:
        match prepared.message.data:
            case RequestPapers() as command:
                supplement.require_request(dossier, command, actor, catalogue)
            case RefuseDossier() as command:
                refusal.require_reason_in_words(dossier, command, actor, catalogue)
            case SubmitSupplement() as command:
                supplement.require_supplement(dossier, command, actor, prepared.at, catalogue)
            case WithdrawDossier() as command if command.note:
                ends.require_withdrawable(dossier, command, actor, catalogue)
            case CorrectApplicant() as command:
                correction.require_correctable(dossier, command, actor, catalogue)
            case HandOver() as command if command.recipient:
                completion.require_hand_over(dossier, command, actor, catalogue)
            case PostResult() as command:
                completion.require_postal_delivery(dossier, command, actor, catalogue)
            case _:
                return False
    except Refusal:
        return False  # decide says the same, by name
    return True


async def _held(prepared: Prepared, raw: bytes, tools: Tools) -> tuple[str, Held]:
    papers, salt = DossierPapers.model_validate_json(raw), secrets.token_hex(16)
    errors: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    command: Any = prepared.message.data
    if isinstance(command, SubmitSupplement):
        terms = prepared.case.pinned
        if command.form is not None:
            schema = tools.catalogue.procedure(terms.code, terms.version).publication.form_schema
            form = supplement.kept_form(prepared.case, command, prepared.at, tools.catalogue)
            errors = tools.forms.errors(terms.code, terms.version, schema, form or {})
        if not errors and command.files:
            foreign = await tools.claim(command.files, prepared.message.actor, prepared.subject)
    matter = (
        _matter(prepared.case, command, papers.applicant, tools)
        if isinstance(command, CorrectApplicant)
        else None
    )
    return prepared.message.id, Held(papers, prepared.case.revision, salt, errors, foreign, matter)


def _matter(
    dossier: Dossier, command: CorrectApplicant, before: Applicant, tools: Tools
) -> str | None:
    """The hash of the matter after a correction of the number; None where the number stays, or
    decide refuses the correction.
    """
    try:
        after = correction.corrected_by(command, before)
    except Refusal:
        return None
    if after.id_number == before.id_number:
        return None
    return matter_of(tools.matter_key, dossier.pinned.code, after.id_number, dossier.owner)
