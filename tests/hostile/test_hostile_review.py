"""What a review of the running stack found: each input stopped something for everybody.

Now each is refused by name.

A citizen files beside it all the time; what that one and everybody else noticed is looked at once
(test_what_others_noticed.py).
"""

from typing import Any

import httpx
import pytest
from motcua_journeys import BirthRegistration, Stage
from motcua_journeys.applicants import AN, required_papers

from .attack import Attack

pytestmark = pytest.mark.usefixtures("bystander")
OFTEN = 60
"""More than the breaker's limit of dead letters in a row."""
BIRTH = BirthRegistration.procedure


def post(attack: Attack, persona: str, path: str, body: str, key: str) -> httpx.Response:
    headers = {
        "Authorization": attack.tokens[persona],
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }
    return attack.http.post(f"/api/v1{path}", content=body.encode(), headers=headers)


def refused(answer: httpx.Response, field: str) -> None:
    """Named: the field and what is allowed there, and nothing of what was sent."""
    assert answer.status_code in (400, 413, 422), (answer.status_code, answer.text[:300])
    problem: dict[str, Any] = answer.json()
    said = [one["field"] for one in problem.get("errors", [])]
    assert (
        any(field in one for one in said)
        or field in str(problem["params"])
        or answer.status_code == 413
    ), problem
    assert "0000000000000000" not in answer.text
    assert "aaaaaaaaaaaaaaaa" not in answer.text


def test_a_float_of_the_till_that_no_store_can_hold(attack: Attack) -> None:
    for amount in (
        "10000000000000000000",
        "9223372036854775808",
        "-1",
        "1000000000000001",
        "1" + "0" * 400,
        "1e30",
        "NaN",
    ):
        refused(
            post(
                attack,
                "cashier-haihau",
                "/desk/till/open",
                f'{{"float_vnd": {amount}}}',
                f"float-{amount[:20]}",
            ),
            "float_vnd",
        )


@pytest.mark.parametrize(
    "postmark",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1999-12-31T00:00:00Z",
        "2101-01-01T00:00:00Z",
    ],
)
def test_a_postmark_that_no_store_can_hold(attack: Attack, postmark: str) -> None:
    body = (
        f'{{"procedure_code": "{BIRTH}", "applicant": {{"full_name": "Nguyễn Mẫu"}}, "channel":'
        f' "post", "postmark": "{postmark}"}}'
    )
    refused(post(attack, "clerk-haiminh", "/desk/dossiers", body, "postmarks"), "postmark")


def test_a_version_of_four_hundred_digits_many_times(attack: Attack) -> None:
    for number in range(OFTEN):
        body = (
            '{{"procedure_code": "{}", "applicant": {{"full_name": "A"}}, "procedure_version":'
            " 1{}}}".format(BIRTH, "0" * 400)
        )
        refused(
            post(attack, "citizen-an", "/dossiers", body, f"version-{number:04d}"),
            "procedure_version",
        )


def test_a_form_that_no_record_can_hold_many_times(attack: Attack) -> None:
    for number in range(OFTEN):
        body = '{{"procedure_code": "{}", "applicant": {{"full_name": "A"}}, "form": {{"a": "{}"}}}}'.format(  # noqa: E501
            BIRTH, "a" * 930_000
        )
        refused(post(attack, "citizen-an", "/dossiers", body, f"large-{number:04d}"), "form")


@pytest.mark.parametrize("depth", [21, 200, 3_500, 100_000])
def test_a_form_that_is_nested_too_deep(attack: Attack, depth: int) -> None:
    form = '{"a":' * depth + "1" + "}" * depth
    body = f'{{"procedure_code": "{BIRTH}", "applicant": {{"full_name": "A"}}, "form": {form}}}'
    for persona, path in (("citizen-an", "/dossiers"), ("clerk-haiminh", "/desk/dossiers")):
        answer = post(attack, persona, path, body, f"deep-{depth:07d}")
        assert answer.status_code in (400, 413, 422), (answer.status_code, answer.text[:300])


def test_unsigned_calls_that_name_a_known_transfer(attack: Attack, stage: Stage) -> None:
    """Whoever knows one VietQR reference: the signature is checked before anything is parsed."""
    page = attack.http.get("/api/v1/procedures/local.hh-0001").json()
    filed = stage.an.submit(
        "local.hh-0001", AN, dict(page["form_schema"]["examples"][0]), papers_of(page)
    )
    started = dict(
        stage.an.post(f"/dossiers/{id_of(stage, filed.code)}/payments", {"method": "vietqr"})
    )
    reference = started["payload"].split("62")[-1][8:25]
    for number in range(OFTEN):
        deep = "[" * 3_500 + "]" * 3_500
        body = f'{{"content": "{reference}", "n": {number}, "x": {deep}}}'
        answer = attack.http.post(
            "/api/v1/callbacks/vietqr/notification",
            content=body,
            headers={"X-Bank-Signature": "0" * 128},
        )
        assert (answer.status_code, answer.json()["code"]) == (200, "97"), answer.text[:200]


def papers_of(page: dict[str, Any]) -> dict[str, bytes]:
    return required_papers(page, AN)


def id_of(stage: Stage, code: str) -> str:
    return str(next(one["dossier_id"] for one in stage.an.my_dossiers() if one["code"] == code))


def test_the_register_and_the_queue_can_still_be_read(attack: Attack) -> None:
    for path in ("/desk/register.pdf", "/desk/dossiers"):
        answer = attack.http.get(
            f"/api/v1{path}", headers={"Authorization": attack.tokens["clerk-haiminh"]}
        )
        assert answer.status_code == 200, answer.text[:300]
