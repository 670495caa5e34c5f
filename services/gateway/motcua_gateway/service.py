"""The gateway's wiring: it takes in every event and the papers it shows, projects them into its
read models, and is the only door.
"""

from functools import partial

from motcua_chassis import Service
from motcua_contracts.wire import topics

from .acts.awaited import CLOSING, COMMANDS
from .read_model.projection import close, project
from .tools import open_tools
from .web import build_app

AWAITED = tuple(sorted({command.owner for command in COMMANDS}))
"""Services whose commands have a caller waiting here: a dead letter of theirs is an answer."""

service = Service(
    name="gateway",
    consumes=(
        *topics.DOSSIER_EVENTS,
        topics.AUDIT_RECORDS,
        *(topics.DEAD_LETTERS[name] for name in AWAITED),
    ),
    sends=(
        topics.INTAKE_COMMANDS,
        topics.ROUTING_COMMANDS,
        topics.PAYMENT_COMMANDS,
        topics.NOTIFY_COMMANDS,
        topics.AUDIT_COMMANDS,
    ),
    private_records=(topics.INTAKE_PRIVATE, topics.ROUTING_PRIVATE, topics.CATALOG_PEOPLE),
    reads_catalogue=True,
    project=project,
    closes=close,
    serves_behind=True,
    tools=partial(open_tools, awaited=CLOSING),
    web=build_app,
)
