"""The applicant as it is filed: each name, number and address in its one form, and what of it
cannot be. Pure.

Records of before hold what was taken then; only what is filed or corrected is held to this.
"""

from collections.abc import Iterator

from ..messages.intake import Applicant, Contact
from ..values.contacts import is_email
from ..values.identity_numbers import ALLOWED, identity_of, kind_of_identity
from ..values.labels import Label
from ..values.names import has_letter, line_of
from ..values.phones import kind_of_phone, phone_of, takes_sms
from ..values.printable import unprintable
from .form_rules import BLANK, EMAIL_ALLOWED, NAME_ALLOWED, PHONE_ALLOWED

LETTERS = {"full_name": 120, "id_number": 20, "address": 300, "phone": 20, "email": 200}
"""The most of each field, as `Applicant` has it."""
MOST_BY_OWNER, MOST_BY_COUNTER = 20, 100
"""Revisions of a dossier's papers, up to which an owner or the counter may correct: each holds all
of them, and all stay until the dossier is erased.
"""
LANDLINE = Label(
    "Số điện thoại cố định không nhận được tin nhắn SMS; thông báo được gửi qua thư điện tử, nếu"
    " có, và tại trang hồ sơ.",
    "A landline takes no SMS: messages go by e-mail, where one was left, and to the dossier's"
    " page.",
)
NO_SMS_TO_LANDLINES = Label(
    "Số di động hoặc số cố định; số cố định không nhận được tin nhắn SMS.",
    "A mobile or a landline number; a landline takes no SMS.",
)
"""Where a phone is typed."""


def one_form(applicant: Applicant) -> Applicant:
    """The applicant as it is kept.

    A recognised kind of identity number is written down; what breaks a rule stays as it was typed.
    """
    number = identity_of(applicant.id_number)
    return applicant.model_copy(
        update={
            "full_name": line_of(applicant.full_name),
            "id_number": number,
            "id_kind": (
                (kind_of_identity(number, applicant.id_kind) or applicant.id_kind) if number else ""
            ),
            "address": line_of(applicant.address),
            "phone": phone_of(applicant.phone) or line_of(applicant.phone),
            "email": line_of(applicant.email),
        }
    )


def faults(applicant: Applicant) -> Iterator[tuple[str, Label]]:
    """The fields of an applicant in its one form that cannot be, each with what is allowed."""
    for name, most in LETTERS.items():
        if len(getattr(applicant, name)) > most:  # composing may lengthen a text
            yield name, Label(f"nhiều nhất {most} ký tự", f"at most {most} characters")
    if not applicant.full_name:
        yield "full_name", BLANK
    elif not has_letter(applicant.full_name):
        yield "full_name", NAME_ALLOWED
    if applicant.id_number and kind_of_identity(applicant.id_number, applicant.id_kind) is None:
        yield "id_number", ALLOWED[applicant.id_kind]
    if applicant.phone and kind_of_phone(applicant.phone) in (None, "unknown"):
        yield "phone", PHONE_ALLOWED
    if applicant.email and not is_email(applicant.email):
        yield "email", EMAIL_ALLOWED


def unprintable_in(applicant: Applicant) -> tuple[str, str] | None:
    """The first field that documents cannot print, and the letter by its name."""
    shown = (
        (name, unprintable(getattr(applicant, name)))
        for name in ("full_name", "id_number", "address")
    )
    return next(((name, letter) for name, letter in shown if letter), None)


def contacts_of(applicant: Applicant) -> tuple[Contact, ...]:
    """The contacts by which the applicant can be told something: a landline is none."""
    email: tuple[Contact, ...] = ("email",) if applicant.email else ()
    phone: tuple[Contact, ...] = ("phone",) if takes_sms(applicant.phone) else ()
    return email + phone


def notices(applicant: Applicant) -> tuple[tuple[str, Label], ...]:
    """What the applicant or the clerk should know of a field that is taken all the same."""
    return (("phone", LANDLINE),) if kind_of_phone(applicant.phone) == "landline" else ()
