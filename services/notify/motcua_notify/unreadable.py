"""A message whose papers or values cannot be read fails by name, and no other waits for it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from motcua_chassis import NotYet, PrivateRecords
from motcua_contracts import Effect
from motcua_contracts.messages.notify import RecordDelivery
from pymongo.errors import PyMongoError

from .domain.case import Case
from .tools import Tools

Perform = Callable[[Effect, Case, PrivateRecords, Tools], Awaitable[RecordDelivery]]
PAPERS, VALUES = "papers-unreadable", "message-unreadable"


class UnreadableMessage(Exception):  # noqa: N818 - the reason in one word
    """`reason` is what the answer says; the cause is what happened."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def reading(reason: str) -> Iterator[None]:
    """Whatever fails within is `UnreadableMessage`; what is not here yet and the driver's errors
    are not its fault.
    """
    try:
        yield
    except (NotYet, PyMongoError):
        raise
    except Exception as error:
        raise UnreadableMessage(reason) from error


def failing_by_name(perform: Perform) -> Perform:
    """The effect; of a message that cannot be read the answer is that it failed, and the operator
    is told.
    """

    @wraps(perform)
    async def performed(
        effect: Effect, case: Case, records: PrivateRecords, tools: Tools
    ) -> RecordDelivery:
        try:
            return await perform(effect, case, records, tools)
        except UnreadableMessage as unreadable:
            message_id = case.way(effect.key).queued.message_id
            tools.unreadable.tell("message", message_id, unreadable.__cause__ or unreadable)
            return RecordDelivery(
                message_id=message_id, outcome="failed", provider="", reason=unreadable.reason
            )

    return performed
