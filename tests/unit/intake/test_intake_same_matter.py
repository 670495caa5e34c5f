"""The same matter of the same person has the same hash, which says nothing of the person."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from motcua_chassis import Prepared
from motcua_contracts.messages.intake import (
    ApplicantCorrected,
    CorrectApplicant,
    DossierRegistered,
    SubmitDossier,
)
from motcua_contracts.rules.decision import PrivateEntry
from motcua_intake.domain.case import Dossier
from motcua_intake.domain.counter import Held
from motcua_intake.domain.registration import Given, register, require_filing
from motcua_intake.matters import matter_of
from motcua_intake.prepare.revision import prepare

from .harness import (
    AN,
    APPLICANT,
    CLERK,
    NOW,
    IntakeHarness,
    catalogue,
    message,
    on_paper,
    submit,
    terms,
)

KEY = b"k" * 32
AT_COUNTER: dict[str, Any] = {"agency": "haihau", "reason_code": "civil-status", "shown_by": "CCCD"}


def matter(command: SubmitDossier, actor: str = AN, key: bytes = KEY) -> str:
    filing = require_filing(Dossier(), command, actor, NOW, catalogue(terms()))
    return matter_of(key, filing.terms.code, filing.applicant.id_number, actor)


def test_one_person_and_procedure_have_one_hash_online_and_at_the_counter() -> None:
    known = matter(submit())
    spaced = APPLICANT.model_copy(
        update={"id_number": " 036 000 000 001", "full_name": "Nguyễn T. M. An", "phone": ""}
    )
    assert matter(on_paper(applicant=spaced), CLERK) == known
    assert len(known) == 64
    assert APPLICANT.id_number not in known


def test_another_person_or_another_key_has_another() -> None:
    other = APPLICANT.model_copy(update={"id_number": "036000000002"})
    assert (
        len({matter(submit()), matter(submit(applicant=other)), matter(submit(), key=b"x" * 32)})
        == 3
    )


def test_without_a_number_it_is_the_accounts_and_on_paper_nobodys() -> None:
    nameless = APPLICANT.model_copy(update={"id_number": ""})
    assert matter(submit(applicant=nameless)) == matter(submit(applicant=nameless))
    assert matter(submit(applicant=nameless)) != matter(submit(applicant=nameless), "citizen:other")
    assert matter(on_paper(applicant=nameless), CLERK) == ""


def test_the_event_bears_it() -> None:
    decision = register(
        Dossier(),
        submit(),
        AN,
        NOW,
        catalogue(terms()),
        Given(salt="s", pin="1", number=1, matter="m"),
    )
    (event,) = decision.events
    assert isinstance(event, DossierRegistered)
    assert event.matter == "m"


async def held_for(command: CorrectApplicant) -> Held:
    """What `prepare` gives to a correction of a filed dossier."""
    desk = IntakeHarness()
    desk.tell(submit())
    raw = PrivateEntry.of(1, desk.papers[1]).raw
    assert raw is not None

    async def papers(keys: Iterable[str]) -> dict[str, bytes]:
        return dict.fromkeys(keys, raw)

    tools: Any = SimpleNamespace(catalogue=catalogue(terms()), papers=papers, matter_key=KEY)
    prepared = Prepared(message(command, CLERK, NOW), "d-1", desk.dossier, NOW)
    given = (await prepare([prepared], tools))["m"]
    assert isinstance(given, Held)
    desk.tell(command, given=given)
    event = desk.journal[-1]
    assert isinstance(event, ApplicantCorrected)
    assert event.matter == given.matter
    return given


async def test_a_corrected_number_is_the_matter_of_the_other_person() -> None:
    right = APPLICANT.model_copy(update={"id_number": "036000000002"})
    given = await held_for(CorrectApplicant(id_number="036 000 000 002", **AT_COUNTER))
    assert given.matter == matter(submit(applicant=right)) != matter(submit())


async def test_a_number_that_is_taken_away_leaves_the_accounts_matter() -> None:
    given = await held_for(CorrectApplicant(id_number="", **AT_COUNTER))
    assert given.matter == matter(submit(applicant=APPLICANT.model_copy(update={"id_number": ""})))


async def test_another_correction_says_nothing_of_the_matter() -> None:
    assert (await held_for(CorrectApplicant(phone="0912345678", **AT_COUNTER))).matter is None
