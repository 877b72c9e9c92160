"""Slack that is busy, refuses, loses or ends; a bot that is killed, stopped or given another index."""

from __future__ import annotations

import threading
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from cpbqa.slack.reply import Action
from mini import build_mini, copy_index, edit, replace
from slackdouble.double import SlackDouble
from slackdouble.process import BotProcess, Served, Starter, until
from slackdouble.storm import acks
from slackdouble.workspace import ALICE, BEN

FIGURES, GAP = "Number of Boats?", "Percentage of boats with a named skipper?"
ASKING = ["users.info", "assistant.threads.setStatus", "chat.postMessage"]


@pytest.fixture(scope="module")
def steady(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One bot in Socket Mode that bears all of this module's refusals."""
    with SlackDouble() as slack:
        bot = BotProcess(slack, small_index, tmp_path_factory.mktemp("steady"), CPBQA_SLACK_LEASE_SECONDS="2").start()
        try:
            yield Served(slack, bot.ready())
            assert slack.faults == []
        finally:
            bot.kill()


def has(kind: str) -> Any:
    return lambda arguments: any(block["type"] == kind for block in arguments.get("blocks") or ())


# ---- Slack is busy or loses what it is told


def test_a_question_survives_a_call_that_fails(steady: Served) -> None:
    """Fifteen people ask at once; of each of them another call fails in another way, once."""
    asked, failures = {}, {}
    for method, error in product(ASKING, ["ratelimited", "http_500", "dropped", "lost", "internal_error"]):
        user = steady.newcomer()
        mine = (user, f"D{user[1:]}")
        steady.slack.space.fail(method, error, when=lambda a, mine=mine: any(value in mine for value in a.values()))
        failures[method, error] = steady.slack.space.failures[method][-1]
        asked[method, error] = steady.slack.direct(FIGURES, user)
    for message in asked.values():
        steady.reply(message)
    steady.settle()
    replies = {call: len(steady.slack.space.replies(message)) for call, message in asked.items()}
    assert replies == dict.fromkeys(asked, 1)
    assert [call for call, failure in failures.items() if failure.times] == [], "a call that was never made"


@pytest.mark.parametrize("error", ["ratelimited", "http_500"])
def test_a_command_survives_a_response_url_that_fails(steady: Served, error: str) -> None:
    user = steady.newcomer()
    steady.slack.space.fail("response_url", error)
    steady.slack.command(FIGURES, steady.channel(), user)
    assert "17" in steady.alone(user)[0].text or "again" in steady.alone(user)[0].text


def test_a_reply_that_stands_already_is_found_after_a_crash(slack: SlackDouble, start: Starter) -> None:
    slack.space.fail("chat.postMessage", "lost")
    first = start(CPBQA_SLACK_LEASE_SECONDS="1").ready()
    asked = slack.direct(FIGURES)
    slack.wait(lambda: slack.space.replies(asked), "Slack has posted it, and nobody knows")
    first.kill()
    second = start(CPBQA_SLACK_LEASE_SECONDS="1").ready()
    assert second.logged("done")["outcome"] == "figures"  # it took the question up, and looked for its reply
    assert "conversations.replies" in {call.method for call in slack.space.calls}
    assert len(slack.space.replies(asked)) == 1


def test_a_question_that_was_taken_before_a_crash_is_answered_after_it(slack: SlackDouble, start: Starter) -> None:
    slack.space.slow["chat.postMessage"] = 3600.0
    first = start(CPBQA_SLACK_LEASE_SECONDS="1").ready()
    asked = [slack.direct(FIGURES, f"U0N{i}") for i in range(12)]
    slack.wait(lambda: all(delivery.acked for delivery in slack.post.deliveries))
    until(lambda: slack.space.statuses, "the first is begun")
    first.kill()
    slack.space.slow.clear()
    served = Served(slack, start(CPBQA_SLACK_LEASE_SECONDS="1").ready())
    for message in asked:
        served.reply(message)
    served.settle()
    assert [len(slack.space.replies(message)) for message in asked] == [1] * 12


# ---- Slack refuses blocks


def test_without_a_native_chart_there_is_a_picture(steady: Served) -> None:
    steady.slack.space.fail("chat.postMessage", "invalid_blocks", when=has("data_visualization"))
    asked = steady.slack.direct(FIGURES, steady.newcomer())
    said = steady.reply(asked)
    assert said.blocks
    assert not has("data_visualization")({"blocks": said.blocks})
    picture = steady.reply(asked, 2)
    (name,) = picture.files
    file = steady.slack.space.files[name]
    assert (file.content or b"").startswith(b"\x89PNG")
    assert "17" in (file.alt_text or "")


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_attachments", "msg_blocks_too_long"])
def test_where_no_blocks_are_taken_plain_text_is_sent(steady: Served, error: str) -> None:
    user = steady.newcomer()
    mine = f"D{user[1:]}"
    steady.slack.space.fail(
        "chat.postMessage", error, 99, when=lambda a: a["channel"] == mine and bool(a.get("blocks"))
    )
    said = steady.reply(steady.slack.direct(FIGURES, user))
    assert said.blocks == []
    assert said.text.startswith("Number of Boats: 17 in 2031/32")


def test_an_update_whose_blocks_are_refused_is_sent_as_text(steady: Served) -> None:
    asked = steady.slack.direct("Number of Boats in 2030/31?", steady.newcomer())
    said = steady.reply(asked)
    steady.slack.space.fail(
        "chat.update", "invalid_blocks", 99, when=lambda a: a["ts"] == said.ts and bool(a.get("blocks"))
    )
    steady.slack.edit(asked, "Number of Boats in 2028/29?")
    steady.slack.wait(lambda: "9 in 2028/29" in said.text)
    assert said.blocks == []


def test_a_command_whose_blocks_are_refused_is_answered_as_text(steady: Served) -> None:
    user = steady.newcomer()
    steady.slack.space.fail("response_url", "invalid_blocks", 99, when=lambda a: bool(a.get("blocks")))
    steady.slack.command(FIGURES, steady.channel(), user)
    (told,) = steady.alone(user)
    steady.slack.space.failures.pop("response_url")
    assert told.blocks == []
    assert told.text.startswith("Number of Boats: 17")


@pytest.mark.parametrize("call", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
def test_a_picture_that_cannot_be_sent_is_told_in_words(steady: Served, call: str) -> None:
    steady.slack.space.fail(call, "fatal_error" if call != "upload" else "http_500")
    asked = steady.slack.direct(GAP, steady.newcomer())
    words = steady.reply(asked, 2)
    assert words.files == []
    assert "70.4" in words.text


def test_a_reply_that_is_refused_altogether_ends_in_a_line_and_a_button(steady: Served) -> None:
    user = steady.newcomer()
    mine = f"D{user[1:]}"
    steady.slack.space.fail("chat.postMessage", "restricted_action", 99, when=lambda a: a["channel"] == mine)
    asked = steady.slack.direct(FIGURES, user)
    (told,) = steady.alone(user)
    assert "try again" in told.text.lower()
    steady.slack.space.failures["chat.postMessage"].clear()
    steady.slack.press(told, Action.AGAIN, user)
    assert "17" in steady.alone(user, 2)[1].text
    assert steady.slack.space.replies(asked) == []


# ---- connections


def test_asking_goes_on_over_refreshed_and_dropped_connections(steady: Served) -> None:
    asked = []
    for end in (steady.slack.refresh, steady.slack.drop, steady.slack.refresh):
        (connection,) = steady.slack.wait(lambda: steady.slack.connections)
        asked.append(steady.slack.direct(FIGURES, steady.newcomer()))
        end(connection)
        asked.append(steady.slack.direct(FIGURES, steady.newcomer()))
        # The SDK alone would take a minute to notice a line that was cut, and read it in a loop meanwhile.
        steady.slack.wait(lambda gone=connection: {gone}.isdisjoint(steady.slack.connections or [gone]), patience=25)
    for message in asked:
        steady.reply(message)
    steady.settle()
    assert [len(steady.slack.space.replies(message)) for message in asked] == [1] * 6


# ---- starting and stopping


UNFIT: list[tuple[dict[str, str], bool, str]] = [
    ({"SLACK_BOT_TOKEN": ""}, False, "SLACK_BOT_TOKEN is not set"),
    ({"SLACK_APP_TOKEN": ""}, False, "SLACK_APP_TOKEN is not set"),
    ({"SLACK_SIGNING_SECRET": ""}, True, "SLACK_SIGNING_SECRET is not set"),
    ({"SLACK_BOT_TOKEN": "xapp-1"}, False, "SLACK_BOT_TOKEN does not start with xoxb-"),
    ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, False, "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"),
    ({"SLACK_APP_TOKEN": "xapp-wrong"}, False, "Slack does not accept SLACK_APP_TOKEN (invalid_auth)"),
    ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, False, "Slack cannot be reached at http://127.0.0.1:9/api/"),
    ({"CPBQA_INDEX": "/nowhere"}, False, "There is no index in /nowhere"),
    ({"CPBQA_SLACK_DATABASE": "/proc/slack.db"}, False, "The bot's database /proc/slack.db cannot be used"),
]


def test_what_it_cannot_start_with_is_one_sentence(start: Starter) -> None:
    started = [(start(http=http, **settings), told) for settings, http, told in UNFIT]
    for bot, told in started:
        assert bot.ended() == 2, told
        sentences = [line for line in bot.errors if not line.startswith("{")]
        assert len(sentences) == 1, told
        assert sentences[0].startswith(told)
        assert "Traceback" not in "".join(bot.errors)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
def test_told_to_stop_it_finishes_what_it_took(slack: SlackDouble, start: Starter, http: bool) -> None:
    bot = start(http=http, CPBQA_SLACK_WORKERS="2").ready()
    slack.space.slow["chat.postMessage"] = 0.2
    asked = [slack.direct(FIGURES, f"U0N{i}") for i in range(12)]
    slack.wait(lambda: all(delivery.acked for delivery in slack.post.deliveries))
    assert bot.stop() == 0
    assert [len(slack.space.replies(message)) for message in asked] == [1] * 12


# ---- another index


def test_another_index_is_taken_up_and_a_broken_one_refused_while_people_ask(
    slack: SlackDouble, start: Starter, harbour: Path, small_index: Path, encoders: Path, tmp_path: Path
) -> None:
    index = copy_index(small_index, tmp_path / "index")
    bot = start(index).ready()
    served, stop, asked = Served(slack, bot), threading.Event(), []

    def keep_asking() -> None:
        while not stop.is_set():
            asked.append(slack.direct(FIGURES, served.newcomer()))
            served.reply(asked[-1])

    people = [threading.Thread(target=keep_asking) for _ in range(3)]
    for person in people:
        person.start()
    try:
        newer = _newer(harbour, tmp_path / "corpus", "17", "18")
        build_mini(newer, index, encoders)
        served.slack.wait(lambda: any("18 in 2031/32" in slack.space.replies(m)[0].text for m in asked[-20:]
                                      if slack.space.replies(m)), "the new figure", patience=120)  # fmt: skip
        bot.logged("another index was taken up")
        broken = _newer(harbour, tmp_path / "broken", "17", "19")
        build_mini(broken, tmp_path / "other", encoders)
        _publish_broken(tmp_path / "other", index)
        bot.logged("the published index was refused, the old one stays")
        last = slack.direct(FIGURES, served.newcomer())
        assert "18 in 2031/32" in served.reply(last).text
    finally:
        stop.set()
        for person in people:
            person.join()
    assert [len(slack.space.replies(message)) for message in asked] == [1] * len(asked)


def _newer(corpus: Path, to: Path, old: str, new: str) -> Path:
    import hashlib
    import shutil

    shutil.copytree(corpus, to)
    report = to / "reports" / "2031-32.txt"
    before = hashlib.sha256(report.read_bytes()).hexdigest()
    edit(report, f"\t{old}\t", f"\t{new}\t")
    edit(to / "corpus.toml", before, hashlib.sha256(report.read_bytes()).hexdigest())
    return to


def _publish_broken(source: Path, index: Path) -> None:
    """Publish a snapshot one of whose files was cut short."""
    import shutil

    name = (source / "CURRENT").read_text().strip()
    shutil.copytree(source / "snapshots" / name, index / "snapshots" / name)
    damaged = index / "snapshots" / name / "observations.json"
    replace(damaged, damaged.read_bytes()[:-40])
    (index / "CURRENT.new").write_text(f"{name}\n")
    (index / "CURRENT.new").replace(index / "CURRENT")


# ---- many at once


def test_acknowledgements_do_not_wait_for_answers(slack: SlackDouble, start: Starter) -> None:
    run = acks(slack, start(CPBQA_SLACK_WORKERS="2", CPBQA_SLACK_QUEUE="10"))
    # Slack gives 3,000 ms; we mean to take 500, and a machine that does other things too gets three times that.
    assert run.commands[len(run.commands) // 2] < 500
    assert run.commands[-1] < 1500
    assert run.events[len(run.events) // 2] < 1500
    told = [seen for seen in slack.space.ephemerals if "before yours" in seen.text]
    assert told
    assert {seen.user for seen in told}.isdisjoint({ALICE, BEN})
