"""What the local broker is started with."""

from uuid import UUID

import pytest
from motcua_local.kafka_server import cluster_id


@pytest.mark.parametrize("first", range(256))
def test_no_cluster_id_looks_like_an_option_of_kafkas_tool(first: int) -> None:
    given = cluster_id(bytes([first]) + UUID(int=7).bytes[1:])
    assert not given.startswith("-")
    assert len(given) == 22
