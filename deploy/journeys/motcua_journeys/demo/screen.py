"""How the demo shows a dossier's way: a row for each event as the auditor's archive has it, with
the place that follows from it.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua_contracts import VIETNAM, Message, Payload
from motcua_contracts.messages.notify import MessageQueued
from motcua_contracts.rules.status import COUNTER, Progress, Whereabouts, fold
from motcua_contracts.wire.envelope import UnknownType, decode
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from .. import Act, Journey, Seen, Stage

ARCHIVED_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.15
COLUMNS = (("time", 8), ("service", 7), ("event", 30), ("actor", 18), ("where it is now", None))
COLOURS = {
    "intake": "cyan",
    "routing": "magenta",
    "payment": "yellow",
    "notify": "blue",
    "audit": "bright_black",
}
SAYS = {
    "CommandRejected": "slug",
    "DossierReturned": "channel",
    "FeeAssessed": "amount_vnd",
    "MessageQueued": "channel",
    "MessageSent": "channel",
    "PaymentSettled": "channel",
    "ReceiptIssued": "number",
    "StepCompleted": "step",
    "TaskAssigned": "step",
}
"""Events that are clearer with one of their values."""
MESSAGE_ENDS = ("MessageSent", "MessageFailed", "MessageSuppressed")


def title(journey: Journey, procedure: Mapping[str, Any]) -> RenderableType:
    """What comes: the journey, and the real procedure it runs on."""
    fee = f"{procedure['fee_vnd']:,} VND".replace(",", ".") if procedure["fee_vnd"] else "free"
    period = (
        "same day"
        if procedure["day_unit"] == "same_day"
        else f"{procedure['days']:g} {procedure['day_unit']} days"
    )
    about = (
        f"{procedure['code']} · {procedure['name_vi']} · level {procedure['level']} · {period} ·"
        f" {fee}"
    )
    return Group(
        Text(),
        Rule(f"[bold]{journey.number}[/]  {escape(journey.title_en)}", align="left"),
        Text(about, style="dim"),
    )


class Way:
    """Prints the way of one dossier while it goes.

    Events come from the auditor's API, raw; the place is folded from them.
    """

    def __init__(self, console: Console, stage: Stage, journey: Journey) -> None:
        self._console, self._stage, self._journey = console, stage, journey
        self._names = {name: desk["name"] for name, desk in stage.desks.items()}
        self._agencies = {
            desk["agency"]: _short(desk["agency_vi"]) for desk in stage.desks.values()
        }
        self._departments = {
            (desk["agency"], desk["department"]): desk["department_vi"]
            for desk in stage.desks.values()
        }
        self._progress, self._shown, self._place = Progress(), set[str](), ""
        self._open_messages, self._told = 0, set[str]()
        self._print_row([Text(name, style="bold") for name, _ in COLUMNS])

    def act(self, act: Act, seen: Seen) -> None:
        """What somebody did, then the events that came of it."""
        who = self._names.get(act.who, self._journey.applicant["full_name"])
        line = Text.assemble(("▸ ", "green"), (who, "bold"), f" {act.en}", (f"  ({act.vi})", "dim"))
        line.append(f"  → {seen.own['status_en']}", "green")
        if (due := seen.own["due_at"]) and act.key == "accepted":
            line.append(
                f", due {datetime.fromisoformat(due).astimezone(VIETNAM):%d/%m/%Y %H:%M}", "green"
            )
        self._console.print(line)
        until = time.monotonic() + ARCHIVED_SECONDS
        while True:
            self._show_news(seen.own["dossier_id"])
            place = self._progress.place
            if self._progress.status == act.status and (
                not act.step or (place is not None and place.step == act.step)
            ):
                return
            if time.monotonic() > until:
                return  # the closing check says what the archive lacks
            time.sleep(LOOK_AGAIN_SECONDS)

    def rest(self) -> None:
        """What comes after the last act: the messages that tell of the result."""
        until = time.monotonic() + ARCHIVED_SECONDS
        while (self._open_messages or "granted" not in self._told) and time.monotonic() < until:
            time.sleep(LOOK_AGAIN_SECONDS)
            self._show_news(self._journey.seen["filed"].own["dossier_id"])

    def _show_news(self, dossier_id: str) -> None:
        news: list[tuple[datetime, int, Message[Payload]]] = []
        for record in self._stage.auditor.events(dossier_id):
            if record["sha256"] in self._shown:
                continue
            self._shown.add(record["sha256"])
            try:
                message = decode(record["raw"].encode())
            except UnknownType:
                continue
            news.append((message.time, message.sequence or 0, message))
        for _, _, message in sorted(news, key=lambda one: one[:2]):
            self._show(message)

    def _show(self, message: Message[Payload]) -> None:
        self._progress = fold(self._progress, message)
        place = self._where(self._progress.place)
        moved, self._place = place != self._place, place
        service, event = message.source.rpartition("/")[2], type(message.data).__name__
        if isinstance(message.data, MessageQueued):
            self._open_messages += 1
            self._told.add(message.data.template)
        elif event in MESSAGE_ENDS:
            self._open_messages -= 1
        said = Text(event, no_wrap=True)
        if event in SAYS:
            said.append(f" {_value(getattr(message.data, SAYS[event]))}", "dim")
        where = Text(place if moved else "")
        at = Text(f"{message.time.astimezone(VIETNAM):%H:%M:%S}", "dim")
        self._print_row(
            [at, Text(service, COLOURS.get(service, "")), said, self._who(message.actor), where]
        )

    def _who(self, actor: str) -> Text:
        kind, _, name = actor.partition(":")
        if kind == "citizen":
            return Text(self._journey.applicant["full_name"], no_wrap=True)
        return (
            Text(self._names.get(name, name), no_wrap=True)
            if kind == "officer"
            else Text(actor, "dim")
        )

    def _where(self, place: Whereabouts | None) -> str:
        if place is None:
            return ""
        department = (
            "Bộ phận một cửa"
            if place.department == COUNTER
            else self._departments.get((place.agency, place.department), "")
        )
        officer = self._names.get(place.officer, "")
        return (
            f"{self._agencies.get(place.agency, place.agency)} /"
            f" {department}\n{f'{officer} / ' if officer else ''}{place.step_vi}"
        )

    def _print_row(self, cells: list[Text]) -> None:
        """One row at a time, as it happens: a table that is drawn when it is full would come too
        late.
        """
        row = Table.grid(padding=(0, 1), expand=True)
        for _, width in COLUMNS:
            row.add_column(
                width=width,
                ratio=None if width else 1,
                no_wrap=width is not None,
                overflow="ellipsis" if width else "fold",
            )
        row.add_row(*cells)
        self._console.print(row)


def mail_panel(mail: Mapping[str, Any]) -> RenderableType:
    """A mail as the SMTP server received it."""
    at = datetime.fromisoformat(mail["received_at"]).astimezone(VIETNAM)
    head = Table.grid(padding=(0, 2))
    for name, value in (
        ("From", mail["from"]),
        ("To", ", ".join(mail["to"])),
        ("Subject", mail["subject"]),
        ("Message-ID", mail["message_id"]),
    ):
        head.add_row(Text(name, "bold"), Text(value))
    body = Group(head, Rule(style="dim"), Text(mail["text"].rstrip()))
    return Group(
        Text(),
        Panel(
            body,
            title="what the SMTP server received",
            subtitle=f"{at:%H:%M:%S}",
            border_style="blue",
            padding=(0, 2),
        ),
    )


def _short(agency_vi: str) -> str:
    """`Ủy ban nhân dân huyện Hải Hậu` -> `huyện Hải Hậu`."""
    return agency_vi.removeprefix("Ủy ban nhân dân ")


def _value(value: object) -> str:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)
