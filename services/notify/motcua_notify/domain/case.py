"""What notify remembers of a dossier: what messages say of it, and which of them are on their way. No rules live here."""

from motcua_contracts.intake import Contact
from motcua_contracts.notify import MessageQueued
from motcua_contracts.payload import Model


class Subject(Model):
    """What every message of a dossier names, learnt from the facts that carry it and kept in notify's own."""

    code: str
    procedure_vi: str
    procedure_en: str
    revision: int
    contacts: tuple[Contact, ...]

    @property
    def values(self) -> dict[str, str]:
        """The part of it that templates name."""
        return {"code": self.code, "procedure_vi": self.procedure_vi, "procedure_en": self.procedure_en}


class Case(Model):
    """The fold of notify's own facts of one dossier. `Case()` is a dossier of which nobody was told anything."""

    subject: Subject | None = None
    on_the_way: tuple[MessageQueued, ...] = ()
    """Queued and not ended yet, oldest first."""

    def message(self, message_id: str) -> MessageQueued:
        """A message on its way. Raises `KeyError`."""
        for queued in self.on_the_way:
            if queued.message_id == message_id:
                return queued
        raise KeyError(message_id)
