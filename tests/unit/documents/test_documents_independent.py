"""An independent verifier (Debian's pdfsig) finds each signature good, on the six forms and the
result, and finds one changed byte.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from motcua_documents.pdf import render_result, render_slip
from motcua_documents.pdf.apology import render_apology
from motcua_documents.pdf.control_slip import render_control_slip
from motcua_documents.pdf.register import render_register
from motcua_documents.signing import Signer

from .samples import AT, make_keys, result, slip
from .test_documents_department_forms import APOLOGY, REGISTER, SLIP
from .test_documents_forms import refusal, supplement

SIGNED: dict[str, Callable[[], bytes]] = {
    "form 01": lambda: render_slip(slip()),
    "form 02": supplement,
    "form 03": refusal,
    "form 04": lambda: render_apology(APOLOGY),
    "form 05": lambda: render_control_slip(SLIP),
    "form 06": lambda: render_register(REGISTER),
    "result": lambda: render_result(result()),
}


@pytest.mark.skipif(
    shutil.which("pdfsig") is None,
    reason="pdfsig is not installed; `make setup` installs poppler-utils where apt is there",
)
@pytest.mark.parametrize("form", sorted(SIGNED))
def test_an_independent_verifier_finds_the_signature_good_and_one_changed_byte(
    form: str, tmp_path: Path
) -> None:
    keys = make_keys(tmp_path / "keys")
    signed = Signer.load(keys.key, keys.cert).sign(SIGNED[form](), "Tiếp nhận hồ sơ", AT)
    said = pdfsig(signed, tmp_path / "signed.pdf")
    for words in (
        "Signature is Valid",
        "ETSI.CAdES.detached",
        "Ủy ban nhân dân huyện Hải Hậu",
        "Total document signed",
    ):
        assert words in said
    middle = len(signed) // 3
    changed = signed[:middle] + bytes([signed[middle] ^ 1]) + signed[middle + 1 :]
    assert "Signature is Valid" not in pdfsig(changed, tmp_path / "changed.pdf")


def pdfsig(content: bytes, path: Path) -> str:
    """What Debian's poppler says of a file's signatures."""
    path.write_bytes(content)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
    )
    return done.stdout
