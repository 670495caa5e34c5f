"""The answers of providers' callbacks, of the portal's feed and of development's tokens."""

from datetime import datetime
from typing import Literal

from motcua_contracts.rules.status import Status

from .base import Answer, UnreadableRow


class VnpayAnswer(Answer):
    """As VNPAY's documentation asks."""

    RspCode: str
    Message: str


class BankAnswer(Answer):
    """The same codes."""

    code: str
    message: str


class FeedRow(Answer):
    """A status that a dossier came to. `number` counts the dossier's own."""

    dossier_id: str
    code: str
    procedure_code: str
    number: int
    status: Status
    portal_status: int
    portal_status_vi: str
    at: datetime


class Feed(Answer):
    statuses: list[FeedRow | UnreadableRow]
    next_cursor: str
    more: bool


class Token(Answer):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    roles: list[str]
