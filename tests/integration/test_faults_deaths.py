"""kill -9 between commit and publish, and between publish and offset commit: every service of the
flow dies there, again and again.
"""

from collections import Counter

import pytest

from tests.support.faults.checker import check_straight, left, read_histories
from tests.support.faults.deployment import FLOW, STRAIGHT, restarted, secured_deployment
from tests.support.faults.load import file_dossiers
from tests.support.faults.waiting import lines, until

DOSSIERS = 240
DEATHS = 2
"""Of each service. After each it finds a batch in its journal that nobody can have marked as
published.
"""
EXIT_CODE = 9
"""A process that leaves at a fault point."""


@pytest.mark.parametrize("point", ["after-commit", "after-publish"])
def test_nothing_is_lost_or_doubled_when_every_service_dies(point: str) -> None:
    deployment = secured_deployment()
    with deployment.services():
        filed = file_dossiers(deployment.kafka, STRAIGHT, DOSSIERS)
        services = {
            name: deployment.start(name, fault_point=point, batch_records="60") for name in FLOW
        }
        deaths: Counter[str] = Counter()
        left_at_death: list[str] = []
        said_at_death: list[int] = []

        def all_died() -> bool | str:
            for name, service in services.items():
                if not service.process.running and deaths[name] < DEATHS:
                    assert service.process.exit_code == EXIT_CODE, (
                        f"{name} ended by itself, with {service.process.exit_code}"
                    )
                    left_at_death.extend(left(deployment, (name,)))
                    if name == "intake" and not deaths[name]:
                        first = read_histories(deployment.kafka, filed.ids)
                        said_at_death.append(
                            sum(len(history.said["intake"]) for history in first.histories.values())
                        )
                    deaths[name] += 1
                    restarted(service, fault_point=point if deaths[name] < DEATHS else "")
            missing = {name: DEATHS - deaths[name] for name in services if deaths[name] < DEATHS}
            return f"deaths to come: {missing}" if missing else True

        until("each service died", all_died, 120)
        assert any("published" in line for line in left_at_death), (
            "no batch was left open at a death"
        )
        told = check_straight(deployment, [filed])
        repaired = sum(
            taken["published_again"]
            for service in services.values()
            for taken in lines(service.log, "lanes taken")
        )
    assert repaired > 0, "no take-over had to publish anything: the fault did not hit"
    if point == "after-commit":
        assert said_at_death == [0], (
            "intake had published something of its first batch: it did not die between commit and"
            " publish"
        )
        assert any("in outbox" in line for line in left_at_death), (
            "no private record waited in the outbox at a death"
        )
    else:
        assert said_at_death[0] > 0, (
            "intake had published nothing of its first batch: it died too early"
        )
        assert told.copies > 0, "what was published before the death should lie there twice"
