"""Every cell of the authorisation table over HTTP, on the running stack: each route, called by each
persona and by nobody.

The first half asks whether a role is let in, the second whether somebody with the right role
reaches another's dossier. A new route without a declaration fails `rows_of`; one with a `{…}` that
nobody fills in fails `filled`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from motcua_contracts.rules.refusals import ForeignAgency
from motcua_gateway.http.refusals import RoleNeeded
from motcua_gateway.identity.callers import PERSONAS
from motcua_gateway.rights_table import Row, described, rows_of
from motcua_journeys import BirthRegistration, Stage

from tests.support.api_bodies import Bodies

ROWS = rows_of(described())
GUARDED = [row for row in ROWS if row.rights is not None]
NOT_SIGNED_IN = {
    "nobody": "",
    "a forged token": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.",
}
SAMPLES = {
    "code": "H40.99-000000-0000",
    "form": "none",
    "message_id": "none",
    "contact": "email",
    "signature": "none",
    "sha256": "0" * 64,
    "action": "accept",
    "draft_id": "none",
    "attempt": "1",
    "transfer_id": "bank:" + "0" * 32,
}
"""The values in a path beside the dossier's id, where the route is asked who may call it."""


@dataclass(frozen=True)
class Door:
    """The gateway of a running stack, with a token for each persona and somebody's dossier."""

    http: httpx.Client
    tokens: dict[str, str]
    dossier: str

    def call(
        self, row: Row, token: str, dossier: str | None = None, body: Any = None
    ) -> httpx.Response:
        headers = {"Authorization": token} if token else {}
        if row.method not in ("GET", "HEAD"):
            headers["Idempotency-Key"] = "authorisation-table"
        path = filled(row.path, dossier or "00000000-0000-5000-8000-000000000000")
        files = (
            {"file": ("giay-to.pdf", b"no pdf", "application/pdf")}
            if row.path.endswith("/files")
            else None
        )
        request = self.http.build_request(row.method, path, headers=headers, json=body, files=files)
        answer = self.http.send(request, stream=True)
        try:
            if "event-stream" not in answer.headers.get("content-type", ""):
                answer.read()
        finally:
            answer.close()
        return answer


def filled(path: str, dossier: str) -> str:
    return path.format(dossier_id=dossier, **SAMPLES)


def slug_of(answer: httpx.Response) -> str:
    kind = answer.headers.get("content-type", "")
    return str(answer.json().get("type", "")).rpartition(":")[2] if "json" in kind else ""


def asks_for_another_role(answer: httpx.Response) -> bool:
    """A problem by its slug, a page by its sentence."""
    if slug_of(answer):
        return slug_of(answer) in ("forbidden", "officer-not-placed")
    return answer.status_code == 403 and RoleNeeded.vi.partition("{")[0] in answer.text


def belongs_to_somebody_else(answer: httpx.Response) -> bool:
    if slug_of(answer):
        return slug_of(answer) in ("foreign-agency", "dossier-unknown")
    return answer.status_code == 404 or ForeignAgency.vi.partition("{")[0] in answer.text


@pytest.fixture(scope="module")
def journey(stage: Stage) -> BirthRegistration:
    """A dossier of citizen-binh in the commune of Hải Minh."""
    played = BirthRegistration(stage)
    played.play()
    return played


@pytest.fixture(scope="module")
def door(stage: Stage, journey: BirthRegistration) -> Iterator[Door]:
    own = {"Origin": stage.addresses["gateway"]}  # a form is taken from the desk's own page alone
    with httpx.Client(
        base_url=stage.addresses["gateway"], headers=own, timeout=30, trust_env=False
    ) as http:
        tokens = {}
        for persona in PERSONAS:
            said = (
                http.post("/api/v1/dev/token", json={"persona": persona}).raise_for_status().json()
            )
            tokens[persona] = f"Bearer {said['access_token']}"
        mine = http.get(
            "/api/v1/dossiers", headers={"Authorization": tokens["citizen-binh"]}
        ).json()
        dossier = next(one["dossier_id"] for one in mine["dossiers"] if one["code"] == journey.code)
        yield Door(http, tokens, dossier)


@pytest.mark.parametrize("row", GUARDED, ids=lambda row: f"{row.method} {row.path}")
def test_only_the_declared_roles_are_let_in(door: Door, row: Row) -> None:
    for persona, token in door.tokens.items():
        answer = door.call(row, token)
        refused = answer.status_code == 401 or asks_for_another_role(answer)
        assert refused != row.lets_in(persona), (persona, answer.status_code, answer.text[:200])
        assert answer.status_code < 500, (persona, answer.text[:200])


@pytest.mark.parametrize("row", GUARDED, ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("who", NOT_SIGNED_IN)
def test_nobody_is_let_in_without_a_good_token(door: Door, row: Row, who: str) -> None:
    assert door.call(row, NOT_SIGNED_IN[who]).status_code == 401


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.rights is None], ids=lambda row: f"{row.method} {row.path}"
)
def test_what_is_open_asks_nobody_who_they_are(door: Door, row: Row) -> None:
    assert door.call(row, "").status_code != 401


# ---------------------------------------------------------------------- another's dossier

STRANGERS = (
    "citizen-an",
    "clerk-haihau",
    "cashier-haihau",
    "officer-tckh",
    "leader-tckh",
    "officer-tuphap",
    "leader-tuphap",
)
"""They hold the roles, but have nothing to do with a dossier of the commune."""
ABOUT_ONE = [
    row
    for row in GUARDED
    if "{dossier_id}" in row.path and not row.path.startswith("/api/v1/audit/")
]


@pytest.fixture(scope="module")
def bodies(door: Door) -> Bodies:
    return Bodies(door.http.get("/api/openapi.json").raise_for_status().json())


@pytest.mark.parametrize("row", ABOUT_ONE, ids=lambda row: f"{row.method} {row.path}")
def test_the_right_role_does_not_open_anothers_dossier(
    door: Door, bodies: Bodies, row: Row
) -> None:
    tried = [persona for persona in STRANGERS if row.lets_in(persona)]
    assert tried
    for persona in tried:
        answer = door.call(
            row, door.tokens[persona], door.dossier, bodies.smallest(row.method, row.path)
        )
        assert belongs_to_somebody_else(answer), (persona, answer.status_code, answer.text[:300])


def test_whose_dossier_it_is_may_read_it(door: Door) -> None:
    """The counterpart: without it, a gateway that refuses everybody would pass."""
    for persona, path in {
        "citizen-binh": "/api/v1/dossiers/{dossier_id}",
        "clerk-haiminh": "/api/v1/desk/dossiers/{dossier_id}",
        "officer-haiminh": "/api/v1/desk/dossiers/{dossier_id}",
        "leader-haiminh": "/quay/cong-viec/{dossier_id}",
    }.items():
        row = next(row for row in ROWS if (row.method, row.path) == ("GET", path))
        assert door.call(row, door.tokens[persona], door.dossier).status_code == 200
