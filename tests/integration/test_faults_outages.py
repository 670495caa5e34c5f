"""MongoDB and the broker go away by kill -9 for five seconds under load.

The services wait: none ends, nothing is skipped.
"""

import time
from collections.abc import Callable

import pytest
from faults_checker import check_straight, returned
from faults_ground import FLOW, STRAIGHT, secured_town
from faults_load import file_dossiers
from faults_waiting import lines, until
from stack import Broken, Ground

AWAY_SECONDS = 5
DOSSIERS = 400
READY = 60


@pytest.mark.parametrize("what", ["mongod", "broker"])
def test_a_server_is_away_for_five_seconds(what: str) -> None:
    ground = secured_town()
    server: Callable[[Ground], Broken] = {
        "mongod": lambda g: g.mongod,
        "broker": lambda g: g.broker,
    }[what]
    with ground.services():
        services = {
            name: ground.start(name, batch_records="20", publish_timeout_seconds="2").wait_ready(
                READY
            )
            for name in FLOW
        }
        pids = {name: service.pid for name, service in services.items()}
        filed = file_dossiers(ground.kafka, STRAIGHT, DOSSIERS)
        until(
            "the first dossiers are returned",
            lambda: returned(ground, filed.ids) > 0,
            60,
            every=0.05,
        )
        server(ground.ground).kill()
        time.sleep(AWAY_SECONDS)
        alive = {name: service.alive() for name, service in services.items()}
        server(ground.ground).restart()
        done = returned(ground, filed.ids)
        assert done < DOSSIERS, "everything was done before the server went away: it was not missed"
        assert all(alive.values()), f"a service that waits is alive: {alive}"
        check_straight(ground, [filed])
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
