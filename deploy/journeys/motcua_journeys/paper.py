"""A dossier that came on paper: nobody has an account for it, so the clerk's page and public
tracking are what can be seen.
"""

import time

from .journey import EFFECT_SECONDS, LOOK_AGAIN_SECONDS, Act, Journey, JourneyStuckError, Seen
from .personas import Citizen, NotInListError, Officer


class PaperJourney(Journey):
    """`own` of what is seen is the page of the clerk who has the dossier in the queue."""

    at_counter = "clerk-haihau"

    @property
    def citizen(self) -> Citizen:
        raise AssertionError("a paper dossier has no citizen's page")

    @property
    def clerk(self) -> Officer:
        return self.stage.officers[self.at_counter]

    def _see(self, act: Act) -> Seen:
        until, missing = time.monotonic() + EFFECT_SECONDS, "nothing yet"
        while time.monotonic() < until:
            try:
                own = self.clerk.called_by(self.code)
            except NotInListError:  # the read model is a moment behind
                time.sleep(LOOK_AGAIN_SECONDS)
                continue
            missing = act.missing_in(own)
            if not missing:
                return Seen(own, self.stage.anybody.track(self.code, self.pin))
            time.sleep(LOOK_AGAIN_SECONDS)
        raise JourneyStuckError(
            f"{self.number} {self.code}: after {act.who} {act.en}, the clerk sees {missing}"
        )
