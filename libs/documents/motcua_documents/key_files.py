"""Where a service's signing keys are, as settings say it.

Light: no library of signatures is imported for it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where the keys are; can be handed to another process.

    `listed` may be empty, `key` and `cert` where nothing is signed.
    """

    key: str = ""
    cert: str = ""
    listed: str = ""

    @property
    def some(self) -> bool:
        return bool(self.key or self.cert or self.listed)
