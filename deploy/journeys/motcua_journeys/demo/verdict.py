"""The demo's closing check, and how it is shown: one row a service for what the log proves, one
line each for all else.
"""

from dataclasses import dataclass
from typing import Any

from motcua_audit.check import Report, ServiceReport
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import Journey, Stage
from ..checks import Rest, Signed, proof_of, rest_of, signatures_of

PROVEN = (
    ("chains hold", frozenset({"altered", "removed", "inserted", "reordered", "unreadable"})),
    ("journal = Kafka", frozenset({"unpublished", "not-in-journal"})),
    ("replay = state", frozenset({"state-differs", "fold-fails", "no-fold"})),
    ("papers open", frozenset({"paper-missing", "paper-altered"})),
    ("archived", frozenset({"not-archived"})),
    ("signed", frozenset({"forged"})),
)
"""What a service's events must prove, and the kinds of differences that would deny it."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What was looked at.

    `sent`: messages that events call sent; `received`: those that mailbox and SMS gateway hold.
    """

    rest: Rest
    proof: Report
    signed: list[Signed]
    sent: int
    received: int
    receipts: list[str]
    returned: list[bool]

    @property
    def lines(self) -> list[tuple[str, bool, str]]:
        """What holds or not, with what was seen."""
        rest, proof = self.rest, self.proof
        ordinals = [int(number.rpartition("-")[2]) for number in self.receipts]
        return [
            (
                "every service is ready",
                not rest.not_ready,
                ", ".join(rest.not_ready) or "all of them",
            ),
            ("no lag", rest.lag == 0, f"{rest.lag} records wait"),
            ("nothing unpublished", rest.unpublished == 0, f"{rest.unpublished} batches"),
            (
                "no dead letters",
                rest.dead_letters == rest.parked_keys == 0,
                f"{rest.dead_letters} letters, {rest.parked_keys} parked",
            ),
            (
                "the log proves every stored state",
                proof.ok,
                f"{proof.events} events" if proof.ok else str(proof),
            ),
            (
                "every act of a person is signed",
                any(part.signed for part in proof.services.values()),
                _signed(proof),
            ),
            (
                "every dossier is returned",
                all(self.returned),
                f"{sum(self.returned)} of {len(self.returned)}",
            ),
            (
                "every signature verifies",
                all(one.report.good for one in self.signed),
                f"{len(self.signed)} documents, PAdES",
            ),
            (
                "one changed byte breaks each",
                not any(one.flipped.good for one in self.signed),
                f"{len(self.signed)} tried",
            ),
            (
                "every message sent was received",
                self.sent == self.received > 0,
                f"{self.sent} said, {self.received} held",
            ),
            (
                "receipt numbers have no gap",
                ordinals == list(range(1, len(ordinals) + 1)),
                ", ".join(self.receipts) or "none",
            ),
        ]

    @property
    def ok(self) -> bool:
        return all(holds for _, holds, _ in self.lines)


def checks_of(stage: Stage, played: list[Journey]) -> Checks:
    """Look, once nothing is on its way any more."""
    rest = rest_of(stage.stack)
    views: list[dict[str, Any]] = [journey.citizen.dossier(journey.code) for journey in played]
    held = [
        *[
            mail["text"]
            for address in {one.applicant["email"] for one in played}
            for mail in stage.mails(address)
        ],
        *[
            sms["text"]
            for number in {one.applicant["phone"] for one in played}
            for sms in stage.texts(number)
        ],
    ]
    return Checks(
        rest=rest,
        proof=proof_of(stage.stack),
        signed=[
            one for journey in played for one in signatures_of(stage, journey.citizen, journey.code)
        ],
        sent=sum(line["event"] == "MessageSent" for view in views for line in view["history"]),
        received=sum(any(journey.code in text for journey in played) for text in held),
        receipts=sorted(
            view["fee"]["receipt_number"] for view in views if view["fee"]["receipt_number"]
        ),
        returned=[view["status"] == "returned" for view in views],
    )


def show_checks(console: Console, checks: Checks) -> None:
    """Two tables."""
    console.print()
    proven = Table(
        title="what the log proves",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    proven.add_column("service")
    for name in ("subjects", "events"):
        proven.add_column(name, justify="right")
    for name, _ in PROVEN:
        proven.add_column(name, justify="center")
    for report in checks.proof.services.values():
        proven.add_row(
            report.name,
            str(report.subjects),
            str(report.events),
            *[_proven(report, kinds) for _, kinds in PROVEN],
        )
    console.print(proven)
    closing = Table(
        title="closing check",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_header=False,
    )
    for name, holds, seen in checks.lines:
        closing.add_row(_mark(holds), name, Text(seen, "dim"))
    console.print(closing)


def _signed(proof: Report) -> str:
    parts = proof.services.values()
    return (
        f"{sum(part.signed for part in parts)} commands signed,"
        f" {sum(part.unprovable for part in parts)} not provable"
    )


def _proven(report: ServiceReport, kinds: frozenset[str]) -> Text:
    return _mark(not any(difference.kind in kinds for difference in report.differences))


def _mark(holds: bool) -> Text:
    return Text("✓", "green") if holds else Text("✗", "bold red")
