"""The inputs and results of a service's pure functions: decisions, refusals, effects, private
records, wakes.

    decide(case, message, at, events, given) -> Decision     or raises a Refusal
    evolve(case, event) -> case                              the fold of the case's own events
    effects(case) -> list[Effect]                            what is to be done outside now
    due(case) -> datetime | None                             when it wants to be woken

No clock, no I/O, nothing random in any of them: `at` is the broker's append time of the record (for
a wake its due instant), `given` is what the service's `prepare` fetched for this message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, get_args

from ..values.bounds import Id, clipped
from ..values.labels import Label
from ..wire.envelope import sha256
from ..wire.payload import Event, Model, Payload

MAX_PARAM = 1_000
"""Characters of a refusal's value: a list of what is allowed, or of the fields
that are not valid.
"""


RefusalKind = Literal[
    "unauthenticated",
    "forbidden",
    "not-found",
    "malformed",
    "invalid",
    "too-large",
    "unsupported-media",
    "unsupported-method",
    "conflict",
    "gone",
    "too-many",
    "unavailable",
    "failed",
]
"""What a refusal means to its caller; the HTTP status follows from it.

`malformed` cannot be read at all; `invalid` is read, and its values do not fit. `conflict` is a
reason of state: the same command may be right earlier, later or on another dossier. `gone` is a
reason of state that never changes. `too-many` and `unavailable` are worth another try later.
"""


class PrivateRecord(Model):
    """Base of private records.

    `salt` keeps anybody from guessing the content behind a commitment.
    """

    salt: Id


@dataclass(frozen=True, slots=True)
class PrivateEntry:
    """One revision of a subject's private record, as it goes to `<service>.private`.

    `raw` are its exact bytes, the commitment is their SHA-256. Without bytes it is a tombstone: the
    revision is to be forgotten.
    """

    revision: int
    raw: bytes | None
    commitment: str

    @classmethod
    def of(cls, revision: int, record: PrivateRecord) -> "PrivateEntry":
        raw = type(record).__pydantic_serializer__.to_json(record)
        return cls(revision, raw, sha256(raw))

    @classmethod
    def gone(cls, revision: int) -> "PrivateEntry":
        """The tombstone of a revision."""
        return cls(revision, None, "")


@dataclass(frozen=True, slots=True)
class Decision:
    """The events that follow from one message, in order, and the private records they commit to.

    No events: the message changes nothing.
    """

    events: tuple[Event, ...] = ()
    private_records: tuple[PrivateEntry, ...] = ()


NOTHING = Decision()


@dataclass(frozen=True, slots=True)
class Effect:
    """Work in the outside world, done at least once and found again after a crash.

    `key` is unique forever (it names the subject) and is the provider's idempotency key; `kind`
    picks the service's `perform`.
    """

    key: str
    kind: str
    not_before: datetime | None = None


class Wake(Payload):
    """The moment that `due` asked for has passed. Made by the chassis, never sent to a topic."""


class Refusal(Exception):  # noqa: N818 - the field's word; a refusal is an answer, not a fault
    """The rules refuse a command. One class for each reason; only slug, texts and values are shown.

        class NoteRequired(Refusal, slug="note-required", kind="invalid", field="note"): …

    `vi` and `en` may hold `{name}` for values given as keyword arguments. Values are the rules'
    own, never the caller's input.
    """

    slug: ClassVar[str] = "refused"
    kind: ClassVar[RefusalKind] = "conflict"
    field: str = ""
    """The field of the command's form that it is about, for a page to show it there; empty where it
    is about no single one. A value called `field` says it for one refusal.
    """
    vi: ClassVar[str] = "Yêu cầu không được chấp nhận."
    en: ClassVar[str] = "The request is refused."
    by_slug: ClassVar[dict[str, type["Refusal"]]] = {}
    spoken: ClassVar[Mapping[str, Mapping[str, Label]]] = {}
    """Value -> its words for people, by its name. A value without words is not shown; programs read
    it in `params`.
    """

    def __init__(self, **params: str | int) -> None:
        super().__init__(self.slug)
        # As an event can hold them: a form may break its schema at a thousand places.
        self.params: dict[str, str | int] = {
            name: clipped(value, MAX_PARAM) if isinstance(value, str) else value
            for name, value in params.items()
        }
        if named := self.params.get("field"):
            self.field = str(named).rpartition(".")[2]

    def __init_subclass__(cls, *, slug: str, kind: RefusalKind, field: str = "") -> None:
        if kind not in get_args(RefusalKind):
            raise TypeError(f"refusal {slug}: there is no kind {kind}")
        if Refusal.by_slug.setdefault(slug, cls) is not cls:
            raise TypeError(f"refusal {slug} is declared twice")
        cls.slug, cls.kind, cls.field = slug, kind, field

    @property
    def title_vi(self) -> str:
        return self.vi.format_map(_Missing(self._said(0)))

    @property
    def title_en(self) -> str:
        return self.en.format_map(_Missing(self._said(1)))

    def _said(self, language: int) -> dict[str, str | int]:
        """The values as people read them: a code by its words, also of a list of codes and of the
        end of a path (`applicant.phone`).
        """
        said = dict(self.params)
        for name, words in self.spoken.items():
            codes = [
                code.rpartition(".")[2] if code not in words else code
                for code in str(said.get(name, "")).split(", ")
            ]
            said[name] = ", ".join(words[code][language] for code in codes if code in words) or "…"
        return said


class _Missing(dict[str, str | int]):
    def __missing__(self, key: str) -> str:
        return "…"


class CatalogueEntryMissing(Refusal, slug="fact-missing", kind="not-found"):
    """The catalogue's replica has no entry for what the rule needs.

    The lane reads the catalogue to its end and decides again; only then it is a refusal.
    """

    vi = "Danh mục không có mục được nêu."
    en = "The catalogue does not hold what was named."


@dataclass(frozen=True, slots=True)
class Answer:
    """What `perform` returns: a command to the same subject of the same service."""

    command: Payload
    also: tuple[tuple[str, Payload], ...] = field(default=())
    """Further commands to other subjects of the same service, sent before the answer."""
