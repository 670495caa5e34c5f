"""A running stack that hostile people have to themselves, but for one citizen who files all the
time.
"""

import os
from collections.abc import Iterator
from unittest import mock

import pytest
from motcua_journeys import Stage, open_stage
from motcua_local.detached import running_stack
from motcua_local.home import Home
from motcua_local.layout import Options
from motcua_local.progress import Silent

from .attack import Attack, Bystander

UNLIMITED = {"MOTCUA_LIMITS": "generous"}
"""The rates are tested elsewhere; here every call shall reach what it attacks."""


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    home = Home(tmp_path_factory.mktemp("hostile"))
    with (
        mock.patch.dict(os.environ, UNLIMITED),
        running_stack(home, Options(), Silent()) as stack,
        open_stage(stack) as stage,
    ):
        yield stage


@pytest.fixture(scope="package")
def attack(stage: Stage) -> Iterator[Attack]:
    with Attack.on(stage) as attack:
        yield attack


@pytest.fixture(scope="package")
def bystander(stage: Stage, attack: Attack) -> Iterator[Bystander]:
    """Files a good dossier every second from the first attack to the last."""
    with Bystander.filing(stage) as bystander:
        yield bystander
