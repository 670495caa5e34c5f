"""The provider's side of VNPAY 2.1.0: pay page, IPN with retries, querydr and refund, and the
disorder a test orders.
"""
