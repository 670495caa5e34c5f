"""The archive's term, and records of an erasure that were written before anybody had to say who
asks for it.
"""

import json

from motcua_contracts.messages.intake import DossierForgotten, ForgetDossier
from motcua_contracts.rules.archive import Archive
from motcua_contracts.rules.terms import Terms
from motcua_contracts.values.bounds import PATTERNS, REQUEST_NUMBER


def test_records_of_the_first_release_still_read() -> None:
    assert DossierForgotten.model_validate_json("{}") == DossierForgotten()
    assert DossierForgotten.erases
    command = ForgetDossier.model_validate_json(json.dumps({"agency": "haihau"}))
    assert (
        command.reason_code,
        command.asked_by,
        command.request_number,
        command.request_date,
    ) == ("", "", "", None)
    assert Terms.model_fields["archive"].default == Archive()


def test_what_the_papers_number_looks_like_is_told_in_words() -> None:
    assert "[" not in PATTERNS[REQUEST_NUMBER]
