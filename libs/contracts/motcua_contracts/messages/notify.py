"""Notify's commands and events: messages to people. Addresses stay in the private records.

Subject: the dossier's id, `preferences:<pseudonym>`, or `worklist:<officer>` for the mails with an
officer's digest.
"""

import hmac
from typing import Literal

from ..rules.status import Label
from ..values.bounds import Id, Instant, LongLine, MessageId, Number, Values
from ..wire.doers import Somebody
from ..wire.payload import Command, Event, Hour
from .intake import Contact, Contacts

MessageChannel = Literal["email", "sms"]
Ending = Literal["sent", "failed", "suppressed", "not_sent", "refused", "unknown"]
"""How an attempt ended: `not_sent` and `refused` are definite (another provider may try), `unknown`
is not: it may have arrived.
"""
SmsWish = Literal["never", "important", "all"]
DIGEST = "digest"
"""The one template that goes to officers; its subject is the officer's worklist."""
PREFERENCES = "preferences:"
"""Before a citizen's pseudonym it is the subject of the citizen's wishes."""

TITLES: dict[str, Label] = {
    "registered": Label("Hồ sơ {code} đã được đăng ký", "Dossier {code} has been registered"),
    "payment-demanded": Label(
        "Hồ sơ {code}: đề nghị nộp phí, lệ phí", "Dossier {code}: please pay the fee"
    ),
    "accepted": Label("Hồ sơ {code} đã được tiếp nhận", "Dossier {code} has been accepted"),
    "not-accepted": Label("Hồ sơ {code} không được tiếp nhận", "Dossier {code} was not accepted"),
    "supplement-requested": Label(
        "Hồ sơ {code}: đề nghị bổ sung giấy tờ", "Dossier {code}: please hand in more documents"
    ),
    "supplement-received": Label(
        "Hồ sơ {code}: đã nhận giấy tờ bổ sung", "Dossier {code}: your documents were received"
    ),
    "clock-resumed": Label(
        "Hồ sơ {code}: ngày hẹn trả kết quả mới", "Dossier {code}: new due date for the result"
    ),
    "deadline-extended": Label(
        "Hồ sơ {code}: xin lỗi và hẹn lại ngày trả kết quả",
        "Dossier {code}: our apology and a new due date",
    ),
    "due-date-moved": Label(
        "Hồ sơ {code}: dời ngày hẹn vì ngày nghỉ",
        "Dossier {code}: new due date because of a public holiday",
    ),
    "supplement-term-moved": Label(
        "Hồ sơ {code}: dời hạn nộp giấy tờ bổ sung vì ngày nghỉ",
        "Dossier {code}: more time for your papers, the day is off",
    ),
    "pay-term-moved": Label(
        "Hồ sơ {code}: dời hạn nộp phí, lệ phí vì ngày nghỉ",
        "Dossier {code}: more time to pay, the day is off",
    ),
    "granted": Label("Hồ sơ {code} đã có kết quả", "The result of dossier {code} is ready"),
    "refused": Label("Hồ sơ {code} không được giải quyết", "Dossier {code} was refused"),
    "returned": Label("Hồ sơ {code}: đã trả kết quả", "Dossier {code}: the result was handed over"),
    "posted": Label(
        "Hồ sơ {code}: kết quả đã gửi qua bưu chính", "Dossier {code}: the result was sent by post"
    ),
    "post-came-back": Label(
        "Hồ sơ {code}: bưu phẩm bị chuyển hoàn",
        "Dossier {code}: the post returned the result to us",
    ),
    "withdrawn": Label("Hồ sơ {code} đã được rút", "Dossier {code} has been withdrawn"),
    "stopped-not-paid-in-time": Label("Hồ sơ {code} đã dừng xử lý", "Dossier {code} was stopped"),
    "stopped-not-supplemented-in-time": Label(
        "Hồ sơ {code} đã dừng xử lý", "Dossier {code} was stopped"
    ),
    "receipt": Label("Hồ sơ {code}: biên lai số {number}", "Dossier {code}: receipt {number}"),
    "refunded": Label(
        "Hồ sơ {code}: đã hoàn trả phí, lệ phí", "Dossier {code}: the fee was refunded"
    ),
    "refund-failed": Label(
        "Hồ sơ {code}: việc hoàn trả phí bị chậm", "Dossier {code}: the refund is delayed"
    ),
    "digest": Label(
        "Công việc hôm nay: {total} hồ sơ, {late} quá hạn",
        "Your work today: {total} dossiers, {late} overdue",
    ),
}
"""Every kind of message by the name of its template: its title in the mail's subject and in the
inbox. Holes are the message's `values`.
"""


class RecordDelivery(Command, owner="notify"):
    """Answer of the effect `send-email` or `send-sms`: how one attempt ended.

    `next_provider`: who is to try next, where it did not go out; empty where everybody who may was
    asked. `segments`: of an SMS.
    """

    message_id: MessageId
    outcome: Ending
    provider: Id
    reason: LongLine = ""
    next_provider: Id = ""
    segments: Number = 0


class RecordReport(Command, owner="notify"):
    """A provider's delivery report of an SMS, as the gateway took it in."""

    closed_by = ("MessageDelivered", "MessageFailed")
    message_id: MessageId
    delivered: bool


class SetPreferences(Command, owner="notify"):
    """How a citizen wants to be told.

    `email` False: only what nothing else could tell. `sms` needs the citizen's word for more than
    `important`. The quiet hours (Vietnam's) hold SMS back, nothing else. `language` empty: as each
    dossier says.
    """

    closed_by = ("PreferencesSet",)
    email: bool = True
    sms: SmsWish = "important"
    quiet_from: Hour = ""
    quiet_until: Hour = ""
    language: Literal["", "vi", "en"] = ""


class ConfirmContact(Command, owner="notify"):
    """The reader of this contact's messages followed the signed link in one of them and agreed to
    receive messages of the dossier.
    """

    closed_by = ("ContactConfirmed",)
    contact: Contact
    corrected: Number = 0
    """The revision by which the contact became this address; 0 for the one of the filing."""


class ContactConfirmed(Event, owner="notify"):
    """This contact of the dossier gets everything from now on."""

    contact: Contact
    corrected: Number = 0
    """The revision by which the contact became this address; 0 for the one of the filing."""


class MessageQueued(Event, owner="notify"):
    """Demands the effect that sends it.

    `message_id` is also the e-mail's Message-ID and the provider's key.
    """

    message_id: MessageId
    channel: MessageChannel
    template: Id
    about: Id
    """Type name of the event that it reports."""
    revision: Number
    contacts: Contacts = ()
    """Which contacts paper `revision` holds; later messages of the dossier choose their channels by
    it.
    """
    confirmed: Contacts = ()
    """Which of them get full messages; the others get fixed texts only."""
    values: Values
    """What the template needs, none of it personal: always `code`, `procedure_vi`, `procedure_en`;
    instants in RFC 3339.
    """
    owner_actor: Somebody = ""
    """Whose preferences apply to the dossier's messages: `citizen:<pseudonym>`, or empty.
    `officer:<id>`: who gets the digest.
    """
    provider: Id = ""
    """The provider to try first."""
    not_before: Instant | None = None
    """Held until then by the citizen's own quiet hours."""
    language: Literal["", "vi", "en"] = ""
    """The citizen's choice; empty: as the papers say."""


class ContactsChanged(Event, owner="notify"):
    """From now on messages of the dossier go by paper `revision`, also those
    that are on their way.
    """

    revision: Number
    contacts: Contacts = ()
    changed: Contacts = ()
    """Which are other addresses now. Links that were sent to the ones of before confirm nothing any
    more.
    """
    confirmed: Contacts = ()


class NewsHeld(Event, owner="notify"):
    """Something is to be told, but the dossier's name is not known here yet: the log that says it
    is read a moment later.
    """

    news_id: MessageId
    template: Id
    about: Id
    values: Values


class MessageAttemptFailed(Event, owner="notify"):
    """One attempt did not bring it to the provider, or nobody knows (`unknown`).

    `attempt` counts from 1; the next is `next_provider`'s, not before `retry_at`. So many of a
    message at most as the schedule has steps, times the channel's providers.
    """

    message_id: MessageId
    channel: MessageChannel
    provider: Id
    reason: LongLine
    attempt: Number
    round: Number = 0
    """How many rounds over all providers were made. There is a pause between rounds."""
    unknown: bool = False
    refused: bool = False
    next_provider: Id
    retry_at: Instant


class MessageSent(Event, owner="notify"):
    message_id: MessageId
    channel: MessageChannel
    provider: Id
    sent_at: Instant
    segments: Number = 0
    """Segments of an SMS, as billed."""


class MessageDelivered(Event, owner="notify"):
    """The provider reports that the message reached the phone."""

    message_id: MessageId
    channel: MessageChannel
    delivered_at: Instant


class MessageFailed(Event, owner="notify"):
    """Given up. `undeliverable`: the provider had taken it and reports that it never arrived."""

    message_id: MessageId
    channel: MessageChannel
    provider: Id
    reason: LongLine


class MessageSuppressed(Event, owner="notify"):
    message_id: MessageId
    channel: MessageChannel
    reason: LongLine


class PreferencesSet(Event, owner="notify"):
    """Subject: `preferences:<pseudonym>`."""

    email: bool
    sms: SmsWish
    quiet_from: Id = ""
    quiet_until: Id = ""
    language: Literal["", "vi", "en"] = ""


def report_signature(message_id: str, secret: str) -> str:
    """The signature in the address of a delivery report, which shows the gateway that notify issued
    it.
    """
    return hmac.new(secret.encode(), f"sms-report\n{message_id}".encode(), "sha256").hexdigest()[
        :32
    ]


def contact_signature(dossier_id: str, contact: Contact, secret: str, corrected: int = 0) -> str:
    """The signature in the address that confirms a contact: only the reader of messages sent there
    knows it.

    `corrected`: the revision by which the contact became this address; 0 for the one of the filing.
    """
    of = f"confirm-contact\n{contact}\n{dossier_id}" + (f"\n{corrected}" if corrected else "")
    return hmac.new(secret.encode(), of.encode(), "sha256").hexdigest()[:32]


def dossier_of(message_id: str) -> str:
    """The subject that a message's id names."""
    return message_id.rsplit(".", 2)[0]
