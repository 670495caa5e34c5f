"""What the one-stop counter adds to a dossier's views: what is asked for, what clerks wrote, what
may be done now. Pure functions.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua_contracts.rules.archive import ENDED, Archive, erasable_from
from motcua_contracts.rules.reasons import reason
from motcua_contracts.rules.status import Progress

from ..http.safe_rows import NOTE_UNREADABLE
from ..read_model.document import Document
from ..read_model.private_records import Held

KINDS_VI = {"original": "Bản chính", "certified": "Bản sao chứng thực", "photocopy": "Bản chụp"}
KINDS_EN = {"original": "original", "certified": "certified copy", "photocopy": "photocopy"}


def supplement_of(
    document: Document, names: Mapping[str, str], note: str = ""
) -> dict[str, Any] | None:
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


def _line(line: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "paper": line["paper"],
        "name_vi": names.get(line["paper"], line["paper"]),
        "copies": line["copies"],
        "kind": line["kind"],
        "kind_vi": KINDS_VI[line["kind"]],
        "kind_en": KINDS_EN[line["kind"]],
        **reason_texts(line["reason_code"]),
    }


def reason_texts(code: str) -> dict[str, str]:
    """A reason's code with its texts; nothing where none was given."""
    if not code:
        return {}
    label = reason(code)
    return {"reason_code": code, "reason_vi": label.vi, "reason_en": label.en}


def refusal_of(document: Document, note: str = "") -> dict[str, Any] | None:
    """Why the counter did not accept."""
    refused = document.get("refusal")
    if refused is None:
        return None
    return {
        **reason_texts(refused["reason_code"]),
        "note": note,
        "refundable": refused["refundable"],
    }


def notes_of(document: Document, papers: Mapping[int, Held]) -> list[dict[str, Any]]:
    """What clerks typed, by the fact that it belongs to: for officers' eyes."""
    shown = []
    for one in document.get("noted", ()):
        held = papers.get(one["revision"], Held())
        if held.unreadable:
            shown.append({"event": one["fact"], "note": NOTE_UNREADABLE.vi, "unreadable": True})
        paper = held.papers
        if paper is None:
            continue
        typed = {
            name: value
            for name in ("note", "recipient", "postal_item")
            if (value := getattr(paper, name))
        }
        if typed:
            shown.append({"event": one["fact"], **typed})
    return shown


def may_go_from(document: Document) -> datetime | None:
    """From when the papers of an ended dossier may be erased; None where that is not known or
    nothing is left to erase.
    """
    if (
        document["status"] not in ENDED
        or document.get("forgotten")
        or document.get("ended_at") is None
    ):
        return None
    archive = Archive.model_validate(document["filing"].get("archive", {}))
    return erasable_from(archive, document["status"], document["ended_at"])


def counter_actions(document: Document, progress: Progress) -> list[str]:
    """What a clerk of the receiving agency may do now, by the names of the calls.

    This is a hint; the service has the final say.
    """
    status, fee = progress.status, progress.fee
    if document.get("forgotten"):
        return []
    if status in ENDED:
        return ["forget"]
    # While a slip is being made the status is the old one; what the slip says is decided all the
    # same.
    decided = document.get("supplement", {}).get("state") == "demanded" or bool(
        document.get("refusing")
    )
    waits = (
        progress.intake.state in ("registered", "fee_demanded")
        and progress.routing.state == "unseen"
        and not decided
    )
    possible: list[str] = []
    if waits and status == "registered" and fee in ("none", "deferred", "paid"):
        possible.append("accept")
    if waits and fee != "not_assessed" and not document.get("counter_asked"):
        possible.append("request-supplement")
    if waits:
        possible.append("refuse")
    if status == "supplement_requested":
        possible.append("supplement")
    if progress.intake.state == "completed":
        if document["filing"]["result_delivery"] == "post":
            possible.append("post-result")
        possible.append("hand-over")
    if progress.intake.state == "posted":
        possible.append("post-outcome")
    if progress.may_withdraw and not document.get("refusing"):
        possible.append("withdrawal")
    if not document.get("refusing"):
        possible.append("correction")
    return possible
