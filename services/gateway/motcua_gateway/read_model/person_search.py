"""Whose dossier is it: officers find dossiers by the applicant's whole name, phone or identity
number, through keyed tokens.

The collection holds no personal data but HMACs of it under a secret of the gateway's own: `{_id:
dossier, revision, tokens, places, filed_at, found_by}`, for the last revision of each dossier's
papers. `found_by` has each token once for each place whose officers may see the dossier
(`agency:…`, `desk:…`), so a search looks at the asking officer's own dossiers alone, the latest
first, whatever others have filed under that name. It finds whole values only, so that nobody can
browse people by the beginnings of names.

What is forgotten leaves `{_id, gone: true}`: whoever builds the index again at the same time cannot
bring it back.
"""

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from motcua_chassis import Projected
from motcua_chassis.private_records import bytes_of
from motcua_contracts.messages.intake import Applicant, DossierPapers
from motcua_contracts.messages.routing import NOTES_FROM
from motcua_contracts.values.identity_numbers import identity_of
from motcua_contracts.values.phones import kind_of_phone, phone_of
from motcua_contracts.wire.topics import INTAKE_PRIVATE
from pydantic import ValidationError
from pymongo import DeleteOne, ReplaceOne

from ..http.paging import Page, sorted_page
from ..identity.callers import Caller
from ..procedures.search import spelled_words
from .changes import Changing
from .dossiers import places_of

COLLECTION, SECRET = "person_index", "person-search"
OLD_COLLECTION = "people_index"
"""Of before the first release, without places: its tokens are not to stay."""
NEEDED = {"agency": 1, "desks": 1, "filed_at": 1, "filing.revision": 1}
"""What a row is made of, beside the papers."""
_SIGNS = re.compile(r"[./-]")
_TOKEN_BYTES = 16
Row = dict[str, Any]


class PersonSearch:
    """`collection`: the tokens.

    `papers`, `dossiers`, `forgotten`: of the gateway's own database, read alone. `key`: its own
    secret.
    """

    def __init__(self, database: Any, key: bytes) -> None:
        self.collection, self._key, self._old = database[COLLECTION], key, database[OLD_COLLECTION]
        self._papers, self._dossiers, self._forgotten = (
            database["papers"],
            database["dossiers"],
            database["forgotten"],
        )

    async def make_indexes(self) -> None:
        """Idempotent."""
        await self._old.drop()
        await self.collection.create_index([("found_by", 1), ("filed_at", -1), ("_id", -1)])

    async def page(
        self, caller: Caller, written: str, cursor: str | None, limit: int
    ) -> Page[dict[str, Any]]:
        """Rows of dossiers that the officer may see, whose applicant has this name, phone or
        identity number, the latest first.

        Raises `CursorInvalid`.
        """
        tokens = [self._token(value) for value in sorted(set(asked(written)))]
        return await sorted_page(
            self.collection.find,
            self.where(places_of(caller), tokens),
            "filed_at",
            -1,
            cursor,
            limit,
        )

    def where(self, places: Iterable[str], tokens: Sequence[bytes]) -> dict[str, Any]:
        """The query of a search."""
        return {"found_by": {"$in": self._found_by(places, tokens)}}

    async def writes(self, batch: Sequence[Projected], changed: Iterable[Changing]) -> list[Any]:
        """What a batch of records changes here.

        `changed`: the documents of dossiers that it makes.
        """
        papers = {
            one.key: one.raw
            for one in batch
            if one.topic.name == INTAKE_PRIVATE.name and _is_applicants(one.key)
        }
        moved = {
            one["_id"]: one for one in changed if one.has_changed("agency", "desks", "filed_at")
        }
        subjects = {key.rpartition("/")[0] for key in papers} | moved.keys()
        if not subjects:
            return []
        rows: dict[str, Row] = {
            row["_id"]: row
            async for row in self.collection.find({"_id": {"$in": sorted(subjects)}})
        }
        gone = {subject for subject, row in rows.items() if row.get("gone")} | await self._gone(
            subjects
        )
        known: dict[str, Mapping[str, Any]] = {
            **await self._known(subjects - moved.keys()),
            **moved,
        }
        # A dossier from before the index has no row: its papers are in the replica.
        stored = await self._stored(
            known[subject] for subject in subjects & known.keys() - rows.keys() - gone
        )
        operations: list[Any] = []
        for subject in sorted(subjects - gone):
            raws = {
                key: raw
                for key, raw in (stored | papers).items()
                if key.rpartition("/")[0] == subject
            }
            operations += self._changes(subject, rows.get(subject), raws, known.get(subject, {}))
        return operations

    def forget(self, subject: str) -> ReplaceOne[Row]:
        """The write that takes a dossier out of the index, for good."""
        return ReplaceOne({"_id": subject}, {"_id": subject, "gone": True}, upsert=True)

    async def missing(self, documents: Sequence[Mapping[str, Any]]) -> list[Row]:
        """The rows of those of these dossiers that have papers and no row; for building the index
        again.
        """
        ids = {document["_id"] for document in documents}
        there = {
            row["_id"]
            async for row in self.collection.find({"_id": {"$in": sorted(ids)}}, {"_id": 1})
        } | await self._gone(ids)
        wanted = [document for document in documents if document["_id"] not in there]
        stored = await self._stored(wanted)
        rows = [self._row(document["_id"], None, stored, document) for document in wanted]
        return [row for row in rows if row is not None]

    def _changes(
        self,
        subject: str,
        row: Row | None,
        raws: Mapping[str, bytes | None],
        known: Mapping[str, Any],
    ) -> list[Any]:
        kept = row
        if row is not None and any(
            raw is None and _revision(key) == row["revision"] for key, raw in raws.items()
        ):
            kept = None  # a tombstone of the revision that is indexed
        if (made := self._row(subject, kept, raws, known)) is not None:
            return [ReplaceOne({"_id": subject}, made, upsert=True)]
        return [DeleteOne({"_id": subject})] if row is not None else []

    def _row(
        self,
        subject: str,
        row: Row | None,
        raws: Mapping[str, bytes | None],
        known: Mapping[str, Any],
    ) -> Row | None:
        """A dossier's row by the newest of what is indexed and these papers; None where nothing is
        to be found.
        """
        revision, tokens = (
            (row["revision"], [bytes(one) for one in row["tokens"]]) if row is not None else (0, [])
        )
        for key in sorted(
            (key for key in raws if key.rpartition("/")[0] == subject), key=_revision
        ):
            if _revision(key) >= revision and (raw := raws[key]) is not None:
                revision, tokens = _revision(key), self._tokens_in(raw)
        if not tokens:
            return None
        places = [f"agency:{known['agency']}"] if known.get("agency") else []
        places += [f"desk:{desk}" for desk in known.get("desks", ())]
        found_by = self._found_by(places, tokens)
        filed_at = known.get("filed_at")
        return {
            "_id": subject,
            "revision": revision,
            "tokens": tokens,
            "places": places,
            "filed_at": filed_at,
            "found_by": found_by,
        }

    def _tokens_in(self, raw: bytes) -> list[bytes]:
        """None of what cannot be read: it is shown as unreadable where the dossier is read."""
        try:
            applicant = DossierPapers.model_validate_json(raw).applicant
        except ValidationError:
            return []
        return [self._token(value) for value in sorted(set(values_of(applicant)))]

    def _token(self, value: str) -> bytes:
        return hmac.digest(self._key, value.encode(), "sha256")[:_TOKEN_BYTES]

    def _found_by(self, places: Iterable[str], tokens: Sequence[bytes]) -> list[bytes]:
        said = (place.encode() + b"\n" + token for place in places for token in tokens)
        return [hmac.digest(self._key, one, "sha256")[:_TOKEN_BYTES] for one in said]

    async def _gone(self, subjects: Iterable[str]) -> set[str]:
        """Those that were forgotten, by the chassis' word."""
        return {
            row["_id"]
            async for row in self._forgotten.find({"_id": {"$in": sorted(subjects)}}, {"_id": 1})
        }

    async def _known(self, subjects: set[str]) -> dict[str, Row]:
        found = (
            self._dossiers.find({"_id": {"$in": sorted(subjects)}}, NEEDED) if subjects else None
        )
        return {row["_id"]: row async for row in found} if found is not None else {}

    async def _stored(self, documents: Iterable[Mapping[str, Any]]) -> dict[str, bytes | None]:
        """The papers of these dossiers, in the revision that their views name, as far as the
        replica holds them.
        """
        keys = [
            f"{one['_id']}/{one['filing']['revision']}"
            for one in documents
            if one.get("filing", {}).get("revision")
        ]
        if not keys:
            return {}
        return {
            row["_id"]: _bytes(row["raw"])
            async for row in self._papers.find({"_id": {"$in": keys}})
        }


def _revision(key: str) -> int:
    return int(key.rpartition("/")[2])


def _is_applicants(key: str) -> bool:
    """Whether it is a revision of the applicant's papers, and no department's note."""
    revision = key.rpartition("/")[2]
    return (
        revision.isascii()
        and revision.isdecimal()
        and len(revision) <= 9
        and int(revision) <= NOTES_FROM
    )


def _bytes(raw: Any) -> bytes | None:
    try:
        return bytes_of(raw)
    except TypeError:
        return None


def values_of(applicant: Applicant) -> list[str]:
    """What an applicant is found by, each with its kind, as it is compared."""
    return [*_name(applicant.full_name), *_phone(applicant.phone), *_identity(applicant.id_number)]


def asked(written: str) -> list[str]:
    """What somebody may have meant; nothing for a single word, which is no whole name."""
    return [
        *(_name(written) if len(spelled_words(written)) > 1 else ()),
        *_phone(written),
        *_identity(written),
    ]


def _name(written: str) -> list[str]:
    words = spelled_words(written)
    return [f"name:{' '.join(words)}"] if words else []


def _phone(written: str) -> list[str]:
    return [f"phone:{phone_of(written)}"] if kind_of_phone(written) not in (None, "unknown") else []


def _identity(written: str) -> list[str]:
    number = _SIGNS.sub("", identity_of(written))
    return [f"identity:{number}"] if any(sign.isdigit() for sign in number) else []
