"""Settings that hold several values, as the environment writes them. Pure."""

from collections.abc import Mapping


def words(setting: str) -> frozenset[str]:
    """`a, b` as a set."""
    return frozenset(word for part in setting.split(",") if (word := part.strip()))


def acr_of(setting: str) -> Mapping[str, frozenset[str]]:
    """`leader=gold|platinum, operator=gold` by role.

    Raises `ValueError` where it is not of this form.
    """
    found: dict[str, frozenset[str]] = {}
    for part in words(setting):
        role, equals, values = part.partition("=")
        allowed = frozenset(value for one in values.split("|") if (value := one.strip()))
        if not (equals and role.strip() and allowed):
            raise ValueError(
                "write role=value|value, for example leader=gold|platinum, operator=gold"
            )
        found[role.strip()] = allowed
    return found
