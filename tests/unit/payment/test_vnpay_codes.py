"""VNPAY's two tables, every code of each and every pair of them: what is paid, what failed, what
nobody may call either.
"""

import pytest
from motcua_payment_providers.vnpay_codes import RESPONSES, STATUSES, label_of, standing_of

CERTAIN_FAILURES = ["09", "10", "11", "12", "13", "24", "51", "65", "75", "79"]
"""Of the pay page: nothing was taken."""


def test_the_tables_are_vnpays() -> None:
    assert sorted(RESPONSES) == ["00", "07", *CERTAIN_FAILURES, "99"]
    assert sorted(STATUSES) == ["00", "01", "02", "04", "05", "06", "07", "09"]
    for label in (*RESPONSES.values(), *STATUSES.values()):
        assert label.vi
        assert label.en
    assert label_of("xx") is None


TABLE = """
response | none | 00 | 01 | 02 | 04 | 05 | 06 | 07 | 09 | xx
none     | D    | D  | D  | D  | D  | D  | D  | D  | D  | D
00       | D    | P  | D  | F  | D  | D  | D  | D  | D  | D
07       | D    | D  | D  | D  | D  | D  | D  | D  | D  | D
09       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
10       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
11       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
12       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
13       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
24       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
51       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
65       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
75       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
79       | F    | D  | F  | F  | D  | D  | D  | D  | D  | D
99       | D    | D  | D  | F  | D  | D  | D  | D  | D  | D
xx       | D    | D  | D  | D  | D  | D  | D  | D  | D  | D
"""
NAMES = {"P": "paid", "F": "failed", "D": "doubted"}
HEAD, *ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
CELLS = [
    (row[0].replace("none", ""), status.replace("none", ""), NAMES[cell])
    for row in ROWS
    for status, cell in zip(HEAD[1:], row[1:], strict=True)
]


@pytest.mark.parametrize(("response", "status", "standing"), CELLS)
def test_every_pair_of_codes(response: str, status: str, standing: str) -> None:
    assert standing_of(response, status) == standing


def test_the_table_leaves_no_code_out() -> None:
    assert {response for response, _, _ in CELLS} == {*RESPONSES, "", "xx"}
    assert {status for _, status, _ in CELLS} == {*STATUSES, "", "xx"}
