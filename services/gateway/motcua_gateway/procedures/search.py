"""Search among the published procedures: an inverted index in memory, a set of procedures being the
bits of one integer.

Accents, case and `đ` do not matter, a word may be typed in part. Bits make both parts cheap that a
search consists of: what all words have in common, and how many of it fall under each value of a
facet. Nothing here reads the catalogue: see procedures.py.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

FACETS = ("group", "field", "level", "authority", "agency", "state")
_WORDS = re.compile(r"[0-9a-z]+")
_CODE = re.compile(r"[0-9a-z]+(?:[.\-][0-9a-z]+)+")
_PROCEDURE = "thu tuc "
"""Many names begin so ("procedure"): it makes none of them longer."""

SHORT = 3
"""A word of so few letters begins so many others that it counts whole, where whole words find
something.
"""
_D = str.maketrans("đðɖ", "ddd")
"""The Vietnamese letter, and the Icelandic and African ones that look like it
and are typed for it.
"""
_Y = re.compile(r"(?<=[bcdghklmnprstvxqu])(?<![aeo]u)y$")
_I = re.compile(r"(?<=[bcdghklmnprstvxqu])(?<![aeo]u)i$")
_TONES = (("i", "y"), ("í", "ý"), ("ì", "ỳ"), ("ỉ", "ỷ"), ("ĩ", "ỹ"), ("ị", "ỵ"))
_PLAIN = re.compile(r"[0-9a-z]+")
_OTHER = {one: other for i, y in _TONES for one, other in ((i, y), (y, i))}

Key = tuple[int, int, int, int, str]
"""The place of a hit in the order: rank, accents that differ, 0 where the name holds the phrase,
the name's length, code.
"""


def folded(text: str) -> str:
    """Lower case without accents: `Đăng ký` is `dang ky`, with whichever letter that looks like
    `đ`.
    """
    decomposed = unicodedata.normalize("NFD", text.lower().translate(_D))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def spelled(word: str) -> str:
    """A word without accents in one of its two spellings: `ky` (kí, ký) is `ki`, `quy` is `qui`;
    `tay` and `thuy` stay.
    """
    return _Y.sub("i", word) if not word.endswith("uy") or word.endswith("quy") else word


def spelled_words(text: str) -> list[str]:
    """The words of a text, folded and in one spelling."""
    return [spelled(word) for word in _PLAIN.findall(folded(text))]


def _spellings(word: str) -> tuple[str, ...]:
    """A word as its name writes it, and with its last i for y or y for i, where both are in use:
    `ký`, `kí`. With accents or without.
    """
    plain = folded(word)
    uy = plain.endswith(("uy", "ui")) and not plain.startswith("qu")
    if uy or not (_Y.search(plain) or _I.search(plain)) or word[-1] not in _OTHER:
        return (word,)
    return word, word[:-1] + _OTHER[word[-1]]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is searched of one procedure.

    `values` are its facets; `more` is found too, but ranks behind the name.
    """

    code: str
    name: str
    more: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Hits:
    """The places of the best ones in order, how many there are in all, and how many under each
    value of a facet, its own filter aside.
    """

    keys: list[Key]
    total: int
    facets: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class _Held:
    """An entry with what the order needs of it."""

    entry: Entry
    plain: str
    """The name without accents, each word in one spelling."""
    accented: frozenset[str]
    words: frozenset[str]
    more: frozenset[str]


@dataclass(slots=True)
class _Postings:
    """Which procedures have a word: word -> bits."""

    bits: dict[str, int] = field(default_factory=dict)
    _sorted: list[str] = field(default_factory=list)
    """The words in order, made again at the first search after a change."""

    def add(self, words: Iterable[str], bit: int) -> None:
        for word in words:
            self.bits[word] = self.bits.get(word, 0) | bit
        self._sorted = []

    def remove(self, words: Iterable[str], bit: int) -> None:
        for word in words:
            left = self.bits[word] & ~bit
            if left:
                self.bits[word] = left
            else:
                del self.bits[word]
        self._sorted = []

    def starting(self, prefix: str) -> int:
        """Every procedure with a word that begins so."""
        if not self._sorted:
            self._sorted = sorted(self.bits)
        found = 0
        for position in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            word = self._sorted[position]
            if not word.startswith(prefix):
                break
            found |= self.bits[word]
        return found


class SearchIndex:
    """Entries by code. `put` and `remove` change it at once."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._held: list[_Held | None] = []
        self._free: list[int] = []
        self._everything = 0
        self._names, self._accented, self._more = _Postings(), _Postings(), _Postings()
        self._values: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, entry: Entry) -> None:
        """Take an entry in, in place of the one that its code had."""
        self.remove(entry.code)
        slot = self._free.pop() if self._free else len(self._held)
        words = _WORDS.findall(folded(entry.name))
        held = _Held(
            entry,
            " ".join(map(spelled, words)),
            frozenset(
                spelling for word in _accented_words(entry.name) for spelling in _spellings(word)
            ),
            frozenset(spelling for word in words for spelling in _spellings(word)),
            frozenset([*_WORDS.findall(folded(entry.more)), *_code_words(folded(entry.code))]),
        )
        if slot == len(self._held):
            self._held.append(held)
        else:
            self._held[slot] = held
        self._slots[entry.code] = slot
        bit = 1 << slot
        self._everything |= bit
        self._names.add(held.words, bit)
        self._accented.add(held.accented, bit)
        self._more.add(held.more, bit)
        for facet, values in entry.values.items():
            for value in values:
                self._values[facet][value] = self._values[facet].get(value, 0) | bit

    def remove(self, code: str) -> None:
        slot = self._slots.pop(code, None)
        if slot is None:
            return
        held, bit = self._held[slot], 1 << slot
        assert held is not None
        self._held[slot] = None
        self._free.append(slot)
        self._everything &= ~bit
        self._names.remove(held.words, bit)
        self._accented.remove(held.accented, bit)
        self._more.remove(held.more, bit)
        for facet, values in held.entry.values.items():
            for value in values:
                self._values[facet][value] &= ~bit

    def search(
        self,
        query: str,
        filters: Mapping[str, str],
        agencies: Mapping[str, str],
        limit: int | None = None,
        after: Key | None = None,
    ) -> Hits:
        """The best `limit` behind `after`.

        `filters`: facet -> the value wanted. `agencies`: id -> name, so that an agency's name finds
        what it receives or decides.
        """
        plain = folded(query)
        words = list(dict.fromkeys(_query_words(plain)))
        found, ranks = self._found(plain, words, agencies)
        wanted = {facet: self._values[facet].get(value, 0) for facet, value in filters.items()}
        counts = {facet: self._count(facet, found, wanted) for facet in FACETS}
        for bits in wanted.values():
            found &= bits
        keys: list[Key] = []
        left = found
        for rank, bits in enumerate([*ranks, found]):
            if limit is not None and len(keys) >= limit:
                break
            if after is None or rank >= after[0]:  # what is before the page needs no order
                here = sorted(self._keys(left & bits, rank, " ".join(map(spelled, words)), query))
                keys += here if after is None else here[bisect_right(here, after) :]
            left &= ~bits
        return Hits(keys[:limit], found.bit_count(), counts)

    def _found(
        self, plain: str, words: list[str], agencies: Mapping[str, str]
    ) -> tuple[int, list[int]]:
        """What holds every word, and of it, best first: the very code, all words in the name, all
        as beginnings in the name.
        """
        if not words:
            return self._everything, []
        whole = self._everything
        for word in words:
            whole &= self._names.bits.get(word, 0)
        within = anywhere = self._everything
        for word in words:
            if whole and len(words) > 1 and len(word) <= SHORT:
                # `nhà ở` finds houses, and not every name with a word in nha… and one in o….
                named, more = self._names.bits.get(word, 0), self._more.bits.get(word, 0)
            else:
                named, more = (
                    self._names.starting(word),
                    self._more.starting(word) | self._of_agencies(word, agencies),
                )
            within &= named
            anywhere &= named | more
        exact = 0
        code = plain.strip()
        # `1.004873.000.00.00.H40` is how a province writes 1.004873.
        while code and not exact:
            exact = 1 << self._slots[code] if code in self._slots else 0
            code = code.rpartition(".")[0]
        return anywhere | exact, [exact, whole, within]

    def _of_agencies(self, word: str, agencies: Mapping[str, str]) -> int:
        bits = 0
        for agency, name in agencies.items():
            if any(part.startswith(word) for part in name.split()):
                bits |= self._values["agency"].get(agency, 0)
        return bits

    def _count(self, facet: str, found: int, wanted: Mapping[str, int]) -> dict[str, int]:
        for other, bits in wanted.items():
            if other != facet:
                found &= bits
        counts = {value: (bits & found).bit_count() for value, bits in self._values[facet].items()}
        return {value: count for value, count in sorted(counts.items()) if count}

    def _keys(self, bits: int, rank: int, phrase: str, query: str) -> Iterator[Key]:
        # Words typed with accents put first what has them so: each is looked up once, not in every
        # name.
        typed = [
            self._accented.starting(word) for word in _accented_words(query) if folded(word) != word
        ]
        same = [set(_ones(bits & having)) for having in typed]
        for slot in _ones(bits):
            held = self._held[slot]
            assert held is not None
            differs = sum(slot not in having for having in same)
            length = len(held.plain.removeprefix(_PROCEDURE)) if phrase else 0
            yield (rank, differs, int(phrase not in held.plain), length, held.entry.code)


def _ones(bits: int) -> Iterator[int]:
    """The places of the bits that are set."""
    for place, digit in enumerate(reversed(bin(bits)[2:])):
        if digit == "1":
            yield place


def _accented_words(text: str) -> list[str]:
    return re.findall(
        r"\w+", unicodedata.normalize("NFC", text).lower().replace("ð", "đ").replace("ɖ", "đ")
    )


def _code_words(code: str) -> list[str]:
    """A code is found whole, without its dots, and by each of its groups."""
    return [code, code.replace(".", ""), *_WORDS.findall(code)]


def _query_words(plain: str) -> Iterator[str]:
    """A code in a query stays whole, all else falls into its words."""
    for part in plain.split():
        if _CODE.fullmatch(part) and any(sign.isdigit() for sign in part):
            yield part
        else:
            yield from _WORDS.findall(part)
