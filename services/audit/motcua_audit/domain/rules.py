"""What a proof needs of a service's rules, which fold each kind of subject in its own way."""

from datetime import datetime
from typing import Any, Protocol

from motcua_contracts import Message, Model, Payload


class Rules(Protocol):
    """A service's folds; its own declaration has them (`Service.rules`)."""

    def empty(self, subject: str) -> Any:
        """The case of a subject of which nothing was said."""
        ...

    def evolve(self, case: Any, event: Message[Payload]) -> Any:
        """The case after one event. Raises what the service's own fold raises."""
        ...

    def due(self, subject: str, case: Any) -> datetime | None:
        """When a case wants to be woken."""
        ...

    def stored(self, subject: str, case: Any) -> Model:
        """What the service stores of a case."""
        ...
