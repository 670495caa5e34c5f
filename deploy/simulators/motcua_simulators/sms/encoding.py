"""What a text becomes on the way to a phone: alphabet, losses, parts (3GPP TS 23.038).

No storage, no HTTP.

This is here because it bites: Vietnamese letters with diacritics do not exist in the 7-bit
alphabet. A gateway told to send 7-bit (Kannel's coding=0, also its default) replaces each of them
by "?", and a text in UCS-2 holds 70 characters instead of 160.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"  # noqa: E501
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # two septets each


@dataclass(frozen=True, slots=True)
class Encoded:
    """`text` as the phone shows it, `coding` gsm7 or ucs2, `parts` the number
    of messages billed.
    """

    text: str
    coding: str
    parts: int


def encode(text: str, coding: str | None) -> Encoded:
    """Encodes for `coding` gsm7 (with losses) or ucs2; None takes gsm7 where
    nothing would be lost.
    """
    fits = all(letter in _BASIC or letter in _EXTENDED for letter in text)
    match coding or ("gsm7" if fits else "ucs2"):
        case "gsm7":
            shown = "".join(
                letter if letter in _BASIC or letter in _EXTENDED else "?" for letter in text
            )
            septets = sum(2 if letter in _EXTENDED else 1 for letter in shown)
            return Encoded(shown, "gsm7", _parts(septets, alone=160, joined=153))
        case "ucs2":
            units = len(text.encode("utf-16-be")) // 2
            return Encoded(text, "ucs2", _parts(units, alone=70, joined=67))
        case other:
            raise ValueError(f"coding must be gsm7 or ucs2, not {other!r}")


def _parts(units: int, alone: int, joined: int) -> int:
    # A joined message carries a header in each part, which is why it holds less.
    return 1 if units <= alone else -(-units // joined)
