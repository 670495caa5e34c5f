"""The people of the demo district, each as a client of the gateway's API: what they can do is what
the API lets them do.

Nobody is handed a dossier's id: whoever acts finds it in their own list, by the procedure, or by
the code that the citizen tells.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import httpx

API = "/api/v1"
Watch = Callable[[httpx.Response], None]
"""Is shown every answer before the person sees it."""
REQUEST_SECONDS = 30.0
PATIENCE_SECONDS = 30.0
"""So long a person asks again about what was taken and is still on its way."""
LOOK_AGAIN_SECONDS = 0.2


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """The gateway said no, as a problem: its slug, its texts, and each field that does not hold."""

    def __init__(self, answer: httpx.Response) -> None:
        problem = answer.json()
        self.status: int = answer.status_code
        self.slug: str = problem["type"].rpartition(":")[2]
        self.title_vi: str = problem["title"]
        self.title_en: str = problem["title_en"]
        self.params: dict[str, Any] = problem["params"]
        self.errors: list[dict[str, str]] = problem.get("errors", [])
        super().__init__(f"{self.status} {self.slug}: {self.title_en} {self.errors or self.params}")


class StillPendingError(Exception):
    """What was asked for was taken, but is not done in time."""


class NotInListError(Exception):
    """The person looked through their list, and what should be there is not."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What a citizen writes down after filing."""

    code: str
    pin: str


class Persona:
    """Somebody who signs in. `name` is one of the gateway's dev personas."""

    def __init__(self, gateway: str, name: str, watch: Watch | None = None) -> None:
        self.name = name
        self._http = _client(gateway, watch)
        self._http.headers["authorization"] = f"Bearer {self._sign_in()}"

    def _sign_in(self) -> str:
        answer = _good(self._http.post(f"{API}/dev/token", json={"persona": self.name}))
        return str(answer.json()["access_token"])

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON at a path. Raises `Refused`."""
        return _good(self._http.get(API + path, params=query)).json()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Do something once.

        While the answer is that it is still on its way, ask again with the same key.

        Raises `Refused`, `StillPendingError`.
        """
        return self._change("POST", path, body)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Set something, in the same way."""
        return self._change("PUT", path, body)

    def _change(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        key, until = str(uuid4()), time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = _good(
                self._http.request(method, API + path, json=body, headers={"idempotency-key": key})
            )
            if answer.status_code != httpx.codes.ACCEPTED:
                return answer.json()
            if time.monotonic() > until:
                raise StillPendingError(
                    f"{self.name}: {method} {path} is still on its way after"
                    f" {PATIENCE_SECONDS:.0f} s"
                )
            time.sleep(LOOK_AGAIN_SECONDS)

    def document(self, sha256: str) -> bytes:
        """A document's bytes. Raises `Refused`."""
        return _good(self._http.get(f"{API}/documents/{sha256}")).content

    def upload(self, content: bytes, media_type: str = "application/pdf") -> str:
        """A file for a dossier; its sha256."""
        files = {"file": ("giay-to", content, media_type)}
        answer = _good(
            self._http.post(f"{API}/files", files=files, headers={"idempotency-key": str(uuid4())})
        )
        return str(answer.json()["sha256"])

    def _filed(self, papers: Mapping[str, bytes]) -> list[dict[str, str]]:
        """The papers (by the procedure's name for each), uploaded."""
        return [
            {"paper": paper, "sha256": self.upload(content)} for paper, content in papers.items()
        ]


class Citizen(Persona):
    """Files, pays, follows, fetches."""

    def submit(
        self,
        procedure: str,
        applicant: Mapping[str, Any],
        form: Mapping[str, Any],
        papers: Mapping[str, bytes],
        result_delivery: str = "counter",
    ) -> Filed:
        """Upload the papers (by the procedure's name for each) and file. Raises `Refused`."""
        files = self._filed(papers)
        body = {
            "procedure_code": procedure,
            "applicant": dict(applicant),
            "form": dict(form),
            "files": files,
            "result_delivery": result_delivery,
        }
        answer = self.post("/dossiers", body)
        return Filed(answer["code"], answer["pin"])

    def my_dossiers(self) -> list[dict[str, Any]]:
        """The caller's own dossiers, newest first."""
        return list(self.get("/dossiers", limit=100)["dossiers"])

    def dossier(self, code: str) -> dict[str, Any]:
        """One of the person's own dossiers, as its page shows it."""
        return dict(self.get(f"/dossiers/{_the(self.my_dossiers(), code)}"))

    def pay(self, code: str) -> str:
        """Pay online in the browser: to the provider's page, pay there, come back.

        The address of the way back. Raises `Refused`.
        """
        started = self.post(f"/dossiers/{_the(self.my_dossiers(), code)}/payments")
        with httpx.Client(
            timeout=REQUEST_SECONDS, trust_env=False, follow_redirects=False
        ) as browser:
            page = browser.get(started["redirect_url"]).raise_for_status()
            paid = browser.post(str(page.url), data={"action": "pay"})
            assert paid.status_code == httpx.codes.SEE_OTHER, paid.text
            back = urljoin(str(page.url), paid.headers["location"])
            page_after = browser.get(back)
            assert page_after.status_code == httpx.codes.SEE_OTHER, page_after.text
        return back

    def supplement(
        self, code: str, papers: Mapping[str, bytes], form: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Hand in what is asked for. Raises `Refused`."""
        body = {"files": self._filed(papers), **({"form": dict(form)} if form is not None else {})}
        return dict(self.post(f"/dossiers/{_the(self.my_dossiers(), code)}/supplements", body))

    def withdraw(self, code: str) -> dict[str, Any]:
        """Raises `Refused`."""
        return dict(self.post(f"/dossiers/{_the(self.my_dossiers(), code)}/withdrawal"))

    def rate(self, code: str, stars: int) -> dict[str, Any]:
        """Raises `Refused`."""
        return dict(
            self.post(f"/dossiers/{_the(self.my_dossiers(), code)}/rating", {"stars": stars})
        )

    def documents(self, code: str) -> dict[str, bytes]:
        """The dossier's own documents, fetched: slip, receipt, result (those that are there), by
        kind.
        """
        held = self.dossier(code)["documents"]
        return {
            one["kind"]: self.document(one["sha256"]) for one in held if one["kind"] != "upload"
        }


class Officer(Persona):
    """Somebody at a desk: clerk, cashier, officer or leader, by the roles of the seat."""

    def me(self) -> dict[str, Any]:
        return dict(self.get("/desk/me"))

    def queue(self, q: str = "", status: str = "") -> list[dict[str, Any]]:
        """The dossiers of the officer's agency or department, newest first."""
        return list(self.get("/desk/dossiers", q=q, status=status, limit=100)["dossiers"])

    def open(self, dossier_id: str) -> dict[str, Any]:
        """One dossier with its papers and what may be done now; the reading is recorded."""
        return dict(self.get(f"/desk/dossiers/{dossier_id}"))

    def register(
        self, procedure: str, applicant: Mapping[str, Any], papers: Mapping[str, bytes], **more: Any
    ) -> Filed:
        """Register a paper dossier with these scans. Raises `Refused`."""
        body = {
            "procedure_code": procedure,
            "applicant": dict(applicant),
            "files": self._filed(papers),
            **more,
        }
        answer = self.post("/desk/dossiers", body)
        return Filed(answer["code"], answer["pin"])

    def who_waits_longest(self, procedure: str, status: str) -> dict[str, Any]:
        """The earliest dossier of a procedure at the clerk's counter."""
        waiting = [row for row in self.queue(status=status) if row["procedure_code"] == procedure]
        if not waiting:
            raise NotInListError(f"{self.name}: no dossier of {procedure} is {status} in the queue")
        return self.open(waiting[-1]["dossier_id"])

    def called_by(self, code: str) -> dict[str, Any]:
        """The dossier whose code somebody tells at the counter."""
        return self.open(_the(self.queue(q=code), code))

    def act(self, dossier: Mapping[str, Any], action: str, **more: Any) -> dict[str, Any]:
        """Do what the dossier's page offers.

        Raises `NotInListError` where it is not offered, `Refused`.
        """
        offered = {one["action"]: one for one in dossier["actions"]}
        if action not in offered:
            raise NotInListError(
                f"{self.name}: {action} is not offered for {dossier['code']}, only"
                f" {sorted(offered)}"
            )
        one = offered[action]
        step = {"step": one["step"]} if "step" in one else {}
        return dict(self.post(one["href"].removeprefix(API), {**step, **more}))

    def next_task(self, procedure: str) -> dict[str, Any]:
        """The most urgent own task of a procedure, opened."""
        tasks = [
            row for row in self.get("/desk/tasks")["tasks"] if row["procedure_code"] == procedure
        ]
        if not tasks:
            raise NotInListError(f"{self.name}: no task of {procedure} in the list")
        return self.open(tasks[0]["dossier_id"])


class Cashier(Officer):
    """At the till."""

    def open_till(self, float_vnd: int) -> dict[str, Any]:
        return dict(self.post("/desk/till/open", {"float_vnd": float_vnd}))

    def close_till(self, counted_vnd: int) -> dict[str, Any]:
        """The report: expected, counted, difference."""
        return dict(self.post("/desk/till/close", {"counted_vnd": counted_vnd}))

    def till(self) -> dict[str, Any]:
        return dict(self.get("/desk/till"))


class Auditor(Persona):
    """Reads the archive."""

    def events(self, dossier_id: str) -> list[dict[str, Any]]:
        """Every archived record of a dossier, raw; none where the archive has
        not heard of it yet.
        """
        found: list[dict[str, Any]] = []
        query: dict[str, str | int] = {"limit": 500}
        while True:
            try:
                page = self.get(f"/audit/dossiers/{dossier_id}/events", **query)
            except Refused as refused:
                if refused.slug == "dossier-unknown":
                    return []
                raise
            found += page["events"]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    def verify(self, dossier_id: str) -> dict[str, Any]:
        return dict(self.get(f"/audit/dossiers/{dossier_id}/verify"))

    def state(self, dossier_id: str, at: str = "") -> dict[str, Any]:
        return dict(self.get(f"/audit/dossiers/{dossier_id}/state", **({"at": at} if at else {})))


class Anybody:
    """Without signing in."""

    def __init__(self, gateway: str, watch: Watch | None = None) -> None:
        self._http = _client(gateway, watch)

    def close(self) -> None:
        self._http.close()

    def procedure(self, code: str) -> dict[str, Any]:
        """A procedure's page. Raises `Refused`."""
        return dict(_good(self._http.get(f"{API}/procedures/{code}")).json())

    def track(self, code: str, pin: str) -> dict[str, Any]:
        """Where a dossier is. Raises `Refused`."""
        return dict(_good(self._http.get(f"{API}/track/{code}", params={"pin": pin})).json())


def _client(gateway: str, watch: Watch | None) -> httpx.Client:
    hooks = {"response": [watch]} if watch is not None else {}
    return httpx.Client(
        base_url=gateway, timeout=REQUEST_SECONDS, trust_env=False, event_hooks=hooks
    )


def _good(answer: httpx.Response) -> httpx.Response:
    """Raises `Refused` for a problem, `httpx.HTTPStatusError` for what is neither an answer nor a
    problem.
    """
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        raise Refused(answer)
    return answer.raise_for_status()


def _the(rows: list[dict[str, Any]], code: str) -> str:
    for row in rows:
        if row["code"] == code:
            return str(row["dossier_id"])
    raise NotInListError(f"{code} is not in the list")
