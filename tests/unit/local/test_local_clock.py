"""How far time is moved is read from what people write."""

import pytest
import typer
from motcua_local.clock import seconds_of


@pytest.mark.parametrize(
    ("word", "seconds"), [("2d", 172_800), ("36h", 129_600), ("1d12h30m", 131_400), ("45s", 45)]
)
def test_days_hours_minutes_and_seconds(word: str, seconds: int) -> None:
    assert seconds_of(word) == seconds


@pytest.mark.parametrize("word", ["", "2", "-1d", "0d", "2 d", "1w", "2dx"])
def test_anything_else_is_refused_and_told_what_is_allowed(word: str) -> None:
    with pytest.raises(typer.BadParameter, match="for example"):
        seconds_of(word)
