"""The same matter of the same person has the same hash, which says nothing of the person."""

from intake_desk import AN, APPLICANT, CLERK, NOW, catalogue, on_paper, submit, terms
from motcua_contracts.intake import DossierRegistered, SubmitDossier
from motcua_intake.domain.registration import Given, check, register
from motcua_intake.domain.state import Dossier
from motcua_intake.filing import matter_of

KEY = b"k" * 32


def matter(command: SubmitDossier, actor: str = AN, key: bytes = KEY) -> str:
    return matter_of(key, check(Dossier(), command, actor, NOW, catalogue(terms())), actor)


def test_one_person_and_procedure_have_one_hash_online_and_at_the_counter() -> None:
    known = matter(submit())
    spaced = APPLICANT.model_copy(update={"id_number": " 036 000 000 001", "full_name": "Nguyễn T. M. An", "phone": ""})
    assert matter(on_paper(applicant=spaced), CLERK) == known
    assert len(known) == 64
    assert APPLICANT.id_number not in known


def test_another_person_or_another_key_has_another() -> None:
    other = APPLICANT.model_copy(update={"id_number": "036000000002"})
    assert len({matter(submit()), matter(submit(applicant=other)), matter(submit(), key=b"x" * 32)}) == 3


def test_without_a_number_it_is_the_accounts_and_on_paper_nobodys() -> None:
    nameless = APPLICANT.model_copy(update={"id_number": ""})
    assert matter(submit(applicant=nameless)) == matter(submit(applicant=nameless))
    assert matter(submit(applicant=nameless)) != matter(submit(applicant=nameless), "citizen:other")
    assert matter(on_paper(applicant=nameless), CLERK) == ""


def test_the_fact_bears_it() -> None:
    decision = register(Dossier(), submit(), AN, NOW, catalogue(terms()), Given(salt="s", pin="1", number=1, matter="m"))
    (fact,) = decision.events
    assert isinstance(fact, DossierRegistered)
    assert fact.matter == "m"
