"""Whom the bot answers, how often, and what it keeps: through the real process."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from slackdouble.double import SlackDouble
from slackdouble.process import Served, Starter
from slackdouble.workspace import ALICE, BEN, PERFORMANCE, PRIVATE

FIGURES, GAP = "Number of Boats?", "Percentage of boats with a named skipper?"


# ---- once


def test_what_is_delivered_again_is_not_answered_again(served: Served) -> None:
    channel, user = served.channel(), served.newcomer()
    asked = served.slack.written(f"<@U0REPORTS> {FIGURES}", channel, user)
    deliveries = served.slack.announce(asked)
    assert len(deliveries) == 2  # as a message and as a mention
    for attempt in (1, 2, 3):
        for delivery in deliveries:
            served.slack.post.again(delivery, attempt)
    served.reply(asked)
    served.slack.wait(lambda: all(len(delivery.attempts) == 4 for delivery in deliveries))
    for delivery in deliveries:
        served.slack.post.again(delivery, 3)
    served.slack.wait(lambda: all(attempt.acked for delivery in deliveries for attempt in delivery.attempts))
    served.settle()
    assert len(served.bot_says(channel)) == 1


def test_the_same_words_twice_are_two_questions(served: Served) -> None:
    user = served.newcomer()
    asked = [served.slack.direct(FIGURES, user) for _ in range(2)]
    for message in asked:
        served.reply(message)
    assert [len(served.slack.space.replies(message)) for message in asked] == [1, 1]


# ---- edits and deletions


def test_an_edited_question_is_answered_anew_in_place(served: Served) -> None:
    asked = served.slack.direct("Number of Boats in 2030/31?", served.newcomer())
    said = served.reply(asked)
    assert "13 in 2030/31" in said.text
    job = said.metadata
    edited = served.slack.edit(asked, "Number of Boats in 2028/29?")
    assert edited is not None
    served.slack.wait(lambda: "9 in 2028/29" in said.text, "the reply has changed")
    served.slack.post.again(edited, 1)
    served.settle()
    assert served.slack.space.replies(asked) == [said]
    assert said.metadata == job  # it is still found after a crash


def test_a_preview_and_an_old_edit_change_nothing(served: Served) -> None:
    asked = served.slack.direct(FIGURES, served.newcomer())
    said = served.reply(asked)
    served.slack.unfurl(asked)
    old = served.slack.written(FIGURES, f"D{served.newcomer()[1:]}", ago=700)
    served.slack.announce(old)
    before = served.reply(old).text
    served.slack.edit(old, "what is the weather?")
    served.settle()
    assert not said.edited
    assert served.reply(old).text == before


def test_a_remark_that_becomes_a_question_is_answered(served: Served) -> None:
    channel, user = served.channel(), served.newcomer()
    remark = served.slack.say("hello all", channel, user)
    served.slack.edit(remark, f"<@U0REPORTS> {FIGURES}")
    assert "17" in served.reply(remark).text


def test_a_deleted_question_takes_its_reply_with_it(served: Served) -> None:
    asked = served.slack.direct(GAP, served.newcomer())
    served.slack.wait(lambda: len(served.slack.space.replies(asked)) == 2, "an answer and its picture")
    served.settle()
    served.slack.delete(asked)
    served.slack.wait(lambda: served.bot_says(asked.channel) == [], "the answer and the picture are gone")


# ---- who


@pytest.mark.parametrize(
    "extra",
    [
        {"bot_id": "B0OTHER"},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
    ],
    ids=str,
)
def test_programs_and_notices_are_ignored(served: Served, extra: dict[str, str]) -> None:
    channel = served.channel()
    served.slack.mention(FIGURES, channel, served.newcomer(), **extra)
    served.slack.direct(FIGURES, user := served.newcomer(), **extra)
    served.settle()
    assert served.bot_says(channel) + served.bot_says(f"D{user[1:]}") == []


@pytest.mark.parametrize(
    "person",
    [{"is_restricted": True}, {"is_ultra_restricted": True}, {"team_id": "T0OTHER", "is_stranger": True}],
    ids=["guest", "guest of one channel", "of another organisation"],
)
def test_guests_are_refused_politely_and_told_no_figure(served: Served, person: dict[str, object]) -> None:
    user = served.newcomer()
    served.slack.space.people[user] = person
    channel = served.channel(shared=True)
    served.slack.mention(FIGURES, channel, user)
    (told,) = served.alone(user)
    assert told.text.startswith("Sorry, I answer only members of staff of Northbrook.")
    served.slack.command(FIGURES, channel, user)
    assert served.alone(user, 2)[1].text == told.text
    served.settle()
    assert served.bot_says(channel) == []


def test_channels_that_are_not_on_the_list_are_ignored(slack: SlackDouble, start: Starter) -> None:
    served = Served(slack, start(CPBQA_SLACK_CHANNELS=PRIVATE).ready())
    ignored = slack.mention(FIGURES, PERFORMANCE)
    command = slack.command(FIGURES, PERFORMANCE)
    served.reply(slack.mention(FIGURES, PRIVATE))
    served.reply(slack.direct(FIGURES))
    slack.wait(lambda: command.acked)
    assert slack.space.replies(ignored) == []
    assert command.acked is not None
    assert "do not answer in this channel" in json.dumps(command.acked.answer)


def test_a_person_who_asks_too_much_is_told_and_others_are_not(slack: SlackDouble, start: Starter) -> None:
    served = Served(slack, start(CPBQA_SLACK_PER_USER="3").ready())
    asked = [slack.direct(FIGURES, ALICE) for _ in range(7)]
    told = served.alone(ALICE)
    slack.wait(lambda: sum(len(slack.space.replies(message)) for message in asked) == 3)
    served.reply(slack.direct(FIGURES, BEN))
    assert "Please ask again in" in told[0].text
    assert sum(len(slack.space.replies(message)) for message in asked) == 3
    assert len(served.alone(ALICE)) == 1  # told once


# ---- privacy


def test_neither_log_nor_database_keeps_what_was_asked(slack: SlackDouble, start: Starter, tmp_path: Path) -> None:
    bot = start().ready()
    served = Served(slack, bot)
    secret = "Zebedee Quillfeather"
    served.reply(slack.direct(f"Number of Boats of {secret}?"))
    slack.command(f"{secret}?", user=BEN)
    served.alone(BEN)
    asked = slack.mention(f"what about {secret} and the weather?")
    served.reply(asked)
    slack.edit(asked, f"<@U0REPORTS> {secret}: Number of Boats?")
    slack.wait(lambda: asked and slack.space.replies(asked)[0].edited)
    bot.logged("done", 4)
    with closing(sqlite3.connect(tmp_path / "slack.db")) as connection:
        rows = connection.execute("select state, payload, user from jobs").fetchall()
    assert {(state, payload) for state, payload, _ in rows} == {("done", "")}
    assert bot.stop() == 0
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for text in (secret, "Quillfeather", ALICE, BEN, "boats of"):
        assert text.encode() not in kept
        assert text.lower() not in "".join(bot.errors).lower()
    assert (tmp_path / "slack.db").stat().st_mode & 0o077 == 0


def test_the_log_holds_questions_only_where_a_setting_says_so(slack: SlackDouble, start: Starter) -> None:
    bot = start(CPBQA_SLACK_LOG_TEXT="true").ready()
    Served(slack, bot).reply(slack.direct("how many boats of ours?"))
    assert "how many boats of ours?" in json.dumps(bot.logged("done"))
