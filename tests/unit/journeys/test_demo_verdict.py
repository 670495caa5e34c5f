"""The demo ends with 0 only if all of it holds: each thing that can be wrong turns the verdict, and
is named.
"""

from dataclasses import replace
from io import StringIO
from typing import get_args

import pytest
from motcua_audit.check import Report, ServiceReport
from motcua_audit.domain.difference import Difference, Kind
from motcua_documents.signing import SignatureReport
from motcua_journeys.checks import Rest, Signed, flipped
from motcua_journeys.demo.verdict import PROVEN, Checks, show_checks
from rich.console import Console

GOOD = SignatureReport(intact=True, trusted=True, covers_all=True, signer="Một Cửa")
SIGNED = Signed("H40.12-261124-0001", "result", 90_000, GOOD, SignatureReport())
QUIET = Rest(0, 0, 0, 0, ())


def differing(kind: str) -> Report:
    found = Difference(kind, "/motcua/intake", "d1", 2, None, "as told")  # type: ignore[arg-type]
    return Report(
        services={
            "intake": ServiceReport("intake", subjects=1, events=2, signed=1, differences=[found])
        }
    )


def checks() -> Checks:
    proof = Report(services={"intake": ServiceReport("intake", subjects=1, events=2, signed=1)})
    return Checks(
        QUIET,
        proof,
        [SIGNED],
        sent=3,
        received=3,
        receipts=["BL26-0000001", "BL26-0000002"],
        returned=[True],
    )


def wrong(looked: Checks) -> list[str]:
    return [name for name, holds, _ in looked.lines if not holds]


def shown(looked: Checks) -> str:
    console = Console(file=StringIO(), width=120)
    show_checks(console, looked)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_all_of_it_holds() -> None:
    assert (checks().ok, wrong(checks())) == (True, [])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"rest": replace(QUIET, lag=1)}, "no lag"),
        ({"rest": replace(QUIET, unpublished=1)}, "nothing unpublished"),
        ({"rest": replace(QUIET, dead_letters=1)}, "no dead letters"),
        ({"rest": replace(QUIET, parked_keys=1)}, "no dead letters"),
        ({"rest": replace(QUIET, not_ready=("routing-1",))}, "every service is ready"),
        ({"proof": differing("state-differs")}, "the log proves every stored state"),
        ({"returned": [True, False]}, "every dossier is returned"),
        ({"signed": [replace(SIGNED, report=SignatureReport())]}, "every signature verifies"),
        ({"signed": [replace(SIGNED, flipped=GOOD)]}, "one changed byte breaks each"),
        ({"received": 2}, "every message sent was received"),
        ({"sent": 0, "received": 0}, "every message sent was received"),
        ({"receipts": ["BL26-0000001", "BL26-0000003"]}, "receipt numbers have no gap"),
    ],
)
def test_what_does_not_hold_is_named_and_denies_the_whole(
    change: dict[str, object], named: str
) -> None:
    looked = replace(checks(), **change)  # type: ignore[arg-type]
    assert (looked.ok, wrong(looked)) == (False, [named])


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("removed", 0), ("altered", 0), ("unpublished", 1), ("not-in-journal", 1),
        ("state-differs", 2), ("no-fold", 2),
        ("paper-missing", 3), ("not-archived", 4), ("forged", 5),
    ],
)  # fmt: skip
def test_a_difference_is_marked_in_its_column(kind: str, column: int) -> None:
    row = next(
        line
        for line in shown(replace(checks(), proof=differing(kind))).splitlines()
        if line.strip().startswith("intake")
    )
    assert [mark for mark in row if mark in "✓✗"] == [
        "✗" if place == column else "✓" for place in range(len(PROVEN))
    ]


def test_no_kind_of_difference_is_without_a_column() -> None:
    assert sorted(kind for _, kinds in PROVEN for kind in kinds) == sorted(get_args(Kind))


def test_one_changed_byte_is_one_changed_byte() -> None:
    content = bytes(range(256)) * 40
    assert sum(one != other for one, other in zip(content, flipped(content), strict=True)) == 1
