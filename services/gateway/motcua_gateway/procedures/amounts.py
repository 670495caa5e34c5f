"""Amounts of money as people read them."""


def money(amount_vnd: int) -> str:
    """100.000, as receipts print it."""
    return f"{amount_vnd:,}".replace(",", ".")
