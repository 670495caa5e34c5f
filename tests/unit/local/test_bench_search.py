"""`motcua bench search` measures what it says; how fast it is on this machine is no test."""

import json

from motcua_local.bench import app
from motcua_local.bench_search import QUERIES
from typer.testing import CliRunner


def test_every_query_is_asked_letter_by_letter_among_so_many_procedures() -> None:
    done = CliRunner().invoke(app, ["search", "--procedures", "150", "--rounds", "2", "--json"])
    figures = json.loads(done.stdout)
    print(done.stdout)
    assert (figures["procedures"], figures["searches"]) == (
        150,
        2 * sum(max(1, len(query)) for query in QUERIES),
    )
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]
