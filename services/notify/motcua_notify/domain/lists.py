"""Lists in mails, a line each, in both languages: the papers of a supplement request, the tasks of
an officer's digest. Pure.
"""

from collections.abc import Iterable
from datetime import datetime

from motcua_contracts import VIETNAM
from motcua_contracts.messages.intake import PaperName, SupplementRequested
from motcua_contracts.messages.routing import DigestDrawn, DigestTask
from motcua_contracts.rules.reasons import reason

_UNNAMED = PaperName(
    vi="giấy tờ khác, ghi trong phiếu yêu cầu", en="another paper, named in the request"
)
_KINDS = {
    "original": PaperName(vi="bản chính", en="original"),
    "certified": PaperName(vi="bản sao có chứng thực", en="certified copy"),
    "photocopy": PaperName(vi="bản sao", en="photocopy"),
}


def papers(event: SupplementRequested) -> dict[str, str]:
    """`papers_vi` and `papers_en`: name, how many of which kind, and why where the line has a
    reason of its own.
    """
    vi, en = [], []
    for number, line in enumerate(event.papers):
        name = (
            event.names[number]
            if number < len(event.names) and event.names[number].vi
            else _UNNAMED
        )
        kind = _KINDS[line.kind]
        why = (
            reason(line.reason_code)
            if line.reason_code and line.reason_code != event.reason_code
            else None
        )
        vi.append(f"{name.vi} ({line.copies} {kind.vi}){f': {why.vi}' if why else ''}")
        en.append(f"{name.en or name.vi} ({line.copies} {kind.en}){f': {why.en}' if why else ''}")
    return {"papers_vi": "\n".join(vi), "papers_en": "\n".join(en)}


def tasks(event: DigestDrawn, drawn_at: datetime) -> dict[str, str]:
    """`tasks_vi`, `tasks_en` and the numbers beside them."""
    vi, en = list(_lines_vi(event.tasks, drawn_at)), list(_lines_en(event.tasks, drawn_at))
    if (left := event.total - len(event.tasks)) > 0:
        vi.append(f"… và {left} hồ sơ khác trong danh sách công việc")
        en.append(f"… and {left} more in your list of tasks")
    numbers = {name: str(getattr(event, name)) for name in ("total", "late", "today", "waiting")}
    return {"tasks_vi": "\n".join(vi), "tasks_en": "\n".join(en), **numbers}


def _lines_vi(lines: Iterable[DigestTask], drawn_at: datetime) -> Iterable[str]:
    for line in lines:
        if not line.step_vi:  # routing cannot read it
            yield f"{line.code} – {line.procedure_vi}; xin báo người quản trị hệ thống"
            continue
        until = (
            f"cho ý kiến trước {_when(line.due_at)}"
            if line.why == "opinion"
            else f"hẹn trả {_when(line.due_at)}"
        )
        step = (
            f"{line.step_vi} (quá hạn, báo cáo lãnh đạo)"
            if line.why == "escalated"
            else line.step_vi
        )
        late = f" {line.working_days_late} ngày làm việc" if line.working_days_late else ""
        until += (
            f" (hẹn lần đầu {_when(line.first_due_at)})" if line.first_due_at is not None else ""
        )
        mark = f"[QUÁ HẠN{late}] " if line.is_late(drawn_at) else ""
        yield f"{mark}{line.code} – {line.procedure_vi} – {step} – {until}"


def _lines_en(lines: Iterable[DigestTask], drawn_at: datetime) -> Iterable[str]:
    for line in lines:
        if not line.step_vi:
            yield f"{line.code} – {line.procedure_en}; please tell the operators"
            continue
        until = (
            f"opinion awaited by {_when(line.due_at)}"
            if line.why == "opinion"
            else f"due {_when(line.due_at)}"
        )
        step = (
            f"{line.step_en} (late, escalated to you)" if line.why == "escalated" else line.step_en
        )
        late = (
            f" {line.working_days_late} working day{'s' if line.working_days_late > 1 else ''}"
            if line.working_days_late
            else ""
        )
        until += (
            f" (first promised {_when(line.first_due_at)})" if line.first_due_at is not None else ""
        )
        mark = f"[LATE{late}] " if line.is_late(drawn_at) else ""
        yield f"{mark}{line.code} – {line.procedure_en or line.procedure_vi} – {step} – {until}"


def _when(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
