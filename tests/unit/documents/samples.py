"""What the tests of documents stand on: sample values, a certificate authority of their own, files
of each kind.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from motcua_documents.pdf import FormLine, Result, Slip, SlipPaper
from pypdf import PdfReader

AT = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
"""Tuesday, 9:05 in Vietnam."""
SALT = "5a17c0ffee5a17c0ffee5a17c0ffee5a"
CODE = "H40.12-261124-0001"
EVERY_LETTER = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"  # noqa: E501


def slip(**changes: object) -> Slip:
    plain: dict[str, object] = {
        "code": CODE,
        "agency_vi": "Ủy ban nhân dân huyện Hải Hậu",
        "agency_address": "Thị trấn Yên Định, huyện Hải Hậu, tỉnh Nam Định",
        "agency_phone": "0228 000 000",
        "applicant": "Nguyễn Thị Phương Thảo",
        "id_number": "036000000001",
        "address": "Xóm 5, xã Hải Minh",
        "phone": "0900000001",
        "email": "thao@example.vn",
        "procedure_vi": "Đăng ký thành lập hộ kinh doanh",
        "procedure_code": "1.001612",
        "papers": (
            SlipPaper("Giấy đề nghị đăng ký", True, 1),
            SlipPaper("Bản sao giấy tờ tùy thân", False, 2),
        ),
        "sets": 1,
        "time_vi": "3 ngày làm việc",
        "received_at": AT,
        "accepted_at": AT + timedelta(minutes=40),
        "due_at": AT + timedelta(days=3),
        "collected_vi": "Bộ phận Tiếp nhận và Trả kết quả",
        "fee_vi": "100.000 đồng, đã nộp",
        "salt": SALT,
    }
    return Slip(**plain | changes)  # type: ignore[arg-type]


def result(**changes: object) -> Result:
    plain: dict[str, object] = {
        "code": CODE,
        "granted": True,
        "above_vi": "Ủy ban nhân dân huyện Hải Hậu",
        "agency_vi": "Phòng Tài chính – Kế hoạch",
        "applicant": "Trần Văn Mẫu Bình",
        "id_number": "036000000002",
        "address": "Xóm 5, xã Hải Minh",
        "procedure_vi": "Đăng ký thành lập hộ kinh doanh",
        "procedure_code": "1.001612",
        "outcome_vi": "Giấy chứng nhận đăng ký hộ kinh doanh",
        "content": (FormLine("Tên hộ kinh doanh", "Tiệm bánh Mẫu"),),
        "reason_vi": "",
        "legal_basis": ("Nghị định 78/2015/NĐ-CP",),
        "received_at": AT,
        "approved_at": AT + timedelta(days=2),
        "signer_vi": "Trưởng phòng",
        "salt": SALT,
    }
    return Result(**plain | changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Taking:
    """A receipt's lines."""

    number: str = "BL26-0000007"
    book: str = "book:haihau:BL26"
    authority_vi: str = "Ủy ban nhân dân huyện Hải Hậu"
    payer: str = "Trần Văn Mẫu Bình"
    payer_address: str = "Xóm 5, xã Hải Minh"
    dossier_code: str = CODE
    procedure_vi: str = "Đăng ký thành lập hộ kinh doanh"
    amount_vnd: int = 105_000
    channel: str = "online"
    reference: str = "14422574"
    paid_at: datetime = AT
    salt: str = SALT
    link: str = ""
    signed_by: str = ""
    cashier: str = ""
    cashier_post_vi: str = ""


def read(pdf: bytes) -> str:
    """The text of a PDF as one line, pages joined."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


@dataclass(frozen=True)
class Keys:
    """PEM paths: a leaf's key, the leaf with its authority behind it, the authority alone."""

    key: str
    cert: str
    authority: str


def make_keys(folder: Path, agency: str = "Ủy ban nhân dân huyện Hải Hậu") -> Keys:
    """An authority of its own and one certificate under it."""
    folder.mkdir(parents=True, exist_ok=True)
    root, leaf = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Authority of {folder.name}")])
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, agency)])
    authority = _certificate(root_name, root_name, root, root, ca=True)
    certificate = _certificate(leaf_name, root_name, leaf, root, ca=False)
    pem, no_secret = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_secret)
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem) + authority.public_bytes(pem))
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    return Keys(*(str(folder / name) for name in ("key.pem", "cert.pem", "authority.pem")))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey, *,
    ca: bool
) -> x509.Certificate:  # fmt: skip
    usage = x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=30))
        .not_valid_after(AT + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
        .sign(by, hashes.SHA256())
    )
