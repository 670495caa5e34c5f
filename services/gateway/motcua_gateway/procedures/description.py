"""A procedure in words and values as the API gives it: in a list, whole, its fee explained.

What nobody states is left out, not made up.
"""

from collections.abc import Iterator
from typing import Any

from motcua_contracts import Label
from motcua_contracts.rules.reasons import EVERY
from motcua_contracts.rules.terms import FeeRule, Terms

from .amounts import money
from .forms import forms_of
from .index import Shown
from .levels import FORMS_LEVEL, NAMES, SOURCES, sentences

STATES: dict[str, Label] = {
    "open": Label("Đang tiếp nhận hồ sơ", "Takes dossiers"),
    "suspended": Label("Tạm dừng tiếp nhận hồ sơ mới", "Not accepting new dossiers at present"),
    "withdrawn": Label(
        "Đã bãi bỏ, không còn tiếp nhận hồ sơ", "Abolished, no longer accepts dossiers"
    ),
}
UNKNOWN_PARTS: dict[str, Label] = {
    "days": Label("Thời hạn giải quyết", "The processing time"),
    "fee": Label("Phí, lệ phí", "The fee"),
    "workflow": Label("Các bước xử lý", "The steps inside the office"),
    "papers": Label(
        "Giấy tờ nào bắt buộc, bản chính hay bản sao, mấy bản",
        "Which documents are required, as originals or copies, and how many",
    ),
}
SAMPLE = Label(
    "Thủ tục mẫu, tạo ra cho đủ số lượng công bố; không phải thủ tục có thật.",
    "A sample created to match the published counts; not a real procedure.",
)
ORIGIN = Label(
    "Nội dung lấy từ nhiều tỉnh và nhiều năm để trình diễn; không phải quy định hiện hành của Nam"
    " Định.",
    "The content comes from many provinces and years, for demonstration; it is not the current law"
    " of Nam Định.",
)
_DAYS = {
    "working": Label("{days} ngày làm việc", "{days} working days"),
    "calendar": Label("{days} ngày", "{days} days"),
    "same_day": Label(
        "Trong ngày; nhận sau {cutoff} thì ngày làm việc tiếp theo",
        "The same day; after {cutoff} the next working day",
    ),
}
_MOMENTS = {
    "before_acceptance": Label("Nộp khi nộp hồ sơ.", "Paid when filing."),
    "before_result": Label("Nộp trước khi nhận kết quả.", "Paid before the result is given."),
}


def summary(shown: Shown) -> dict[str, Any]:
    """A procedure in a list."""
    terms, publication = shown.event.terms, shown.event.publication
    unknown, state = set(publication.unknown), shown.availability.state
    return {
        "code": terms.code,
        "version": terms.version,
        "name_vi": terms.name_vi,
        "name_en": terms.name_en,
        "field": terms.field,
        "field_vi": terms.field_vi,
        "group": publication.group.model_dump() if publication.group is not None else None,
        "authority": terms.authority_level,
        "level": terms.level,
        "level_source": publication.level_source,
        "online_scope": terms.online_scope,
        "days": None if "days" in unknown else terms.days,
        "day_unit": None if "days" in unknown else terms.day_unit,
        "fee_vnd": None if "fee" in unknown else terms.fee.amount_vnd,
        "state": state,
        "takes_dossiers": publication.takes_dossiers and state == "open",
        "sample": publication.sample,
    }


def whole(shown: Shown) -> dict[str, Any]:
    """One procedure with everything the public may read."""
    terms, publication, availability = (
        shown.event.terms,
        shown.event.publication,
        shown.availability,
    )
    unknown = set(publication.unknown)
    fee_known = "fee" not in unknown
    free = fee_known and not terms.fee.amount_vnd and not terms.fee.cases
    closed = None if availability.state == "open" else STATES[availability.state]
    label = STATES[availability.state]
    papers = (
        set()
        if "papers" not in unknown
        else {"required", "original", "copies", "kind", "required_when"}
    )
    return {
        **summary(shown),
        "effective_from": shown.event.effective_from,
        "availability": {
            "state": availability.state,
            "vi": label.vi,
            "en": label.en,
            "since": availability.since,
            "reason": _reason(availability.reason_code),
        },
        "level_vi": NAMES[terms.level].vi,
        "level_en": NAMES[terms.level].en,
        "level_source_vi": SOURCES[publication.level_source].vi,
        "level_source_en": SOURCES[publication.level_source].en,
        "allows": sentences(terms, free=free, closed=closed, decided=publication.takes_dossiers),
        "receiving_agency": terms.receiving_agency,
        "deciding_agency": terms.deciding_agency,
        "time": None if "days" in unknown else _time(terms),
        "fee": terms.fee.model_dump(exclude={"inputs"}) if fee_known else None,
        "fee_explained": list(_fee(terms.fee)) if fee_known else [],
        "papers": [paper.model_dump(exclude=papers) for paper in terms.papers],
        "steps": (
            []
            if "workflow" in unknown
            else [
                step.model_dump(include={"id", "name_vi", "name_en", "department", "working_hours"})
                for step in terms.workflow.steps
            ]
        ),
        "result_vi": terms.result_vi,
        "forms": [
            {
                "id": form.id,
                "name_vi": form.name_vi,
                "name_en": form.name_en,
                "fields_known": form.declarative,
                "href": (
                    f"/api/v1/procedures/{terms.code}/forms/{form.id}.pdf"
                    if terms.service_level >= FORMS_LEVEL
                    else None
                ),
            }
            for form in forms_of(shown.event)
        ],
        "form_schema": publication.form_schema,
        "guide_href": f"/api/v1/procedures/{terms.code}/guide.pdf",
        "unknown": [
            {"part": part, "vi": UNKNOWN_PARTS[part].vi, "en": UNKNOWN_PARTS[part].en}
            for part in publication.unknown
        ],
        "marks": [
            {"vi": mark.vi, "en": mark.en}
            for mark in ((SAMPLE,) if publication.sample else (ORIGIN,))
        ],
        "publication": publication.model_dump(exclude={"form_schema"}),
    }


def _reason(code: str) -> dict[str, str] | None:
    label = EVERY.get(code)
    return {"code": code, "vi": label.vi, "en": label.en} if label is not None else None


def _time(terms: Terms) -> dict[str, str]:
    label, days = _DAYS[terms.day_unit], f"{terms.days:g}"
    return {
        "vi": label.vi.format(days=days.replace(".", ","), cutoff=terms.cutoff),
        "en": label.en.format(days=days, cutoff=terms.cutoff),
    }


def _line(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


def _fee(rule: FeeRule) -> Iterator[dict[str, str]]:
    """The fee rule, a sentence a part, in the order in which it is computed."""
    if not rule.amount_vnd and not rule.cases:
        yield _line("Không phải nộp phí, lệ phí.", "There is no fee.")
        return
    for case in rule.cases:
        yield _line(
            f"{case.name_vi}: {money(case.amount_vnd)} đồng.",
            f"{case.name_en or case.name_vi}: {money(case.amount_vnd)} VND.",
        )
    unit = ("một bản", "a copy") if rule.per_copy else ("một hồ sơ", "a dossier")
    lead = ("Trường hợp khác: ", "Otherwise: ") if rule.cases else ("", "")
    yield _line(
        f"{lead[0]}{money(rule.amount_vnd)} đồng/{unit[0]}.",
        f"{lead[1]}{money(rule.amount_vnd)} VND {unit[1]}.",
    )
    if rule.free_copies:
        yield _line(
            f"{rule.free_copies} bản đầu không thu phí.", f"The first {rule.free_copies} are free."
        )
    if rule.max_vnd is not None:
        yield _line(f"Tối đa {money(rule.max_vnd)} đồng.", f"At most {money(rule.max_vnd)} VND.")
    if rule.online_discount_percent:
        yield _line(
            f"Nộp hồ sơ trực tuyến được giảm {rule.online_discount_percent}%.",
            f"Filing online: {rule.online_discount_percent}% less.",
        )
    for waiver in rule.waivers:
        less = (
            ("được miễn", "pays nothing")
            if waiver.percent == 100
            else (f"được giảm {waiver.percent}%", f"pays {waiver.percent}% less")
        )
        yield _line(
            f"{waiver.name_vi}: {less[0]}.", f"{waiver.name_en or waiver.name_vi}: {less[1]}."
        )
    yield _line(_MOMENTS[rule.moment].vi, _MOMENTS[rule.moment].en)
    yield (
        _line("Được hoàn lại nếu hồ sơ bị từ chối.", "Refunded if the dossier is refused.")
        if rule.refundable_on_refusal
        else _line(
            "Không hoàn lại nếu hồ sơ bị từ chối.", "Not refunded if the dossier is refused."
        )
    )
