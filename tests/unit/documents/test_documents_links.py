"""QR codes are links that a telephone opens; the slip has what its holder needs
for the tracking.
"""

from collections.abc import Callable
from typing import Any

import pytest
from motcua_documents.pdf import render_receipt, render_result, render_slip
from motcua_documents.pdf.links import tracking, verification
from reportlab.graphics.barcode.qrencoder import QRCode

from .samples import CODE, SALT, Taking, read, result, slip

TRACK = f"https://motcua.vn/track/{CODE}"
VERIFY = f"https://motcua.vn/xac-minh/{CODE}?m={SALT}"
EACH: dict[str, tuple[Callable[[], bytes], str]] = {
    "slip": (lambda: render_slip(slip(link=TRACK)), TRACK),
    "receipt": (lambda: render_receipt(Taking(link=TRACK)), TRACK),
    "result": (lambda: render_result(result(verify_url=VERIFY)), VERIFY),
    "without a public address": (lambda: render_slip(slip()), CODE),
}


@pytest.mark.parametrize("kind", EACH)
def test_the_code_is_the_link(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draws = QRCode.addData

    def add(self: Any, content: str) -> Any:
        drawn.append(content)
        return draws(self, content)

    monkeypatch.setattr(QRCode, "addData", add)
    make, content = EACH[kind]
    make()
    assert drawn == [content]


def test_links_take_no_second_slash_and_escape_the_code() -> None:
    assert (
        tracking("https://motcua.vn/", "H40.12-261124-0001")
        == "https://motcua.vn/track/H40.12-261124-0001"
    )
    assert tracking("https://motcua.vn", "a/b?c") == "https://motcua.vn/track/a%2Fb%3Fc"
    assert verification("https://motcua.vn", "H", "00ff") == "https://motcua.vn/xac-minh/H?m=00ff"
    assert (tracking("", "H"), verification("", "H", "0")) == ("", "")


def test_the_slip_says_the_pin_and_its_link_does_not() -> None:
    assert "Mã tra cứu (PIN): 042042" in read(render_slip(slip(pin="042042")))
    assert "Mã tra cứu" not in read(render_slip(slip()))
