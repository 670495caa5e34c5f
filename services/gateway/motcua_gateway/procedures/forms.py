"""A procedure's forms, and the declarative one as the parts and fields that pages and PDFs show.

Pure.

A form of which only the name is known is shown with the fields that every application has
(`GENERAL`), and says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from motcua_contracts import Label
from motcua_contracts.messages.catalog import FormSection, ProcedurePublished
from motcua_contracts.rules.applicants import NO_SMS_TO_LANDLINES
from motcua_contracts.rules.form_rules import PHONE

from ..http.refusals import FormUnknown

Kind = Literal["text", "long", "number", "date", "choice", "check", "declaration"]
LONG_FROM = 400
"""Texts that may be so long get a box of several lines."""
_WORDS: dict[str, Any] = {"type": "string", "minLength": 1}
GENERAL: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["full_name", "id_number", "address", "request", "declaration"],
    "properties": {
        "full_name": (
            _WORDS
            | {
                "format": "person-name",
                "title": "Họ và tên/Tên tổ chức",
                "x-title-en": "Full name or organisation",
                "maxLength": 200,
            }
        ),
        "id_number": (
            _WORDS
            | {
                "title": "Số định danh/Mã số thuế",
                "x-title-en": "ID or tax number",
                "format": "identity-number",
                "maxLength": 20,
            }
        ),
        "address": _WORDS | {"title": "Địa chỉ", "x-title-en": "Address", "maxLength": 300},
        "phone": (
            _WORDS
            | {
                "title": "Số điện thoại",
                "x-title-en": "Phone",
                "format": "phone",
                "maxLength": 20,
            }
        ),
        "request": (
            _WORDS
            | {
                "title": "Nội dung đề nghị",
                "x-title-en": "What you apply for",
                "maxLength": 2000,
            }
        ),
        "declaration": {
            "type": "boolean",
            "const": True,
            "title": (
                "Tôi cam đoan những nội dung khai trên là đúng sự thật và chịu trách nhiệm trước"
                " pháp luật"
            ),
            "x-title-en": "I declare that the above is true",
        },
    },
}
"""What every application says, for forms whose own fields no source gives."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `declarative`: its own fields are known; else the general ones stand in."""

    id: str
    name_vi: str
    name_en: str
    declarative: bool
    schema: Mapping[str, Any]
    layout: tuple[FormSection, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its way through the form (`owner.full_name`), what it is called, and what may
    stand in it.
    """

    path: str
    vi: str
    en: str
    kind: Kind
    required: bool
    schema: Mapping[str, Any]

    @property
    def hint(self) -> Label | None:
        """Shown before anything is wrong."""
        return hint_of(self.schema) or (
            NO_SMS_TO_LANDLINES if self.schema.get("format") == PHONE else None
        )

    @property
    def options(self) -> tuple[tuple[str, str, str], ...]:
        """Value, Vietnamese, English of each choice."""
        listed = [
            (str(one["const"]), one.get("title", ""), one.get("x-title-en", ""))
            for one in self.schema.get("oneOf", ())
            if "const" in one
        ]
        listed += [(str(one), str(one), str(one)) for one in self.schema.get("enum", ())]
        return tuple((value, vi or value, en or vi or value) for value, vi, en in listed)


def hint_of(schema: Mapping[str, Any]) -> Label | None:
    """The words that a field's pattern carries; None where it has none."""
    vi, en = schema.get("x-hint-vi"), schema.get("x-hint-en")
    return Label(str(vi), str(en or vi)) if vi else None


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: each row has the same fields, whose paths are those within a row (empty: the row is
    the value).
    """

    path: str
    vi: str
    en: str
    required: bool
    fields: tuple[Field, ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a form as it is laid out."""

    vi: str
    en: str
    items: tuple[Field | Rows, ...]
    columns: int = 1


def forms_of(event: ProcedurePublished) -> tuple[Form, ...]:
    """The procedure's forms; where no source names one, the general application."""
    publication = event.publication
    # A closed schema without fields is of a form whose fields nobody wrote down.
    schema: Mapping[str, Any] = (
        publication.form_schema if publication.form_schema.get("properties") else {}
    )
    title = schema.get("title", "")
    if publication.sheets:
        return tuple(
            Form(
                sheet.id,
                sheet.name_vi,
                sheet.name_en,
                sheet.declarative and bool(schema),
                schema if sheet.declarative and schema else GENERAL,
                publication.layout if sheet.declarative else (),
            )
            for sheet in publication.sheets
        )
    names = list(publication.forms) or ([title] if schema else [])
    found = [
        (
            Form(
                f"mau-{number}",
                title or name,
                schema.get("x-title-en", ""),
                True,
                schema,
                publication.layout,
            )
            if schema and number == 1
            else Form(f"mau-{number}", name, "", False, GENERAL)
        )
        for number, name in enumerate(names, 1)
    ]
    return tuple(found) or (
        Form(
            "don-de-nghi",
            "Đơn đề nghị giải quyết thủ tục hành chính",
            "Application",
            False,
            GENERAL,
        ),
    )


def form_named(event: ProcedurePublished, form: str) -> Form:
    """Raises `FormUnknown`, which names those that there are."""
    forms = forms_of(event)
    found = next((one for one in forms if one.id == form), None)
    if found is None:
        raise FormUnknown(allowed=", ".join(one.id for one in forms))
    return found


def parts_of(form: Form) -> tuple[Part, ...]:
    """The form's sections: as its layout has them, else single fields together and each object a
    section of its own.
    """
    laid = [part for section in form.layout for part in _laid(form.schema, section)]
    shown = {item.path for part in laid for item in part.items}
    rest = (
        Part(part.vi, part.en, tuple(item for item in part.items if item.path not in shown))
        for part in _by_schema(form.schema)
    )
    return (*laid, *(part for part in rest if part.items))


def _laid(schema: Mapping[str, Any], section: FormSection) -> Iterator[Part]:
    """A section; an object among other fields is a part of its own, so that nobody takes the
    father's year of birth for the mother's.
    """
    loose: list[Field | Rows] = []
    vi, en = section.title_vi, section.title_en
    for path in section.fields:
        part, items = _declared(schema, path), list(_at(schema, path))
        if part.get("type") != "object":
            loose += items
            continue
        if loose:
            yield Part(vi, en, tuple(loose), section.columns)
            loose = []
        alone = len(section.fields) == 1
        named = (vi, en) if alone and vi else (_title(part, path), part.get("x-title-en", ""))
        if not alone and vi:
            named = (f"{vi} – {named[0]}", f"{en or vi} – {named[1] or named[0]}")
        yield Part(named[0], named[1], tuple(items), section.columns)
    if loose:
        yield Part(vi, en, tuple(loose), section.columns)


def _declared(schema: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """What the schema says of a path; nothing where it does not know it."""
    part = schema
    for name in path.split("."):
        part = part.get("properties", {}).get(name, {})
    return part


def _by_schema(schema: Mapping[str, Any]) -> Iterator[Part]:
    """Declarations come last, whatever follows them: they close a form."""
    loose: list[Field | Rows] = []
    closing: list[Field | Rows] = []
    for name, part in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        if part.get("type") == "object":
            if loose:
                yield Part("", "", tuple(loose))
                loose = []
            yield Part(
                _title(part, name), part.get("x-title-en", ""), tuple(_items(part, name, required))
            )
        elif part.get("const") is True:
            closing += _item(part, name, required)
        else:
            loose += _item(part, name, required)
    if loose or closing:
        yield Part("", "", (*loose, *closing))


def _at(schema: Mapping[str, Any], path: str) -> Iterator[Field | Rows]:
    """The field at a path; of an object all its fields."""
    required, part = True, schema
    for name in path.split("."):
        required = required and name in part.get("required", ())
        part = part.get("properties", {}).get(name)
        if part is None:
            return
    yield from _item(part, path, required)


def _items(schema: Mapping[str, Any], path: str, required: bool) -> Iterator[Field | Rows]:
    for name, part in schema.get("properties", {}).items():
        yield from _item(part, f"{path}.{name}", required and name in schema.get("required", ()))


def _item(schema: Mapping[str, Any], path: str, required: bool) -> Iterator[Field | Rows]:
    vi = _title(schema, path.rpartition(".")[2])
    en = schema.get("x-title-en", "")
    match schema.get("type"):
        case "object":
            yield from _items(schema, path, required)
        case "array":
            row = schema.get("items", {})
            fields = [field for field in _row_fields(row) if isinstance(field, Field)]
            yield Rows(
                path,
                vi,
                en,
                required,
                tuple(fields),
                schema.get("minItems", 0),
                schema.get("maxItems", 50),
            )
        case _:
            yield Field(path, vi, en, _kind(schema), required, schema)


def _row_fields(row: Mapping[str, Any]) -> Iterator[Field | Rows]:
    if row.get("type") != "object":
        yield Field("", row.get("title", ""), row.get("x-title-en", ""), _kind(row), True, row)
        return
    for name, part in row.get("properties", {}).items():
        yield from _item(part, name, name in row.get("required", ()))


def _kind(schema: Mapping[str, Any]) -> Kind:
    if schema.get("const") is True:
        return "declaration"
    if "oneOf" in schema or "enum" in schema:
        return "choice"
    match schema.get("type"), schema.get("format"):
        case "boolean", _:
            return "check"
        case "integer" | "number", _:
            return "number"
        case _, "date":
            return "date"
        case _:
            return "long" if schema.get("maxLength", 0) >= LONG_FROM else "text"


def _title(schema: Mapping[str, Any], name: str) -> str:
    return str(schema.get("title", name))
