"""J1 once more, with the same assertions, where Kafka and MongoDB ask for TLS and logins and grant
what the table of rights says.
"""

import pytest
from motcua_journeys import Stage

from .test_j01_reissue import *  # noqa: F403 - its tests, on another stage


@pytest.fixture(scope="module")
def stage(secured_stage: Stage) -> Stage:
    return secured_stage
