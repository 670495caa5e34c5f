"""The keys of one service: one with its certificate for each authority, and one for all others.

A broken list stops the start, by name.

The list (MOTCUA_SIGNING_KEYS) is a JSON file: `{"haihau": {"key": "haihau-key.pem", "cert":
"haihau-cert.pem"}}`, an agency's id with its PEM files, paths from the list's own place. Who is
named on a paper as its signer is the certificate's subject.
"""

import json
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

from .key_files import KeyFiles
from .signing import Signer, SigningNotConfigured

SETTING = "MOTCUA_SIGNING_KEYS"
SIGNED_BY = "signed_by"
"""The field of a document's value that takes the signer's name."""
_FILES = {"key", "cert"}


class SigningKeys:
    """Signers by agency.

    `load` them where documents are signed; `names` is enough to print who will.
    """

    def __init__(self, default: Signer, by_agency: dict[str, Signer]) -> None:
        self._default, self._by_agency = default, by_agency

    @classmethod
    def load(cls, files: KeyFiles) -> "SigningKeys":
        """Raises `SigningNotConfigured`, which names the setting and, in the list, the agency."""
        default = Signer.load(files.key, files.cert)
        return cls(
            default,
            (
                {agency: _listed(agency, pair) for agency, pair in _pairs(files.listed).items()}
                if files.listed
                else {}
            ),
        )

    def of(self, agency: str) -> Signer:
        """The agency's own key, else that of all others."""
        return self._by_agency.get(agency, self._default)

    def naming(self, value: Any, agency: str) -> Any:
        """The document's value with the name of the certificate that signs for the agency, where
        the document prints one.
        """
        if is_dataclass(value) and not isinstance(value, type) and hasattr(value, SIGNED_BY):
            return replace(value, **{SIGNED_BY: self.of(agency).name})
        return value


def _pairs(listed: str) -> dict[str, tuple[str, str]]:
    """The list as it is written; every mistake by its name."""
    path = Path(listed)
    try:
        said = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError as error:
        raise SigningNotConfigured(
            f"{SETTING}: there is no file {listed} that this service can read"
        ) from error
    except (ValueError, RecursionError) as error:
        raise SigningNotConfigured(
            f"{SETTING}: {listed} is not JSON, or names an agency twice"
        ) from error
    if not isinstance(said, dict) or not said:
        raise SigningNotConfigured(
            f'{SETTING}: {listed} must be an object: {{"agency": {{"key": "…", "cert": "…"}}}}'
        )
    pairs = {}
    for agency, files in said.items():
        if (
            not agency
            or not isinstance(files, dict)
            or set(files) != _FILES
            or not all(isinstance(one, str) and one for one in files.values())
        ):
            raise SigningNotConfigured(
                f"{SETTING}: {agency or 'an agency without a name'} needs key and cert, each a"
                " path, and nothing else"
            )
        pairs[agency] = (str(path.parent / files["key"]), str(path.parent / files["cert"]))
    return pairs


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _listed(agency: str, pair: tuple[str, str]) -> Signer:
    signer = Signer.load(*pair, names=(f"{SETTING}: {agency}.key", f"{SETTING}: {agency}.cert"))
    if not signer.name:
        raise SigningNotConfigured(
            f"{SETTING}: {agency}.cert has no common name, which papers print as their signer"
        )
    return signer
