"""Who files, with what.

Invented people, recognisable as samples: phone 0900…, ID 0360…, addresses of mail that nobody can
own.
"""

from typing import Any
from uuid import uuid4

from motcua_documents.pdf.page import build, field, paragraph

AN = {
    "full_name": "Nguyễn Thị Mẫu An",
    "id_number": "036000000001",
    "address": "Xóm 1, xã Hải Minh, huyện Hải Hậu, tỉnh Nam Định",
    "phone": "0900000001",
    "email": "an.nguyen@mau.example",
    "language": "vi",
}
BINH = {
    "full_name": "Trần Văn Mẫu Bình",
    "id_number": "036000000002",
    "address": "Xóm 5, xã Hải Minh, huyện Hải Hậu, tỉnh Nam Định",
    "phone": "0900000002",
    "email": "binh.tran@mau.example",
    "language": "vi",
}


def sample_form(procedure: dict[str, Any]) -> dict[str, Any]:
    """The filled form that the procedure publishes as its example."""
    return dict(procedure["form_schema"]["examples"][0])


def required_papers(procedure: dict[str, Any], applicant: dict[str, str]) -> dict[str, bytes]:
    """A scan (PDF) of each paper that the procedure demands, by the procedure's name for it."""
    return {
        paper["id"]: scan(paper["name_vi"], applicant)
        for paper in procedure["papers"]
        if paper["required"]
    }


def scan(name_vi: str, applicant: dict[str, str]) -> bytes:
    """One page; no two are the same, as no two scans are."""
    number = uuid4().hex[:12]
    lines = [
        paragraph(name_vi, "name"),
        field("Họ và tên", applicant["full_name"]),
        field("Địa chỉ", applicant["address"]),
    ]
    return build(
        lines, title_vi=name_vi, author_vi=applicant["full_name"], code=f"mau-{number}", salt=number
    )
