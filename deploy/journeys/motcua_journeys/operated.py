"""Journeys in which the operator of the town does something too: moves the time, or publishes who
sits where and who is away.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from .journey import EFFECT_SECONDS, LOOK_AGAIN_SECONDS, Journey, JourneyStuckError


class Operated(Journey):
    """With the operator's commands, on the stack of the stage."""

    def operator(self, *words: str) -> str:
        """A command of the operator's, and what it prints."""
        env = {
            "MOTCUA_HOME": self.stage.stack.home,
            "PATH": os.defpath,
            "COLUMNS": "200",
            "LANG": "C.UTF-8",
        }
        command = [sys.executable, "-m", "motcua_operations", *words]
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def time_passes(self, by: timedelta) -> None:
        """Time goes on for everybody."""
        self.operator("clock", "advance", f"{int(by.total_seconds())}s")

    def standing(self) -> dict[str, Any]:
        """How the procedure's dossiers stand now, as the statistics count them."""
        rows = self.stage.officers["leader-tckh"].get("/statistics", by="procedure")["by_procedure"]
        return next((dict(row) for row in rows if row["procedure"] == self.procedure), {})

    def look_until(
        self, look: Callable[[], dict[str, Any]], shows: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        """A page, once it shows that. Raises `JourneyStuckError`."""
        until = time.monotonic() + EFFECT_SECONDS
        while not shows(page := look()):
            if time.monotonic() > until:
                raise JourneyStuckError(
                    f"{self.number} {self.code}: a page does not show what the journey waits for"
                )
            time.sleep(LOOK_AGAIN_SECONDS)
        return page
