"""Values at the edges and beyond, into every field of every route, on the running stack: no 5xx, no
dead letter, nothing parked.

What holds at the door is carried through every service; what does not is refused by name. What is
left behind is looked at once, after the last attack (test_what_others_noticed.py).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from motcua_contracts.values.bounds import INT64_MAX, MAX_DEPTH, MONEY_MAX
from motcua_gateway.identity.callers import PERSONAS
from motcua_gateway.rights_table import Row, described, rows_of

from .attack import Attack

DEEP: dict[str, Any] = {}
for _ in range(MAX_DEPTH - 3):
    DEEP = {"a": DEEP}
NASTY: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    0.5,
    INT64_MAX,
    INT64_MAX + 1,
    10**400,
    MONEY_MAX,
    MONEY_MAX + 1,
    1e308,
    "",
    " ",
    "x",
    "\x00",
    "\x1b",
    "\n",
    "\u202e",
    "\U0001f600" * 50,
    "\u0338" * 60,
    "\ufffe",
    "x" * 60,
    "x" * 200,
    "x" * 2_000,
    "x" * 2_001,
    "x" * 400_000,
    "2000-01-01T00:00:00Z",
    "1999-12-31T23:59:59Z",
    "2099-12-31T23:59:59.999999Z",
    "2100-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "2026-11-27T00:00:00",
    [],
    [[]],
    {},
    DEEP,
    {"a": DEEP},
    {"request": "x" * 255_000},
    {"note": "x" * 100},
    {"\u202e": 1},
    {"n": [0] * 4_900},
    ["x"] * 100,
    [{}] * 101,
    "counter",
    "post",
    "online",
    "<b>&amp;]]>",
    "../../etc/passwd",
    "${jndi:x}",
    "' OR 1=1 --",
    "$where",
    {"$gt": ""},
)
HOLES = {
    "code": "local.ht-0001",
    "form": "mau-1",
    "message_id": "x",
    "signature": "x",
    "sha256": "0" * 64,
    "action": "accept",
    "draft_id": "x",
    "attempt": "1",
    "transfer_id": "bank:" + "0" * 32,
}
KNOWN: dict[str, Any] = {
    "procedure_code": "local.ht-0001",
    "step": "examine",
    "reason_code": "other",
    "applicant": {"full_name": "An"},
}
ROWS = [
    row
    for row in rows_of(described())
    if row.method in ("POST", "PUT", "PATCH")
    and row.path.startswith("/api/v1/")
    and row.path != "/api/v1/files"
]

pytestmark = pytest.mark.usefixtures("bystander")


def caller(row: Row) -> str:
    """Somebody whom the route lets in, of the dossier's own commune where there is one."""
    allowed = [persona for persona in PERSONAS if row.lets_in(persona)]
    near = [persona for persona in allowed if persona.endswith(("haiminh", "binh"))]
    return (near or allowed)[0]


def mutants(body: dict[str, Any], fields: list[str]) -> Iterator[dict[str, Any]]:
    """The body with each nasty value in each field, one at a time."""
    for name in fields:
        for value in NASTY:
            yield {**body, name: value}
            if isinstance(body.get(name), dict):
                for inner in body[name]:
                    yield {**body, name: {**body[name], inner: value}}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_no_value_breaks_a_route(attack: Attack, row: Row) -> None:
    fields = attack.bodies.fields(row.method, row.path)
    body = attack.bodies.smallest(row.method, row.path) if fields else None
    dossier = attack.dossiers[0]
    path = row.path.format(dossier_id=dossier, **HOLES)
    if isinstance(body, dict):
        known = {**KNOWN, "dossier_id": dossier}
        body |= {name: value for name, value in known.items() if name in fields}
    for number, sent in enumerate(mutants(body, fields) if isinstance(body, dict) else NASTY):
        headers = {
            "Authorization": attack.tokens[caller(row)],
            "Idempotency-Key": f"hostile-{number:06d}",
        }
        answer = attack.http.request(row.method, path, json=sent, headers=headers)
        assert answer.status_code < 500, (row.path, str(sent)[:200], answer.text[:500])
        if answer.status_code == 400:
            assert answer.json()["errors"], answer.text[:300]
