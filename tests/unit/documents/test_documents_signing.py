"""Signatures: verified by pyHanko against a trusted authority; a changed byte, an added revision
and a stranger's certificate are found.
"""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from motcua_documents.pdf import render_slip
from motcua_documents.signing import (
    SignatureReport,
    Signer,
    SigningNotConfigured,
    authorities,
    verify,
)
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from .samples import AT, Keys, make_keys, read, slip


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def signed(keys: Keys) -> bytes:
    return Signer.load(keys.key, keys.cert).sign(render_slip(slip()), "Tiếp nhận hồ sơ", AT)


def test_a_signed_document_is_intact_trusted_and_covered(signed: bytes, keys: Keys) -> None:
    report = verify(signed, authorities(keys.authority))
    assert report == SignatureReport(
        True, True, True, "Ủy ban nhân dân huyện Hải Hậu", AT, "Tiếp nhận hồ sơ"
    )
    assert report.good


def test_it_is_pades_and_holds_its_chain(signed: bytes) -> None:
    signature = PdfFileReader(BytesIO(signed)).embedded_signatures[0]
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    names = {one.subject.native["common_name"] for one in signature.other_embedded_certs}
    assert any(name.startswith("Authority of") for name in names)


def test_the_text_stays_readable(signed: bytes) -> None:
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in read(signed)
    assert len(PdfReader(BytesIO(signed)).pages) == 1


def test_a_changed_byte_is_found(signed: bytes, keys: Keys) -> None:
    for place in (signed.index(b"/Subject"), signed.index(b"stream") + 40):
        tampered = bytearray(signed)
        tampered[place + 3] ^= 0x01
        assert not verify(bytes(tampered), authorities(keys.authority)).intact


def test_something_added_behind_the_signature_is_found(signed: bytes, keys: Keys) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/PageMode"] = NameObject("/FullScreen")
    writer.update_root()  # type: ignore[no-untyped-call] # pyHanko ships no types
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    report = verify(out.getvalue(), authorities(keys.authority))
    assert not report.covers_all
    assert not report.good


def test_a_strangers_authority_is_not_trusted(signed: bytes, tmp_path: Path) -> None:
    report = verify(signed, authorities(make_keys(tmp_path / "stranger").authority))
    assert report.intact
    assert not report.trusted
    assert not report.good


def test_a_certificate_that_was_not_valid_then_is_not_trusted(keys: Keys) -> None:
    early = Signer.load(keys.key, keys.cert).sign(render_slip(slip()), "", AT - timedelta(days=365))
    assert not verify(early, authorities(keys.authority)).trusted


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.4\n"])
def test_what_is_not_signed_has_an_empty_report(content: bytes, keys: Keys) -> None:
    assert verify(content, authorities(keys.authority)) == SignatureReport()


def test_an_unsigned_document_has_an_empty_report(keys: Keys) -> None:
    assert verify(render_slip(slip()), authorities(keys.authority)) == SignatureReport()


def test_a_missing_key_is_said_by_the_setting_that_is_wrong(keys: Keys, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("nothing")
    stranger = make_keys(tmp_path / "other")
    for key, cert, said in (
        ("", keys.cert, "MOTCUA_SIGNING_KEY is empty"),
        (keys.key, "", "MOTCUA_SIGNING_CERT is empty"),
        (str(tmp_path / "none.pem"), keys.cert, "MOTCUA_SIGNING_KEY: there is no file"),
        (str(broken), keys.cert, "MOTCUA_SIGNING_KEY: .* holds no private key"),
        (keys.key, str(broken), "MOTCUA_SIGNING_CERT: .* holds no certificate"),
        (stranger.key, keys.cert, "do not belong together"),
    ):
        with pytest.raises(SigningNotConfigured, match=said):
            Signer.load(key, cert)
