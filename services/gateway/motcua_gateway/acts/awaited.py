"""The commands whose outcomes are awaited: those of every act, and a few that are no act on a
dossier that is there.
"""

from motcua_contracts import Command
from motcua_contracts.messages.intake import RegisterPaperDossier, SubmitDossier
from motcua_contracts.messages.notify import ConfirmContact, SetPreferences
from motcua_contracts.messages.payment import RecordProviderResult
from motcua_contracts.messages.routing import SetDigest

from ..commands.outcomes import closing_of
from .act import commands_of
from .groups import GROUPS

FILING: tuple[type[Command], ...] = (SubmitDossier, RegisterPaperDossier)
"""What makes a dossier."""
WISHES: tuple[type[Command], ...] = (SetPreferences, SetDigest, ConfirmContact)
"""What somebody wants to hear: of messages and the morning digest, and the link of a mail."""
PROVIDERS: tuple[type[Command], ...] = (RecordProviderResult,)
"""What a provider's call says."""
COMMANDS = (*commands_of(GROUPS), *FILING, *WISHES, *PROVIDERS)
CLOSING = closing_of(COMMANDS)
