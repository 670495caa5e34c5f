"""Signed out at the desk: a way to sign in and back to where one was, never to another site; each
role lands on its own work.
"""

import re
from html import unescape

import pytest
from motcua_gateway.pages.desk.return_links import back_to, landing, safe

from .dossier_events import CODE, DOSSIER, REGISTERED_ONLY, way
from .harness import GatewayHarness


@pytest.mark.parametrize(
    "address",
    [
        "/quay",
        "/quay/cong-viec?scope=mine",
        "/quay/ho-so/d-1",
        "/quay?q=H40.12-261124-0001&lang=en",
        "/quay/ban-tin",
        "/quay?cursor=a%2Fb",
    ],
)
def test_a_page_of_the_desk_may_be_returned_to(address: str) -> None:
    assert safe(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "", "/", "//evil.example", "https://evil.example/quay", "/\\evil.example",
        "/quay.evil.example", "/quay@evil.example",
        "/quay//evil.example", "/quay/../evil", "/quay/./x", "/quay/..", "/quay\n", "/quay#//evil",
        "/quay/%2e%2e/x", "javascript:alert(1)",
        "/quay?next=//evil", "/quay/dang-nhap", "/quay/dang-nhap?next=/quay", "/quay/dang-xuat",
        "/quayx", "/quay/" + "x" * 300, " /quay",
        "/quay?q=<script>", "\t/quay", "/QUAY",
    ],
)  # fmt: skip
def test_nothing_else_may(address: str) -> None:
    assert safe(address) == ""


def test_a_form_leads_back_to_the_page_that_bears_it() -> None:
    assert back_to("POST", "/quay/ho-so/d-1/refuse", "") == "/quay/ho-so/d-1"
    assert back_to("POST", "/quay/cong-viec/d-1/approve", "lang=en") == "/quay/cong-viec/d-1"
    assert back_to("POST", "/quay/ban-tin", "") == "/quay/ban-tin"
    assert back_to("GET", "/quay", "q=nhà") == "/quay", (
        "an address that cannot be taken is left without its question"
    )


@pytest.mark.parametrize(
    ("roles", "home"),
    [({"clerk"}, "/quay"), ({"cashier"}, "/quay"), ({"officer"}, "/quay/cong-viec"), ({"leader"}, "/quay/cong-viec"),  # noqa: E501
     ({"clerk", "leader"}, "/quay"), (set(), "/quay")],
)  # fmt: skip
def test_each_role_lands_on_its_own_work(roles: set[str], home: str) -> None:
    assert landing(frozenset(roles)) == home


async def test_signed_out_there_is_a_way_in_and_back(desk: GatewayHarness) -> None:
    await desk.hear(way(REGISTERED_ONLY))
    page = await desk.client.get(f"/quay/ho-so/{DOSSIER}?lang=en")
    assert page.status_code == 401
    (way_in,) = re.findall(r'href="(/quay/dang-nhap[^"]*)"', page.text)
    assert "Sign in at the desk" in page.text
    form = await desk.client.get(unescape(way_in))
    assert "Vũ Thị" in form.text or "clerk-haihau" in form.text
    (back,) = re.findall(r'name="next" value="([^"]+)"', form.text)
    answer = await desk.client.post(
        "/quay/dang-nhap", data={"persona": "clerk-haihau", "next": unescape(back)}
    )
    assert answer.headers["location"] == f"/quay/ho-so/{DOSSIER}?lang=en"
    assert CODE in (await desk.client.get(answer.headers["location"])).text


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example", "/quay/../../x", "/quay\\\\evil"]
)
async def test_nobody_is_led_to_another_site(desk: GatewayHarness, evil: str) -> None:
    form = await desk.client.get("/quay/dang-nhap", params={"next": evil})
    assert 'name="next"' not in form.text
    assert not re.search(r'(?:href|action|value)="[^?"]*evil', form.text)
    answer = await desk.client.post(
        "/quay/dang-nhap", data={"persona": "leader-tckh", "next": evil}
    )
    assert answer.headers["location"] == "/quay/cong-viec"


async def test_the_desks_address_leads_a_department_to_its_tasks_and_keeps_the_list_of_dossiers(
    desk: GatewayHarness,
) -> None:
    await desk.client.post("/quay/dang-nhap", data={"persona": "officer-tckh"})
    assert (await desk.client.get("/quay?lang=en")).headers["location"] == "/quay/cong-viec?lang=en"
    assert (await desk.client.get("/quay/ho-so")).status_code == 200
    assert (await desk.client.get("/quay?q=H40")).status_code == 200


async def test_who_has_no_desk_is_told_a_way_on(desk: GatewayHarness) -> None:
    page = await desk.client.get(
        "/quay", headers={**desk.auth("citizen-an"), "Accept": "text/html"}
    )
    assert page.status_code == 403
    assert (
        "Việc này cần vai trò: thu ngân, cán bộ một cửa, lãnh đạo, cán bộ chuyên môn." in page.text
    )
    assert 'href="/quay/dang-nhap"' in page.text
