"""What people write of themselves: names, phones, identity numbers, addresses, and the dates of
their forms.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from motcua_contracts.messages.intake import Applicant
from motcua_contracts.rules import applicants, form_rules
from motcua_contracts.values.contacts import is_email
from motcua_contracts.values.identity_numbers import identity_of, kind_of_identity
from motcua_contracts.values.phones import kind_of_phone, phone_of
from motcua_contracts.values.printable import unprintable

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "written",
    [
        "+84 (0)912 345 678",
        "84912345678",
        "912345678",
        "0912.345.678",
        "+84912345678",
        "0084 912 345 678",
        "0912-345-678",
    ],
)
def test_a_mobile_number_has_one_form(written: str) -> None:
    assert (phone_of(written), kind_of_phone(written)) == ("0912345678", "mobile")


@pytest.mark.parametrize(
    ("before", "since"),
    [
        ("0162", "032"), ("0163", "033"), ("0164", "034"), ("0165", "035"), ("0166", "036"),
        ("0167", "037"), ("0168", "038"),
        ("0169", "039"), ("0120", "070"), ("0121", "079"), ("0122", "077"), ("0126", "076"),
        ("0128", "078"), ("0123", "083"),
        ("0124", "084"), ("0125", "085"), ("0127", "081"), ("0129", "082"), ("0186", "056"),
        ("0188", "058"), ("0199", "059"),
    ],
)  # fmt: skip
def test_numbers_of_eleven_digits_are_what_they_became_in_2018(before: str, since: str) -> None:
    for written in (
        f"{before}1234567",
        f"+84{before[1:]}1234567",
        f"84 {before[1:]} 1234567",
        f"+84 (0){before[1:]} 123 4567",
    ):
        assert (phone_of(written), kind_of_phone(written)) == (f"{since}1234567", "mobile")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("0228 3877 123", "landline"), ("+84 24 3825 1234", "landline"),
        ("+49 30 1234567", "abroad"),
        ("0049 30 1234567", "abroad"),
        ("12345678", "unknown"), ("0112345678", "unknown"), ("01681234", "unknown"),
        ("0912345678; 0913", None),
        ("không có", None), ("", None),
        ("+84 999", None), ("0912 345 678 9", "unknown"),
    ],
)  # fmt: skip
def test_the_kind_of_a_number(written: str, kind: str | None) -> None:
    assert kind_of_phone(written) == kind


@pytest.mark.parametrize(
    ("typed", "chosen", "kind"),
    [
        ("036 098 000 001", "", "citizen"), ("168 123 456", "", "old"),
        ("C1234567", "", "passport"),
        ("c 1234 567", "", "passport"),
        ("0123456789-001", "", "other"), ("GKS-12/2019", "", "other"),
        ("12345678", "passport", "passport"),
        ("12345678", "", None),
        ("03609800000", "", None), ("C1234567", "citizen", None), ("12345678", "other", "other"),
        ("AB", "", None),
        ("<script>1</script>", "", None), ("<b>1</b>", "other", None),
        ("1' OR '1'='1", "other", None),
        ("ABCDEFG", "passport", None),
        ("０３６098000001", "", None), ("C1234567", "driver", None),
    ],
)  # fmt: skip
def test_the_kind_of_an_identity_number_is_chosen_or_recognised(
    typed: str, chosen: str, kind: str | None
) -> None:
    assert kind_of_identity(identity_of(typed), chosen) == kind


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("an.nguyen@gmail.com", True), ("an+x@mau.example", True), ("an@bưu-điện.vn", True),
        ("an.nguyen@gmail,com", False),
        ("an@gmail", False),
        ("an@gmail.com.", False), ("an..nguyen@gmail.com", False), (".an@gmail.com", False),
        ("an@", False),
        ("@gmail.com", False),
        ("an nguyen@gmail.com", False), ("ẫn@example.vn", False),
        ("an@example.vn> RCPT TO:<x@y.vn", False), ("an@-x.vn", False),
        ("an@gmail.c", False), ("an@@gmail.com", False), (f"{'a' * 65}@gmail.com", False),
        ("an@1.2.3.4", False),
    ],
)  # fmt: skip
def test_an_address_is_one_that_mail_can_go_to(address: str, good: bool) -> None:
    assert is_email(address) is good


def faulty(**changes: str) -> list[str]:
    return [
        name
        for name, _ in applicants.faults(
            applicants.one_form(Applicant(**{"full_name": "Trần Văn Mẫu", **changes}))
        )
    ]


def test_an_applicant_is_kept_in_one_form() -> None:
    kept = applicants.one_form(
        Applicant(
            full_name="  Nguye\u0302\u0303n  Mẫu ",
            id_number="036 098 000 001",
            phone="+84 (0)168 123 4567",
            email=" an@mau.example ",
        )
    )
    assert (kept.full_name, kept.id_number, kept.id_kind) == (
        "Nguyễn Mẫu",
        "036098000001",
        "citizen",
    )
    assert (kept.phone, kept.email) == ("0381234567", "an@mau.example")
    assert applicants.one_form(kept) == kept


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"full_name": "   "}, ["full_name"]), ({"full_name": "\u00a0\u2003"}, ["full_name"]),
        ({"full_name": "123 ---"}, ["full_name"]),
        ({"email": "an.nguyen@gmail,com"}, ["email"]), ({"phone": "12345"}, ["phone"]),
        ({"id_number": "03609800000"}, ["id_number"]),
        ({"id_number": "12345678", "id_kind": "passport"}, []), ({"phone": "0228 3877 123"}, []),
        ({}, []),
        ({"address": "\u0344" * 300}, ["address"]),
    ],
)  # fmt: skip
def test_what_of_an_applicant_cannot_be_is_named(
    changes: dict[str, str], fields: list[str]
) -> None:
    assert faulty(**changes) == fields


def test_a_landline_is_no_way_to_tell_somebody() -> None:
    applicant = Applicant(full_name="A", phone="0228 3877 123", email="an@mau.example")
    assert applicants.contacts_of(applicant) == ("email",)
    assert [field for field, _ in applicants.notices(applicant)] == ["phone"]
    mobile = applicant.model_copy(update={"phone": "0912345678"})
    assert (applicants.contacts_of(mobile), applicants.notices(mobile)) == (("email", "phone"), ())


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Nguyễn Văn Mẫu", ""), ("H'Hen Niê", ""), ("Ksor Blơ\u0306", ""), ("Zoë Ångström", ""),
        ("Иван Мáс", ""),
        ("O’Brien – Mẫu", ""),
        ("王小明", "U+738B CJK UNIFIED IDEOGRAPH-738B"), ("สมชาย", "U+0E2A THAI CHARACTER SO SUA"),
        ("An 🙂", "U+1F642 SLIGHTLY SMILING FACE"),
        ("דוד", "U+05D3 HEBREW LETTER DALET"), ("\u0306An", "U+0306 COMBINING BREVE"),
        ("A" + "\u0306" * 5, "U+0306 COMBINING BREVE"),
        ("\U00020000", "U+20000 CJK UNIFIED IDEOGRAPH-20000"), ("\ue000", "U+E000"),
    ],
)  # fmt: skip
def test_what_documents_cannot_print_is_named(name: str, letter: str) -> None:
    assert unprintable(name) == letter


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "format": "person-name", "minLength": 1},
        "born": {
            "type": "string",
            "format": "date",
            "x-not-before": "today-150y",
            "x-not-after": "today",
        },
        "year": {"type": "integer", "x-not-before": "today-150y", "x-not-after": "today"},
        "from": {"type": "string", "format": "date"},
        "until": {
            "type": "string",
            "format": "date",
            "x-not-before": "from",
            "x-not-after": "today+10y",
        },
        "id_kind": {"type": "string"},
        "id_number": {"type": "string", "format": "identity-number"},
        "people": {"type": "array", "items": {"$ref": "#/properties/self"}},
        "self": {"type": "object", "properties": {"phone": {"type": "string", "format": "phone"}}},
    },
}


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"name": "Trần Mẫu", "born": "2026-11-24", "year": 2026}, []),
        ({"born": "2026-11-25"}, ["born"]), ({"born": "2031-01-01"}, ["born"]),
        ({"born": "1876-11-23"}, ["born"]),
        ({"born": "no date"}, []),
        ({"year": 2027}, ["year"]), ({"year": 1875}, ["year"]), ({"year": True}, []),
        ({"name": " \u00a0 "}, ["name"]),
        ({"name": "12"}, ["name"]),
        ({"from": "2026-12-01", "until": "2026-11-30"}, ["until"]),
        ({"from": "2026-12-01", "until": "2026-12-01"}, []),
        ({"until": "2036-11-24"}, []), ({"until": "2036-11-25"}, ["until"]),
        ({"id_number": "12345678"}, ["id_number"]),
        ({"id_number": "12345678", "id_kind": "passport"}, []),
        ({"people": [{"phone": "0912345678"}, {"phone": "x"}]}, ["people.1.phone"]),
    ],
)  # fmt: skip
def test_a_forms_rules(form: dict[str, Any], fields: list[str]) -> None:
    found = form_rules.faults(SCHEMA, form, TODAY)
    assert [".".join(map(str, one.path)) for one in found] == fields


def test_a_form_is_kept_in_one_form() -> None:
    typed = {
        "name": " Trần  Mẫu",
        "id_number": "c 123 4567",
        "people": [{"phone": "+84 168 123 4567"}],
        "until": "x",
    }
    kept = {
        "name": "Trần Mẫu",
        "id_number": "C1234567",
        "people": [{"phone": "0381234567"}],
        "until": "x",
    }
    assert form_rules.written(SCHEMA, typed) == kept
    assert form_rules.written(SCHEMA, kept) == kept


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2028-02-29"), ("today-18y", "2010-02-28"), ("today+1m", "2028-03-29"),
        ("today-1m", "2028-01-29"),
        ("today-60d", "2027-12-31"),
        ("2027-01-02", "2027-01-02"),
    ],
)  # fmt: skip
def test_bounds_relative_to_today(words: str, day: str) -> None:
    assert form_rules.bound_of(words, date(2028, 2, 29)).isoformat() == day


@pytest.mark.parametrize(
    "words", ["tomorrow", "today-", "today-9999y", "today+99999y", "yesterday-1d", ""]
)
def test_what_is_no_bound(words: str) -> None:
    with pytest.raises(ValueError):
        form_rules.bound_of(words, TODAY)


def test_the_day_of_a_command_is_vietnams() -> None:
    assert form_rules.today_of(datetime(2026, 11, 24, 17, 30, tzinfo=UTC)) == date(2026, 11, 25)


def test_bounds_that_cannot_be_read_are_named_where_they_are() -> None:
    wrong = {
        "properties": {
            "a": {"format": "date", "x-not-after": "soon"},
            "b": {"type": "string", "x-not-before": "today"},
        }
    }
    assert [where for where, _ in form_rules.wrong_bounds(wrong)] == [
        ("properties", "a", "x-not-after"),
        ("properties", "b", "x-not-before"),
    ]
    assert list(form_rules.wrong_bounds(SCHEMA)) == []


def test_every_date_of_the_catalogues_forms_is_bounded() -> None:
    """A date that may be any day takes a birth in 2031."""
    import yaml

    root = Path(__file__).parents[3] / "services/catalog/procedures"
    free = []
    for path in sorted(root.glob("*.yaml")):
        for name, part in _fields(yaml.safe_load(path.read_text())):
            dated = part.get("format") == "date" or "year" in name
            if dated and not {"x-not-after", "x-not-before"} <= part.keys():
                free.append(f"{path.name}: {name}")
    assert free == []


def _fields(part: Any) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(part, list):
        return [one for inner in part for one in _fields(inner)]
    if not isinstance(part, dict):
        return []
    named = part.get("properties")
    own = (
        [(name, field) for name, field in named.items() if isinstance(field, dict)]
        if isinstance(named, dict)
        else []
    )
    return own + [one for inner in part.values() for one in _fields(inner)]
