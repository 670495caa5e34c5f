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


OF_CASE = StoredAs.more_than(Case, Stored)
OF_PREFERENCES = StoredAs(
    Stored,
    lambda preferences: Stored(preferences=preferences.chosen),
    lambda stored: Preferences(chosen=stored.preferences),
)
