"""What a new revision of the papers needs from the world: the papers as they are, a fresh salt, and for a supplement its checks and claims.

Only for commands that the rules allow as far as they can say by themselves, so a refused one binds no upload.
"""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any

from motcua_chassis.service import Prepared
from motcua_contracts.decision import Refusal
from motcua_contracts.intake import (
    DossierPapers,
    HandOver,
    PostResult,
    RefuseDossier,
    RequestPapers,
    SubmitSupplement,
    WithdrawDossier,
)

from .domain import completion, ending, refusal, supplement
from .domain.counter import Held
from .domain.state import Dossier
from .tools import Tools


async def prepare(batch: Sequence[Prepared], tools: Tools) -> dict[str, Held]:
    """A `Held` by message id for every command of the batch that may write a revision."""
    writing = [prepared for prepared in batch if _writes(prepared, tools)]
    if not writing:
        return {}
    keys = {prepared.message.id: f"{prepared.subject}/{prepared.case.revision}" for prepared in writing}
    stored = await tools.papers(keys.values())
    held = await asyncio.gather(
        *(_held(prepared, raw, tools) for prepared in writing if (raw := stored.get(keys[prepared.message.id])) is not None)
    )
    return dict(held)


def _writes(prepared: Prepared, tools: Tools) -> bool:
    """Whether the rules allow the command, and it leaves something that goes into a paper."""
    dossier, actor, facts = prepared.case, prepared.message.actor, tools.catalogue
    if not isinstance(dossier, Dossier):
        return False
    try:
        match prepared.message.data:
            case RequestPapers() as command:
                supplement.check_request(dossier, command, actor, facts)
            case RefuseDossier() as command:
                refusal.check(dossier, command, actor, facts)
            case SubmitSupplement() as command:
                supplement.check(dossier, command, actor, prepared.at, facts)
            case WithdrawDossier() as command if command.note:
                ending.check_withdrawal(dossier, command, actor, facts)
            case HandOver() as command if command.recipient:
                completion.check_hand_over(dossier, command, actor, facts)
            case PostResult() as command:
                completion.check_post(dossier, command, actor, facts)
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
    return prepared.message.id, Held(papers, prepared.case.revision, salt, errors, foreign)
