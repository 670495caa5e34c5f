"""HTTP/1.1 as uvicorn speaks it, with our words and headers where no app is asked: bytes that are no HTTP."""

import h11
import orjson
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


class Protocol(H11Protocol):
    """uvicorn's, but for its answer to what cannot be read."""

    def send_400_response(self, msg: str) -> None:
        said = {"content-type": "application/problem+json", "content-length": str(len(NOT_HTTP)), "connection": "close"}
        headers = [(name.lower().encode(), value.encode()) for name, value in (said | HEADERS).items()]
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=NOT_HTTP), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.close()
