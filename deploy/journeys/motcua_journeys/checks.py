"""What must hold when everybody has gone home: nothing on its way, nothing dead, and the log proves
every stored state.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from motcua_audit.callers import Believed
from motcua_audit.check import Report, check
from motcua_chassis.signatures import Keyring
from motcua_documents.signing import SignatureReport, authorities, verify
from motcua_local.home import Home
from motcua_local.stack_file import Stack
from motcua_local.status import InstanceStatus, gather
from motcua_operations.access import AUDITOR
from motcua_operations.development_keys import COMMAND_KEYS

from .personas import Citizen
from .stage import Stage

REST_SECONDS = 60.0
SAMPLE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Rest:
    """Sums over every instance of every service.

    `not_ready` names those that do not answer as ready.
    """

    lag: int
    unpublished: int
    dead_letters: int
    parked_keys: int
    not_ready: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return self == Rest(0, 0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class Signed:
    """A document as its owner fetched it, and what its signature is worth; `flipped`: the same with
    one byte changed.
    """

    code: str
    kind: str
    size: int
    report: SignatureReport
    flipped: SignatureReport

    @property
    def ok(self) -> bool:
        return self.report.good and not self.flipped.good


def rest_of(stack: Stack) -> Rest:
    """What the metrics say once nothing is on its way any more, or when that took too long."""
    until = time.monotonic() + REST_SECONDS
    while True:
        rest = _rest(gather(stack, SAMPLE_SECONDS))
        if (rest.lag == rest.unpublished == 0 and not rest.not_ready) or time.monotonic() > until:
            return rest


def _rest(rows: list[InstanceStatus]) -> Rest:
    figures = [row.figures for row in rows if row.figures is not None]
    return Rest(
        lag=sum(one.lag for one in figures),
        unpublished=sum(one.unpublished for one in figures),
        dead_letters=sum(one.dead_letters for one in figures),
        parked_keys=sum(one.parked_keys for one in figures),
        not_ready=tuple(row.name for row in rows if not row.ready or row.figures is None),
    )


def proof_of(stack: Stack) -> Report:
    """The auditor's whole check: chains, journal against Kafka, the replay against the stores,
    papers, archive.
    """
    believed = Believed(Keyring.load(str(Home(Path(stack.home)).keys / COMMAND_KEYS)))
    return asyncio.run(check(stack.kafka(AUDITOR), stack.mongo(AUDITOR), believed=believed))


def signatures_of(stage: Stage, citizen: Citizen, code: str) -> list[Signed]:
    """Every document that the citizen can fetch of a dossier, verified against the stack's
    authority.
    """
    trusted = authorities(str(stage.signing_ca))
    return [
        Signed(
            code, kind, len(content), verify(content, trusted), verify(flipped(content), trusted)
        )
        for kind, content in citizen.documents(code).items()
    ]


def flipped(content: bytes) -> bytes:
    """The same with one bit of one byte changed, inside what is signed."""
    middle = len(content) // 3
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
