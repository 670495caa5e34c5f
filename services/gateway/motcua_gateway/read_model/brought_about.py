"""Whose act brought about what the system wrote down: the lines of a history that follow from
somebody's act bear that person.

An event that answers another service's is the system's, though a person caused it: the result is
there because a leader signed, the case opened because a clerk accepted. The cause is found in the
history itself, so the order in which sources were heard does not matter, and dossiers that were
filed before are shown the same way. What a timer or a computation brought about stays the system's.
Pure.
"""

from collections.abc import Iterable

from .stored import Entry

CAUSES: dict[str, str] = {
    "DossierCompleted": "CaseDecided",
    "DossierReturned": "CaseDecided",
    "CaseOpened": "DossierAccepted",
    "TaskAssigned": "DossierAccepted",
    "ConsultationRequested": "DossierAccepted",
    "ClockResumed": "SupplementSubmitted",
    "CaseClosed": "DossierWithdrawn",
    "ReceiptIssued": "PaymentSettled",
}
"""An event that the system says, and the line whose person brought it about. Of several lines the
last one before it counts.
"""


def by_persons(history: Iterable[Entry]) -> list[Entry]:
    """The same lines, each with the person who brought it about, where one did."""
    lines = list(history)
    return [_by_person(line, lines) for line in lines]


def _by_person(line: Entry, lines: list[Entry]) -> Entry:
    cause = CAUSES.get(line.event, "")
    if not cause or not line.actor.startswith("system:"):
        return line
    caused = [one for one in lines if one.event == cause]
    if not caused:
        return line
    before = [one for one in caused if one.at <= line.at]
    actor = (before[-1] if before else caused[0]).actor
    return line if actor.startswith("system:") else line._replace(actor=actor)
