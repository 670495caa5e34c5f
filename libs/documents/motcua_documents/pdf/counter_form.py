"""What the counter's forms 01 to 03 have in common: who asks for what, at which counter, and how
the sheet shows it.
"""

from dataclasses import dataclass

from motcua_contracts.values.phones import kind_of_phone
from reportlab.platypus import Flowable, Spacer

from .page import field, paragraph, text

COUNTER_VI = "Bộ phận Tiếp nhận và Trả kết quả"


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterForm:
    """`salt` is that of the private records: it keeps the document's hash from proving anything to
    somebody who guesses the applicant.
    """

    code: str
    agency_vi: str
    agency_address: str
    agency_phone: str
    applicant: str
    id_number: str
    address: str
    phone: str
    email: str
    procedure_vi: str
    procedure_code: str
    salt: str
    counter_vi: str = COUNTER_VI
    officer: str = ""
    post_vi: str = ""
    """Name and post of who accepted, asked or refused; both empty where a rule did."""
    signed_by: str = ""
    """The certificate's name; the agency's where nothing is signed."""
    link: str = ""
    """Where the QR leads (`links.tracking`); the dossier's code where there is no such address."""


def asks(form: CounterForm) -> list[Flowable]:
    """How the applicant is reached, and what is asked for."""
    no_sms = (
        " (số cố định, không nhận tin nhắn SMS)" if kind_of_phone(form.phone) == "landline" else ""
    )
    return [
        paragraph(
            f"Số điện thoại: <b>{text(form.phone) or '…'}</b>{no_sms}; email:"
            f" <b>{text(form.email) or '…'}</b>",
            "field",
        ),
        field("Nội dung yêu cầu giải quyết", f"{form.procedure_vi} ({form.procedure_code})"),
    ]


def person(form: CounterForm, label_vi: str) -> list[Flowable]:
    """The lines beside the code: the dossier and whose it is."""
    return [
        field("Mã hồ sơ", form.code),
        field(label_vi, form.applicant),
        field("Số định danh/mã số thuế", form.id_number),
        field("Địa chỉ", form.address),
    ]


def applicant_signs(form: CounterForm) -> list[Flowable]:
    """The place where the applicant signs by hand."""
    return [
        paragraph("NGƯỜI NỘP HỒ SƠ", "signer"),
        paragraph("(Ký và ghi rõ họ tên)", "hint"),
        Spacer(0, 52),
        paragraph(text(form.applicant), "signer"),
    ]


def contact(form: CounterForm, post_vi: str) -> str:
    """Whom to ask: name and post (or the counter), the agency, and its telephone where it has one.

    Ready for a paragraph.
    """
    by_phone = f", số điện thoại <b>{text(form.agency_phone)}</b>" if form.agency_phone else ""
    named = f"<b>{text(form.officer)}</b>, " if form.officer else ""
    return f"{named}<b>{text(post_vi or form.counter_vi)}</b>, {text(form.agency_vi)}{by_phone}"
