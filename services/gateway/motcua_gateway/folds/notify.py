"""What notify's facts change of a dossier's view: its history."""

from motcua_contracts.notify import MessageFailed, MessageSent
from motcua_contracts.payload import Payload

from .common import Handler, says

HANDLERS: dict[type[Payload], Handler] = {
    MessageSent: says("channel"),
    MessageFailed: says("channel", "reason"),
}
