"""The rules of fees, tills and receipt books: pure functions over one case each.

No Kafka, no database, no provider, no clock.
"""
