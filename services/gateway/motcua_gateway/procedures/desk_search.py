"""What a desk's search box finds: dossiers by the beginning of a code, or by a procedure's name,
typed with or without accents.

Names are matched against the catalogue in memory, so the query to the store names procedures and
codes, and folds no text there.
"""

import re
from functools import lru_cache
from typing import Any

from motcua_contracts import Catalogue

from .search import spelled_words


def matching(q: str, status: str, catalogue: Catalogue) -> dict[str, Any]:
    """The filter of a desk's list: `q` is the beginning of a code, or words of the procedure's
    name, each in part.
    """
    where: dict[str, Any] = {"status": status} if status else {}
    if q.strip():
        code = {"code": {"$regex": f"^{re.escape(q.strip().upper())}"}}
        where["$or"] = [code, {"filing.procedure": {"$in": procedures_named(q, catalogue)}}]
    return where


def procedures_named(q: str, catalogue: Catalogue) -> list[str]:
    """Codes of the procedures of which some version's name holds every word, or has the code `q`.

    None for a query without a word.
    """
    words = spelled_words(q)
    if not words:
        return []
    named = []
    for procedure in catalogue.procedures():
        code = procedure.terms.code
        names = (_plain(version.terms.name_vi) for version in catalogue.versions(code))
        if code.lower() == q.strip().lower() or any(
            all(_has(name, word) for word in words) for name in names
        ):
            named.append(code)
    return named


def _has(name: str, word: str) -> bool:
    """Whether a word of the name begins so."""
    return f" {word}" in name


@lru_cache(maxsize=8192)
def _plain(name: str) -> str:
    return " " + " ".join(spelled_words(name))
