"""The wire protocols of payment providers, a module each, used by gateway and payment.

Pure: no network, no settings, no clock.
"""
