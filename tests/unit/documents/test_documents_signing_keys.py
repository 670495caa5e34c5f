"""Each authority signs with its own key, the paper names that certificate, and a broken list stops
the start by name.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from motcua_documents.key_files import KeyFiles
from motcua_documents.pdf import render_result
from motcua_documents.signing import SigningNotConfigured, authorities, verify
from motcua_documents.signing_keys import SigningKeys

from .samples import AT, Keys, make_keys, read, result

DISTRICT, COMMUNE = "Ủy ban nhân dân huyện Hải Hậu", "Ủy ban nhân dân xã Hải Minh"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Keys, Keys]:
    folder = tmp_path_factory.mktemp("keys")
    return (
        folder,
        make_keys(folder / "province", "Ủy ban nhân dân tỉnh Nam Định"),
        make_keys(folder / "haiminh", COMMUNE),
    )


def listed(folder: Path, content: Any) -> str:
    file = folder / "list.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(file)


PAIR = {"key": "haiminh/key.pem", "cert": "haiminh/cert.pem"}


def test_the_agencys_certificate_signs_and_is_named_on_the_paper(
    made: tuple[Path, Keys, Keys],
) -> None:
    folder, province, haiminh = made
    keys = SigningKeys.load(
        KeyFiles(province.key, province.cert, listed(folder, {"haiminh": PAIR}))
    )
    for agency, name, trust in (
        ("haiminh", COMMUNE, haiminh),
        ("haihau", "Ủy ban nhân dân tỉnh Nam Định", province),
    ):
        value = keys.naming(result(signer="Hoàng Thị Kim Liên"), agency)
        pdf = keys.of(agency).sign(render_result(value), "Kết quả", AT)
        report = verify(pdf, authorities(trust.authority))
        assert (report.good, report.signer) == (True, name)
        assert f"Ký bởi: {name}" in read(pdf)
        assert "Hoàng Thị Kim Liên" in read(pdf)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"a": {}, "a": {}}', "names an agency twice"),
        ({}, "must be an object"),
        ([], "must be an object"),
        ({"haiminh": "x"}, "haiminh needs key and cert"),
        ({"haiminh": {"key": "haiminh/key.pem"}}, "haiminh needs key and cert"),
        ({"haiminh": {**PAIR, "password": "x"}}, "haiminh needs key and cert"),
        ({"": PAIR}, "an agency without a name"),
        ({"haiminh": {**PAIR, "cert": "nowhere.pem"}}, "haiminh.cert: there is no file"),
        ({"haiminh": {**PAIR, "key": "haiminh/cert.pem"}}, "haiminh.key: .* holds no private key"),
        (
            {"haiminh": {**PAIR, "cert": "province/cert.pem"}},
            "haiminh.key and MOTCUA_SIGNING_KEYS: haiminh.cert do not belong together",
        ),
    ],
)
def test_a_broken_list_is_refused_by_name(
    made: tuple[Path, Keys, Keys], content: Any, said: str
) -> None:
    folder, province, _ = made
    with pytest.raises(SigningNotConfigured, match="MOTCUA_SIGNING_KEYS") as refused:
        SigningKeys.load(KeyFiles(province.key, province.cert, listed(folder, content)))
    assert re.search(said, str(refused.value))


def test_a_list_that_is_not_there_is_named(made: tuple[Path, Keys, Keys]) -> None:
    with pytest.raises(SigningNotConfigured, match="there is no file"):
        SigningKeys.load(KeyFiles(made[1].key, made[1].cert, "/nowhere/list.json"))
