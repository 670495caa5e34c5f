"""What the desks' pages show of one dossier: its view, applicant, filled form, what was typed about it. Each reading is recorded."""

from typing import Any

from ...folding import Document
from ...identity import Caller
from ...notes import notes_at_desk
from ...reading import PAPERS, record_read
from ...safe_rows import PAPERS_UNREADABLE
from ...tools import Gateway
from ...views import desk_view, officers_of
from ...wording import HISTORY, NOTES


async def seen_at_desk(gateway: Gateway, caller: Caller, document: Document) -> dict[str, Any]:
    """For the templates `desk_papers.html` and `desk_history.html`: `seen`, `applicant`, `form`, `papers_unreadable`, `notes`, `who`."""
    dossier_id = document["_id"]
    await record_read(gateway, caller, dossier_id, PAPERS)
    held = await gateway.papers.held(dossier_id, document["filing"]["revision"])
    papers = held.papers
    notes = await notes_at_desk(document, gateway.papers)
    return {
        "seen": desk_view(document, gateway.catalogue, await gateway.names.of(officers_of(document)), caller),
        "applicant": papers.applicant.model_dump() if papers else None,
        "form": _lines(papers.form) if papers else [],
        "papers_unreadable": PAPERS_UNREADABLE if held.unreadable else None,
        "notes": [{"note": "", **one, "about": NOTES.get(one["event"], HISTORY.get(one["event"]))} for one in notes],
        "who": await who_of(gateway, caller),
    }


async def who_of(gateway: Gateway, caller: Caller) -> dict[str, Any]:
    """Name and post of the officer at the desk, and whether there is a list of tasks for the own roles."""
    assert caller.place is not None
    names = await gateway.names.of({caller.officer})
    return {
        "name": names.get(caller.officer, caller.officer),
        "post_vi": caller.place.post_vi,
        "post_en": caller.place.post_en,
        "has_tasks": bool(caller.roles & {"officer", "leader"}),
    }


def _lines(form: Any, within: str = "") -> list[tuple[str, str]]:
    """The filled form as lines: the way to each value, and the value."""
    if isinstance(form, dict):
        return [line for name, value in form.items() for line in _lines(value, f"{within} › {name}" if within else name)]
    if isinstance(form, list):
        return [line for number, value in enumerate(form, 1) for line in _lines(value, f"{within} {number}")]
    return [(within, {True: "✓", False: "✕"}.get(form, str(form)) if isinstance(form, bool) else str(form))]
