"""The task list as a page: rows with their legal acts, in both languages."""

from gateway_desk import Desk
from gateway_facts import way
from motcua_gateway.case_views import DOES
from motcua_gateway.pages.desk.signing_in import COOKIE
from motcua_gateway.pages.tasks.listing import LABELS


async def test_the_list_shows_an_open_task_with_its_acts(desk: Desk) -> None:
    await desk.hear(way({"intake": 5, "payment": 5, "routing": 2}))
    token, _ = desk.tokens.issue("officer-tckh")
    page = await desk.client.get("/quay/cong-viec", cookies={COOKIE: token})
    assert page.status_code == 200
    for word in ("Công việc", "H40.12-261124-0001", "Dự thảo: đồng ý", "Yêu cầu bổ sung", "Lấy ý kiến"):
        assert word in page.text
    english = await desk.client.get("/quay/cong-viec?lang=en&scope=consulted", cookies={COOKIE: token})
    assert "There is no task." in english.text


def test_every_act_of_a_case_has_its_words() -> None:
    acts = {name for names in DOES.values() for name in names} | {"request-supplement", "consult", "assign", "extend", "take-over"}
    assert acts | {"answer-consultation"} == LABELS.keys()
