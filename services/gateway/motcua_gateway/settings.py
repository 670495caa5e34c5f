"""What the gateway reads from its environment, beside what every service reads."""

from typing import Literal

from motcua_chassis import ServiceSettings, start_rules
from motcua_documents.scanning import Clamd
from pydantic import Field, SecretStr, field_validator

from .rate_settings import RateSettings
from .setting_words import acr_of


class Settings(RateSettings, ServiceSettings):
    """`public_url` is where browsers reach this gateway (for the way back from a pay page).

    `audit_url`: the audit service, or no `/audit`.

    `oidc_*`: the identity provider; its keys by address or, where the gateway may not reach it, by
    file. Claims are named by dotted path (`realm_access.roles`). Without an issuer nobody can sign
    in, except by dev tokens under MOTCUA_ENV=dev.
    """

    batch_records: int = Field(default=2000, ge=1, le=5000)
    """More than others take at once: under load a dossier's events meet in one turn and change its
    view once.
    """
    public_url: str
    audit_url: str = ""
    audit_secret: SecretStr = SecretStr("")
    """The same as audit's: it answers calls that were signed with it, and no others."""
    vnpay_secret: SecretStr = SecretStr("")
    """The same as payment's: VNPAY's calls and its way back are known by it. Without it every call
    is answered 97.
    """
    vietqr_secret: SecretStr = SecretStr("")
    """The same as payment's: a bank's notifications are known by it. Without it none is taken."""
    report_secret: SecretStr = SecretStr("")
    """The same as notify's: what the addresses of delivery reports and of pages that confirm a
    contact are signed with. Without it none is taken.
    """
    documents_uri: str
    signing_key: str = ""
    signing_cert: str = ""
    signing_keys: str = ""
    """PEM files. With them the control slip and the register are signed; without, they are printed
    unsigned.
    """
    oidc_issuer: str = ""
    oidc_audience: str = "motcua"
    oidc_jwks_url: str = ""
    oidc_jwks_file: str = ""
    oidc_roles_claim: str = "roles"
    oidc_officer_claim: str = "officer"
    oidc_email_claim: str = "email"
    oidc_email_verified_claim: str = "email_verified"
    oidc_phone_claim: str = "phone_number"
    oidc_phone_verified_claim: str = "phone_number_verified"
    """Contacts that the provider vouches for: the first claim's value counts if the second claim is
    true. Empty: none.
    """
    oidc_token_types: str = "JWT, at+jwt"  # noqa: S105 - names of types
    """`typ` of a token's header; and of its claims, where the provider writes one there (Keycloak:
    Bearer, ID, Refresh).
    """
    oidc_claim_types: str = "Bearer"
    oidc_clients: str = ""
    """`azp` or `client_id` of tokens that count; empty: of any client of the issuer."""
    oidc_acr: str = ""
    """`leader=gold|platinum, operator=gold`: roles that count only after such a sign-in (`acr`)."""
    oidc_longest_seconds: int = Field(default=43_200, ge=60)
    """A token that is good for longer (`exp` − `iat`) is refused."""
    token_max_bytes: int = Field(default=8_000, ge=500)
    answer_seconds: float = Field(default=3, gt=0)
    """So long a request waits for what its command led to."""
    max_body_bytes: int = Field(default=1_000_000, ge=1_000)
    """Of a request without files; an upload's limit is the document store's."""
    dev_token_seconds: int = Field(default=43_200, ge=60)
    track_shows_officer: bool = False
    """Whether public tracking names the officer. The owner always sees the name."""
    upload_bytes_per_day: int = Field(default=500_000_000, ge=1_000_000)
    """Of one citizen; refused files count too."""
    upload_bytes_unfiled: int = Field(default=300_000_000, ge=1_000_000)
    """Of one citizen, uploaded and in no dossier yet. A dossier holds 100 MB at most."""
    clerk_upload_bytes_per_day: int = Field(default=20_000_000_000, ge=1_000_000)
    clerk_upload_bytes_unfiled: int = Field(default=5_000_000_000, ge=1_000_000)
    inspections_at_once: int = Field(default=2, ge=1, le=64)
    """Uploads that are opened at the same time, each in a process with up to 600 MB; sixteen more
    may wait.
    """
    clamd: str = ""
    """ClamAV's daemon: `tcp://host:port` or `unix:/path`. Without it uploads are opened, but not
    scanned.
    """
    clamd_away: Literal["refuse", "accept"] = "refuse"
    """What happens to uploads while it does not answer."""
    clamd_seconds: float = Field(default=30, gt=0)

    @field_validator("clamd")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value:
            Clamd(value, 1)
        return value

    def faults(self) -> list[str]:
        found, prod = super().faults(), self.env == "prod"
        found += start_rules.address("public_url", self.public_url, plain=not prod, whole=True)
        if self.audit_url:
            found += start_rules.inner_address(self.env, "audit_url", self.audit_url)
        if prod and self.audit_url:
            found += start_rules.required(
                {"audit_secret": self.audit_secret.get_secret_value()}, "for calls to audit"
            )
        if prod:
            shared = {"vnpay_secret": self.vnpay_secret, "report_secret": self.report_secret}
            found += start_rules.required(
                {name: one.get_secret_value() for name, one in shared.items()},
                "to know a provider's calls",
            )
            found += start_rules.required(
                {"oidc_issuer": self.oidc_issuer},
                "under MOTCUA_ENV=prod: nobody else says who somebody is",
            )
        return found + self._provider_faults(plain=not prod)

    def _provider_faults(self, *, plain: bool) -> list[str]:
        """Of the identity provider's settings."""
        keys = {"oidc_jwks_url": self.oidc_jwks_url, "oidc_jwks_file": self.oidc_jwks_file}
        found = start_rules.files({"oidc_jwks_file": self.oidc_jwks_file})
        if self.oidc_jwks_url:
            found += start_rules.address("oidc_jwks_url", self.oidc_jwks_url, plain=plain)
        try:
            acr_of(self.oidc_acr)
        except ValueError as error:
            found.append(start_rules.fault("oidc_acr", str(error)))
        if self.oidc_issuer:
            found += start_rules.address("oidc_issuer", self.oidc_issuer, plain=plain)
            lists = {
                "oidc_audience": self.oidc_audience,
                "oidc_token_types": self.oidc_token_types,
                "oidc_claim_types": self.oidc_claim_types,
            }
            found += start_rules.required(lists, "to judge tokens")
            if sum(map(bool, keys.values())) != 1:
                found.append(
                    start_rules.fault(
                        "oidc_jwks_url",
                        "is required, or MOTCUA_OIDC_JWKS_FILE, and not both: the issuer's keys",
                    )
                )
        elif any(keys.values()):
            found += start_rules.required(
                {"oidc_issuer": self.oidc_issuer}, "with the keys: they are the issuer's"
            )
        return found
