"""Ids of what a lane writes: their order is the order of writing, so a range of ids is a period of
the lane's history.

No collection that is written in every turn needs a second index for that.
"""


def journal_id_of(lane: int, batch: int, number: int) -> str:
    """The id of one record of a batch: the front part of every id that it leads to."""
    return f"{_start(lane, batch)}{number:05d}"


def batch_of(row_id: str) -> int:
    """The batch that wrote a row."""
    return int(row_id.split("-", 2)[1])


def ids_after(lane: int, batch: int) -> dict[str, str]:
    """The ids of what a lane wrote after a batch; 0: all of it."""
    return {"$gte": _start(lane, batch + 1), "$lt": f"{lane:03d}."}  # "." follows "-"


def ids_up_to(lane: int, batch: int) -> dict[str, str]:
    """The ids of what a lane wrote up to a batch, inclusive."""
    return {"$gte": f"{lane:03d}-", "$lt": _start(lane, batch + 1)}


def _start(lane: int, batch: int) -> str:
    return f"{lane:03d}-{batch:012d}-"


def effect_id(lane: int, key: str) -> str:
    """The id of a stored effect: a lane's are together."""
    return f"{lane:03d}/{key}"


def effects_of(lane: int) -> dict[str, str]:
    """The ids of all effects of a lane."""
    return {"$gte": f"{lane:03d}/", "$lt": f"{lane:03d}0"}  # "0" follows "/"
