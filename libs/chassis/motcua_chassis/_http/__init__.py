"""The ports: slow clients, headers, readiness. Private: services import `motcua_chassis`."""
