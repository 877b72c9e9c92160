"""The bot's database and what hangs on it: retention, limits, threads, replies, opinions, hashed people, settings."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from cpbqa.bot import Bot
from cpbqa.domain import UsageError
from cpbqa.slack.history import History, Posted
from cpbqa.slack.jobs import Asking, Jobs, Kind
from cpbqa.slack.limits import WINDOW_SECONDS, Limits
from cpbqa.slack.opinions import show
from cpbqa.slack.people import Hasher
from cpbqa.slack.settings import read_database, read_settings
from cpbqa.slack.store import Store

NOW = 1_800_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "bot.db")
    yield opened
    opened.close()


def ask(
    store: Store, at: float, user: str = "u", channel: str = "C1", kind: Kind = "mention", outcome: str = ""
) -> None:
    jobs = Jobs(store, 10, clock=lambda: at)
    jobs.add(Asking(kind, f"{user}{channel}{at}", channel, f"{at}", f"{at}", user), user)
    if outcome:
        job = jobs.claim()
        assert job is not None
        jobs.finish(job, outcome)


# The file


def test_only_its_owner_may_read_the_database(store: Store) -> None:
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["folder", "text"])
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "bot.db"
    if damage == "folder":
        path.mkdir()
    else:
        path.write_text("This is no database. " * 100, encoding="utf-8")
    with pytest.raises(UsageError, match=r"The bot's database .*bot\.db cannot be used \(.+\)"):
        Store(path)


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite turns the second away at once while the first holds the new file alone."""
    path, waits = tmp_path / "bot.db", []
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            other.execute("COMMIT")
            other.close()

    monkeypatch.setattr("cpbqa.slack.store.time.sleep", wait)
    opened = Store(path)
    assert len(waits) == 3
    assert opened.first("a", NOW)
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)
    opened.close()


def test_a_key_is_first_once(store: Store) -> None:
    assert [store.first("a", NOW), store.first("a", NOW), store.first("b", NOW)] == [True, False, True]


def test_what_is_older_than_the_retention_goes(store: Store, bot: Bot) -> None:
    answer = bot.ask("how many kids in care do we have?")
    for age, name in ((100, "old"), (1, "new")):
        at = NOW - age
        history = History(store, clock=lambda at=at: at)
        store.first(f"key {name}", at)
        ask(store, at, user=name)
        history.remember("C1", name, "1.0", "{}")
        history.replied(name, "1.0", name, Posted("C1", f"{name}.1"), answer)
        history.judged(name, "u", "unhelpful")
    assert store.forget_older(NOW - 50) == 5
    database = sqlite3.connect(store.path)
    assert database.execute("select key from seen").fetchall() == [("key new",)]
    assert database.execute("select user from jobs").fetchall() == [("new",)]
    assert database.execute("select thread from contexts").fetchall() == [("new",)]
    assert database.execute("select job from replies").fetchall() == [("new",)]
    assert database.execute("select job from feedback").fetchall() == [("new",)]


# Limits


def test_a_person_may_ask_so_much_a_minute(store: Store) -> None:
    limits = Limits(store, per_user=2, per_channel=100, clock=lambda: NOW)
    ask(store, NOW - 40)
    assert limits.exceeded("u", "C1") == 0
    ask(store, NOW - 10, channel="C2")
    assert limits.exceeded("u", "C3") == WINDOW_SECONDS - 40
    assert limits.exceeded("another", "C1") == 0
    later = Limits(store, per_user=2, per_channel=100, clock=lambda: NOW + 21)
    assert later.exceeded("u", "C1") == 0


def test_a_channel_holds_so_much_a_minute(store: Store) -> None:
    limits = Limits(store, per_user=100, per_channel=2, clock=lambda: NOW)
    for user in ("a", "b"):
        ask(store, NOW - 5, user=user)
    assert limits.exceeded("c", "C1") == WINDOW_SECONDS - 5
    assert limits.exceeded("a", "C2") == 0


def test_silence_and_what_is_past_a_limit_count_for_nothing(store: Store) -> None:
    limits = Limits(store, per_user=1, per_channel=1, clock=lambda: NOW)
    ask(store, NOW - 5, kind="thread", outcome="silent")
    ask(store, NOW - 4, kind="limited")
    ask(store, NOW - 3, kind="delete")
    assert limits.exceeded("u", "C1") == 0


# History


def test_a_thread_stands_as_it_stood_before_a_message(store: Store) -> None:
    history = History(store, clock=lambda: NOW)
    for ts, memory in (("1800000000.000001", "one"), ("1800000000.000005", "five"), ("1800000000.000009", None)):
        history.remember("C1", "t", ts, memory)
    before = [history.memory("C1", "t", f"1800000000.00000{n}") for n in (1, 3, 5, 7)]
    assert before == [None, "one", "one", "five"]
    assert history.memory("C1", "t", "1800000001.000000") is None  # what came last leaves nothing to lean on
    assert history.memory("C1", "u", "1800000001.000000") is None
    assert history.memory("C2", "t", "1800000000.000007") is None
    history.remember("C1", "t", "1800000000.000005", "changed")
    assert history.memory("C1", "t", "1800000000.000007") == "changed"


def test_the_newest_thread_of_a_channel_is_known_for_a_while(store: Store) -> None:
    History(store, clock=lambda: NOW - 100).remember("D1", "t", "1.0", "said")
    history = History(store, clock=lambda: NOW)
    assert history.latest_memory("D1", "2.0", 101) == "said"
    assert history.latest_memory("D1", "2.0", 99) is None
    assert history.latest_memory("D2", "2.0", 101) is None


def test_a_reply_is_found_by_its_question_and_by_its_place(store: Store, bot: Bot) -> None:
    history, posted = History(store), Posted("C1", "1.5", ("F1", "F2"))
    assert not history.answered_in("C1", "1.0")
    history.replied("job", "1.0", "1.0", posted, bot.ask("how many kids in care do we have?"))
    assert history.reply_to("C1", "1.0") == ("job", posted)
    assert history.job_at("C1", "1.5") == "job"
    assert history.asked_by("job") == ("C1", "1.0", "1.0")
    assert history.answered_in("C1", "1.0")
    history.remember("C1", "1.0", "1.0", "memory")
    history.took_back("job", "C1", "1.0", "1.0")
    assert history.reply_to("C1", "1.0") is None
    assert not history.answered_in("C1", "1.0")
    assert history.memory("C1", "1.0", "2.0") is None


def test_what_only_the_asker_sees_makes_no_thread_of_ours(store: Store, bot: Bot) -> None:
    history = History(store)
    history.replied("job", "", "", Posted("C1", ""), bot.ask("how many kids in care do we have?"))
    assert history.reply_to("C1", "") is None
    assert history.job_at("C1", "") == ""
    assert not history.answered_in("C1", "")


def test_unhelpful_and_refused_replies_are_listed(store: Store, bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    times = iter(range(100))
    history = History(store, clock=lambda: NOW + next(times))
    figures = bot.ask("how many kids in care do we have?")
    refused = bot.ask("who won the world cup in 1966?")
    assert (figures.outcome, refused.outcome) == ("figures", "refusal")
    history.replied("good", "1.0", "1.0", Posted("C1", "1.1"), figures)
    history.replied("bad", "2.0", "2.0", Posted("C1", "2.1"), figures)
    history.replied("no", "3.0", "3.0", Posted("C1", "3.1"), refused)
    history.judged("good", "ann", "helpful")
    key = history.judged("bad", "ann", "unhelpful")
    history.judged("bad", "bob", "unhelpful")
    history.judged("no", "bob", "helpful")
    history.keep_text(key, "the little ones")
    show(store.path, as_json=True)
    listed = json.loads(capsys.readouterr().out)
    measure = figures.figures[0].measure_id
    assert [(o["verdict"], o["outcome"], o["measures"], o["text"]) for o in listed] == [
        ("refused", "refusal", [], ""),
        ("unhelpful", "figures", [measure], "the little ones"),
        ("unhelpful", "figures", [measure], ""),
    ]
    show(store.path, as_json=False)
    out = capsys.readouterr().out
    assert f"unhelpful (figures): {measure}\n    “the little ones”" in out
    assert "kids" not in out


def test_the_last_opinion_of_a_person_counts(store: Store) -> None:
    history = History(store)
    history.judged("job", "ann", "unhelpful")
    history.judged("job", "ann", "helpful")
    assert history.opinions() == []


def test_feedback_needs_its_database(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="CPBQA_SLACK_DATABASE"):
        show(tmp_path / "none.db", as_json=False)
    assert not (tmp_path / "none.db").exists()


# People


def test_a_user_is_a_hash_of_this_installation(tmp_path: Path) -> None:
    here, there = Hasher.from_file(tmp_path / "a.salt"), Hasher.from_file(tmp_path / "b.salt")
    assert here("U1") == Hasher.from_file(tmp_path / "a.salt")("U1")
    assert len({here("U1"), here("U2"), there("U1")}) == 3
    assert len(here("U1")) == 16
    assert here("") == ""
    assert stat.S_IMODE((tmp_path / "a.salt").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) in (["a.salt", "b.salt"], ["b.salt", "a.salt"])


@pytest.mark.parametrize("salt", ["", "no salt", "abcd"])
def test_a_file_without_a_salt_is_told(tmp_path: Path, salt: str) -> None:
    (tmp_path / "x.salt").write_text(salt, encoding="utf-8")
    with pytest.raises(UsageError, match="salt"):
        Hasher.from_file(tmp_path / "x.salt")


# Settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in os.environ:
        if name.startswith(("SLACK_", "CPBQA_SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    return monkeypatch


def test_settings_are_read_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    assert read_settings().channels == frozenset()
    environment.setenv("CPBQA_SLACK_CHANNELS", "C1, C2  C3")
    environment.setenv("CPBQA_SLACK_CONTACT", "the performance team")
    environment.setenv("CPBQA_SLACK_RETENTION_DAYS", "")
    environment.setenv("CPBQA_SLACK_DATABASE", "/somewhere/bot.db")
    environment.setenv("SLACK_API_URL", "http://localhost:1/api")
    settings = read_settings()
    assert settings.channels == {"C1", "C2", "C3"}
    assert (settings.contact, settings.retention_days, settings.log_text) == ("the performance team", 90, False)
    assert settings.api_url == "http://localhost:1/api/"
    assert str(settings.salt_path) == "/somewhere/bot.salt"
    assert read_database() == settings.database
    assert "xoxb" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is not set"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "SLACK_BOT_TOKEN does not start with xoxb-"),
        ("SLACK_APP_TOKEN", "", "SLACK_APP_TOKEN is not set"),
        ("SLACK_APP_TOKEN", "xoxb-1", "SLACK_APP_TOKEN does not start with xapp-"),
        ("CPBQA_SLACK_RETENTION_DAYS", "0", "CPBQA_SLACK_RETENTION_DAYS is not usable"),
        ("CPBQA_SLACK_WORKERS", "many", "CPBQA_SLACK_WORKERS is not usable"),
    ],
)
def test_a_wrong_setting_is_one_sentence(environment: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(UsageError, match=told) as raised:
        read_settings()
    assert "\n" not in str(raised.value)
    assert not value.startswith("xox") or value not in str(raised.value)


def test_http_needs_the_signing_secret_and_no_app_token(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_APP_TOKEN")
    with pytest.raises(UsageError, match="SLACK_SIGNING_SECRET is not set"):
        read_settings(http=True)
    environment.setenv("SLACK_SIGNING_SECRET", "secret")
    assert read_settings(http=True).signing_secret.get_secret_value() == "secret"
