"""Counterparts of the outside world: a mailbox, an SMS gateway, VNPAY.

Nothing here may import another motcua package.
"""
