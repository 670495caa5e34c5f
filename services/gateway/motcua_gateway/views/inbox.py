"""The in-app inbox: what a citizen was told about their dossiers, newest first, read out of the
dossiers' documents.

The texts are the titles that the mails have; everything else is on the dossier's page, where each
line leads.
"""

from datetime import UTC, datetime
from typing import Any

from motcua_contracts import Label
from motcua_contracts.messages.notify import TITLES

from ..http.paging import Page, millis, read_cursor, stored_instant, write_cursor
from ..http.safe_rows import SafeRows
from ..read_model.folds.notify import lost
from ..read_model.stored import Document, Told

REASONS: dict[str, Label] = {
    "no-address": Label("không có địa chỉ liên hệ", "no contact was left"),
    "bad-address": Label("địa chỉ liên hệ không hợp lệ", "the contact is not valid"),
    "landline": Label(
        "số điện thoại cố định không nhận được tin nhắn", "a landline cannot receive SMS"
    ),
    "forgotten": Label(
        "giấy tờ đã được xóa theo yêu cầu", "the personal data were deleted on request"
    ),
    "by-choice": Label("theo lựa chọn của người nộp", "by the applicant's choice"),
    "unconfirmed-limit": Label(
        "địa chỉ chưa được xác nhận và đã nhận đủ số thông báo trong ngày",
        "the contact is not confirmed and has reached today's limit of messages",
    ),
    "papers-unreadable": Label("không đọc được hồ sơ", "the personal data cannot be read"),
    "message-unreadable": Label("không đọc được nội dung thông báo", "the message cannot be read"),
    "undeliverable": Label("nhà mạng báo không gửi được", "the operator could not deliver it"),
}
"""Why a message did not go out, for people. Other codes are the providers' answers."""
STATES: dict[str, Label] = {
    "queued": Label("đang gửi", "being sent"),
    "retrying": Label("đang gửi lại", "being sent again"),
    "sent": Label("đã gửi", "sent"),
    "delivered": Label("đã nhận", "delivered"),
    "failed": Label("không gửi được", "could not be sent"),
    "suppressed": Label("không gửi", "not sent"),
}


async def inbox_of(
    dossiers: Any, rows: SafeRows, owner: str, cursor: str | None, limit: int
) -> Page[dict[str, object]]:
    """One line for each piece of news, whatever its channels. Raises `CursorInvalid`."""
    pipeline: list[dict[str, object]] = [
        {"$match": {"owner": owner, "code": {"$exists": True}, "messages": {"$exists": True}}},
        {"$project": {"code": 1, "filing.name_vi": 1, "filing.name_en": 1, "messages": 1}},
        {"$unwind": "$messages"},
        {
            "$group": {
                "_id": {"$cond": [_is("$messages.news", "string"), "$messages.news", "$_id"]},
                "at": {"$min": "$messages.at"},
                "dossier": {"$first": "$$ROOT"},
                "all": {"$push": "$messages"},
            }
        },
    ]
    # What has no instant comes last, so that a cursor reaches it.
    pipeline.append({"$set": {"at": {"$cond": [_is("$at", "date"), "$at", NEVER]}}})
    if cursor:
        at, last = read_cursor(cursor, int, str)
        then = stored_instant(at)
        pipeline.append(
            {"$match": {"$or": [{"at": {"$lt": then}}, {"at": then, "_id": {"$lt": last}}]}}
        )
    pipeline += [{"$sort": {"at": -1, "_id": -1}}, {"$limit": limit + 1}]
    found = [row async for row in dossiers.aggregate(pipeline)]
    more, found = len(found) > limit, found[:limit]
    cursor = write_cursor(millis(found[-1]["at"]), found[-1]["_id"]) if more else None
    lines = rows.each(
        "inbox",
        found,
        lambda row: _line(row["dossier"], row["at"], row["all"]),
        of=lambda row: row["dossier"],
    )
    return Page(lines, cursor)


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _is(value: str, kind: str) -> dict[str, object]:
    return {"$eq": [{"$type": value}, kind]}


def _line(dossier: Document, at: datetime, messages: list[Told]) -> dict[str, object]:
    first = messages[0]
    return {
        "at": at,
        "dossier_id": dossier["_id"],
        "code": dossier["code"],
        "procedure_vi": dossier["filing"]["name_vi"],
        "procedure_en": dossier["filing"]["name_en"],
        "about": first["template"],
        **_titles(first, dossier["code"]),
        "channels": [channel_row(message) for message in messages],
        "href": f"/api/v1/dossiers/{dossier['_id']}",
    }


def _titles(message: Told, code: str) -> dict[str, str]:
    title = TITLES.get(message["template"], Label(message["template"], message["template"]))
    values = {**message["values"], "code": code}
    return {"title_vi": title.vi.format_map(values), "title_en": title.en.format_map(values)}


def channel_row(message: Told) -> dict[str, object]:
    """The state of a message on its channel."""
    state, reason = STATES[message["state"]], REASONS.get(message["reason"])
    row: dict[str, object] = {
        "channel": message["channel"],
        "state": message["state"],
        "state_vi": state.vi,
        "state_en": state.en,
    }
    if message["reason"]:
        row |= {
            "reason": message["reason"],
            "reason_vi": reason.vi if reason else "",
            "reason_en": reason.en if reason else "",
        }
    return row


def undelivered_rows(document: Document) -> list[dict[str, object]]:
    """For the counter: each piece of news that reached nobody, so that somebody can call."""
    news: dict[str, list[Told]] = {}
    for message in document.get("messages", ()):
        news.setdefault(message["news"], []).append(message)
    return [
        {
            "at": one[0]["at"],
            "about": one[0]["template"],
            **_titles(one[0], document["code"]),
            "channels": [channel_row(m) for m in one],
        }
        for one in news.values()
        if all(lost(message) for message in one)
    ]
