"""Messages go by the corrected papers; an address that was corrected is confirmed by its own link
alone.
"""

import pytest
from motcua_contracts.messages.intake import ApplicantCorrected, Contact
from motcua_contracts.messages.notify import (
    ConfirmContact,
    ContactsChanged,
    MessageQueued,
    contact_signature,
)
from motcua_contracts.rules.refusals import DossierUnknown

from .harness import BOTH, NotifyHarness, demanded, registered


def corrected(contacts: tuple[Contact, ...] = BOTH) -> ApplicantCorrected:
    """The e-mail is another one now, and nobody has confirmed it."""
    return ApplicantCorrected(
        revision=5,
        commitment="0" * 64,
        by="counter",
        reason_code="typing-error",
        fields=("email",),
        contacts=contacts,
        changed=("email",),
    )


def test_later_messages_go_by_the_new_paper_and_to_the_new_contact_in_fixed_words() -> None:
    desk = NotifyHarness()
    desk.tell(registered(contacts=BOTH))
    (changed,) = desk.tell(corrected())
    assert changed == ContactsChanged(
        revision=5, contacts=BOTH, changed=("email",), confirmed=("phone",)
    )
    (queued,) = desk.queued(demanded())
    assert (queued.revision, queued.contacts, queued.confirmed) == (5, BOTH, ("phone",))


def test_a_contact_that_is_gone_is_not_used() -> None:
    desk = NotifyHarness()
    desk.tell(registered(contacts=BOTH), corrected(contacts=("phone",)))
    (queued,) = desk.queued(demanded())
    assert queued.channel == "sms"


def test_a_correction_keeps_what_its_reader_confirmed_and_is_the_same() -> None:
    desk = NotifyHarness()
    desk.tell(registered(contacts=BOTH, confirmed=()), ConfirmContact(contact="phone"), corrected())
    assert desk.case.subject is not None
    assert desk.case.subject.confirmed == ("phone",)


def test_the_link_that_the_old_address_got_confirms_nothing_any_more() -> None:
    desk = NotifyHarness()
    desk.tell(registered(contacts=BOTH, confirmed=()), corrected())
    with pytest.raises(DossierUnknown):
        desk.tell(ConfirmContact(contact="email"))
    desk.tell(ConfirmContact(contact="email", corrected=5))
    desk.tell(ConfirmContact(contact="phone"))
    assert desk.case.subject is not None
    assert desk.case.subject.confirmed == ("email", "phone")
    # What is said of the dossier later keeps it so.
    (queued,) = desk.queued(demanded())
    assert isinstance(queued, MessageQueued)
    with pytest.raises(DossierUnknown):
        desk.tell(ConfirmContact(contact="email"))


def test_a_link_is_of_one_correction() -> None:
    links = {contact_signature("d-1", "email", "secret", number) for number in (0, 2, 5)}
    assert len(links) == 3
    assert contact_signature("d-1", "email", "secret") == contact_signature(
        "d-1", "email", "secret", 0
    )


def test_nobody_who_was_told_nothing_is_known() -> None:
    assert NotifyHarness().tell(corrected()) == []
