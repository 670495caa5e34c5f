"""Whose dossier is it: officers find dossiers by the applicant's whole name, phone or identity number, through keyed tokens.

The collection holds no personal data but HMACs of it under a secret of the gateway's own: `{_id: "<dossier>/<revision>", dossier, revision,
tokens}`, for the last revision of each dossier's papers. A search is one look-up by token, whatever the number of dossiers; it finds whole
values only, so that nobody can browse people by the beginnings of names. What is forgotten goes here as well.
"""

import hmac
import re
from collections.abc import Iterable, Sequence
from typing import Any

from motcua_chassis.service import Projected
from motcua_contracts.identity_numbers import identity_of
from motcua_contracts.intake import Applicant, DossierForgotten, DossierPapers
from motcua_contracts.phones import kind_of_phone, phone_of
from motcua_contracts.routing import NOTES_FROM
from motcua_contracts.topics import INTAKE_PRIVATE
from pydantic import ValidationError
from pymongo import DeleteMany, DeleteOne, ReplaceOne

from .search import spelled_words

COLLECTION, SECRET = "people_index", "person-search"
MOST = 500
"""So many dossiers of one person, or of people of one name, are looked through."""
_SIGNS = re.compile(r"[./-]")
_TOKEN_BYTES = 16


class PersonSearch:
    """`collection`: the tokens. `key`: the gateway's own secret."""

    def __init__(self, collection: Any, key: bytes) -> None:
        self._collection, self._key = collection, key

    async def make_indexes(self) -> None:
        """Idempotent."""
        await self._collection.create_index("tokens")
        await self._collection.create_index("dossier")

    async def dossiers(self, written: str) -> list[str]:
        """Dossiers whose applicant has this name, phone or identity number; at most `MOST`."""
        tokens = self._tokens(asked(written))
        found = self._collection.find({"tokens": {"$in": tokens}}, {"dossier": 1}).limit(MOST) if tokens else None
        return sorted({row["dossier"] async for row in found}) if found is not None else []

    async def writes(self, batch: Sequence[Projected], forgotten: Any) -> list[Any]:
        """What a batch of records changes here. `forgotten`: the chassis' collection of forgotten subjects."""
        papers = [one for one in batch if one.topic.name == INTAKE_PRIVATE.name]
        gone = [one.message.subject for one in batch if one.message is not None and isinstance(one.message.data, DossierForgotten)]
        operations: list[Any] = [DeleteMany({"dossier": subject}) for subject in gone]
        if not papers:
            return operations
        subjects = {one.key.rpartition("/")[0] for one in papers}
        kept_out = {row["_id"] async for row in forgotten.find({"_id": {"$in": sorted(subjects)}}, {"_id": 1})} | set(gone)
        for one in papers:
            subject, _, revision = one.key.rpartition("/")
            row = self._row(subject, revision, one.raw) if subject not in kept_out else None
            if row is None:
                operations.append(DeleteOne({"_id": one.key}))
                continue
            operations.append(ReplaceOne({"_id": one.key}, row, upsert=True))
            operations.append(DeleteMany({"dossier": subject, "revision": {"$lt": row["revision"]}}))
        return operations

    def _row(self, subject: str, revision: str, raw: bytes | None) -> dict[str, Any] | None:
        if raw is None or not revision.isdecimal() or int(revision) > NOTES_FROM:
            return None
        try:
            applicant = DossierPapers.model_validate_json(raw).applicant
        except ValidationError:  # shown as unreadable where the dossier is read
            return None
        return {"dossier": subject, "revision": int(revision), "tokens": self._tokens(values_of(applicant))}

    def _tokens(self, values: Iterable[str]) -> list[bytes]:
        return [hmac.digest(self._key, value.encode(), "sha256")[:_TOKEN_BYTES] for value in sorted(set(values))]


def values_of(applicant: Applicant) -> list[str]:
    """What an applicant is found by, each with its kind, as it is compared."""
    return [*_name(applicant.full_name), *_phone(applicant.phone), *_identity(applicant.id_number)]


def asked(written: str) -> list[str]:
    """What somebody may have meant; nothing for a single word, which is no whole name."""
    return [*(_name(written) if len(spelled_words(written)) > 1 else ()), *_phone(written), *_identity(written)]


def _name(written: str) -> list[str]:
    words = spelled_words(written)
    return [f"name:{' '.join(words)}"] if words else []


def _phone(written: str) -> list[str]:
    return [f"phone:{phone_of(written)}"] if kind_of_phone(written) not in (None, "unknown") else []


def _identity(written: str) -> list[str]:
    number = _SIGNS.sub("", identity_of(written))
    return [f"identity:{number}"] if any(sign.isdigit() for sign in number) else []
