"""What is taken for a question and what is not, from the events as Slack sends them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cpbqa.bot import Bot
from cpbqa.domain.speech import Thread
from cpbqa.slack.history import History, Posted
from cpbqa.slack.intake import Intake, Me
from cpbqa.slack.store import Store
from cpbqa.slack.words import plain_words, reading_of, speaks_to_others
from inmemory import SPEECH

ME = Me(user="U0BOT", bot="B0BOT", team="T1")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    store = Store(tmp_path / "bot.db")
    yield History(store)
    store.close()


@pytest.fixture
def intake(history: History) -> Intake:
    return Intake(ME, frozenset(), history, lambda: SPEECH.thread)


def said(text: str = "how many kids in care?", **more: Any) -> dict[str, Any]:
    return {"type": "message", "channel": "C1", "user": "U1", "ts": "100.000001", "text": text, "team": "T1", **more}


def changed(before: dict[str, Any], text: str, after_seconds: float = 5, **more: Any) -> dict[str, Any]:
    edited = {"user": "U1", "ts": f"{float(before['ts']) + after_seconds:.6f}"}
    after = {**before, "text": text, "edited": edited, **more}
    event = {"type": "message", "subtype": "message_changed", "channel": before["channel"], "hidden": True}
    return {**event, "message": after, "previous_message": before}


# Words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<@U0BOT> how many kids?", "how many kids?"),
        ("<@U0BOT|bot> how  many\nkids?", "how many kids?"),
        ("R&amp;D &lt;5 &gt; 4", "R&D <5 > 4"),
        ("see <https://example.org/a|the page> and <https://example.org/b>", "see the page and https://example.org/b"),
        ("in <#C1|performance> <!here> now", "in performance now"),
        ("by <!date^1392734382^{date}|1 March 2024>?", "by 1 March 2024 ?"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("", ""),
    ],
)
def test_slacks_marks_are_read_as_people_read_them(text: str, plain: str) -> None:
    assert plain_words(text) == plain


@pytest.mark.parametrize(
    ("reading", "texts"),
    [
        (
            "question",
            ["and in 2021/22?", "how many are there", "ok so what about them", "show the trend", "thanks! why?"],
        ),
        ("fragment", ["and the year before", "vs national", "2", "foster carers 23/24"]),
        (
            "remark",
            [
                "thanks", "thank you for 2023/24", "great, that helps", "", "cheers", "noted for the 2023/24 paper",
                "I will put the number of children in care into the paper for the board",
            ],
        ),
    ],
)  # fmt: skip
def test_a_line_reads_as_a_question_a_fragment_or_a_remark(reading: str, texts: list[str]) -> None:
    assert [reading_of(text, SPEECH.thread) for text in texts] == [reading] * len(texts)


def test_the_words_of_a_thread_are_data() -> None:
    said = Thread(before=("und",), opens=("wie viele",), thanks=("danke",))
    texts = ["und wie  viele Kinder", "danke", "Danke, wie viele", "how many", "thanks", "danke?"]
    readings = ["question", "remark", "remark", "fragment", "fragment", "question"]
    assert [reading_of(text, said) for text in texts] == readings


def test_who_is_called() -> None:
    assert speaks_to_others("<@U2> can you check?", "U0BOT")
    assert speaks_to_others("<!here> any idea?", "U0BOT")
    assert not speaks_to_others("<@U0BOT> how many? see <https://example.org|this> in <#C1>", "U0BOT")


# Messages


def test_a_direct_message_is_asked_as_it_stands(intake: Intake) -> None:
    asking = intake.message(said(channel="D1", channel_type="im"))
    assert asking is not None
    assert (asking.kind, asking.text, asking.thread, asking.user) == (
        "direct",
        "how many kids in care?",
        "100.000001",
        "U1",
    )


def test_a_mention_is_one_question_however_it_arrives(intake: Intake) -> None:
    text = "<@U0BOT> how many kids in care?"
    asking = intake.message(said(text, channel_type="channel"))
    assert asking is not None
    assert asking.kind == "mention"
    assert asking.text == "how many kids in care?"
    assert intake.message(said(text, type="app_mention")) == asking


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"user": "U0BOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"subtype": "channel_topic"},
        {"hidden": True},
        {"ts": ""},
    ],
    ids=str,
)
def test_what_no_person_says_is_not_heard(intake: Intake, more: dict[str, Any]) -> None:
    assert intake.message(said("<@U0BOT> how many kids in care?", **more)) is None


def test_a_channel_that_is_not_on_the_list_is_not_heard(history: History) -> None:
    intake = Intake(ME, frozenset({"C2"}), history, lambda: SPEECH.thread)
    text = "<@U0BOT> how many kids in care?"
    assert intake.message(said(text)) is None
    assert intake.message(said(text, channel="C2")) is not None
    assert intake.message(said(text, channel="D1", channel_type="im")) is not None


def test_a_thread_is_followed_where_the_bot_has_answered(intake: Intake, history: History, bot: Bot) -> None:
    line = said("and in 2021/22?", thread_ts="90.000001")
    assert intake.message(line) is None
    history.replied("job", "90.000001", "90.000001", Posted("C1", "91.000001"), bot.ask("how many kids in care?"))
    asking = intake.message(line)
    assert asking is not None
    assert (asking.kind, asking.thread) == ("thread", "90.000001")
    for text in ("thanks!", "<@U2> what do you think?", "I told Priya all of this when we met last Tuesday"):
        assert intake.message(said(text, thread_ts="90.000001")) is None
    assert intake.message(said("and in 2021/22?")) is None  # outside the thread


# Changes


def test_a_message_is_asked_anew_within_ten_minutes(intake: Intake) -> None:
    before = said(channel="D1")
    asking = intake.edited(changed(before, "how many foster carers?"))
    assert asking is not None
    assert (asking.kind, asking.text, asking.ts) == ("edit", "how many foster carers?", "100.000001")
    assert intake.edited(changed(before, "how many foster carers?", after_seconds=600)) is not None
    assert intake.edited(changed(before, "how many foster carers?", after_seconds=601)) is None


def test_a_link_that_unfolds_and_the_bots_own_changes_are_no_edit(intake: Intake) -> None:
    before = said(channel="D1")
    assert intake.edited(changed(before, before["text"])) is None
    assert intake.edited(changed(said(channel="D1", user="U0BOT"), "another text")) is None
    assert intake.edited(changed(said(channel="D1", bot_id="B9"), "another text")) is None


def test_an_edit_in_a_channel_counts_where_it_asks_or_was_answered(intake: Intake, history: History, bot: Bot) -> None:
    before = said("lunch?")
    assert intake.edited(changed(before, "lunch at one?")) is None
    asking = intake.edited(changed(before, "<@U0BOT> how many kids in care?"))
    assert asking is not None
    assert asking.extra == {"was": "mention"}
    history.replied("job", before["ts"], before["ts"], Posted("C1", "101.0"), bot.ask("how many kids in care?"))
    asking = intake.edited(changed(before, "number of approved foster carers?"))
    assert asking is not None
    assert asking.extra == {"was": ""}


def test_a_deleted_message_is_told_apart_from_a_deleted_reply(intake: Intake) -> None:
    event = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "100.000001"}
    asking = intake.deleted({**event, "previous_message": said(thread_ts="90.000001")})
    assert asking is not None
    assert (asking.kind, asking.ts, asking.thread) == ("delete", "100.000001", "90.000001")
    assert intake.deleted({**event, "previous_message": said(user="U0BOT")}) is None


# Buttons and commands


def test_the_same_button_of_the_same_message_is_pressed_once(intake: Intake) -> None:
    def pressed(value: str, action_ts: str, **container: Any) -> dict[str, Any]:
        return {
            "user": {"id": "U1", "team_id": "T1"},
            "container": {"type": "message", "message_ts": "100.000001", "channel_id": "C1", **container},
            "message": {"ts": "100.000001", "thread_ts": "90.000001"},
            "actions": [{"value": value, "action_ts": action_ts}],
        }

    first, again = (intake.button("option", pressed("foster carers", ts)) for ts in ("101.0", "102.0"))
    other = intake.button("option", pressed("health checks", "103.0"))
    assert first.key == again.key != other.key
    assert (first.text, first.thread, first.channel) == ("foster carers", "90.000001", "C1")
    alone = intake.button("option", pressed("foster carers", "101.0", is_ephemeral=True))
    assert alone.thread == ""


def test_two_commands_are_two_questions(intake: Intake) -> None:
    body = {
        "channel_id": "C1",
        "user_id": "U1",
        "text": "how many &lt;5?",
        "response_url": "https://x",
        "team_id": "T1",
    }
    first, second = (intake.command({**body, "trigger_id": trigger}) for trigger in ("1.2.a", "1.2.b"))
    assert first.key != second.key
    assert (first.text, first.thread, first.response_url) == ("how many <5?", "", "https://x")
