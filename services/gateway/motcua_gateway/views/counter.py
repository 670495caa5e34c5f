"""What the one-stop counter adds to a dossier's views: what is asked for, and what clerks
wrote. Pure functions.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypedDict

from motcua_contracts.rules.archive import ENDED
from motcua_contracts.rules.copies import KINDS
from motcua_contracts.rules.reasons import reason

from ..http.safe_rows import NOTE_UNREADABLE
from ..read_model.private_records import Held
from ..read_model.stored import Document, PaperAsked
from .texts import Note


class ReasonTexts(TypedDict, total=False):
    """A reason's code with its texts."""

    reason_code: str
    reason_vi: str
    reason_en: str


class AskedLine(ReasonTexts):
    """A paper that is asked for."""

    paper: str
    name_vi: str
    copies: int
    kind: str
    kind_vi: str
    kind_en: str


class AskedFor(ReasonTexts):
    """What is asked for, and until when."""

    by: Literal["counter", "department"]
    respond_by: datetime
    note: str
    papers: list[AskedLine]


def supplement_of(document: Document, names: Mapping[str, str], note: str = "") -> AskedFor | None:
    """What is asked for, as long as it is not handed in and the dossier has not ended.

    `names`: paper -> its name; `note`: what the clerk or the department wrote to the owner.
    """
    asked = document.get("supplement")
    if asked is None or asked["state"] != "requested" or document["status"] in ENDED:
        return None
    return {
        "by": asked["by"],
        "respond_by": asked["respond_by"],
        **reason_texts(asked["reason_code"]),
        "note": note,
        "papers": [_line(line, names) for line in asked["papers"]],
    }


def _line(line: PaperAsked, names: Mapping[str, str]) -> AskedLine:
    return {
        "paper": line["paper"],
        "name_vi": names.get(line["paper"], line["paper"]),
        "copies": line["copies"],
        "kind": line["kind"],
        "kind_vi": KINDS[line["kind"]].vi,
        "kind_en": KINDS[line["kind"]].en.lower(),
        **reason_texts(line["reason_code"]),
    }


def reason_texts(code: str) -> ReasonTexts:
    """A reason's code with its texts; nothing where none was given."""
    if not code:
        return {}
    label = reason(code)
    return {"reason_code": code, "reason_vi": label.vi, "reason_en": label.en}


def refusal_of(document: Document, note: str = "") -> dict[str, object] | None:
    """Why the counter did not accept."""
    refused = document.get("refusal")
    if refused is None:
        return None
    return {
        **reason_texts(refused["reason_code"]),
        "note": note,
        "refundable": refused["refundable"],
    }


def notes_of(document: Document, papers: Mapping[int, Held]) -> list[Note]:
    """What clerks typed, by the event that it belongs to: for officers' eyes."""
    shown: list[Note] = []
    for one in document.get("noted", ()):
        held = papers.get(one["revision"], Held())
        if held.unreadable:
            shown.append({"event": one["fact"], "note": NOTE_UNREADABLE.vi, "unreadable": True})
        paper = held.papers
        if paper is None:
            continue
        typed: Note = {"event": one["fact"]}
        if paper.note:
            typed["note"] = paper.note
        if paper.recipient:
            typed["recipient"] = paper.recipient
        if paper.postal_item:
            typed["postal_item"] = paper.postal_item
        if len(typed) > 1:
            shown.append(typed)
    return shown
