"""The order of hits, words in part, facets, and what an announced instant changes.

Pure: an index and a catalogue in memory.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from motcua_contracts import Catalogue
from motcua_contracts.messages.catalog import ProcedurePublished, ProcedureSuspended, Publication
from motcua_contracts.rules.refusals import ProcedureUnknown
from motcua_gateway.procedures.index import ProcedureIndex, statistics
from motcua_gateway.procedures.search import Entry, SearchIndex

from .dossier_events import T0, said_by, terms

NAMES = {
    "1.001193": "Đăng ký khai sinh",
    "1.000001": "Đăng ký lại khai sinh",
    "1.000002": "Thủ tục đăng ký khai sinh kết hợp nhận cha, mẹ, con",
    "1.000003": "Cấp bản sao trích lục hộ tịch",
    "1.000004": "Đăng ký đất đai",
    "1.000005": "Cấp phép đạt chuẩn",
}
VALUES = {
    "group": ("commune/ho-tich",),
    "field": ("civil-status",),
    "level": ("3",),
    "authority": ("commune",),
    "agency": ("haiminh",),
    "state": ("open",),
}


def index_of(names: dict[str, str], more: str = "") -> SearchIndex:
    index = SearchIndex()
    for code, name in names.items():
        index.put(Entry(code, name, more, VALUES))
    return index


def codes(index: SearchIndex, query: str, **filters: str) -> list[str]:
    return [key[-1] for key in index.search(query, filters, {"haiminh": "ubnd xa hai minh"}).keys]


@pytest.mark.parametrize(
    "query",
    [
        "đăng ký khai sinh",
        "dang ky khai sinh",
        "ĐĂNG KÝ KHAI SINH",
        "dăng ky khai sinh",
        "Đăng ky khai sinh",
    ],
)
def test_accents_case_and_d_do_not_matter(query: str) -> None:
    assert codes(index_of(NAMES), query) == ["1.001193", "1.000002", "1.000001"]


@pytest.mark.parametrize("query", ["dang ky khai s", "khai si đăng", "kha sin", "đ k khai sinh"])
def test_words_may_be_typed_in_part(query: str) -> None:
    assert {"1.001193", "1.000001", "1.000002"} <= set(codes(index_of(NAMES), query))


def test_letters_taken_apart_are_the_same_letters() -> None:
    assert codes(index_of(NAMES), "khai sinh đa\u0306ng ky\u0301") == codes(
        index_of(NAMES), "khai sinh đăng ký"
    )


@pytest.mark.parametrize("query", ["1.001193", "1.001193.000.00.00.H40", "1.0011", "1001193"])
def test_a_code_is_found_whole_in_part_and_as_a_province_writes_it(query: str) -> None:
    assert codes(index_of(NAMES), query)[0] == "1.001193"


def test_the_very_code_comes_before_names() -> None:
    index = index_of({"2.000001": "Thay thế 2.000002", "2.000002": "Một việc khác"})
    assert codes(index, "2.000002")[0] == "2.000002"


def test_whole_words_in_the_name_come_before_beginnings_and_these_before_all_else() -> None:
    index = index_of({"a": "Khaisinh", "b": "Đăng ký khai"})
    index.put(Entry("c", "Việc khác", "khai", VALUES))
    assert codes(index, "khai") == ["b", "a", "c"]


def test_typed_accents_put_first_what_has_them() -> None:
    index = index_of({"a": "Cấp phép đạt", "b": "Tách thửa đất"})
    assert (codes(index, "đất"), codes(index, "đạt")) == (["b", "a"], ["a", "b"])


def test_an_agency_s_name_finds_its_procedures() -> None:
    assert set(codes(index_of(NAMES), "hải minh")) == set(NAMES)


def test_what_no_procedure_holds_finds_none() -> None:
    assert (codes(index_of(NAMES), "xyz"), codes(index_of(NAMES), "khai xyz")) == ([], [])


def test_an_entry_put_again_is_found_by_its_new_words_alone() -> None:
    index = index_of(NAMES)
    index.put(Entry("1.001193", "Xóa đăng ký", "", VALUES | {"level": ("4",)}))
    assert (
        "1.001193" in codes(index, "sinh"),
        codes(index, "xoa"),
        codes(index, "", level="4"),
    ) == (False, ["1.001193"], ["1.001193"])
    index.remove("1.001193")
    assert (codes(index, "xoa"), len(index)) == ([], len(NAMES) - 1)


@pytest.mark.parametrize("query", ["", "đăng ký", "khai", "c"])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_are_pieces_of_the_whole_order(query: str, limit: int) -> None:
    index = index_of(NAMES | {f"3.{number}": f"Khai báo {number}" for number in range(7)})
    whole, walked = index.search(query, {}, {}).keys, []
    after = None
    while page := index.search(query, {}, {}, limit, after).keys:
        walked += page
        after = page[-1]
    assert walked == whole == sorted(whole)


def test_a_facet_counts_without_its_own_filter() -> None:
    index = index_of(NAMES)
    index.put(Entry("9", "Đăng ký kết hôn", "", VALUES | {"level": ("4",), "field": ("marriage",)}))
    facets = index.search("dang ky", {"level": "4"}, {}).facets
    assert (facets["level"], facets["field"]) == ({"3": 4, "4": 1}, {"marriage": 1})


class Clock:
    def __init__(self) -> None:
        self.at = T0

    def now(self) -> datetime:
        return self.at


def published(version: int, name: str, since: datetime, **publication: Any) -> ProcedurePublished:
    changed = terms().model_copy(update={"version": version, "name_vi": name})
    return ProcedurePublished(
        terms=changed, publication=Publication(**publication), effective_from=since
    )


def test_a_version_is_found_from_the_instant_on_at_which_it_takes_effect() -> None:
    clock, catalogue = Clock(), Catalogue()
    index = ProcedureIndex(catalogue, clock.now)
    catalogue.apply(
        said_by("catalog", published(1, "Tên cũ", T0 + timedelta(hours=1)), 1, "1.001612")
    )
    with pytest.raises(ProcedureUnknown):
        index.get("1.001612")
    assert index.search("", {}, 10).total == 0
    clock.at += timedelta(hours=1)
    assert index.search("ten cu", {}, 10).total == 1
    catalogue.apply(
        said_by("catalog", published(2, "Tên mới", T0 + timedelta(days=1)), 2, "1.001612")
    )
    assert index.search("ten moi", {}, 10).total == 0
    clock.at += timedelta(days=1)
    assert (index.search("ten moi", {}, 10).total, index.search("ten cu", {}, 10).total) == (1, 0)


def test_a_suspension_shows_from_its_instant_on() -> None:
    clock, catalogue = Clock(), Catalogue()
    index = ProcedureIndex(catalogue, clock.now)
    catalogue.apply(said_by("catalog", published(1, "Tên", T0), 1, "1.001612"))
    suspended = ProcedureSuspended(
        version=1, effective_from=T0 + timedelta(hours=2), reason_code="law-changed"
    )
    catalogue.apply(said_by("catalog", suspended, 2, "1.001612"))
    assert index.get("1.001612").availability.state == "open"
    clock.at += timedelta(hours=2)
    assert index.search("", {"state": "suspended"}, 10).total == 1
    assert statistics(index.all())["suspended"] == 1


@pytest.mark.parametrize(
    "query",
    ["đăng kí khai sinh", "dang ki khai sinh", "\u00d0\u0103ng k\u00fd khai sinh", "\u0189ăng ký khai sinh", "\u00f0ăng kí khai sinh"],  # noqa: E501
)  # fmt: skip
def test_both_spellings_and_the_letters_that_look_like_d_find_the_same_in_the_same_order(
    query: str,
) -> None:
    assert codes(index_of(NAMES), query) == ["1.001193", "1.000002", "1.000001"]


def test_the_other_spelling_works_both_ways_and_only_where_it_is_one() -> None:
    index = index_of(
        {
            "a": "Quản lí quĩ bảo trì",
            "b": "Quản lý quỹ",
            "c": "Thuý",
            "d": "Thúi",
            "e": "Mua tay",
            "f": "Mua tai",
        }
    )
    assert set(codes(index, "quản lý quỹ")) == set(codes(index, "quản lí quĩ")) == {"a", "b"}
    assert codes(index, "thuy") == ["c"]
    assert codes(index, "tay") == ["e"]


def test_the_plain_case_comes_before_the_special_one() -> None:
    index = index_of(
        {
            "1": "Đăng ký kết hôn có yếu tố nước ngoài",
            "2": "Thủ tục đăng ký lại kết hôn",
            "3": "Thủ tục đăng ký kết hôn",
            "4": "Hôn nhân kết",
        }
    )
    assert codes(index, "kết hôn") == ["3", "2", "1", "4"]


def test_short_words_count_whole_where_whole_words_find_something() -> None:
    names = {
        "1": "Giấy phép xây dựng nhà ở riêng lẻ",
        "2": "Nhân dân ở oan",
        "3": "Cơ quan nhà nước",
        "4": "Nhận con nuôi ông bà",
        "5": "Sở hữu nhà ở",
    }
    index = index_of(names, more="UBND nhân dân oanh")
    assert codes(index, "nhà ở") == codes(index, "nha o") == ["5", "1"]
    assert index.search("nhà ở", {}, {"haiminh": "uy ban nhan dan o"}).total == 2
    assert "3" in codes(index, "nhà nươ"), "a word that is still being typed"
