"""J12: messages that meet servers which are away, cut, refuse, and numbers that nobody has.

Each is seen from outside.
"""

import re

import httpx
import pytest
from motcua_audit.check import Report
from motcua_journeys import Stage
from motcua_journeys.applicants import AN, required_papers, sample_form
from motcua_journeys.checks import Rest
from motcua_journeys.j12_messages import PROCEDURE, MessagesGoneWrong, Told
from motcua_local.clock import _moved

NUMBER, WRONG, OFF = "0900000121", "0900000122", "0900000123"
A_DAY_AND_MORE = 25 * 3600


@pytest.fixture(scope="module")
def journey(stage: Stage) -> MessagesGoneWrong:
    """All troubles, one after the other; the last one takes a day of simulated time."""
    j = MessagesGoneWrong(stage)
    first, backup = (stage.addresses[name].rpartition(":")[2] for name in ("smtp", "smtp-backup"))
    assert first != backup

    with j.trouble("mailbox", "refuse", place=first):
        one = j.file("the first server is away")
        j.until(
            "the mail by the other server", lambda: j.state(one, "registered", "email") == "sent"
        )

    with j.trouble("mailbox", "4xx"):
        one = j.file("both servers ask for patience")
        j.until("two rounds of attempts", lambda: len(j.events(one, "MessageAttemptFailed")) >= 3)
        assert j.state(one, "registered", "email") == "retrying"
    j.until("the mail after all", lambda: j.state(one, "registered", "email") == "sent")

    with j.trouble("mailbox", "cut_after_data", times=1):
        one = j.file("a cut behind DATA")
        j.until("the mail once more", lambda: j.state(one, "registered", "email") == "sent")

    one = j.file("the SMS provider refuses", phone=NUMBER)
    with j.trouble("sms", "4xx", place="messages"):
        j.accept(one)
        j.until(
            "the report of the other provider",
            lambda: j.state(one, "accepted", "sms") == "delivered",
        )

    with j.trouble("sms", "4xx", to=WRONG):
        one = j.file("a wrong number", email=False, phone=WRONG)
        j.until("the end", lambda: j.state(one, "registered", "sms") == "failed")

    with j.trouble("sms", "undeliverable", to=OFF):
        one = j.file("a phone that is off", email=False, phone=OFF)
        j.until("the report", lambda: j.state(one, "registered", "sms") == "failed")

    with j.trouble("mailbox", "no_such_user"):
        one = j.file("no mailbox of that name")
        j.until("the end", lambda: j.state(one, "registered", "email") == "failed")

    j.file("no contact at all", email=False)
    j.until(
        "the suppression",
        lambda: j.state(j.told["no contact at all"], "registered", "email") == "suppressed",
    )
    return j


def ids(stage: Stage, one: Told) -> list[str]:
    return [mail["message_id"] for mail in stage.mails(one.email) if one.code in mail["subject"]]


def ways(journey: MessagesGoneWrong, name: str, *events: str) -> list[tuple[str, str, str]]:
    names = events or (
        "MessageAttemptFailed",
        "MessageSent",
        "MessageDelivered",
        "MessageFailed",
        "MessageSuppressed",
    )
    found = journey.events(journey.told[name], *names)
    return [(one["fact"], one.get("provider", ""), one.get("reason", "")) for one in found]


def test_a_server_that_is_away_is_passed_by_at_once(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    name = "the first server is away"
    assert ways(journey, name) == [
        ("MessageAttemptFailed", "smtp", "smtp-connection"),
        ("MessageSent", "smtp-backup", ""),
    ]
    assert len(ids(stage, journey.told[name])) == 1


def test_when_nobody_takes_it_it_is_tried_again_later_and_sent_once(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    name = "both servers ask for patience"
    attempts = journey.events(journey.told[name], "MessageAttemptFailed")
    assert {one["reason"] for one in attempts} == {"smtp-451"}
    assert {one["provider"] for one in attempts} == {"smtp", "smtp-backup"}
    waits = [(one["retry_at"] - one["time"]).total_seconds() for one in attempts]
    assert [round(wait) == 0 for wait in waits[:3]] == [True, False, True]
    assert 3 < waits[1] < 7
    assert len(ids(stage, journey.told[name])) == 1


def test_after_a_cut_behind_data_it_comes_twice_under_the_same_message_id(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    name = "a cut behind DATA"
    (first, again) = ids(stage, journey.told[name])
    assert first == again
    (attempt,) = journey.events(journey.told[name], "MessageAttemptFailed")
    assert (attempt["unknown"], attempt["next_provider"]) == (True, attempt["provider"])
    assert ways(journey, name, "MessageSent") == [("MessageSent", attempt["provider"], "")]


def test_an_sms_that_one_provider_refuses_goes_by_the_other_and_its_report_comes_back(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    name = "the SMS provider refuses"
    found = [
        way
        for way in ways(journey, name)
        if way[1] in ("sms", "kannel") or way[0] == "MessageDelivered"
    ]
    assert found == [
        ("MessageAttemptFailed", "sms", "sms-422"),
        ("MessageSent", "kannel", ""),
        ("MessageDelivered", "", ""),
    ]
    assert (
        len([text for text in stage.texts(NUMBER) if journey.told[name].code in text["text"]]) == 1
    )


def test_a_wrong_number_is_given_up_when_everybody_refused_it(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    assert ways(journey, "a wrong number") == [
        ("MessageAttemptFailed", "sms", "sms-422"),
        ("MessageFailed", "kannel", "sms-400"),
    ]
    assert stage.texts(WRONG) == []


def test_a_mailbox_that_does_not_exist_is_given_up_at_once(journey: MessagesGoneWrong) -> None:
    assert [way[0::2] for way in ways(journey, "no mailbox of that name")] == [
        ("MessageFailed", "smtp-550")
    ]


LISTED = {
    "a wrong number": ("failed", "sms-400"),
    "a phone that is off": ("failed", "undeliverable"),
    "no mailbox of that name": ("failed", "smtp-550"),
    "no contact at all": ("suppressed", "no-address"),
}


@pytest.mark.parametrize("name", LISTED)
def test_what_reached_nobody_is_on_the_counters_list_with_its_reason(
    journey: MessagesGoneWrong, name: str
) -> None:
    row = journey.until(
        "the counter's list", lambda: journey.undelivered().get(journey.told[name].code)
    )
    (message,) = row["messages"]
    (channel,) = message["channels"]
    assert (message["about"], channel["state"], channel["reason"]) == ("registered", *LISTED[name])


def test_what_was_told_after_all_is_not_on_the_list(journey: MessagesGoneWrong) -> None:
    told = {one.code for name, one in journey.told.items() if name not in LISTED}
    assert told & set(journey.undelivered()) == set()


async def test_after_a_day_it_is_given_up_and_the_counter_sees_it(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    with journey.trouble("mailbox", "4xx"):
        one = journey.file("nobody takes it for a day")
        journey.until("an attempt", lambda: journey.events(one, "MessageAttemptFailed"))
        await _moved(stage.addresses["kafka"], A_DAY_AND_MORE)
        journey.until("the end", lambda: journey.state(one, "registered", "email") == "failed")
    assert ways(journey, "nobody takes it for a day", "MessageFailed")[0][2] == "smtp-451"
    assert one.code in journey.undelivered()
    assert ids(stage, one) == []


def test_the_citizen_says_no_to_sms_and_is_not_sent_any(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    wishes = {"email": True, "sms": "never"}
    journey.citizen.put("/preferences", wishes)
    try:
        journey.until("the wishes", lambda: journey.citizen.get("/preferences")["sms"] == "never")
        one = journey.file("no SMS, please", phone="0900000124")
        journey.accept(one)
        journey.until(
            "the mail of the acceptance", lambda: journey.state(one, "accepted", "email") == "sent"
        )
        line = journey.line(one, "accepted")
        assert line is not None
        assert [row["channel"] for row in line["channels"]] == ["email"]
        assert stage.texts("0900000124") == []
    finally:
        journey.citizen.put("/preferences", {})


def confirmed(journey: MessagesGoneWrong, one: Told) -> list[bool]:
    return [contact["confirmed"] for contact in journey.citizen.dossier(one.code)["contacts"]]


def test_an_address_that_nobody_confirmed_gets_fixed_words_until_its_reader_clicks(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    one = journey.file("nobody confirmed it")
    journey.until(
        "the mail of the registration", lambda: journey.state(one, "registered", "email") == "sent"
    )
    (first,) = [mail for mail in stage.mails(one.email) if one.code in mail["subject"]]
    assert AN["full_name"] not in first["text"]
    assert one.pin not in first["text"]
    link = re.findall(r"https?://\S+/xac-nhan/\S+", first["text"])[0]

    assert one.code in httpx.get(link, trust_env=False).text
    assert confirmed(journey, one) == [False]
    assert (
        httpx.get(link[:-1] + ("0" if link[-1] != "0" else "1"), trust_env=False).status_code == 404
    )
    assert httpx.post(link, trust_env=False).status_code == 200
    journey.until("the confirmation", lambda: confirmed(journey, one) == [True])

    journey.accept(one)
    journey.until(
        "the mail of the acceptance", lambda: journey.state(one, "accepted", "email") == "sent"
    )
    second = next(mail for mail in stage.mails(one.email) if "đã được tiếp nhận" in mail["subject"])
    assert second["text"].index("Bộ phận một cửa thông báo") < second["text"].index(AN["full_name"])
    assert f"Mã tra cứu: {one.pin}" in second["text"]

    page = stage.anybody.procedure(PROCEDURE)
    applicant = {**AN, "email": one.email, "phone": ""}
    later = journey.citizen.submit(
        PROCEDURE, applicant, sample_form(page), required_papers(page, applicant)
    )
    assert [
        contact["confirmed"] for contact in journey.citizen.dossier(later.code)["contacts"]
    ] == [True]


def test_one_address_gets_five_messages_a_day_until_it_is_confirmed(
    journey: MessagesGoneWrong, stage: Stage
) -> None:
    page = stage.anybody.procedure(PROCEDURE)
    applicant = {**AN, "email": "nguoi.la@mau.example", "phone": ""}
    codes = [
        journey.citizen.submit(
            PROCEDURE, applicant, sample_form(page), required_papers(page, applicant)
        ).code
        for _ in range(7)
    ]

    def ends() -> list[str]:
        lines = [
            row
            for row in journey.citizen.get("/inbox", limit=100)["messages"]
            if row["code"] in codes
        ]
        return sorted(row["channels"][0]["state"] for row in lines)

    journey.until("the end of each", lambda: ends() == ["sent"] * 5 + ["suppressed"] * 2)
    assert len(stage.mails("nguoi.la@mau.example")) == 5
    held = [row for code, row in journey.undelivered().items() if code in codes]
    assert [row["messages"][0]["channels"][0]["reason"] for row in held] == [
        "unconfirmed-limit"
    ] * 2


def test_nothing_is_on_its_way_unpublished_or_dead(rest: Rest) -> None:
    assert rest == Rest(0, 0, 0, 0, ())


def test_the_log_proves_every_stored_state(proof: Report) -> None:
    assert proof.ok, str(proof)
