"""The user guide of a procedure and of the whole portal, as the document that is downloaded.

Pure.
"""

from importlib.resources import files
from urllib.parse import quote

from motcua_contracts import Catalogue
from motcua_documents.pdf.guide import Guide, GuidePart, parts_of_markdown

from .agencies import agency_names
from .description import whole
from .index import Shown

TITLES = {
    "vi": (
        "Trường hợp này làm được gì",
        "Cách thực hiện",
        "Hồ sơ gồm",
        "Thời hạn và phí",
        "Các bước xử lý",
        "Kết quả",
        "Căn cứ pháp lý",
        "Chưa có thông tin",
        "Lưu ý",
    ),
    "en": (
        "What you can do",
        "How it works",
        "Papers",
        "Time and fee",
        "Steps inside the office",
        "Result",
        "Legal basis",
        "Not known",
        "Please note",
    ),
}
_HOW = {
    "vi": {
        1: ("Chuẩn bị giấy tờ nêu dưới đây.", "Nộp tại {agency}."),
        2: (
            "Tải, điền và in mẫu tại {url}.",
            "Nộp cùng giấy tờ tại {agency}, hoặc gửi qua bưu chính.",
        ),
        3: (
            (
                "Tải, điền và in mẫu tại {url}, nộp cùng giấy tờ tại {agency}; nộp trực tuyến thì"
                " qua ứng dụng kết nối với hệ thống."
            ),
            "Theo dõi bằng mã hồ sơ và mã tra cứu.",
            "Nộp phí (nếu có) và nhận kết quả tại {agency}.",
        ),
        4: (
            (
                "Tải, điền và in mẫu tại {url}, nộp cùng giấy tờ tại {agency}; nộp trực tuyến thì"
                " qua ứng dụng kết nối với hệ thống."
            ),
            "Nộp phí (nếu có) tại {agency}, hoặc qua ứng dụng đã dùng để nộp hồ sơ.",
            "Theo dõi bằng mã hồ sơ và mã tra cứu.",
            "Nhận kết quả trực tuyến, qua bưu chính hoặc tại {agency}.",
        ),
    },
    "en": {
        1: ("Prepare the documents below.", "Hand them in at {agency}."),
        2: (
            "Download, fill in and print the form at {url}.",
            "Hand it in with the documents at {agency}, or send everything by post.",
        ),
        3: (
            (
                "Download, fill in and print the form at {url}, and hand it in at {agency}; online"
                " filing needs a connected application."
            ),
            "Follow the dossier with its code and PIN.",
            "Pay the fee, if any, and collect the result at {agency}.",
        ),
        4: (
            (
                "Download, fill in and print the form at {url}, and hand it in at {agency}; online"
                " filing needs a connected application."
            ),
            "Pay the fee, if any, at {agency}, or in the application that filed the dossier.",
            "Follow the dossier with its code and PIN.",
            "Receive the result online, by post or at {agency}.",
        ),
    },
}
_NO_TIME = {"vi": "Thời hạn: nguồn không nêu.", "en": "Time: no source states it."}
_NO_FEE = {"vi": "Phí, lệ phí: nguồn không nêu.", "en": "Fee: no source states it."}


def procedure_guide(shown: Shown, catalogue: Catalogue, public_url: str, language: str) -> Guide:
    """What was written for the procedure, followed by what its terms say."""
    terms, publication = shown.event.terms, shown.event.publication
    view = whole(shown)
    url = f"{public_url.rstrip('/')}/thu-tuc/{quote(terms.code, safe='')}"
    agency_vi, agency_en, _ = agency_names(terms.receiving_agency, catalogue)
    where = {"agency": agency_vi if language == "vi" else agency_en, "url": url}
    can, how, papers, costs, steps, result, basis, unknown, notes = TITLES[language]
    name = terms.name_vi if language == "vi" else terms.name_en or terms.name_vi

    def named(one: dict[str, str]) -> str:
        return str(
            one[language] if language in one else one.get(f"name_{language}") or one["name_vi"]
        )

    time = view["time"][language] if view["time"] else _NO_TIME[language]
    fee = [line[language] for line in view["fee_explained"]] or [_NO_FEE[language]]
    parts = (
        *parts_of_markdown(publication.guide_vi if language == "vi" else publication.guide_en),
        GuidePart(
            can, (view[f"level_{language}"], *(f"- {one[language]}" for one in view["allows"]))
        ),
        GuidePart(
            how,
            tuple(f"- {step.format_map(where)}" for step in _HOW[language][terms.service_level]),
        ),
        GuidePart(papers, tuple(f"- {named(paper)}" for paper in view["papers"])),
        GuidePart(costs, tuple(f"- {line}" for line in (time, *fee))),
        GuidePart(steps, tuple(f"- {named(step)}" for step in view["steps"])),
        GuidePart(result, (terms.result_vi,) if terms.result_vi else ()),
        GuidePart(basis, tuple(f"- {one}" for one in publication.legal_basis)),
        GuidePart(unknown, tuple(f"- {one[language]}" for one in view["unknown"])),
        GuidePart(notes, tuple(one[language] for one in view["marks"])),
    )
    return Guide(
        name, f"{terms.code} · {url}", parts, url, f"{terms.code} · {terms.version}", language
    )


def portal_guide(public_url: str, language: str) -> Guide:
    """How the portal is used, from the text beside this module."""
    title, *parts = parts_of_markdown(portal_text(language))
    return Guide(
        title.title,
        public_url,
        (GuidePart("", title.lines), *parts),
        public_url,
        "Một Cửa",
        language,
    )


def portal_text(language: str) -> str:
    """Markdown; the first heading is the title."""
    return (
        files("motcua_gateway") / "procedures" / "guide_texts" / f"portal.{language}.md"
    ).read_text("utf-8")
