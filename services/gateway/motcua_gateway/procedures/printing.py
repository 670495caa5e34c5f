"""A form, empty or filled, as the sheet that is printed.

Pure; how it looks is said in motcua_documents.pdf.sheet.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from motcua_contracts import Catalogue
from motcua_contracts.rules.conditions import value_of
from motcua_contracts.rules.copies import kind_of
from motcua_contracts.rules.refusals import LevelTooLow
from motcua_contracts.rules.terms import RequiredPaper, Terms
from motcua_documents.pdf.sheet import Sheet, SheetField, SheetPaper, SheetPart, SheetRows
from motcua_documents.pdf.values import value_words

from .agencies import agency_names
from .description import ORIGIN, SAMPLE
from .forms import Field, Form, Part, Rows, form_named, parts_of
from .index import Shown
from .levels import FORMS_LEVEL

MOST_OPTIONS = 8
"""More choices than that are not printed one beside the other."""
LONG_LINES = 4
GENERAL_NOTE = "Nguồn không nêu các mục của mẫu này; in theo mẫu chung."
_SIGNERS = (
    "full_name",
    "owner_name",
    "owner.full_name",
    "requester.full_name",
    "applicant.full_name",
)
"""Where forms have the name of who signs."""


def printable(shown: Shown, form: str) -> Form:
    """The form, where the level lets it be printed. Raises `LevelTooLow`, `FormUnknown`."""
    level = shown.event.terms.service_level
    if level < FORMS_LEVEL:
        raise LevelTooLow(level=level, needed=FORMS_LEVEL)
    return form_named(shown.event, form)


def sheet_of(
    shown: Shown,
    form: Form,
    catalogue: Catalogue,
    public_url: str,
    values: Mapping[str, Any] | None = None,
    dossier_code: str = "",
) -> Sheet:
    """`values` fill it.

    The QR code is the dossier's tracking page where its code is given, else the procedure's.
    """
    terms, publication = shown.event.terms, shown.event.publication
    parts, given = parts_of(form), values or {}
    notes = [SAMPLE.vi] if publication.sample else [ORIGIN.vi]
    fields = [item for part in parts for item in part.items if isinstance(item, Field)]
    path = (
        f"track/{quote(dossier_code, safe='')}"
        if dossier_code
        else f"thu-tuc/{quote(terms.code, safe='')}"
    )
    return Sheet(
        title_vi=str(form.schema.get("title", form.name_vi)),
        title_en=form.name_en or str(form.schema.get("x-title-en", "")),
        to_vi=agency_names(terms.receiving_agency, catalogue)[0],
        procedure_vi=terms.name_vi,
        procedure_code=terms.code,
        version=terms.version,
        code_content=f"{public_url.rstrip('/')}/{path}",
        code_vi=f"Tra cứu hồ sơ {dossier_code}" if dossier_code else "Xem thủ tục",
        parts=tuple(shown_part for part in parts if (shown_part := _part(part, given)).items),
        declarations_vi=tuple(
            field.vi.rstrip(".") for field in fields if field.kind == "declaration"
        ),
        papers=tuple(
            _paper(paper, "papers" in publication.unknown, terms, given) for paper in terms.papers
        ),
        signer=next((str(name) for way in _SIGNERS if (name := value_of(given, way))), ""),
        notes_vi=(*notes, *(() if form.declarative else (GENERAL_NOTE,))),
    )


def _part(part: Part, values: Mapping[str, Any]) -> SheetPart:
    return SheetPart(
        part.vi, tuple(item for one in part.items for item in _item(one, values)), part.columns
    )


def _item(item: Field | Rows, values: Mapping[str, Any]) -> Iterator[SheetField | SheetRows]:
    if isinstance(item, Rows):
        rows = tuple(_rows(item, value_of(values, item.path)))
        if rows or not values:  # a list that was left out of a filled form needs no room
            yield SheetRows(item.vi, tuple(field.vi for field in item.fields), rows)
    elif item.kind != "declaration":
        yield _field(item, value_of(values, item.path))


def _rows(rows: Rows, value: Any) -> Iterator[tuple[str, ...]]:
    for row in value if isinstance(value, list) else ():
        yield tuple(
            read(field, row if not field.path else value_of(row, field.path))
            for field in rows.fields
        )


def _field(field: Field, value: Any) -> SheetField:
    if field.kind == "check":
        return SheetField("", options=((field.vi, value is True),))
    if field.kind == "choice" and len(field.options) <= MOST_OPTIONS:
        return SheetField(
            field.vi,
            options=tuple(
                (vi, value is not None and str(value) == code) for code, vi, _ in field.options
            ),
        )
    return SheetField(field.vi, read(field, value), lines=LONG_LINES if field.kind == "long" else 1)


def read(field: Field, value: Any) -> str:
    """A value as people write it; empty where there is none."""
    return value_words(field.schema, value)[0]


def _paper(
    paper: RequiredPaper, unknown: bool, terms: Terms, values: Mapping[str, Any]
) -> SheetPaper:
    if unknown:
        return SheetPaper(paper.name_vi, "…", "…", "…")
    kind = kind_of(paper.kind, paper.original).vi
    needed = paper.id in terms.papers_needed(values) if values else paper.required
    return SheetPaper(
        paper.name_vi,
        kind,
        str(paper.copies),
        "Có" if needed else "Nếu thuộc trường hợp" if paper.required_when else "Không",
    )
