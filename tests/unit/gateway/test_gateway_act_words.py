"""What people read of acts: one word for one thing."""

import re

import pytest
from motcua_contracts.values.labels import Label
from motcua_gateway.acts.act import Act
from motcua_gateway.acts.groups import GROUPS

ACTS = [pytest.param(act, id=f"{group.name} {act.name}") for group in GROUPS for act in group.acts]


@pytest.mark.parametrize("act", ACTS)
def test_what_is_filed_and_issued_is_called_a_document(act: Act) -> None:
    labels = [act.label, *act.names.values(), *act.happens]
    labels += [
        said for field in act.fields if isinstance(said := getattr(field, "label", None), Label)
    ]
    assert [
        one.en for one in labels if re.search(r"(?<!on )\bpapers?\b", one.en, re.IGNORECASE)
    ] == []
