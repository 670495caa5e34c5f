"""MongoDB and the broker go away by kill -9 for five seconds under load.

The services wait: none ends, nothing is skipped.
"""

import time
from collections.abc import Callable

import pytest

from tests.support.faults.checker import check_straight, returned
from tests.support.faults.deployment import FLOW, STRAIGHT, secured_deployment
from tests.support.faults.load import file_dossiers
from tests.support.faults.waiting import lines, until
from tests.support.stack import Broken, Cluster

AWAY_SECONDS = 5
DOSSIERS = 400
READY = 60


@pytest.mark.parametrize("what", ["mongod", "broker"])
def test_a_server_is_away_for_five_seconds(what: str) -> None:
    deployment = secured_deployment()
    server: Callable[[Cluster], Broken] = {
        "mongod": lambda g: g.mongod,
        "broker": lambda g: g.broker,
    }[what]
    with deployment.services():
        services = {
            name: deployment.start(
                name, batch_records="20", publish_timeout_seconds="2"
            ).wait_ready(READY)
            for name in FLOW
        }
        pids = {name: service.pid for name, service in services.items()}
        filed = file_dossiers(deployment.kafka, STRAIGHT, DOSSIERS)
        until(
            "the first dossiers are returned",
            lambda: returned(deployment, filed.ids) > 0,
            60,
            every=0.05,
        )
        server(deployment.cluster).kill()
        time.sleep(AWAY_SECONDS)
        alive = {name: service.alive() for name, service in services.items()}
        server(deployment.cluster).restart()
        done = returned(deployment, filed.ids)
        assert done < DOSSIERS, "everything was done before the server went away: it was not missed"
        assert all(alive.values()), f"a service that waits is alive: {alive}"
        check_straight(deployment, [filed])
        assert {
            name: service.pid for name, service in services.items() if service.process.running
        } == pids
        until(
            "all are ready again", lambda: all(service.ready() for service in services.values()), 30
        )
        noticed = {"mongod": ("commit tried again", "waiting"), "broker": ("not published",)}[what]
        assert any(
            lines(service.log, event) for service in services.values() for event in noticed
        ), "nobody noticed"
