"""Charges, tills and receipts."""
