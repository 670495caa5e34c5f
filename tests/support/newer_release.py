"""A release of tomorrow: a copy of the contracts and of routing in which an event has one field
more and one type of event is new.

Nothing of it is installed: whoever has the directory in PYTHONPATH runs it, beside processes that
run today's.
"""

import shutil
from pathlib import Path

import motcua_contracts
import motcua_routing

NEW_EVENT, NEW_FIELD = "vn.motcua.routing.case-weighed.v1", "desk"
CHANGES = {
    "motcua_contracts/messages/routing.py": (
        (
            '    """The absent officer for whom this one acts."""\n',
            '    """The absent officer for whom this one acts."""\n    desk: str = ""\n\n\n'
            'class CaseWeighed(Event, owner="routing"):\n    urgency: int = 0\n',
        ),
    ),
    "motcua_routing/domain/assignment.py": (
        ("    return TaskAssigned(\n", '    return TaskAssigned(\n        desk="3",\n'),
    ),
    "motcua_routing/domain/decide.py": (
        ("    CaseOpened,\n", "    CaseOpened,\n    CaseWeighed,\n"),
        ("    return (opened, *walked, ", "    return (opened, CaseWeighed(urgency=2), *walked, "),
    ),
    "motcua_routing/domain/evolve.py": (
        ("    CaseOpened,\n", "    CaseOpened,\n    CaseWeighed,\n"),
        (
            "        case CommandRejected():\n            return {}\n",
            "        case CommandRejected() | CaseWeighed():\n            return {}\n",
        ),
    ),
}
"""By file: the text today, and the text tomorrow."""


def newer_release(into: Path) -> Path:
    """Make it; gives the directory for PYTHONPATH.

    AssertionError where today's code has changed so that a change does not fit.
    """
    for package in (motcua_contracts, motcua_routing):
        assert package.__file__
        home = Path(package.__file__).parent
        shutil.copytree(home, into / home.name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, changes in CHANGES.items():
        file = into / name
        text = file.read_text()
        for today, tomorrow in changes:
            assert text.count(today) == 1, f"{name}: {today!r} occurs {text.count(today)} times"
            text = text.replace(today, tomorrow)
        file.write_text(text)
    return into
