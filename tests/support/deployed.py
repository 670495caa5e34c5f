"""What the files below deploy/ say, as tests look at it: manifests by kind and name, and the
environment that each service is given.
"""

import importlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from motcua_chassis import ServiceSettings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
Manifest = dict[str, Any]
SIGNED = ("intake", "routing", "payment")
"""Services that do not start without a signing key, though their settings have a default."""
WITHOUT_THEM_LESS = {
    "audit": ("MOTCUA_AUDIT_SECRET",),
    "notify": ("MOTCUA_REPORT_SECRET", "MOTCUA_SMTP_HOST", "MOTCUA_SMS_URL"),
    "gateway": (
        "MOTCUA_REPORT_SECRET",
        "MOTCUA_VNPAY_SECRET",
        "MOTCUA_VIETQR_SECRET",
        "MOTCUA_AUDIT_URL",
        "MOTCUA_AUDIT_SECRET",
    ),
}
"""What has a default that an installation must not be left with: no delivery reports, no mails,
every call of a provider answered 97.
"""


def documents(file: Path) -> list[Manifest]:
    """Every YAML document of a file."""
    return [document for document in yaml.safe_load_all(file.read_text()) if document]


@cache
def settings_of(service: str) -> type[ServiceSettings]:
    """A service's own settings class."""
    found: type[ServiceSettings] = importlib.import_module(f"motcua_{service}.settings").Settings
    return found


def variables_of(service: str) -> dict[str, bool]:
    """Each variable that a service reads, and whether it must be given."""
    fields = settings_of(service).model_fields.items()
    variables = {f"MOTCUA_{name.upper()}": field.is_required() for name, field in fields}
    if service in SIGNED:
        variables |= {"MOTCUA_SIGNING_KEY": True, "MOTCUA_SIGNING_CERT": True}
    believed = (
        "MOTCUA_COMMAND_PUBLIC_KEYS",
        *(("MOTCUA_COMMAND_KEY",) if service == "gateway" else ()),
    )
    return variables | dict.fromkeys((*WITHOUT_THEM_LESS.get(service, ()), *believed), True)


def environment_faults(service: str, given: set[str]) -> list[str]:
    """Variables that no setting reads, and settings that are not given."""
    variables = variables_of(service)
    unread = [f"{service}: no setting reads {name}" for name in sorted(given - set(variables))]
    return unread + [
        f"{service}: {name} is not given"
        for name, required in variables.items()
        if required and name not in given
    ]


def with_files(values: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment with files of a test in place of those that are mounted in a container."""
    file = folder / "mounted"
    file.touch(mode=0o600)
    return {
        name: str(file) if re.match("/[a-z]+/", value) else value for name, value in values.items()
    }


@cache
def version_of(service: str) -> str:
    """The version of a service's distribution."""
    lines = (ROOT / "services" / service / "pyproject.toml").read_text().splitlines()
    (version,) = [line.split('"')[1] for line in lines if line.startswith("version = ")]
    return version
