"""How payment's cases are stored: as one model with a part for each kind of subject, one of which
is there. It is what was stored when all kinds were one case.
"""

from motcua_chassis import StoredAs
from motcua_contracts import Model

from .domain.book import Book
from .domain.charge import Charge
from .domain.reconciliation import Reconciliation
from .domain.till import Till
from .domain.transfer import Transfer


class Stored(Model):
    """The one part that its subject is; all empty for a subject of which nothing was said."""

    charge: Charge | None = None
    till: Till | None = None
    book: Book | None = None
    reconciliation: Reconciliation | None = None
    transfer: Transfer | None = None


def part(name: str, case: type[Model]) -> StoredAs:
    """One part of it."""
    empty = case()

    def wrap(one: Model) -> Stored:
        return Stored(**{name: one}) if one != empty else Stored()

    def unwrap(stored: Stored) -> Model:
        found: Model | None = getattr(stored, name)
        return empty if found is None else found

    return StoredAs(Stored, wrap, unwrap)
