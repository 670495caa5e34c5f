"""What officers read of a filled form: labels and words, no keys of the schema, no codes."""

from types import SimpleNamespace
from typing import Any

from motcua_contracts.rules.refusals import ProcedureUnknown
from motcua_gateway.pages.desk.seen import form_words

SCHEMA: dict[str, Any] = {
    "properties": {
        "owner": {
            "title": "Chủ hộ kinh doanh",
            "x-title-en": "Owner",
            "properties": {
                "full_name": {"title": "Họ và tên", "x-title-en": "Full name"},
                "born": {"title": "Ngày sinh", "x-title-en": "Date of birth", "format": "date"},
                "sex": {
                    "title": "Giới tính",
                    "x-title-en": "Sex",
                    "oneOf": [{"const": "male", "title": "Nam", "x-title-en": "Male"}],
                },
            },
        },
        "year": {"title": "Năm sinh", "x-title-en": "Year", "type": "integer"},
        "declaration": {"title": "Cam đoan", "const": True},
    }
}
FORM = {
    "owner": {"full_name": "An", "born": "1996-05-20", "sex": "male"},
    "year": 1998,
    "declaration": True,
}
DOCUMENT: Any = {"filing": {"procedure": "1.001", "procedure_version": 1}}


def catalogue(schema: dict[str, Any] | None) -> Any:
    def procedure(code: str, version: int) -> Any:
        if schema is None:
            raise ProcedureUnknown()
        return SimpleNamespace(publication=SimpleNamespace(form_schema=schema))

    return SimpleNamespace(procedure=procedure)


def test_an_officer_reads_labels_and_words() -> None:
    assert form_words(DOCUMENT, FORM, catalogue(SCHEMA)) == [
        (("Chủ hộ kinh doanh › Họ và tên", "Owner › Full name"), ("An", "An")),
        (("Chủ hộ kinh doanh › Ngày sinh", "Owner › Date of birth"), ("20/05/1996", "20/05/1996")),
        (("Chủ hộ kinh doanh › Giới tính", "Owner › Sex"), ("Nam", "Male")),
        (("Năm sinh", "Year"), ("1998", "1998")),
        (("Cam đoan", "Cam đoan"), ("Có", "Yes")),
    ]


def test_a_form_whose_schema_is_not_known_is_shown_all_the_same() -> None:
    assert form_words(DOCUMENT, {"year": 1998, "owner": {"a": True}}, catalogue(None)) == [
        (("year", "year"), ("1998", "1998")),
        (("owner › a", "owner › a"), ("Có", "Yes")),
    ]
