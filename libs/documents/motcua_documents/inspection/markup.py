"""One XML part of a DOCX, read from beginning to end by expat, which keeps nothing: relations,
content types and fields.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from .findings import MAX_DEPTH, Finding

_PROGRAM = re.compile(r"^\W*(?:DDEAUTO|DDE)\b|\bDDEAUTO\b", re.IGNORECASE)
_FETCHING = re.compile(
    r"^\W*(?:INCLUDETEXT|INCLUDEPICTURE|LINK|RD|IMPORT|DATABASE)\b.*(?://|\\\\)",
    re.IGNORECASE | re.DOTALL,
)
_SPELLED = re.compile(r"\bQUOTE((?:\s+\d+){3,})", re.IGNORECASE)
"""A field that is spelled by the numbers of its letters, to hide what it is."""


@dataclass
class Part:
    """What a part says.

    `relations`: (last word of the type, target, external), in small letters but for the target.
    """

    relations: list[tuple[str, str, bool]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    starts_program: bool = False
    fetches: bool = False


class _Reader:
    def __init__(self) -> None:
        self.part = Part()
        self.depth = 0
        self.fields: list[list[str]] = []
        """The fields that are open, the innermost last."""
        self.is_code = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH * 5:
            raise Finding("too-complex")
        match name.rpartition(":")[2]:
            case "Relationship":
                kind = attributes.get("Type", "").strip().rpartition("/")[2].lower()
                external = attributes.get("TargetMode", "").strip().lower() == "external"
                self.part.relations.append((kind, attributes.get("Target", "").strip(), external))
            case "Override" | "Default":
                self.part.types.append(attributes.get("ContentType", ""))
            case "fldSimple":
                self.judge(
                    "".join(value for key, value in attributes.items() if key.endswith("instr"))
                )
            case "fldChar":
                self.turn(
                    next(
                        (value for key, value in attributes.items() if key.endswith("fldCharType")),
                        "",
                    )
                )
            case "instrText" | "delInstrText":
                self.is_code = True

    def end(self, name: str) -> None:
        self.depth -= 1
        if name.endswith("nstrText"):
            self.is_code = False

    def text(self, letters: str) -> None:
        if self.is_code:
            for one in self.fields or [[]]:
                one.append(letters)
            if not self.fields:
                self.judge(letters)

    def turn(self, kind: str) -> None:
        if kind == "begin":
            if len(self.fields) > MAX_DEPTH:
                raise Finding("too-complex")
            self.fields.append([])
        elif kind in ("separate", "end") and self.fields:
            self.judge("".join(self.fields[-1]))
            if kind == "end":
                self.fields.pop()

    def judge(self, code: str) -> None:
        spelled = "".join(
            "".join(map(_letter, numbers.split())) for numbers in _SPELLED.findall(code)
        )
        if _PROGRAM.search(code) or "dde" in spelled.lower():
            self.part.starts_program = True
        if _FETCHING.search(code):
            self.part.fetches = True


def _letter(number: str) -> str:
    return chr(int(number)) if len(number) < 6 and int(number) < 0x110000 else ""


def read_part(data: bytes, name: str) -> Part:
    """Raises `Finding`: a document type (which may name entities or other files), too deep, or no
    XML at all.
    """

    def refuse(*_: Any) -> None:
        raise Finding("xml-doctype")

    reader, parser = _Reader(), expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        # old drawings, for one, are not always XML
        if not name.lower().endswith((".xml", ".rels")):
            return reader.part
        raise Finding("damaged") from error
    for code in reader.fields:
        reader.judge("".join(code))
    return reader.part
