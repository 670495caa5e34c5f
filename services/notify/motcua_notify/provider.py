"""What a provider is to the effects, and how handing a message over can end, whichever channel.

No end carries the provider's words: they may name the person. `reason` is a code, e.g. `smtp-550`.
"""

from typing import NamedTuple, Protocol


class NotTaken(Exception):  # noqa: N818 - an answer, not a fault
    """It did not go out, or nobody knows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(NotTaken):
    """The provider does not take this message, now or later.

    `everywhere`: nor would any other (there is no such mailbox).
    """

    def __init__(self, reason: str, *, everywhere: bool = False) -> None:
        super().__init__(reason)
        self.everywhere = everywhere


class NotSent(NotTaken):
    """It did not reach the provider, or the provider asks for patience: definite, so another one
    may try.
    """


class Unknown(NotTaken):
    """It went wrong behind the hand-over: it may have been taken.

    Only the same provider may be asked again, by the same id.
    """


class Mail(NamedTuple):
    """A checked mailbox, and the message from its first header on."""

    message_id: str
    to: str
    raw: bytes


class ShortMessage(NamedTuple):
    """A checked number, and the text as it is to be shown.

    `ucs2`: the alphabet that it needs. `segments`: as it is billed.
    """

    message_id: str
    to: str
    text: str
    ucs2: bool = False
    segments: int = 1


class Sender(Protocol):
    """One provider of one channel."""

    async def send(self, message: Mail | ShortMessage) -> None:
        """Returns when the provider has taken it. Raises `NotTaken`."""
        ...

    async def close(self) -> None: ...
