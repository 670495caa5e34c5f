"""Officers who left: placed at an agency whose file is imported and names them no more. Pure."""

from motcua_contracts.messages.catalog import OfficerPlaced, RemoveOfficer

from ..published import Shelf
from .plan import Wanted


def leavers(wanted: list[Wanted], shelf: Shelf) -> list[Wanted]:
    """Their removals.

    Who moves to another agency of the same import is placed there; agencies that are not imported
    stay as they are.
    """
    named = {one.subject for one in wanted}
    files = {one.subject: one.path for one in wanted}
    return [
        Wanted(
            subject,
            files[agency],
            lambda _, officer=last.place.officer: RemoveOfficer(officer=officer),  # type: ignore[misc]
        )
        for subject, last in sorted(shelf.last.items())
        if isinstance(last, OfficerPlaced)
        and (agency := f"agency:{last.place.agency}") in files
        and subject not in named
    ]
