"""The gateway's counts of forged calls, as the reconciliation shows them: by Vietnam's days."""

from datetime import UTC, date, datetime

import pytest
from motcua_payment import cli, forged
from typer.testing import CliRunner

ROWS = [
    {"provider": "vnpay", "hour": datetime(2026, 11, 23, 16, tzinfo=UTC), "count": 5},
    {"provider": "vnpay", "hour": datetime(2026, 11, 23, 17, tzinfo=UTC), "count": 2},
    {"provider": "vnpay", "hour": datetime(2026, 11, 24, 3, tzinfo=UTC), "count": 1_040},
    {"provider": "vietqr", "hour": datetime(2026, 11, 24, 3, tzinfo=UTC), "count": 7},
]


def test_a_day_is_one_of_vietnam() -> None:
    """17:00 UTC is midnight there."""
    days = forged.by_day(ROWS)
    assert days["vnpay", date(2026, 11, 23)].hours == {23: 5}
    assert days["vnpay", date(2026, 11, 24)].in_words == "1,042 (0 h: 2, 10 h: 1,040)"
    assert days["vietqr", date(2026, 11, 24)].count == 7


def test_operators_see_them_by_day_and_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(uri: str) -> object:
        return forged.by_day(ROWS)

    monkeypatch.setattr(cli, "read_forged", read)
    told = CliRunner().invoke(
        cli.app, ["forged-calls", "--day", "2026-11-24", "--mongo", "mongodb://nowhere"]
    )
    assert told.exit_code == 0
    assert "1,042 (0 h: 2, 10 h: 1,040)" in told.output
    assert "2026-11-23" not in told.output
    monkeypatch.delenv("MOTCUA_MONGO_URI", raising=False)
    assert CliRunner().invoke(cli.app, ["forged-calls"]).exit_code == 2
