"""The HTML of a mail out of its plain text, once, when templates are compiled: paragraphs, lines of
fields, the link. No values here.
"""

import html
import re

RULE = '\n<hr style="border:0;border-top:1px solid #d0d7de;margin:28px 0">\n'
_FIELD = re.compile(r"^[^{}]{1,40}: \{")
_PARAGRAPH = '<p style="margin:0 0 14px">'
_LINKS = {
    hole: f'<a href="{hole}" style="color:#0b5394">{hole}</a>' for hole in ("{link}", "{confirm}")
}


def html_of(text: str, language: str) -> str:
    """Lines of prose flow together; lines that name a field and its value stay lines."""
    paragraphs = (_paragraph(part) for part in text.split("\n\n"))
    return f'<div lang="{language}">\n' + "\n".join(paragraphs) + "\n</div>"


def _paragraph(text: str) -> str:
    lines = [html.escape(line) for line in text.splitlines()]
    for hole, link in _LINKS.items():
        lines = [line.replace(hole, link) for line in lines]
    are_fields = sum(bool(_FIELD.match(line)) for line in text.splitlines()) > 1
    return f"{_PARAGRAPH}{('<br>' if are_fields else ' ').join(lines)}</p>".replace(
        "<br>", "<br>\n"
    )
