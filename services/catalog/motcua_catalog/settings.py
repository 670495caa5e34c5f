"""What the catalogue reads from its environment: what every service reads, and nothing more."""

from motcua_chassis import ServiceSettings


class Settings(ServiceSettings):
    """No settings of its own."""
