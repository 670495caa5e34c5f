"""The lines of the register (form 06).

One that cannot be read or printed says so, and the register comes all the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from motcua_contracts import Catalogue
from motcua_documents.pdf.register import Register, Registered, render_register, unprintable
from motcua_documents.renderer import RendererBusy

from ..documents.seals import Seal
from ..http.paging import day_in
from ..http.safe_rows import UNREADABLE, SafeRows, marker, sound
from ..procedures.agencies import agency_names
from ..read_model.private_records import Held, PapersReplica
from ..read_model.stored import Document, history_of

VIEW = "register"
DELIVERY_VI = {"online": "Trực tuyến", "counter": "Tại quầy", "post": "Bưu chính"}


async def line_of(
    rows: SafeRows, papers: PapersReplica, catalogue: Catalogue, row: Document
) -> Registered:
    """The line of a dossier, or one that says that it cannot be read."""
    revision = rows.one(VIEW, row, lambda: int(row["filing"]["revision"]), lambda: 0)
    held = await papers.held(row["_id"], revision) if revision else Held()
    return rows.one(VIEW, row, lambda: _line(catalogue, row, held), lambda: _unreadable(row))


async def sealed_register(
    seal: Seal, rows: SafeRows, register: Register, dossiers: Sequence[Document], agency: str
) -> bytes:
    """The register as PDF; `dossiers` are those of its lines.

    Where it cannot be made because of some lines, these say so.

    Raises `DocumentNotMade`, `RendererBusy`.
    """

    async def sealed(printed: Register) -> bytes:
        return await seal.seal(
            render_register, printed, "Sổ theo dõi hồ sơ", printed.printed_at, agency
        )

    try:
        return await sealed(register)
    except RendererBusy:
        raise
    except Exception as error:
        # Looked for only now: to try each line first would double the work of every register.
        bad = set(orjson.loads(await seal.looked_at(unprintable, register)))
        if not bad:
            raise
        for number in sorted(bad):
            rows.tell(VIEW, dossiers[number], error)
    lines = [
        _unreadable(dossiers[number]) if number in bad else line
        for number, line in enumerate(register.lines)
    ]
    return await sealed(replace(register, lines=lines))


def _line(catalogue: Catalogue, row: Document, held: Held) -> Registered:
    papers, filing = held.papers, row["filing"]
    deciding, _, _ = agency_names(filing["deciding_agency"], catalogue)
    returned = [one.at for one in history_of(row) if one.event == "DossierReturned"]
    notes = (
        "Đã xóa giấy tờ" if row.get("forgotten") else "",
        UNREADABLE.vi if held.unreadable else "",
    )
    line: dict[str, Any] = {
        "code": row["code"],
        "procedure_vi": filing["name_vi"],
        "sets": 1,
        "applicant": papers.applicant.full_name if papers is not None else "",
        "address": papers.applicant.address if papers is not None else "",
        "phone": papers.applicant.phone if papers is not None else "",
        "deciding_vi": deciding,
        "received_at": day_in(row["filed_at"]),
        "due_at": row["due_at"],
        "returned_at": returned[-1] if returned else None,
        "delivery_vi": DELIVERY_VI[filing["result_delivery"]],
        "note_vi": "; ".join(note for note in notes if note),
    }
    return Registered(**sound(line))


def _unreadable(row: Document) -> Registered:
    """Its code, or its id where that cannot be read either, and nothing else of it."""
    shown = marker(row)
    code = shown["code"] or shown["dossier_id"]
    return Registered(code, UNREADABLE.vi, 1, "", "", "", "", None, None, None, "")
