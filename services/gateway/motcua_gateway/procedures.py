"""Search among the published procedures: accents, case and `đ` do not matter. In memory; a few hundred of them."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from motcua_contracts.catalog import ProcedurePublished
from motcua_contracts.catalogue import Catalogue
from motcua_contracts.refusals import ProcedureUnknown


def folded(text: str) -> str:
    """Lower case without accents: `Đăng ký` is `dang ky`."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class ProcedureIndex:
    """Reads the catalogue's replica at every call; only the folded texts are kept."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._texts: dict[tuple[str, int], str] = {}

    def get(self, code: str) -> ProcedurePublished:
        """The last version. Raises `ProcedureUnknown`."""
        for fact in self._catalogue.procedures():
            if fact.terms.code == code:
                return fact
        raise ProcedureUnknown()

    def search(self, q: str, field: str, level: int | None, authority: str) -> Iterator[ProcedurePublished]:
        """By code: those that have every word of `q` in code, name, field or agency. Load-test samples are not listed."""
        words = folded(q).split()
        for fact in self._catalogue.procedures():
            terms = fact.terms
            if fact.publication.sample:
                continue
            if (field and terms.field != field) or (level and terms.level != level) or (authority and terms.authority_level != authority):
                continue
            text = self._text(fact)
            if all(word in text for word in words):
                yield fact

    def _text(self, fact: ProcedurePublished) -> str:
        terms = fact.terms
        key = (terms.code, terms.version)
        if key not in self._texts:
            note = fact.publication.agency_note_vi or ""
            self._texts[key] = folded(" ".join((terms.code, terms.name_vi, terms.name_en, terms.field_vi, terms.field, note)))
        return self._texts[key]

    def statistics(self) -> dict[str, Any]:
        """Counts by authority, field and level; load-test samples are not procedures. Level `none`: no source states one."""
        facts = [fact for fact in self._catalogue.procedures() if not fact.publication.sample]
        fields = {fact.terms.field: fact.terms.field_vi for fact in facts}
        by_field = Counter((fact.terms.authority_level, fact.terms.field) for fact in facts)
        return {
            "total": len(facts),
            "by_authority": dict(sorted(Counter(fact.terms.authority_level for fact in facts).items())),
            "by_level": dict(sorted(Counter(str(fact.terms.level or "none") for fact in facts).items())),
            "by_field": [
                {"authority": authority, "field": field, "name_vi": fields[field], "count": count}
                for (authority, field), count in sorted(by_field.items())
            ],
        }


def summary(fact: ProcedurePublished) -> dict[str, Any]:
    """A procedure in a list."""
    terms, unknown = fact.terms, set(fact.publication.unknown)
    return {
        "code": terms.code,
        "version": terms.version,
        "name_vi": terms.name_vi,
        "name_en": terms.name_en,
        "field": terms.field,
        "field_vi": terms.field_vi,
        "authority": terms.authority_level,
        "level": terms.level,
        "online_scope": terms.online_scope,
        "days": None if "days" in unknown else terms.days,
        "day_unit": None if "days" in unknown else terms.day_unit,
        "fee_vnd": None if "fee" in unknown else terms.fee.amount_vnd,
        "takes_dossiers": fact.publication.takes_dossiers,
    }


def whole(fact: ProcedurePublished) -> dict[str, Any]:
    """One procedure with everything the public may read. What nobody states is left out, not made up."""
    terms, publication = fact.terms, fact.publication
    unknown = set(publication.unknown)
    return {
        **summary(fact),
        "effective_from": fact.effective_from,
        "receiving_agency": terms.receiving_agency,
        "deciding_agency": terms.deciding_agency,
        "fee": None if "fee" in unknown else terms.fee.model_dump(exclude={"inputs"}),
        "papers": [paper.model_dump(include=None if "papers" not in unknown else {"id", "name_vi", "name_en"}) for paper in terms.papers],
        "steps": []
        if "workflow" in unknown
        else [step.model_dump(include={"id", "name_vi", "name_en", "department", "working_hours"}) for step in terms.workflow.steps],
        "result_vi": terms.result_vi,
        "form_schema": publication.form_schema,
        "publication": publication.model_dump(exclude={"form_schema"}),
    }
