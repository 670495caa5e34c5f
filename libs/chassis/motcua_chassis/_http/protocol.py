"""HTTP/1.1 as uvicorn speaks it, with our words and headers where no app is asked: bytes that are
no HTTP, or can be read in two ways.
"""

from typing import Any

import h11
import orjson
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from .headers import HEADERS

NOT_HTTP = orjson.dumps(
    {
        "type": "urn:motcua:problem:request-invalid",
        "title": "Nội dung gửi lên chưa đúng.",
        "title_en": "The request is not valid.",
        "status": 400,
        "params": {},
    }
)


class OneLength(h11.Connection):
    """Refuses a request with both Content-Length and Transfer-Encoding. h11 goes by the second one
    and keeps the connection; a proxy that goes by the first takes the rest of the body for the next
    request, which may be somebody else's (RFC 9112, 6.3).
    """

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Request) and {b"content-length", b"transfer-encoding"} <= {
            name for name, _ in event.headers
        }:
            raise h11.RemoteProtocolError("two lengths of one body")
        return event


class Protocol(H11Protocol):
    """uvicorn's, but for what it takes as a request, and for its answer to what cannot be read."""

    def __init__(self, config: Config, *more: Any, **named: Any) -> None:
        super().__init__(config, *more, **named)
        most = config.h11_max_incomplete_event_size
        self.conn = OneLength(h11.SERVER, *(() if most is None else (most,)))

    def send_400_response(self, msg: str) -> None:
        said = {
            "content-type": "application/problem+json",
            "content-length": str(len(NOT_HTTP)),
            "connection": "close",
        }
        headers = [
            (name.lower().encode(), value.encode()) for name, value in (said | HEADERS).items()
        ]
        for event in (
            h11.Response(status_code=400, headers=headers),
            h11.Data(data=NOT_HTTP),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))
        self.transport.close()
