"""How notify's cases are stored: a dossier's messages and a citizen's wishes as one model. It is
what was stored when both were one case.
"""

from motcua_chassis import StoredAs
from motcua_contracts.messages.notify import PreferencesSet

from .domain.case import Case
from .domain.preferences import Preferences


class Stored(Case):
    """A dossier without wishes, or wishes beside a dossier of which nobody was told anything."""

    preferences: PreferencesSet | None = None


_STORED, _CASE = Stored(), Case()
"""Copied from: this is done for every case, and costs a fifth of a model's construction."""


def _of_case(case: Case) -> Stored:
    return _STORED.model_copy(update=vars(case))


def _case(stored: Stored) -> Case:
    own = {name: value for name, value in vars(stored).items() if name != "preferences"}
    return _CASE.model_copy(update=own)


OF_CASE = StoredAs(Stored, _of_case, _case)
OF_PREFERENCES = StoredAs(
    Stored,
    lambda preferences: Stored(preferences=preferences.chosen),
    lambda stored: Preferences(chosen=stored.preferences),
)
