"""Counterparts of the outside world: VNPAY, a mailbox, an SMS gateway."""
