"""Kafka: reading, appending, repairing. Private: services import `motcua_chassis`."""
