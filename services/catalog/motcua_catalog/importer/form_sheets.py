"""The forms of a procedure with ids that can stand in an address: `to-khai-dang-ky-khai-sinh`.

Pure.
"""

import re
import unicodedata

from motcua_contracts.messages.catalog import FormSheet

from .procedure_files import ProcedureFile

MAX_ID = 60


def sheets_of(file: ProcedureFile) -> tuple[FormSheet, ...]:
    """The forms that the source names.

    The declarative one is that of the schema's title, else the first; alone where none is named.
    """
    schema = file.form.form_schema if file.form else {}
    title = str(schema.get("title", ""))
    names = list(dict.fromkeys(file.forms)) or ([title or file.name.vi] if schema else [])
    declared = title if title in names else names[0] if names else ""
    found: list[FormSheet] = []
    for name in names:
        declarative = bool(schema) and name == declared
        name_en = str(schema.get("x-title-en", "")) if declarative else ""
        found.append(
            FormSheet(
                id=_free(slug(name), found), name_vi=name, name_en=name_en, declarative=declarative
            )
        )
    return tuple(found)


def slug(name: str) -> str:
    """A name in small letters without accents, words joined by hyphens."""
    plain = (
        unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
        .encode("ascii", "ignore")
        .decode()
    )
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return (words if len(words) <= MAX_ID else words[: MAX_ID + 1].rpartition("-")[0]) or "form"


def _free(wanted: str, found: list[FormSheet]) -> str:
    taken = {sheet.id for sheet in found}
    return next(
        name
        for name in (wanted, *(f"{wanted[: MAX_ID - 4]}-{n}" for n in range(2, 100)))
        if name not in taken
    )
