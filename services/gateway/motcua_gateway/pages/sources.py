"""What people read of where a procedure's data come from: names of public sites, and remarks
without the compilers' own marks. Pure.
"""

import re
from collections.abc import Iterable

_HOST = re.compile(
    r"(?:https?://)?((?:[a-z0-9-]+\.)+(?:gov\.vn|org\.vn|com\.vn|edu\.vn|vn|com))(?=[/\s,;)]|$)",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*\(?\b(?:từ|theo) trí nhớ\b\)?", re.IGNORECASE)
_NO_SITE = ("github.com", "gitlab.com")


def sites(sources: Iterable[str]) -> list[str]:
    """The public sites that are named, each once; a place in a program's repository or a remark
    names none.
    """
    found = [host.lower() for source in sources for host in _HOST.findall(source)]
    return [host for host in dict.fromkeys(found) if not host.endswith(_NO_SITE)]


def remark(text: str | None) -> str:
    """A source's remark as people read it; empty where nothing else is left."""
    said = _MARK.sub("", text or "").strip()
    return "" if "github:" in said.lower() else said
