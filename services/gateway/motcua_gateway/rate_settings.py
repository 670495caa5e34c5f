"""How much one address, one person and everybody together may ask for, by kind of route.

Read from the environment (`MOTCUA_LIMIT_…`).
"""

import re
from typing import Any, Literal, get_args

from limits import RateLimitItem, parse
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Kind = Literal[
    "read",
    "change",
    "upload",
    "file",
    "search",
    "pdf",
    "export",
    "figures",
    "sign-in",
    "callback",
    "verification",
    "tracking",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

ROUTES: tuple[tuple[str, str, Kind], ...] = (
    ("GET|POST", r"/api/v1/callbacks/(?!vnpay/return).*", "callback"),
    ("POST", r"/api/v1/dev/token", "sign-in"),
    ("POST", r"/quay/dang-nhap", "sign-in"),
    ("GET", r"/api/v1/verify/.*", "verification"),
    ("GET", r"/xac-minh/.*", "verification"),
    ("GET|POST", r"/xac-nhan/.*", "verification"),
    ("GET", r"/api/v1/track/.*", "tracking"),
    ("POST", r"/tra-cuu", "tracking"),
    ("POST", r"/track/.*", "tracking"),
    ("POST", r"/api/v1/files", "upload"),
    ("POST", r"/api/v1/dossiers", "file"),
    ("POST", r"/api/v1/desk/dossiers", "file"),
    ("GET|POST", r"/api/v1/.*\.pdf", "pdf"),
    ("GET", r"/api/v1/guide", "pdf"),
    ("POST", r"/thu-tuc/[^/]+/to-khai", "pdf"),
    ("GET", r"/api/v1/me/export", "export"),
    ("GET", r"/api/v1/statistics", "figures"),
    ("GET", r"/", "search"),
    ("GET", r"/thong-ke", "search"),
    ("GET", r"/quay", "search"),
    ("GET", r"/quay/cong-viec", "search"),
    ("GET", r"/api/v1/procedures(/statistics)?", "search"),
    ("GET", r"/api/v1/open-data/.*", "search"),
    ("GET", r"/api/v1/portal/feed", "search"),
    ("GET", r"/api/v1/audit/.*", "search"),
    ("GET", r"/api/v1/desk/dossiers", "search"),
    ("GET", r"/api/v1/desk/undelivered", "search"),
    ("GET", r"/api/v1/desk/tasks", "search"),
    ("GET", r"/api/v1/dossiers", "search"),
    ("GET", r"/api/v1/inbox", "search"),
)
"""Method, path, kind; a row for each thing, so that a test finds one that means no route.

What is not here is read where it is GET or HEAD, and changes something otherwise."""
_ROUTES = tuple(
    (frozenset(methods.split("|")), re.compile(path), kind) for methods, path, kind in ROUTES
)

ADDRESS: dict[Kind, str] = {
    "read": "1200/minute",
    "change": "300/minute",
    "upload": "120/minute",
    "file": "60/minute",
    "search": "300/minute",
    "pdf": "60/minute",
    "export": "30/minute",
    "figures": "60/minute",
    "sign-in": "30/minute",
    "callback": "1200/minute",
    "verification": "120/minute",
    "tracking": "120/minute",
}
"""Many people may share one address: a mobile network, a village office."""
PERSON: dict[Kind, str] = {
    "read": "300/minute",
    "change": "60/minute",
    "upload": "40/minute",
    "file": "10/minute",
    "search": "120/minute",
    "pdf": "30/minute",
    "export": "3/minute",
    "figures": "30/minute",
}
"""Of a citizen. Officers have four times as much: it is their work."""
OFFICERS_SHARE = 4
DAY: dict[str, dict[str, int]] = {
    "citizen": {"upload": 200, "file": 30},
    "officer": {"upload": 3000, "file": 1000},
}
"""Uploads and dossiers a day, of a citizen and of anybody whom the catalogue places at an agency
(clerks).
"""


class RateSettings(BaseSettings):
    """A setting names what differs from the defaults: `MOTCUA_LIMIT_ADDRESS={"search":
    "60/minute"}`.
    """

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    limit_address: dict[Kind, str] = Field(default=ADDRESS, validate_default=True)
    limit_person: dict[Kind, str] = Field(default=PERSON, validate_default=True)
    limit_day: dict[str, dict[str, int]] = Field(default=DAY, validate_default=True)
    limit_factor: int = Field(default=1, ge=1)
    """Multiplies all three: a development stack's load comes from one address and a few people."""
    limit_concurrent_address: int = Field(default=100, ge=1)
    """Requests of one address that are being answered at once, by one instance."""
    limit_concurrent: int = Field(default=1000, ge=1)
    """The same of everybody."""
    limit_streams: int = Field(default=4, ge=1)
    """Streams (server-sent events) of one person at once, by one instance."""
    limit_all_streams: int = Field(default=500, ge=1)
    """The same of everybody. A stream takes no place of `limit_concurrent`: it waits far longer
    than it works.
    """

    @field_validator("limit_address", "limit_person")
    @classmethod
    def _rates(cls, said: dict[Kind, str], info: Any) -> dict[Kind, str]:
        for kind, rate in said.items():
            try:
                item(rate, 1)
            except ValueError:
                raise ValueError(
                    f"{kind}: allowed are a number and a time, such as 60/minute or 1000/day"
                ) from None
        return {**(ADDRESS if info.field_name == "limit_address" else PERSON), **said}

    @field_validator("limit_day")
    @classmethod
    def _days(cls, said: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
        for who, numbers in said.items():
            if (
                who not in DAY
                or not set(numbers) <= {"upload", "file"}
                or any(number < 1 for number in numbers.values())
            ):
                raise ValueError(
                    'allowed are {"citizen": {"upload": 1, "file": 1}, "officer": …} with numbers'
                    " from 1"
                )
        return {who: {**numbers, **said.get(who, {})} for who, numbers in DAY.items()}


def item(rate: str, factor: int) -> RateLimitItem:
    """Raises `ValueError` for what is no rate."""
    read = parse(rate)
    if read.amount < 1:
        raise ValueError("a rate is at least 1")
    return type(read)(read.amount * factor, read.multiples)


def kind_of(method: str, path: str) -> Kind:
    """What a request is counted as."""
    method = "GET" if method == "HEAD" else method
    for methods, pattern, kind in _ROUTES:
        if method in methods and pattern.fullmatch(path):
            return kind
    return "read" if method == "GET" else "change"
