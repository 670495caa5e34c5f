"""J11: payment gone wrong.

One dossier for each thing that a provider, a forger or a citizen's browser can do; the way of each
is its own.

Everything is done through the gateway and on the provider's pages; the provider's disorder is
ordered at its simulator.
"""

import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from motcua_contracts import VIETNAM
from motcua_local.home import Home
from motcua_local.layout import ACCOUNT

from .applicants import AN, required_papers, sample_form
from .personas import Citizen, Refused
from .stage import Stage

PROCEDURE, FEE_VND = "local.hh-0001", 50_000
PATIENCE_SECONDS = 120.0
LOOK_AGAIN_SECONDS = 0.3
View = dict[str, Any]


class NotSeenError(Exception):
    """What should have come of an act was not seen in time."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command of the operator's command line: its exit code and what it printed."""

    code: int
    said: str


@dataclass
class PaymentGoneWrong:
    """`codes`: the dossier of each trouble by its name.

    `own`, `desk`: its pages when it was over. `calls`: what the provider was told.
    """

    stage: Stage
    codes: dict[str, str] = field(default_factory=dict)
    own: dict[str, View] = field(default_factory=dict)
    desk: dict[str, View] = field(default_factory=dict)
    calls: dict[str, list[str]] = field(default_factory=dict)
    came_back: dict[str, str] = field(default_factory=dict)
    """Where the browser was sent after paying."""
    offer: View = field(default_factory=dict)
    bank_answers: list[str] = field(default_factory=list)
    refusals: dict[str, Refused] = field(default_factory=dict)
    till: View = field(default_factory=dict)
    report: View = field(default_factory=dict)
    accountant: View = field(default_factory=dict)
    """What a cashier was shown of the suspected payment, after the time to pay was over."""
    meanwhile: View = field(default_factory=dict)
    """The owner's page at that moment."""
    unnamed: list[View] = field(default_factory=list)
    """The cashier's lines of a transfer without a reference: as it came, and once it was given to
    its dossier.
    """
    listed: Ran = Ran(0, "")
    """What the command line says of it meanwhile."""

    @property
    def citizen(self) -> Citizen:
        return self.stage.an

    @property
    def provider(self) -> str:
        return self.stage.addresses["vnpay"]

    def play(self) -> "PaymentGoneWrong":
        self._twice()
        self._forged()
        self._other_amount()
        self._comes_back()
        self._delayed()
        self._transfer()
        self._unnamed()
        self._ten_at_once()
        self._silent()
        self._expired()
        self._suspected()
        for name in self.codes:
            self.own[name] = self._page(name)
            self.desk[name] = self.stage.officers["clerk-haihau"].called_by(self.codes[name])
        return self

    # ------------------------------------------------------------------ the troubles

    def _twice(self) -> None:
        """The provider calls again though it was answered."""
        self.file("twice")
        reference = self.pay("twice", ipn="twice")
        self.receipted("twice")
        self.told("twice", reference, 2)

    def _forged(self) -> None:
        """Somebody signs a call with another secret; then the provider's own comes."""
        self.file("forged")
        reference = self.pay("forged", ipn="forged")
        self.told("forged", reference, 1)
        assert self._page("forged")["fee"]["state"] == "due", "a forged call settled a fee"
        self.call_again(reference)
        self.receipted("forged")
        self.told("forged", reference, 2)

    def _other_amount(self) -> None:
        """A rightly signed call names another amount; then the right one comes."""
        self.file("other amount")
        reference = self.pay("other amount", ipn="other_amount")
        self.told("other amount", reference, 1)
        assert self._page("other amount")["fee"]["state"] == "due", "another amount settled a fee"
        self.call_again(reference)
        self.receipted("other amount")
        self.told("other amount", reference, 2)

    def _comes_back(self) -> None:
        """The citizen closes the page, comes back, pays on a new one, and then
        on the old one, too.
        """
        self.file("comes back")
        old = self.start("comes back")
        reference = self.pay("comes back")
        self.receipted("comes back")
        again = self.press(old, "comes back: the old page")
        self.seen(
            "comes back", lambda view: [one["state"] for one in view["fee"]["refunds"]] == ["done"]
        )
        self.told("comes back", reference, 1)
        self.told("comes back: the old page", again, 1)

    def _delayed(self) -> None:
        """The provider's call comes some seconds after the browser."""
        self.file("delayed")
        reference = self.pay("delayed", ipn="late", delay_seconds=3)
        self.receipted("delayed")
        self.told("delayed", reference, 1)

    def _transfer(self) -> None:
        """A bank transfer by QR code: of another amount, then right, then once more; a part of the
        fee is given back by hand, too.

        What came without being owed is paid out at the till, since a transfer knows no way back.
        """
        self.file("transfer")
        offer = self.citizen.post(
            f"/dossiers/{self._page('transfer')['dossier_id']}/payments", {"method": "vietqr"}
        )
        self.offer = dict(offer)
        for number, amount in enumerate((FEE_VND - 1_000, FEE_VND, FEE_VND), 1):
            self.bank_answers.append(
                self.credited(
                    f"FT{number}{self.codes['transfer'][-4:]}", amount, str(offer["payload"])
                )
            )
        self.bank_answers.append(
            self.credited("FT0", FEE_VND, str(offer["payload"]), signed_with="somebody else")
        )
        self.receipted("transfer")
        cashier = self.stage.cashier
        cashier.open_till(500_000)
        try:
            dossier = cashier.called_by(self.codes["transfer"])
            cashier.act(dossier, "refund", amount_vnd=20_000)
            self.refused(
                "more than is left", lambda: cashier.act(dossier, "refund", amount_vnd=40_000)
            )
            self.seen("transfer", lambda view: len(view["fee"]["refunds"]) == 3)
            for one in cashier.called_by(self.codes["transfer"])["actions"]:
                if one["action"] == "pay-out":
                    cashier.post(
                        "/desk/till/pay-out",
                        {name: one[name] for name in ("dossier_id", "refund", "amount_vnd")},
                    )
            self.till = cashier.till()["session"]
        finally:
            self.report = cashier.close_till(int(cashier.till()["session"]["expected_vnd"]))
        self.seen(
            "transfer",
            lambda view: [one["state"] for one in view["fee"]["refunds"]] == ["done"] * 3,
        )

    def _unnamed(self) -> None:
        """A transfer without our reference, then one that a cashier gives to the wrong dossier
        first; a third goes back.
        """
        self.file("unnamed")
        path, transaction = "/desk/transfers", f"FU{self.codes['unnamed'][-4:]}"
        self.bank_answers += [
            self.notified(transaction, FEE_VND, "NOP LE PHI"),
            self.notified(f"{transaction}B", 7_000, "nham"),
        ]
        lines = {one["reference"]: one for one in self.stage.cashier.get(path)["transfers"]}
        self.unnamed.append(lines[transaction])
        self.listed = self.operator("payment", "unassigned")
        cashier, one = self.stage.cashier, f"{path}/{lines[transaction]['transfer_id']}/assign"
        wrong = {"code": self.codes["transfer"], "reason_code": "payer-named"}
        self.refused("to a dossier that is paid", lambda: cashier.post(one, wrong))
        cashier.post(one, {"code": self.codes["unnamed"], "reason_code": "payer-shows-proof"})
        self.refused("given twice", lambda: cashier.post(one, wrong | {"reason_code": "other"}))
        back = {"reason_code": "not-for-us", "reference": f"{transaction}R"}
        cashier.post(f"{path}/{lines[f'{transaction}B']['transfer_id']}/return", back)
        self.receipted("unnamed")
        assigned = cashier.get(path, state="assigned")["transfers"]
        self.unnamed += [line for line in assigned if line["reference"] == transaction]

    def credited(self, transaction: str, amount_vnd: int, code: str, signed_with: str = "") -> str:
        """The bank tells of a credit: it found the reference in the QR code that was scanned.

        The code it is answered.
        """
        reference = code[code.index("0817MC") + 4 :][:17]
        return self.notified(
            transaction,
            amount_vnd,
            f"MBVCB.{transaction}.{reference}.CT tu NGUYEN THI MAU AN",
            signed_with,
        )

    def notified(self, transaction: str, amount_vnd: int, text: str, signed_with: str = "") -> str:
        """The bank tells of a credit with this text. The code it is answered."""
        notice = {
            "transaction_id": transaction,
            "account": ACCOUNT,
            "amount": amount_vnd,
            "credited_at": datetime.now(VIETNAM).isoformat(),
            "description": text,
        }
        body = json.dumps(notice).encode()
        key = (
            signed_with
            or (Home(Path(self.stage.stack.home)).keys / "bank-secret").read_text().strip()
        )
        headers = {"x-bank-signature": hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}
        address = f"{self.stage.addresses['gateway']}/api/v1/callbacks/vietqr/notification"
        return str(
            httpx.post(address, content=body, headers=headers, trust_env=False, timeout=30)
            .raise_for_status()
            .json()["code"]
        )

    def refused(self, name: str, attempt: Callable[[], Any]) -> None:
        """Something that the rules must not allow. Raises `NotSeenError` where they do."""
        try:
            attempt()
        except Refused as refusal:
            self.refusals[name] = refusal
            return
        raise NotSeenError(f"{name} was not refused")

    def _silent(self) -> None:
        """The provider never calls. When the time of its page is over, it is asked."""
        self.file("silent")
        self.pay("silent", ipn="never")
        self.advance("17m")
        self.receipted("silent")

    def _expired(self) -> None:
        """The provider does not know yet what it took, until the time to pay is over and the
        dossier is stopped. Then it calls.
        """
        self.file("expired")
        reference = self.pay("expired", ipn="never")
        self.order(f"/transactions/{reference}/disorder", hidden=True)
        self.advance("17m")
        self.seen(
            "expired",
            lambda view: any(line["event"] == "PaymentFailed" for line in view["history"]),
        )
        self.advance("11d")
        self.seen("expired", lambda view: view["status"] == "stopped")
        self.order(f"/transactions/{reference}/disorder", hidden=False)
        self.call_again(reference)
        self.seen(
            "expired", lambda view: [one["state"] for one in view["fee"]["refunds"]] == ["done"]
        )
        self.told("expired", reference, 1)

    def _ten_at_once(self) -> None:
        """The provider sends the same good call ten times at the same moment."""
        self.file("ten at once")
        reference = self.pay("ten at once", ipn="ten_at_once")
        self.receipted("ten at once")
        self.told("ten at once", reference, 10)

    def _suspected(self) -> None:
        """The payer was debited, and the provider suspects the payment (code 07).

        Days after the time to pay it says that all is well.
        """
        self.file("suspected")
        reference = self.press(self.start("suspected"), "suspected", action="suspect")
        self.told("suspected", reference, 1)
        self.seen("suspected", lambda view: view["fee"]["in_doubt"])
        self.advance("11d")
        self.accountant = self.doubted("suspected", lambda one: one["asks"] >= 1)
        self.meanwhile = self._page("suspected")
        self.order(f"/transactions/{reference}/disorder", paid=True)
        self.advance("2d")
        self.receipted("suspected")

    def doubted(self, name: str, there: Callable[[View], bool]) -> View:
        """The cashier's line of a payment in doubt. Raises `NotSeenError`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            dossiers = self.stage.cashier.get("/desk/payments/doubted")["dossiers"]
            lines = [
                line
                for one in dossiers
                if one["code"] == self.codes[name]
                for line in one["payments"]
            ]
            if lines and there(lines[0]):
                return dict(lines[0])
            if time.monotonic() > until:
                raise NotSeenError(f"{name}: the cashier sees {lines}")
            time.sleep(LOOK_AGAIN_SECONDS)

    # ------------------------------------------------------------------ what people do

    def file(self, name: str) -> None:
        page = self.stage.anybody.procedure(PROCEDURE)
        filed = self.citizen.submit(
            PROCEDURE, AN, sample_form(page), required_papers(page, AN), result_delivery="online"
        )
        self.codes[name] = filed.code
        self.seen(name, lambda view: view["fee"]["state"] == "due")

    def start(self, name: str) -> str:
        """The address of a pay page."""
        return str(
            self.citizen.post(
                f"/dossiers/{self._page(name)['dossier_id']}/payments", {"method": "vnpay"}
            )["redirect_url"]
        )

    def pay(self, name: str, **disorder: Any) -> str:
        """Open a pay page and pay there; `disorder` is ordered for this payment first.

        The payment's reference.
        """
        page = self.start(name)
        if disorder:
            self.order("/control", txn_ref=reference_in(page), **disorder)
        return self.press(page, name)

    def press(self, page: str, name: str, action: str = "pay") -> str:
        with httpx.Client(timeout=30, trust_env=False) as browser:
            paid = browser.post(page, data={"action": action})
            self.came_back[name] = browser.get(paid.headers["location"]).headers["location"]
        return reference_in(page)

    def order(self, path: str, **wish: Any) -> None:
        httpx.post(
            f"{self.provider}{path}", json=wish, trust_env=False, timeout=30
        ).raise_for_status()

    def call_again(self, reference: str) -> None:
        self.order(f"/transactions/{reference}/ipn", ipn="normal")

    def advance(self, by: str) -> None:
        """Time goes on for everybody."""
        ran = self.operator("clock", "advance", by)
        assert ran.code == 0, ran.said

    def operator(self, *words: str) -> Ran:
        env = {
            "MOTCUA_HOME": self.stage.stack.home,
            "PATH": "/usr/bin:/bin",
            "COLUMNS": "200",
            "LANG": "C.UTF-8",
        }
        command = [sys.executable, "-m", "motcua_operations", *words]
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=180, check=False
        )
        return Ran(done.returncode, done.stdout + done.stderr)

    # ------------------------------------------------------------------ what is seen

    def receipted(self, name: str) -> None:
        self.seen(name, lambda view: view["fee"]["receipt_number"])

    def seen(self, name: str, there: Callable[[View], Any]) -> None:
        """Raises `NotSeenError`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not there(view := self._page(name)):
            if time.monotonic() > until:
                raise NotSeenError(f"{name}: {view['status']}, fee {view['fee']}")
            time.sleep(LOOK_AGAIN_SECONDS)

    def told(self, name: str, reference: str, calls: int) -> None:
        """Wait until the provider has so many answers, and keep their codes."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            shown: Mapping[str, Any] = (
                httpx.get(f"{self.provider}/transactions/{reference}", trust_env=False)
                .raise_for_status()
                .json()
            )
            codes = [str(call["rsp_code"]) for call in shown["ipn_calls"] if call["rsp_code"]]
            if len(codes) >= calls:
                self.calls[name] = codes
                return
            if time.monotonic() > until:
                raise NotSeenError(f"{name}: the provider was told {codes}")
            time.sleep(LOOK_AGAIN_SECONDS)

    def _page(self, name: str) -> View:
        return self.citizen.dossier(self.codes[name])

    # ------------------------------------------------------------------ the reconciliation

    def statement(self, into: Path) -> Path:
        """The provider's statement of everything, as it came."""
        into.write_bytes(
            httpx.get(f"{self.provider}/statement.csv", trust_env=False).raise_for_status().content
        )
        return into

    @property
    def days(self) -> list[str]:
        """Every day, in Vietnam, on which something happened to these dossiers."""
        times = (
            datetime.fromisoformat(line["at"])
            for view in self.desk.values()
            for line in view["history"]
        )
        return sorted({at.astimezone(VIETNAM).date().isoformat() for at in times})

    def reconcile(self, statement: Path) -> Ran:
        days = [word for day in self.days for word in ("--day", day)]
        return self.operator("payment", "reconcile", str(statement), *days)


def reference_in(page: str) -> str:
    """The payment's reference in its pay page's address."""
    return parse_qs(urlsplit(page).query)["vnp_TxnRef"][0]
