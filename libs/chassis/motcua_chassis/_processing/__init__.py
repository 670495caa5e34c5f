"""The engine: lanes, turns, dead letters, time. Private: services import `motcua_chassis`."""
