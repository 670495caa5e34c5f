"""How long to wait before the next try."""


def backoff(first: float, most: float, attempt: int) -> float:
    """Seconds, doubled with each attempt up to `most`; safe for any number of attempts."""
    return min(most, first * 2.0 ** min(attempt, 20))
