"""The kinds of copies in which a document is handed in, as people read them (Nghị định
23/2015/NĐ-CP: bản chính, bản sao có chứng thực; bản chụp is a plain photocopy). Pure.
"""

from collections.abc import Mapping

from ..values.labels import Label
from .terms import PaperKind

KINDS: Mapping[str, Label] = {
    "photocopy": Label("Bản chụp", "Photocopy"),
    "certified": Label("Bản sao chứng thực", "Certified copy"),
    "original": Label("Bản chính", "Original"),
}
"""By `PaperKind`, in the order in which a form offers them."""
UNSAID = Label("Bản sao", "Copy")
"""A copy of which nobody says the kind."""


def kind_of(kind: PaperKind | None, is_original: bool) -> Label:
    """What a document's kind is called; None: only whether the original is wanted is known."""
    if kind is not None:
        return KINDS[kind]
    return KINDS["original"] if is_original else UNSAID
