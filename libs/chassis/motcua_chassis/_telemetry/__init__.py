"""Traces. Private: services import `motcua_chassis`."""
