"""What a dossier owes, from the terms it was registered under. Nothing of paying here.

Everything is in whole đồng. A share that is no whole number is rounded in the citizen's favour.
"""

from motcua_contracts import Event
from motcua_contracts.messages.intake import DossierRegistered
from motcua_contracts.messages.payment import FeeAssessed, FeeWaived

SECONDS_PER_HOUR = 3600


def assess(registered: DossierRegistered) -> tuple[Event, ...]:
    """FeeAssessed with its computation; FeeWaived alone where the waiver is whole, before the rest
    where it is a part.

    The moment is what the terms say (before the result unless they say otherwise), at every level.
    """
    amount_vnd, computation = _base(registered)
    waiver = registered.waiver_percent
    if not amount_vnd:
        return (_free(registered, computation),)
    if waiver >= 100:
        return (FeeWaived(percent=100),)
    if not waiver:
        return (_owed(registered, amount_vnd, computation),)
    rest_vnd = _less(amount_vnd, waiver)
    computation += (f"Miễn, giảm {waiver}%: còn {dong(rest_vnd)}",)
    return (
        FeeWaived(percent=waiver),
        _owed(registered, rest_vnd, computation) if rest_vnd else _free(registered, computation),
    )


def dong(amount_vnd: int) -> str:
    """An amount as it is written in Vietnam: `100.000 đồng`."""
    return f"{amount_vnd:,} đồng".replace(",", ".")


def _base(registered: DossierRegistered) -> tuple[int, tuple[str, ...]]:
    """The fee before waivers, and how it came about: the steps that `FeeRule`
    names, in its order.
    """
    rule, inputs = registered.terms.fee, registered.fee_inputs
    case = rule.case_of(inputs)
    one_vnd = case.amount_vnd if case is not None else rule.amount_vnd
    group = f" ({case.name_vi})" if case is not None else ""
    if not one_vnd:
        return 0, (f"Không thu phí, lệ phí{group}",)
    amount_vnd = one_vnd
    lines = [f"Mức thu{group}: {dong(one_vnd)}"]
    if rule.per_copy:
        copies = rule.copies_of(inputs)
        amount_vnd *= copies
        free = f", sau khi trừ {rule.free_copies} bản không thu" if rule.free_copies else ""
        lines = [
            f"Mức thu{group}: {dong(one_vnd)} mỗi bản × {copies} bản = {dong(amount_vnd)}{free}"
        ]
    if rule.max_vnd is not None and amount_vnd > rule.max_vnd:
        amount_vnd = rule.max_vnd
        lines.append(f"Thu tối đa {dong(amount_vnd)}")
    if rule.online_discount_percent and registered.channel == "online":
        amount_vnd = _less(amount_vnd, rule.online_discount_percent)
        lines.append(
            f"Giảm {rule.online_discount_percent}% khi nộp hồ sơ trực tuyến: còn {dong(amount_vnd)}"
        )
    return amount_vnd, tuple(lines)


def _less(amount_vnd: int, percent: int) -> int:
    return amount_vnd * (100 - percent) // 100


def _free(registered: DossierRegistered, computation: tuple[str, ...]) -> FeeAssessed:
    return FeeAssessed(
        amount_vnd=0,
        computation=computation,
        moment=registered.terms.fee.moment,
        pay_within_seconds=0,
    )


def _owed(
    registered: DossierRegistered, amount_vnd: int, computation: tuple[str, ...]
) -> FeeAssessed:
    terms = registered.terms
    return FeeAssessed(
        amount_vnd=amount_vnd,
        computation=(*computation, f"Phải nộp: {dong(amount_vnd)}"),
        moment=terms.fee.moment,
        pay_within_seconds=terms.fee.pay_within_hours * SECONDS_PER_HOUR,
        code=registered.code,
        level=terms.service_level,
        owner_actor=registered.owner_actor,
        receiving_agency=registered.receiving_agency,
        authority=terms.fee.authority or registered.deciding_agency,
        procedure=terms.code,
        procedure_version=terms.version,
        revision=registered.revision,
        issues_documents=terms.issues_documents,
    )
