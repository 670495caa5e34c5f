"""How pages and mails show a due date: by the minute, or as a day where it falls on the opening of
the office.
"""

import pytest
from motcua_gateway.pages.site import due
from motcua_notify.formats import due_en, due_vi


@pytest.mark.parametrize(
    ("at", "vi", "en"),
    [
        ("2026-11-30T00:00:00Z", "trong ngày 30/11/2026", "30/11/2026"),
        ("2026-11-30T00:01:00Z", "30/11/2026 07:01", "30/11/2026 07:01"),
        ("2026-11-27T03:30:00Z", "27/11/2026 10:30", "27/11/2026 10:30"),
        (None, "", ""),
    ],
)
def test_a_page_shows_a_due_date_at_the_opening_as_that_day(
    at: str | None, vi: str, en: str
) -> None:
    assert due(at, lambda one, other: one) == vi
    assert due(at, lambda one, other: other) == en


@pytest.mark.parametrize(
    ("at", "vi", "en"),
    [
        ("2026-11-30T00:00:00Z", "trong ngày 30/11/2026", "30 November 2026"),
        ("2026-11-30T00:01:00Z", "7 giờ 01 ngày 30/11/2026", "30 November 2026, 07:01"),
        ("2026-11-27T03:30:00Z", "10 giờ 30 ngày 27/11/2026", "27 November 2026, 10:30"),
    ],
)
def test_a_mail_shows_a_due_date_at_the_opening_as_that_day(at: str, vi: str, en: str) -> None:
    assert (due_vi(at), due_en(at)) == (vi, en)
