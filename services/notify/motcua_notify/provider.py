"""How handing a message to a provider can end, whichever channel. Neither end carries the provider's words: they may name the person."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The provider does not take this message, now or later. `reason` is a code, e.g. `smtp-550`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSent(Exception):  # noqa: N818 - the reader's word
    """It went wrong on the way, or the provider asks for patience: to be sent again, under the same id. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
