"""kill -9 during sending under load, and servers that fail: every message arrives, and what comes twice comes under the same Message-ID."""

import time
from collections import Counter

import notify_news
from faults_ground import Town, town_apart
from faults_waiting import until
from motcua_contracts.envelope import decode
from motcua_contracts.notify import MessageAttemptFailed, MessageSent
from notify_counterparts import Counterparts, counterparts
from notify_news import Accepted

DOSSIERS = 400
KILLS = 3
AT_ONCE = 12
"""Mails under way to one server: the configuration's default."""
ALL_SECONDS = 120


def taken(servers: Counterparts, news: Accepted) -> str | bool:
    mails, texts = servers.counts("mailbox")["distinct"], servers.counts("sms")["messages"]
    done = mails >= len(news.mails) and texts >= len(news.texts)
    return done or f"{mails} of {len(news.mails)} mails, {texts} of {len(news.texts)} SMS"


def facts(ground: Town, news: Accepted) -> Counter[tuple[str, str]]:
    """What notify's journal says of these dossiers: (fact, provider) -> how often."""
    found: Counter[tuple[str, str]] = Counter()
    for row in ground.database("notify").journal.find({"subject": {"$in": list(news.dossiers)}}, {"raw": 1}):
        data = decode(row["raw"]).data
        if isinstance(data, MessageSent | MessageAttemptFailed):
            found[type(data).__name__, data.provider] += 1
    return found


def all_ended(ground: Town, news: Accepted) -> None:
    """Every message has its end in the journal, and nothing is open outside."""

    def ended() -> str | bool:
        sent = sum(times for (name, _), times in facts(ground, news).items() if name == "MessageSent")
        open_still = ground.database("notify").effects.count_documents({"subject": {"$in": list(news.dossiers)}})
        return (sent == len(news.mails) + len(news.texts) and not open_still) or f"{sent} ended, {open_still} open"

    until("every message ended", ended, ALL_SECONDS)


def test_kill_9_during_sending_loses_no_mail_and_repeats_no_more_than_were_in_flight() -> None:
    ground = town_apart()
    news = notify_news.accepted(DOSSIERS)
    with counterparts("--no-store") as servers, ground.services():
        servers.fault("mailbox", "slow", seconds=0.04)  # so that mails are in flight at any moment
        notify = ground.start("notify", **servers.environment())
        notify.wait_ready(60)
        notify_news.append(ground.kafka, news)
        for number in range(1, KILLS + 1):
            until(f"a part was sent before kill {number}", lambda n=number: servers.counts("mailbox")["distinct"] > 70 * n, ALL_SECONDS)  # type: ignore[misc]
            notify.kill()
            time.sleep(0.3)
            notify.start_again().wait_ready(60)
        until("all were taken", lambda: taken(servers, news), ALL_SECONDS)
        all_ended(ground, news)
        mails = Counter(mail["message_id"] for mail in servers.kept("mailbox"))
        texts = Counter(text["key"] for text in servers.kept("sms"))
    assert set(mails) == news.mails, "none is missing, and nothing else was sent"
    repeats = sum(times - 1 for times in mails.values())
    print(f"{len(mails)} mails, {KILLS} kills, {repeats} repeats, {AT_ONCE} in flight at most at each")
    assert repeats <= KILLS * AT_ONCE
    assert repeats > 0, "no kill fell into a DATA: the test did not hit"
    assert max(mails.values()) <= KILLS + 1
    assert texts == Counter(news.texts), "a key makes every retry of an SMS harmless"


def test_a_server_that_dies_under_load_is_left_within_seconds_and_an_unknown_end_stays_with_it() -> None:
    ground = town_apart()
    news = notify_news.accepted(200, ("email",))
    with counterparts("--no-store") as servers, ground.services():
        notify = ground.start("notify", **servers.environment())
        notify.wait_ready(60)
        servers.fault("mailbox", "refuse", place=servers.smtp_port)
        begun = time.monotonic()
        notify_news.append(ground.kafka, news)
        until("all were taken", lambda: taken(servers, news), 60)
        print(f"200 mails past a dead server in {time.monotonic() - begun:.1f} s")
        all_ended(ground, news)
        found = facts(ground, news)
        assert found["MessageSent", "smtp-backup"] >= 195
        # It is well again: messages whose end nobody knew stay with it, under the same id.
        cut = notify_news.accepted(20, ("email",))
        servers.fault("mailbox", "cut_after_data", times=5)
        notify_news.append(ground.kafka, cut)
        all_ended(ground, cut)
        mails = Counter(mail["message_id"] for mail in servers.kept("mailbox"))
    assert all(mails[one] == 1 for one in news.mails)
    assert sorted(mails[one] for one in cut.mails) == [1] * 15 + [2] * 5
    rows = facts(ground, cut)
    for provider in ("smtp", "smtp-backup"):
        assert rows["MessageSent", provider] >= rows["MessageAttemptFailed", provider]


def test_a_stuck_mail_server_delays_no_sms() -> None:
    ground = town_apart()
    news = notify_news.accepted(100)
    with counterparts("--no-store") as servers, ground.services():
        notify = ground.start("notify", **servers.environment())
        notify.wait_ready(60)
        servers.fault("mailbox", "stuck")
        begun = time.monotonic()
        notify_news.append(ground.kafka, news)
        until("every SMS was taken", lambda: servers.counts("sms")["messages"] == len(news.texts), 30)
        seconds = time.monotonic() - begun
        assert servers.counts("mailbox")["accepted"] == 0
        servers.fault("mailbox", "none")
        until("all were taken", lambda: taken(servers, news), ALL_SECONDS)
    print(f"100 SMS beside a stuck mail server in {seconds:.1f} s")
    assert seconds < 15
