"""The map of personal data: `python -m motcua_contracts.wire.personal_map > docs/personal-data.md`
writes it.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from .. import messages
from ..rules.decision import PrivateRecord
from .payload import REGISTRY, Command
from .personal import Personal, personal_fields


def markdown() -> str:
    """The map of personal data as a page."""
    lines = [
        "# Personal data: what, where, how long",
        "",
        (
            "Generated from the fields marked in the contracts: `python -m"
            " motcua_contracts.wire.personal_map > docs/personal-data.md`."
        ),
        (
            "Events and stored states of cases hold none"
            " (`tests/unit/contracts/test_personal_data.py`);"
        ),
        (
            "`tests/journeys/test_privacy_markers.py` searches every topic, store, log and metric"
            " after the journeys."
        ),
        "",
        "| where | record | field | what |",
        "|---|---|---|---|",
        *(
            f"| {where} | {record} | `{path}` | {mark.what} |"
            for where, record, path, mark in sorted(set(_rows()), key=str)
        ),
        "",
        "| where | how long | how it goes |",
        "|---|---|---|",
        (
            "| `*.private` (Kafka) and the replicas `papers` of services | until the dossier is"
            " erased | a tombstone for each revision; `DossierForgotten` deletes every replica |"
        ),
        (
            "| `*.commands` (Kafka) | a day; until the dossier is erased; never before audit has"
            " the head | the owner deletes records; what a lane's later commands do not push off"
            " the disk, 30 days at the most |"
        ),
        (
            "| `commands` (audit) | forever | heads alone: codes, pseudonyms, hashes, no field of"
            " the tables above |"
        ),
        (
            "| `parked` (services) | until released, or the dossier is erased | taken in, or"
            " deleted with the papers |"
        ),
        (
            "| document store: uploads, supplement requests, letters of apology | until the dossier"
            " is erased; unclaimed uploads seven days | `delete-files`, the sweeper |"
        ),
        (
            "| document store: receipt with appointment (form 01), fee receipt, refusal (form 03),"
            " result | not by an erasure | they stay for officers, the owner and whoever holds the"
            " paper, with the personal data printed on them; their check codes are left as SHA-256"
            " in `DossierForgotten` |"
        ),
        (
            "| `people` (gateway) | as long as the account | the pseudonym elsewhere says nothing"
            " without it |"
        ),
        "| mail and SMS providers | theirs | outside this system |",
    ]
    lines += [
        "",
        (
            "A dossier is erased on demand (`ForgetDossier`), after the archive's term of its"
            " procedure (`Terms.archive`): the event says"
        ),
        (
            "why, in which capacity somebody asked, and number and date of the paper that asked, as"
            " the incoming register has them. It"
        ),
        (
            "names nobody; the letter itself is in the agency's archive under that number."
            " Events, and what the authority issued, stay"
        ),
        "(decision 0031).",
    ]
    return "\n".join(lines) + "\n"


def _rows() -> Iterator[tuple[str, str, str, Personal]]:
    for module in iter_modules(messages.__path__, f"{messages.__name__}."):
        import_module(module.name)
    for model in REGISTRY.values():
        if issubclass(model, Command) and model.__module__.startswith("motcua_contracts."):
            yield from (
                (f"`{model.owner}.commands`", model.__name__, *found)
                for found in personal_fields(model)
            )
    for papers in _private_records():
        where = papers.__module__.rpartition(".")[2]
        topic = "catalog.people" if where == "catalog" else f"{where}.private"
        yield from ((f"`{topic}`", papers.__name__, *found) for found in personal_fields(papers))


def _private_records() -> Iterator[type[PrivateRecord]]:
    return (
        one
        for one in PrivateRecord.__subclasses__()
        if one.__module__.startswith("motcua_contracts.")
    )


if __name__ == "__main__":
    sys.stdout.write(markdown())
