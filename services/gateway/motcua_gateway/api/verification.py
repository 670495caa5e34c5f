"""Whether a document of ours is ours: its dossier's code and the check code at its foot (the QR of
a result leads here).
"""

import hmac
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from motcua_contracts import Catalogue

from ..answers.base import shows
from ..answers.dossier import VerifiedDossier
from ..http.refusals import VerificationUnknown
from ..http.typed import typed_code
from ..procedures.agencies import agency_names
from ..read_model.document import documents_of
from ..read_model.dossiers import Dossiers
from ..read_model.private_records import PapersReplica
from .calls import PROBLEM, Json, TheGateway

router = APIRouter(tags=["public"], responses=PROBLEM)
Code = Annotated[str, Path(max_length=60)]
Check = Annotated[
    str,
    Query(max_length=64, description="The check code (mã kiểm chứng) at the foot of the document"),
]
NO_SALT = "-" * 32
"""Compared with where there is nothing to compare, so that time tells nothing; equal to it opens
nothing.
"""


@router.get("/verify/{code}", responses=shows(VerifiedDossier))
async def verify(gateway: TheGateway, code: Code, check: Check = "") -> Response:
    """What was issued for the dossier, with the SHA-256 of each file: a document is genuine if its
    own is among them. Nothing personal.
    """
    found = await verified(gateway.dossiers, gateway.papers, gateway.catalogue, code, check)
    return Json(found)


async def verified(
    dossiers: Dossiers, replica: PapersReplica, catalogue: Catalogue, code: str, check: str
) -> dict[str, Any]:
    """Raises `VerificationUnknown`: one answer for a wrong check code and for a code that nobody
    has.

    Of a dossier whose papers were erased the hashes of its check codes are left. A check code has
    128 bits, so that no count of tries is needed, and none that a stranger could use up.
    """
    code = typed_code(code)
    document = await dossiers.by_code(code)
    revisions = (
        range(document["filing"]["revision"], 0, -1) if document is not None else range(1, 0, -1)
    )
    right = False
    given = check.strip().lower()
    for kept in document.get("checks", ()) if document is not None else ():
        right |= hmac.compare_digest(kept.encode(), sha256(given.encode()).hexdigest().encode())
    for revision in revisions:
        papers = await replica.of_dossier(
            document["_id"] if document is not None else code, revision
        )
        same = hmac.compare_digest(
            (papers.salt if papers is not None else NO_SALT).encode(), given.encode()
        )
        right |= same and papers is not None
    if document is None or not right:
        raise VerificationUnknown()
    filing, decision = document["filing"], document.get("case", {}).get("decision")
    agency_vi, agency_en, _ = agency_names(filing["deciding_agency"], catalogue)
    issued = [
        {"kind": one["kind"], "sha256": one["sha256"], "size": one["size"]}
        for one in documents_of(document)
        if one["kind"] != "upload"
    ]
    return {
        "code": document["code"],
        "procedure_code": filing["procedure"],
        "procedure_vi": filing["name_vi"],
        "procedure_en": filing["name_en"],
        "agency_vi": agency_vi,
        "agency_en": agency_en,
        "outcome": decision["outcome"] if decision else None,
        "decided_at": decision["decided_at"] if decision else None,
        "documents": issued,
    }
