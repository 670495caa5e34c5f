"""Whether an answer is what the OpenAPI document says of it: status, media type, required headers,
and a JSON body by its schema.

`Described` is hung into an HTTP client's responses (`sync_hook`, `async_hook`), so that every
answer of a test is looked at, whatever the test itself asks of it. Addresses that the document does
not have (pages) are passed over.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
import jsonschema_rs

JSON = re.compile(r"application/(json|[a-z.-]+\+json)")
API = "/api/v1/"
NO_PATH = frozenset({404, 405})
"""What an address or a method that is not in the document may be answered."""
BEFORE_ROUTES = frozenset({400, 413, 429, 503})
"""What is refused before it is known whether the address is there."""


class NotAsDescribedError(AssertionError):
    """An answer that the document does not describe."""


class Described:
    """Holds answers to a document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.seen: set[tuple[str, str, int]] = set()
        """Method, path and status of every answer that was held to the document."""
        self._paths = sorted(
            ((_pattern(path), path) for path in document["paths"]),
            key=lambda one: (one[1].count("{"), one[1]),
        )
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def path_of(self, path: str) -> str | None:
        """The document's path for an address; that with the fewest parameters where several fit."""
        return next((name for pattern, name in self._paths if pattern.fullmatch(path)), None)

    def check(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes | None
    ) -> None:
        """`body` None: it is not looked at. Raises `NotAsDescribedError`."""
        name = self.path_of(path)
        operation = self.document["paths"].get(name, {}).get(method.lower())
        if operation is None:
            if name is not None or path.startswith(API):
                self._outside(f"{method} {path}: {status}", status, headers, body)
            return
        where = f"{method} {name}: {status}"
        answers = operation["responses"]
        described = answers.get(str(status)) or answers.get(f"{str(status)[0]}XX")
        if described is None:
            raise NotAsDescribedError(f"{where}: only {', '.join(answers)} are in the document")
        self.seen.add((method, str(name), status))
        for header, about in described.get("headers", {}).items():
            if about.get("required") and header.lower() not in {one.lower() for one in headers}:
                raise NotAsDescribedError(f"{where}: the header {header} is missing")
        content = described.get("content", {})
        kind = _kind(headers)
        if not content:
            return
        if kind not in content:
            raise NotAsDescribedError(
                f"{where}: {kind or 'no media type'}, the document says {', '.join(content)}"
            )
        if body is not None and JSON.fullmatch(kind):
            self._hold(where, content[kind]["schema"], body)

    def _outside(
        self, where: str, status: int, headers: Mapping[str, str], body: bytes | None
    ) -> None:
        if status not in NO_PATH | BEFORE_ROUTES:
            raise NotAsDescribedError(f"{where}: the document has no such call")
        if body and _kind(headers) == "application/problem+json":
            self._hold(where, {"$ref": "#/components/schemas/Problem"}, body)

    def _hold(self, where: str, schema: Mapping[str, Any], body: bytes) -> None:
        try:
            value = httpx.Response(200, content=body).json()
        except ValueError as error:
            raise NotAsDescribedError(f"{where}: no JSON") from error
        known = f"{sorted(schema.items())}"
        if known not in self._validators:
            whole = {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": self.document["components"],
                **schema,
            }
            self._validators[known] = jsonschema_rs.Draft202012Validator(
                whole, validate_formats=True
            )
        wrong = [_said(one) for one in self._validators[known].iter_errors(value)]
        if wrong:
            raise NotAsDescribedError(f"{where}:\n  " + "\n  ".join(wrong[:10]))

    def sync_hook(self, response: httpx.Response) -> None:
        """For `event_hooks={"response": [...]}` of a client."""
        if not _streams(response):
            response.read()
        self._look(response)

    async def async_hook(self, response: httpx.Response) -> None:
        """The same for an asynchronous client."""
        if not _streams(response):
            await response.aread()
        self._look(response)

    def _look(self, response: httpx.Response) -> None:
        request = response.request
        if request.method == "HEAD":
            return
        body = None if _streams(response) else response.content
        self.check(request.method, request.url.path, response.status_code, response.headers, body)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile(
        "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)
    )


def _kind(headers: Mapping[str, str]) -> str:
    return str(headers.get("content-type", "")).partition(";")[0].strip().lower()


def _streams(response: httpx.Response) -> bool:
    return _kind(response.headers) == "text/event-stream"


def _said(error: jsonschema_rs.ValidationError) -> str:
    where = "/".join(str(step) for step in error.instance_path) or "the whole"
    return f"{where}: {error.message[:400]}"


@lru_cache(maxsize=1)
def own_document() -> dict[str, Any]:
    """The gateway's own document, made without a gateway behind it."""
    from motcua_gateway.rights_table import described

    document: dict[str, Any] = described().openapi()
    return document


@lru_cache(maxsize=1)
def own() -> Described:
    """Holds answers to the gateway's own document."""
    return Described(own_document())
