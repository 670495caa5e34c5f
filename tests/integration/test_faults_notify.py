"""kill -9 during sending under load, and servers that fail: every message arrives, and what comes
twice comes under the same Message-ID.
"""

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from motcua_contracts.messages.notify import MessageAttemptFailed, MessageSent
from motcua_contracts.wire.envelope import decode

from tests.support.faults.deployment import Deployment, separate_deployment
from tests.support.faults.waiting import lines, until
from tests.support.notify import kannel_gateway
from tests.support.notify import news as notify_news
from tests.support.notify.counterparts import Counterparts, counterparts
from tests.support.notify.news import Accepted

DOSSIERS = 400
KILLS = 3
AT_ONCE = 12
"""Messages under way to one provider: the configuration's default."""
ALL_SECONDS = 120
AWAY_SECONDS = 10


def taken(servers: Counterparts, news: Accepted) -> str | bool:
    mails, texts = servers.counts("mailbox")["distinct"], servers.counts("sms")["messages"]
    done = mails >= len(news.mails) and texts >= len(news.texts)
    return done or f"{mails} of {len(news.mails)} mails, {texts} of {len(news.texts)} SMS"


def mails_about(servers: Counterparts, *news: Accepted) -> Counter[str]:
    """Message-ID -> how often it came, of these dossiers: other tests on the same cluster may have
    left some to be told.
    """
    dossiers = {dossier for one in news for dossier in one.dossiers}
    ids = (mail["message_id"] for mail in servers.kept("mailbox"))
    return Counter(one for one in ids if one.removeprefix("<").partition(".")[0] in dossiers)


def events(deployment: Deployment, news: Accepted) -> Counter[tuple[str, str]]:
    """What notify's journal says of these dossiers: (event, provider) -> how often."""
    found: Counter[tuple[str, str]] = Counter()
    for row in deployment.database("notify").journal.find(
        {"subject": {"$in": list(news.dossiers)}}, {"raw": 1}
    ):
        data = decode(row["raw"]).data
        if isinstance(data, MessageSent | MessageAttemptFailed):
            found[type(data).__name__, data.provider] += 1
    return found


def with_sms(environment: dict[str, str], provider: dict[str, str]) -> dict[str, str]:
    """Notify's settings with another SMS provider."""
    return {
        **environment,
        "providers": json.dumps({**json.loads(environment["providers"]), "sms": [provider]}),
    }


def all_ended(deployment: Deployment, news: Accepted) -> None:
    """Every message has its end in the journal, and nothing is open outside."""

    def ended() -> str | bool:
        sent = sum(
            times for (name, _), times in events(deployment, news).items() if name == "MessageSent"
        )
        open_still = deployment.database("notify").effects.count_documents(
            {"subject": {"$in": list(news.dossiers)}}
        )
        return (
            sent == len(news.mails) + len(news.texts) and not open_still
        ) or f"{sent} ended, {open_still} open"

    until("every message ended", ended, ALL_SECONDS)


def test_kill_9_during_sending_loses_no_mail_and_repeats_no_more_than_were_in_flight() -> None:
    deployment = separate_deployment()
    news = notify_news.accepted(DOSSIERS)
    with counterparts("--no-store") as servers, deployment.services():
        servers.fault("mailbox", "slow", seconds=0.04)  # so that mails are in flight at any moment
        notify = deployment.start("notify", **servers.environment())
        notify.wait_ready(60)
        notify_news.append(deployment.kafka, news)
        for number in range(1, KILLS + 1):
            until(
                f"a part was sent before kill {number}",
                lambda n=number: servers.counts("mailbox")["distinct"] > 70 * n,  # type: ignore[misc]
                ALL_SECONDS,
            )
            notify.kill()
            time.sleep(0.3)
            notify.start_again().wait_ready(60)
        until("all were taken", lambda: taken(servers, news), ALL_SECONDS)
        all_ended(deployment, news)
        mails = mails_about(servers, news)
        texts = Counter(text["key"] for text in servers.kept("sms"))
    assert set(mails) == news.mails, "none is missing, and nothing else was sent"
    repeats = sum(times - 1 for times in mails.values())
    print(
        f"{len(mails)} mails, {KILLS} kills, {repeats} repeats, {AT_ONCE} in flight at most at each"
    )
    assert repeats <= KILLS * AT_ONCE
    assert repeats > 0, "no kill fell into a DATA: the test did not hit"
    assert max(mails.values()) <= KILLS + 1
    assert texts == Counter(news.texts), "a key makes every retry of an SMS harmless"


@pytest.mark.skipif(not kannel_gateway.INSTALLED, reason=kannel_gateway.WHY_NOT)
def test_kill_9_during_sending_by_kannel_which_knows_no_repeat_repeats_no_more_than_were_in_flight(
    tmp_path: Path,
) -> None:
    """Counted where the phones are: Kannel's interface has no key, so each request is an SMS."""
    deployment = separate_deployment()
    news = notify_news.accepted(DOSSIERS, ("phone",))
    with (
        counterparts("--no-store") as servers,
        kannel_gateway.kannel(tmp_path) as gateway,
        deployment.services(),
    ):
        notify = deployment.start("notify", **with_sms(servers.environment(), gateway.provider))
        notify.wait_ready(60)
        notify_news.append(deployment.kafka, news)
        for number in range(1, KILLS + 1):
            assert len(gateway.parts(number * DOSSIERS // 2, ALL_SECONDS)) < 2 * DOSSIERS, (
                "all was sent before the kill"
            )
            notify.kill()
            time.sleep(0.3)
            notify.start_again().wait_ready(60)
        all_ended(deployment, news)
        times = kannel_gateway.times_told(gateway.parts_until_quiet())
    assert set(times) == {notify_news.phone(number) for number in range(DOSSIERS)}, (
        "none is missing"
    )
    repeats = sum(times.values()) - DOSSIERS
    print(
        f"{DOSSIERS} SMS by Kannel, {KILLS} kills, {repeats} repeats, {AT_ONCE} in flight at most"
        " at each"
    )
    assert 0 < repeats <= KILLS * AT_ONCE
    assert max(times.values()) <= KILLS + 1


@pytest.mark.parametrize("killed", [False, True])
def test_what_is_sent_while_kafka_is_away_is_no_more_than_there_are_places(killed: bool) -> None:
    """Answers wait, places stay taken.

    Who lives tells them later and repeats none; who is killed repeats no more than those.
    """
    deployment = separate_deployment()
    news, turning = (
        notify_news.accepted(100, ("email",)),
        notify_news.accepted(DOSSIERS, ("email",)),
    )
    with counterparts("--no-store") as servers, deployment.services():
        # Small turns and slow mails: a turn cannot publish, and the lanes go, while servers have
        # mails and have not said so.
        # Not in development, where each turn asks Kafka for the clock and waits before it decides.
        servers.fault("mailbox", "slow", seconds=3)
        notify = deployment.start(
            "notify",
            env="test",
            batch_records="2",
            publish_timeout_seconds="1",
            **servers.environment(),
        )
        notify.wait_ready(60)
        notify_news.append(deployment.kafka, news)
        until(
            "mails are under way, and more wait",
            lambda: servers.counts("mailbox")["distinct"] > 0,
            ALL_SECONDS,
        )
        notify_news.append(deployment.kafka, turning)
        effects, theirs = (
            deployment.database("notify").effects,
            {"subject": {"$in": list(turning.dossiers)}},
        )
        until(
            "turns are under way",
            lambda: effects.count_documents(theirs) > 20,
            ALL_SECONDS,
            every=0.01,
        )
        before = servers.counts("mailbox")["distinct"]
        deployment.cluster.broker.kill()
        time.sleep(AWAY_SECONDS)
        later, given_up = (
            servers.counts("mailbox")["distinct"] - before,
            lines(notify.log, "not published"),
        )
        if killed:
            notify.kill()
        servers.fault("mailbox", "none")
        deployment.cluster.broker.restart()
        assert given_up, "no turn was under way: the outage was not met"
        if killed:
            notify.start_again().wait_ready(60)
        all_ended(deployment, news)
        all_ended(deployment, turning)
        mails = mails_about(servers, news, turning)
    repeats = sum(times - 1 for times in mails.values())
    print(f"{later} sent after Kafka went, {repeats} repeats, {AT_ONCE} places")
    assert set(mails) == news.mails | turning.mails
    assert 0 < repeats <= AT_ONCE if killed else not repeats


def test_a_server_that_dies_under_load_is_left_within_seconds_and_an_unknown_end_stays_with_it() -> (  # noqa: E501
    None
):
    deployment = separate_deployment()
    news = notify_news.accepted(200, ("email",))
    with counterparts("--no-store") as servers, deployment.services():
        notify = deployment.start("notify", **servers.environment())
        notify.wait_ready(60)
        servers.fault("mailbox", "refuse", place=servers.smtp_port)
        begun = time.monotonic()
        notify_news.append(deployment.kafka, news)
        until("all were taken", lambda: taken(servers, news), 60)
        print(f"200 mails past a dead server in {time.monotonic() - begun:.1f} s")
        all_ended(deployment, news)
        found = events(deployment, news)
        assert found["MessageSent", "smtp-backup"] >= 195
        # It is well again: messages whose end nobody knew stay with it, under the same id.
        cut = notify_news.accepted(20, ("email",))
        servers.fault("mailbox", "cut_after_data", times=5)
        notify_news.append(deployment.kafka, cut)
        all_ended(deployment, cut)
        mails = mails_about(servers, news, cut)
    assert all(mails[one] == 1 for one in news.mails)
    assert sorted(mails[one] for one in cut.mails) == [1] * 15 + [2] * 5
    rows = events(deployment, cut)
    for provider in ("smtp", "smtp-backup"):
        assert rows["MessageSent", provider] >= rows["MessageAttemptFailed", provider]


def test_a_stuck_mail_server_delays_no_sms() -> None:
    deployment = separate_deployment()
    news = notify_news.accepted(100)
    with counterparts("--no-store") as servers, deployment.services():
        notify = deployment.start("notify", **servers.environment())
        notify.wait_ready(60)
        servers.fault("mailbox", "stuck")
        begun = time.monotonic()
        notify_news.append(deployment.kafka, news)
        until(
            "every SMS was taken", lambda: servers.counts("sms")["messages"] == len(news.texts), 30
        )
        seconds = time.monotonic() - begun
        assert servers.counts("mailbox")["accepted"] == 0
        servers.fault("mailbox", "none")
        until("all were taken", lambda: taken(servers, news), ALL_SECONDS)
    print(f"100 SMS beside a stuck mail server in {seconds:.1f} s")
    assert seconds < 15
