"""The gateway's views on real parts: a dossier whose view cannot be folded is parked alone, listed,
and comes back at the replay.
"""

import subprocess
import sys
from datetime import UTC, datetime
from uuid import uuid4

from motcua_contracts import Message
from motcua_contracts.messages.intake import DossierStopped
from motcua_contracts.wire.envelope import GENESIS, encode
from motcua_contracts.wire.topics import INTAKE_DOSSIERS

from tests.support.faults.deployment import Deployment, separate_deployment
from tests.support.faults.load import Raw, append_raw
from tests.support.faults.waiting import until

WAIT = 60


def stopped(subject: str, sequence: int) -> Raw:
    """An event of intake, as no rule would say it: the first of a dossier that
    was never registered.
    """
    data = DossierStopped(reason="not_paid_in_time")
    head = (
        str(uuid4()),
        "/motcua/intake",
        data.wire_type,
        subject,
        datetime.now(UTC),
        "citizen:mau",
        "c",
        "c",
    )
    return Raw(INTAKE_DOSSIERS, subject, encode(Message(*head, data, sequence, GENESIS)))


def motcua(own: Deployment, *words: str) -> str:
    env = {**own.env, "MOTCUA_HOME": str(own.cluster.home.root), "COLUMNS": "200"}
    command = [sys.executable, "-m", "motcua_operations", "dead-letters", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_view_that_cannot_be_folded_is_parked_alone_and_comes_back_at_the_replay() -> None:
    own = separate_deployment()
    views = own.database("gateway")
    views.dossiers.insert_one(
        {"_id": "spoiled", "progress": b'{"status": ', "notified": 0, "history": []}
    )
    unreadable = Raw(INTAKE_DOSSIERS, "unreadable", b'{"specversion": ')
    with own.services("gateway") as running:
        others = [f"other-{number}" for number in range(20)]
        append_raw(
            own.kafka,
            [
                stopped("spoiled", 1),
                unreadable,
                *(stopped(subject, 1) for subject in others),
                stopped("spoiled", 2),
            ],
        )
        until(
            "all others are shown",
            lambda: (
                views.dossiers.count_documents(
                    {"_id": {"$in": others}, "status": {"$exists": True}}
                )
                == 20
            ),
            WAIT,
        )
        until(
            "both records of it wait",
            lambda: views.parked.count_documents({"subject": "spoiled", "view": True}) == 2,
            WAIT,
        )
        assert running["gateway"].ready()
        listed = motcua(own, "list", "--service", "gateway")
        assert "ValidationError in the view" in listed
        assert "waiting, 2 records" in listed
        assert "unreadable" in listed

        motcua(own, "replay", "gateway", "spoiled")
        until(
            "it failed again and waits in front",
            lambda: views.dead_letters.count_documents({"subject": "spoiled"}) == 2,
            WAIT,
        )
        assert views.parked.count_documents({"subject": "spoiled"}) == 2

        views.dossiers.delete_one({"_id": "spoiled"})  # the mend
        motcua(own, "replay", "gateway", "spoiled")
        until(
            "it is shown",
            lambda: (views.dossiers.find_one({"_id": "spoiled"}) or {}).get("version") == 2,
            WAIT,
        )
        until(
            "nothing of it waits",
            lambda: views.parked_views.count_documents({"subject": "spoiled"}) == 0,
            WAIT,
        )
        append_raw(own.kafka, [stopped("spoiled", 3)])
        until(
            "it goes on",
            lambda: (views.dossiers.find_one({"_id": "spoiled"}) or {}).get("version") == 3,
            WAIT,
        )
