"""Each source's part of a dossier's view, one module a source."""

from motcua_contracts import Payload

from . import intake, notify, payment, routing
from .common import Handler

HANDLERS: dict[type[Payload], Handler] = {
    **intake.HANDLERS,
    **routing.HANDLERS,
    **payment.HANDLERS,
    **notify.HANDLERS,
}
"""The events that the read model shows or folds. All others are passed over without a look at the
document.
"""
