"""An attack on a running stack through its doors, and a citizen beside it who wants nothing but to
file.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from motcua_gateway.identity.callers import PERSONAS
from motcua_gateway.rights_table import Row
from motcua_journeys import BirthRegistration, Reissue, Stage
from motcua_journeys.applicants import BINH, required_papers, sample_form

from tests.support.api_bodies import Bodies

T = TypeVar("T")
SHORT = 2_500
"""Bodies in the short form, over all routes together; `make test-hostile` sends 100,000."""
TOTAL = int(os.environ.get("MOTCUA_HOSTILE_BODIES", SHORT))
CALLS = int(os.environ.get("MOTCUA_HOSTILE_CALLS", SHORT // 10))
"""Calls to each callback; `make test-hostile` sends 10,000."""
NOBODY = "00000000-0000-5000-8000-000000000000"


def attacked(strategy: st.SearchStrategy[T], examples: int, send: Callable[[T], None]) -> None:
    """Send so many values.

    In the short form the same ones each time, so that a red build can be looked at.
    """

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=TOTAL == SHORT,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(strategy)
    def one(value: T) -> None:
        send(value)

    one()


@dataclass
class Attack:
    """Somebody with every kind of account. `dossiers`: real ones, their own and others'."""

    stage: Stage
    http: httpx.Client
    tokens: dict[str, str]
    dossiers: tuple[str, ...]
    bodies: Bodies

    @classmethod
    @contextmanager
    def on(cls, stage: Stage) -> Iterator["Attack"]:
        """Signs everybody in and lets two dossiers come to their result."""
        with httpx.Client(base_url=stage.addresses["gateway"], timeout=60, trust_env=False) as http:
            tokens = {}
            for persona in PERSONAS:
                said = (
                    http.post("/api/v1/dev/token", json={"persona": persona})
                    .raise_for_status()
                    .json()
                )
                tokens[persona] = f"Bearer {said['access_token']}"
            BirthRegistration(stage).play()
            Reissue(stage).play()
            found = [
                one["dossier_id"]
                for persona in ("citizen-an", "citizen-binh")
                for one in http.get(
                    "/api/v1/dossiers", headers={"Authorization": tokens[persona]}
                ).json()["dossiers"]
            ]
            document = http.get("/api/openapi.json").raise_for_status().json()
            yield cls(stage, http, tokens, (*found, NOBODY), Bodies(document))

    def persona_for(self, row: Row) -> str:
        """Somebody whom the route lets in; empty where it lets in everybody."""
        if row.rights is None:
            return ""
        return next(persona for persona in PERSONAS if row.lets_in(persona))

    def send(self, row: Row, path: str, **what: Any) -> httpx.Response:
        """One call by somebody who is let in.

        Fails on an answer that says that the system, not the sender, is at fault.
        """
        persona = self.persona_for(row)
        headers = {"Authorization": self.tokens[persona]} if persona else {}
        headers |= what.pop("headers", {})
        request = self.http.build_request(row.method, path, headers=headers, **what)
        answer = self.http.send(request, stream=True)
        try:
            if "event-stream" not in answer.headers.get("content-type", ""):
                answer.read()
        finally:
            answer.close()
        sent = (what.get("content") or path.encode())[:300]
        assert answer.status_code < 500, (
            row.method,
            path[:300],
            answer.status_code,
            answer.text[:300],
            sent,
        )
        if answer.status_code >= 400 and path.startswith("/api/"):
            assert "json" in answer.headers["content-type"], (path[:300], answer.text[:200])
            problem = answer.json()
            assert problem["type"].startswith("urn:motcua:problem:"), (path[:300], problem, sent)
            assert problem["title"], problem
            assert problem["title_en"], problem
        return answer


@dataclass
class Bystander:
    """A citizen who files once a second meanwhile.

    `answers`: the status of each filing, 201 where it was registered within the 3 s that a request
    waits, and what was said where it was not.
    """

    answers: list[tuple[int, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def filing(cls, stage: Stage) -> Iterator["Bystander"]:
        bystander = cls()
        thread = threading.Thread(target=bystander._file, args=(stage,), daemon=True)
        thread.start()
        try:
            yield bystander
        finally:
            bystander.over.set()
            thread.join(60)

    def _file(self, stage: Stage) -> None:
        code = BirthRegistration.procedure
        with httpx.Client(base_url=stage.addresses["gateway"], timeout=60, trust_env=False) as http:
            said = http.post(
                "/api/v1/dev/token", json={"persona": "citizen-binh"}
            ).raise_for_status()
            http.headers["Authorization"] = f"Bearer {said.json()['access_token']}"
            page = http.get(f"/api/v1/procedures/{code}").raise_for_status().json()
            while not self.over.wait(1):
                try:
                    answer = self._filed(http, page)
                    self.answers.append((answer.status_code, answer.text[:300]))
                except httpx.HTTPError as error:
                    self.answers.append((0, type(error).__name__))

    @staticmethod
    def _filed(http: httpx.Client, page: dict[str, Any]) -> httpx.Response:
        files = []
        for paper, content in required_papers(page, BINH).items():
            part = {"file": ("giay-to.pdf", content, "application/pdf")}
            answer = http.post(
                "/api/v1/files", files=part, headers={"Idempotency-Key": str(uuid4())}
            )
            if answer.status_code != httpx.codes.CREATED:
                return answer
            files.append({"paper": paper, "sha256": answer.json()["sha256"]})
        body = {
            "procedure_code": page["code"],
            "applicant": BINH,
            "form": sample_form(page),
            "files": files,
        }
        return http.post("/api/v1/dossiers", json=body, headers={"Idempotency-Key": str(uuid4())})


def said_in_logs(stage: Stage, events: tuple[str, ...]) -> list[str]:
    """The lines of the services' logs that say one of these events."""
    found = []
    for file in Path(stage.stack.home, "logs").rglob("*.log"):
        for line in file.read_text(errors="replace").splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if isinstance(said, dict) and said.get("event") in events:
                found.append(f"{file.name}: {line[:500]}")
    return found
