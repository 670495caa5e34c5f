"""What the owner does with a dossier: pay, hand in what was asked for, withdraw, correct their
contact, rate. Filing one is a route of its own (`api/citizen.py`): there is no dossier yet.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from motcua_contracts import Label
from motcua_contracts.messages.intake import (
    CorrectApplicant,
    RateDossier,
    SubmitSupplement,
    WithdrawDossier,
)
from motcua_contracts.messages.payment import StartPayment
from motcua_contracts.values import bounds
from motcua_contracts.values.bounds import LINE
from motcua_payment_providers.base import Method
from pydantic import Field as Bounded

from ..answers.dossier import Corrected, PayPage, Rated, SupplementTaken, TransferCode, Withdrawn
from ..commands.sending import Done
from ..identity.callers import CITIZEN, Caller
from ..tools import Gateway
from ..views.dossier import API
from .act import Act, ActGroup, Aim
from .contacts import vouched
from .dossier_fields import Files
from .fields import Given
from .payment_start import started

OWNER = (CITIZEN,)


async def _own(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    """Raises `DossierUnknown`."""
    dossier_id = asked["dossier_id"]
    await gateway.dossiers.of_owner(caller, dossier_id)
    return Aim(dossier_id, f"/dossiers/{dossier_id}")


async def _payment(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    aim = await _own(gateway, caller, act, asked)
    base = gateway.settings.public_url.rstrip("/")
    back = {"return_url": f"{base}{API}/callbacks/vnpay/return"}
    return Aim(aim.subject, aim.href, {"provider": asked["method"], **back})


async def _contact(gateway: Gateway, caller: Caller, act: Act, asked: Mapping[str, Any]) -> Aim:
    aim = await _own(gateway, caller, act, asked)
    confirmed = vouched(caller, asked["email"] or "", asked["phone"] or "")
    return Aim(aim.subject, aim.href, {"confirmed": confirmed})


def _started(aim: Aim, done: Done) -> dict[str, Any]:
    return started(done)


def _handed_in(aim: Aim, done: Done) -> dict[str, Any]:
    return {"dossier_id": aim.subject, "submitted_at": done.data["submitted_at"]}


def _withdrawn(aim: Aim, done: Done) -> dict[str, Any]:
    refundable = done.data["refundable"]
    return {"dossier_id": aim.subject, "status": "withdrawn", "refundable": refundable}


def _corrected(aim: Aim, done: Done) -> dict[str, Any]:
    return {"dossier_id": aim.subject, **done.data}


ACTS = (
    Act(
        name="pay",
        path="payments",
        command=StartPayment,
        roles=OWNER,
        label=Label("Nộp phí trực tuyến", "Pay online"),
        about=(
            "Start an online payment (level 4).\n\nA pay page: send the browser to `redirect_url`."
            " A bank transfer by QR code: `payload` is the\ncode's text, shown as `qr_svg`, or"
            " `qr_png` as a data URI."
        ),
        answer=PayPage | TransferCode,
        success=201,
        body="How: on a provider's pay page, or by a bank transfer with a QR code.",
        needs_body=False,
        fields=(Given(name="method", api=Method, default="vnpay", for_aim=True),),
        aim=_payment,
        says=_started,
        on_page=False,
    ),
    Act(
        name="supplement",
        path="supplements",
        command=SubmitSupplement,
        roles=OWNER,
        label=Label("Nộp bổ sung", "Hand in the documents"),
        about="Hand in what was asked for: every paper at once, before `respond_by`.",
        answer=SupplementTaken,
        success=201,
        body=(
            "A file for each paper that is asked for; `form` only where it changes, and then whole."
        ),
        fields=(Files(), Given(name="form", api=bounds.Form | None, default=None)),
        says=_handed_in,
        on_page=False,
    ),
    Act(
        name="withdraw",
        path="withdrawal",
        command=WithdrawDossier,
        roles=OWNER,
        label=Label("Rút hồ sơ", "Withdraw"),
        about=(
            "Withdraw the dossier, before it is decided.\n\nThe answer says whether a paid fee is"
            " returned."
        ),
        answer=Withdrawn,
        says=_withdrawn,
        on_page=False,
    ),
    Act(
        name="correct",
        path="contact",
        command=CorrectApplicant,
        roles=OWNER,
        label=Label("Sửa thông tin liên hệ", "Correct the contact"),
        about=(
            "Correct the caller's contact: later messages go there.\n\nOne that is not known to be"
            " the caller's own is asked to confirm.\n\nName, address and identity number are"
            " corrected at the counter, with the paper that shows what\nis right."
        ),
        answer=Corrected,
        body="What changes, and only that; an empty one is taken away.",
        fields=(
            Given(
                name="phone",
                api=Annotated[str | None, Bounded(max_length=20, pattern=LINE)],
                default=None,
            ),
            Given(
                name="email",
                api=Annotated[str | None, Bounded(max_length=200, pattern=LINE)],
                default=None,
            ),
            Given(name="language", api=Literal["vi", "en"] | None, default=None),
        ),
        aim=_contact,
        says=_corrected,
        on_page=False,
    ),
    Act(
        name="rate",
        path="rating",
        command=RateDossier,
        roles=OWNER,
        label=Label("Đánh giá", "Rate"),
        about="Say how it went, 1 to 5 stars, once, after the result is returned.",
        answer=Rated,
        fields=(Given(name="stars", api=Annotated[int, Bounded(ge=1, le=5)]),),
        on_page=False,
    ),
)
OWN = ActGroup(
    name="owner",
    prefix="/dossiers/{dossier_id}",
    tag="citizen",
    acts=ACTS,
    aim=_own,
    seated=False,
    gives=frozenset({"provider", "return_url", "confirmed"}),
)
