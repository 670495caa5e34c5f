"""Counts of dossiers.

The public reads no count from 1 to 4: a cell is then `{"under": 5}`, or `{"hidden": true}` beside
one.
"""

from datetime import datetime
from typing import Literal

from .base import Answer


class Under(Answer):
    """A count from 1 to 4."""

    under: Literal[5]


class Hidden(Answer):
    """A count that would give a small one beside it away."""

    hidden: Literal[True]


Cell = int | Under | Hidden


class Measures(Answer):
    received: Cell
    waiting: Cell
    overdue: Cell
    early: Cell
    on_time: Cell
    late: Cell
    not_accepted: Cell
    withdrawn: Cell
    stopped: Cell


class Named(Measures):
    """`name_vi`, `name_en`: where the catalogue has them."""

    name_vi: str = ""
    name_en: str = ""


class OfAgency(Named):
    agency: str


class OfReceivingAgency(Named):
    receiving_agency: str


class OfDepartment(Named):
    """`agency/department`; empty: with none yet."""

    department: str


class OfField(Measures):
    field: str


class OfOfficer(Measures):
    officer: str
    name: str


class OfChannel(Measures):
    channel: str


class OfLevel(Measures):
    level: str


class OfProcedure(Measures):
    procedure: str


class Statistics(Measures):
    """The tables that were asked for; `late_in_all` counts decided and open ones, `unreadable`
    dossiers that are in no other count.
    """

    as_of: datetime
    late_in_all: Cell
    unreadable: int
    by_agency: list[OfAgency] = []
    by_receiving_agency: list[OfReceivingAgency] = []
    by_department: list[OfDepartment] = []
    by_field: list[OfField] = []
    by_officer: list[OfOfficer] = []
    by_channel: list[OfChannel] = []
    by_level: list[OfLevel] = []
    by_procedure: list[OfProcedure] = []
