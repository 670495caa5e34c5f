"""Electronic signatures in PDFs: PAdES baseline B over the whole document, the certificate chain
inside. Makes no keys.

A signature is never the same twice where the key's scheme takes random numbers (ECDSA, PSS): the
document below it is.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import x509  # type: ignore[import-untyped] # asn1crypto and pyHanko ship no types
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner, fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "MotcuaSignature"
SETTINGS = ("MOTCUA_SIGNING_KEY", "MOTCUA_SIGNING_CERT")
RESERVED_BYTES = 16_384
"""Room for the signature in the file (hexadecimal); a chain of three certificates takes about half
of it.
"""


class SigningNotConfigured(Exception):  # noqa: N818 - it says what is missing
    """Documents are to be signed, but key and certificate are not there, cannot be read or do not
    belong together.
    """


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What a PDF's last signature is worth.

    `intact`: nothing that it covers was changed and it is the certificate's. `trusted`: the
    certificate comes from a trusted authority and was valid at the time it claims. `covers_all`:
    nothing was added behind it. All three false and no `signer` where there is no signature.
    """

    intact: bool = False
    trusted: bool = False
    covers_all: bool = False
    signer: str = ""
    signed_at: datetime | None = None
    reason: str = ""

    @property
    def good(self) -> bool:
        return self.intact and self.trusted and self.covers_all


class Signer:
    """One key with its certificate.

    `chain` are the certificates between it and the authority, the authority's own included or not.
    """

    def __init__(
        self, key: Any, certificate: x509.Certificate, chain: list[x509.Certificate]
    ) -> None:
        known = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        known.register_multiple(chain)
        self._signer = _OneKey(signing_cert=certificate, signing_key=key, cert_registry=known)
        self.name = str(certificate.subject.native.get("common_name", ""))

    @classmethod
    def load(
        cls, key_path: str, certificate_path: str, names: tuple[str, str] = SETTINGS
    ) -> "Signer":
        """From PEM files: the key, and the certificate followed by its chain.

        Raises `SigningNotConfigured`, which names the setting.
        """
        key_name, cert_name = names
        for setting, path in ((key_name, key_path), (cert_name, certificate_path)):
            if not path:
                raise SigningNotConfigured(
                    f"{setting} is empty: it must name a PEM file, since documents are signed"
                )
            if not Path(path).is_file():
                raise SigningNotConfigured(f"{setting}: there is no file {path}")
        try:
            key = load_private_key_from_pemder(key_path, passphrase=None)
        except (ValueError, TypeError) as error:
            raise SigningNotConfigured(
                f"{key_name}: {key_path} holds no private key in PEM without a passphrase"
            ) from error
        try:
            certificate, *chain = load_certs_from_pemder([certificate_path])  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise SigningNotConfigured(
                f"{cert_name}: {certificate_path} holds no certificate in PEM"
            ) from error
        if _public_key(key) != certificate.public_key.dump():
            raise SigningNotConfigured(
                f"{key_name} and {cert_name} do not belong together: the first certificate is"
                " another key's"
            )
        return cls(key, certificate, chain)

    def sign(self, pdf: bytes, reason: str, at: datetime) -> bytes:
        """The PDF with an invisible signature added.

        `at` is the time it claims; `reason` is for people. CPU-bound: not on the loop.
        """
        described = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            name=self.name,
        )
        out = _SignsAt(described, self._signer, at).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=RESERVED_BYTES, output=BytesIO()
        )
        return bytes(out.getvalue())


class _OneKey(SimpleSigner):
    """An RSA key that is read once. pyHanko reads it again for every signature, which is half of
    the time that one takes.
    """

    def __init__(self, *, signing_key: Any, **options: Any) -> None:
        super().__init__(signing_key=signing_key, **options)
        self._loaded = serialization.load_der_private_key(signing_key.dump(), password=None)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if isinstance(self._loaded, rsa.RSAPrivateKey) and digest_algorithm == "sha256":
            return self._loaded.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return bytes(super().sign_raw(data, digest_algorithm))


def _public_key(key: Any) -> bytes:
    """The public half of a private key (PrivateKeyInfo), as certificates carry it."""
    public = serialization.load_der_private_key(key.dump(), password=None).public_key()
    return public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


class _SignsAt(PdfSigner):
    """Signs with a time of ours, where pyHanko would ask the clock."""

    def __init__(self, described: PdfSignatureMetadata, signer: SimpleSigner, at: datetime) -> None:
        super().__init__(described, signer)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> Any:
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at.astimezone(UTC)
        return session


def verify(pdf: bytes, trust: list[x509.Certificate]) -> SignatureReport:
    """What the signature of a PDF is worth to somebody who trusts these authorities.

    Raises nothing for bytes that are no PDF.

    The time is the one that the signature claims (baseline B has no time stamp of a third party).
    """
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if not signatures:
            return SignatureReport()
        last = signatures[-1]
        at = last.self_reported_timestamp
        moment = {"moment": at} if at else {}
        context = ValidationContext(trust_roots=trust, allow_fetching=False, **moment)
        # pyHanko starts a loop of its own, which a thread with a running one does not allow
        with ThreadPoolExecutor(1) as aside:
            status = aside.submit(
                lambda: validate_pdf_signature(last, signer_validation_context=context)
            ).result()
    except Exception:  # pyHanko has dozens of errors for broken files, and each means the same here
        return SignatureReport()
    return SignatureReport(
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        covers_all=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
        signed_at=at,
        reason=str(last.sig_object.get("/Reason", "")),
    )


def authorities(path: str) -> list[x509.Certificate]:
    """Trusted certificates from a PEM file. Raises `ValueError` where it holds none."""
    return list(load_certs_from_pemder([path]))  # type: ignore[no-untyped-call]
