"""What is wrong with a request, on a page: in both languages, and without the names that programs
have for fields. Pure.
"""

from collections.abc import Mapping
from typing import Any

from motcua_contracts import Label
from motcua_contracts.rules.spoken import FIELDS

_FIELDS: dict[str, Label] = FIELDS | {
    "q": Label("từ cần tìm", "words to search for"),
    "code": Label("mã hồ sơ", "dossier code"),
    "pin": Label("mã tra cứu", "pin"),
    "status": Label("trạng thái", "status"),
    "cursor": Label("trang", "page"),
    "scope": Label("danh sách", "list"),
    "at": Label("giờ nhận", "hour"),
    "persona": Label("vai", "person"),
    "dossier_id": Label("hồ sơ", "dossier"),
    "m": Label("mã kiểm chứng", "check code"),
    "check": Label("mã kiểm chứng", "check code"),
}
ANY = Label("một mục", "a field")
DOES_NOT_HOLD = Label(
    "nội dung quá dài hoặc không đúng dạng", "too long, or not in the right format"
)


def in_words(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The same problem; each of its `errors` as `name` and `said` (labels).

    What was said in both languages is kept.
    """
    errors = problem.get("errors", ())
    return {**problem, "errors": [_line(one) for one in errors]} if errors else dict(problem)


def _line(one: Mapping[str, str]) -> dict[str, Any]:
    name = _FIELDS.get(str(one.get("field", "")).rpartition(".")[2], ANY)
    label, vi = one.get("label"), one.get("allowed_vi")
    said = Label(vi, str(one.get("allowed", ""))) if vi else DOES_NOT_HOLD
    return {"name": Label(label, label) if label else name, "said": said}
