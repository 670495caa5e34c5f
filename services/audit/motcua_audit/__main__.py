"""Runs audit."""

from motcua_chassis import main

from .service import service
from .settings import Settings

main(service, Settings)
