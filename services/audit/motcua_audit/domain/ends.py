"""Where chains end, as a manifest says it: what a chain alone cannot show, since no record behind
its last one attests to it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from motcua_contracts.wire.envelope import GENESIS

from .difference import Difference
from .verify import Link


class End(NamedTuple):
    """Number of records and hash of the last one."""

    records: int
    head: str


def compare_ends(
    subject: str, links: Mapping[str, Sequence[Link]], ends: Mapping[str, End]
) -> list[Difference]:
    """The records of each source against the end that was written down.

    A gap or a change before the end is the chain's to find.
    """
    differences: list[Difference] = []
    for source in sorted({*links, *ends}):
        chain = sorted(links.get(source, ()), key=lambda link: link.sequence)
        if source not in ends:
            first = chain[0]
            detail = "the manifest names no chain of this source"
            differences.append(
                Difference(
                    "inserted",
                    source,
                    subject,
                    first.sequence,
                    first.place,
                    detail,
                    "0 records",
                    f"{len(chain)}",
                )
            )
            continue
        end = ends[source]
        if (last := chain[-1].sequence if chain else 0) < end.records:
            gone = (
                f"sequence {end.records} is"
                if end.records == last + 1
                else f"sequences {last + 1} to {end.records} are"
            )
            detail = f"{gone} missing at the end of the chain"
            found = chain[-1].hash if chain else GENESIS
            differences.append(
                Difference("removed", source, subject, last + 1, None, detail, end.head, found)
            )
        for link in chain:
            if link.sequence > end.records:
                detail = (
                    "comes after the end of the chain, which the manifest says is sequence"
                    f" {end.records}"
                )
                differences.append(
                    Difference(
                        "inserted",
                        source,
                        subject,
                        link.sequence,
                        link.place,
                        detail,
                        "",
                        link.hash,
                    )
                )
        at_end = [link for link in chain if link.sequence == end.records]
        if at_end and all(link.hash != end.head for link in at_end):
            detail = "its bytes are not those with which the chain ends by the manifest"
            differences.append(
                Difference(
                    "altered",
                    source,
                    subject,
                    end.records,
                    at_end[0].place,
                    detail,
                    end.head,
                    at_end[0].hash,
                )
            )
    return differences
