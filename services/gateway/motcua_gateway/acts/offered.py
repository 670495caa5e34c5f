"""Which acts a page offers for one dossier now, each as one form, and why some must wait."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from motcua_contracts import Catalogue, Label, Refusal
from motcua_contracts.rules.archive import day_of
from motcua_contracts.rules.offers import at_counter, in_case
from motcua_contracts.rules.refusals import AlreadyExtended, ConsultationOpen, SupplementUsed

from ..identity.callers import Caller
from ..procedures.agencies import agency_names
from ..read_model.document import Document
from ..views.offer_inputs import asked_before, case_of, dossier_of, moment_of, who_of
from .act import Act
from .choices import Choices
from .counter import COUNTER
from .department import CASES


@dataclass(frozen=True, slots=True)
class Offer:
    """One form.

    `form` tells it from the others on the page; `values` are those of its hidden inputs; `why_not`
    is the reason for which it must wait.
    """

    act: Act
    form: str
    values: Mapping[str, Any] = field(default_factory=dict)
    why_not: Label | None = None

    def label(self, choices: Choices) -> Label:
        return self.act.titled(choices) or self.act.label


def case_offers(
    document: Document, caller: Caller, catalogue: Catalogue, at: datetime
) -> list[Offer]:
    """A form for each act of a case that is offered, and the reason for those that a user might
    expect but cannot use; what cannot be undone comes last.
    """
    offers = []
    for one in in_case(case_of(document), who_of(caller), moment_of(catalogue, at)):
        form = f"{one.act}-{one.number}" if one.number else one.act
        awaited = None if one.is_possible else _awaited(document, catalogue, at)
        values = {"step": one.step, "consultation": one.number}
        offers.append(Offer(CASES.on_page[one.act], form, values, awaited))
    offers += _missed(document, caller, {one.act.name for one in offers})
    order = list(CASES.on_page)
    return sorted(offers, key=lambda offer: order.index(offer.act.name))


def _missed(document: Document, caller: Caller, offered: set[str]) -> Iterable[Offer]:
    task = document.get("case", {}).get("task")
    if task is None or document["status"] != "processing":
        return
    name = "request-supplement"
    if task["officer"] == caller.officer and name not in offered and asked_before(document):
        yield Offer(CASES.on_page[name], name, why_not=_title(SupplementUsed()))
    given = document["case"].get("apologies", ())
    if given and "assign" in offered and "extend" not in offered:
        refusal = AlreadyExtended(allowed=len(given))
        yield Offer(CASES.on_page["extend"], "extend", why_not=_title(refusal))


def _awaited(document: Document, catalogue: Catalogue, at: datetime) -> Label | None:
    for one in document["case"].get("consultations", ()):
        if one["opinion"] is None and at <= one["respond_by"]:
            _, _, departments = agency_names(one["agency"], catalogue)
            name_vi, _ = departments.get(one["department"], (one["department"], ""))
            return _title(ConsultationOpen(consultation=one["consultation"], department=name_vi))
    return None


def _title(refusal: Refusal) -> Label:
    return Label(refusal.title_vi, refusal.title_en)


def counter_offers(
    document: Document, caller: Caller, catalogue: Catalogue, at: datetime
) -> list[Offer]:
    """A form for each act of the counter that is offered; one that must wait says until when."""
    offered = at_counter(dossier_of(document), who_of(caller), moment_of(catalogue, at))
    waits = {one.act: _kept(one.possible_from, at) for one in offered}
    return [
        Offer(act, name, why_not=waits[name])
        for name, act in COUNTER.on_page.items()
        if name in waits
    ]


def _kept(possible_from: datetime | None, at: datetime) -> Label | None:
    """Papers of an ended dossier that the archive's term still holds."""
    if possible_from is None or possible_from <= at:
        return None
    last = day_of(possible_from - timedelta(days=1))
    return Label(
        f"giấy tờ phải lưu trữ đến hết ngày {last}",
        f"the documents must be kept until the end of {last}",
    )
