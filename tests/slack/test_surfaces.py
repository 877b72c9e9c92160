"""Every way of asking, and every kind of answer, through the real process: in Socket Mode and over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cpbqa.slack.reply import HELPFUL, UNHELPFUL, Action
from slackdouble.double import elements
from slackdouble.process import Served
from slackdouble.workspace import BOT

FIGURES, PASSAGES, TIE, REFUSED = (
    "Number of Boats?",
    "tell me about the garden in Elm Road",
    "boats moored at the quay?",
    "what is the weather?",
)


def kinds(blocks: list[Any]) -> list[str]:
    return [block["type"] for block in blocks]


def words(blocks: list[Any]) -> str:
    """Everything that a reader of the blocks sees."""
    return json.dumps(blocks, ensure_ascii=False)


# ---- surfaces


def test_a_direct_message(served: Served) -> None:
    user = served.newcomer()
    asked = served.slack.direct(FIGURES, user)
    said = served.reply(asked)
    assert said.thread_ts == asked.ts
    assert said.text.startswith("Number of Boats: 17 in 2031/32")
    assert said.mrkdwn is False
    assert said.metadata is not None
    statuses = [
        status for channel, ts, status in served.slack.space.statuses if (channel, ts) == (asked.channel, asked.ts)
    ]
    assert statuses == ["is looking in the reports…"]


@pytest.mark.parametrize("kind", ["channels", "groups"])
def test_a_mention_in_a_channel_is_answered_once(served: Served, kind: str) -> None:
    asked = served.slack.mention(FIGURES, served.channel(kind), served.newcomer())
    said = served.reply(asked)
    served.settle()
    assert served.slack.space.replies(asked) == [said]
    assert "17" in said.text


def test_a_thread_goes_on_without_a_mention_while_it_asks(served: Served) -> None:
    channel, user = served.channel(), served.newcomer()
    asked = served.slack.mention("Number of Boats in 2031/32?", channel, user)
    served.reply(asked)
    followed = served.slack.say("and the year before?", channel, user, asked)
    served.slack.wait(lambda: len(served.slack.space.replies(asked)) == 2, "an answer to the follow-up")
    assert served.slack.space.replies(followed)[0].text.startswith("Number of Boats: 13 in 2030/31")
    for remark in (
        "thanks, that is great!",
        "<@U0BEN> can you look at the boats?",
        "what is the weather?",
        "lunch then",
    ):
        served.slack.say(remark, channel, user, asked)
    served.settle()
    assert len(served.slack.space.replies(asked)) == 2


def test_a_channel_where_nobody_asked_it_stays_quiet(served: Served) -> None:
    channel = served.channel()
    said = served.slack.say("how many boats do we have?", channel, served.newcomer())
    served.slack.say("how many boats do we have?", channel, served.newcomer(), said)
    served.settle()
    assert not [
        message for message in served.slack.space.messages.values() if message.channel == channel and message.from_bot
    ]


def test_the_command_answers_the_asker_alone_and_is_shared_once(served: Served) -> None:
    channel, user = served.channel(), served.newcomer()
    served.slack.command(FIGURES, channel, user)
    (shown,) = served.alone(user)
    assert shown.text.startswith("Number of Boats: 17 in 2031/32")
    for _ in range(3):
        served.slack.press(shown, Action.SHARE, user)
    served.settle()
    shared = [message for message in served.slack.space.messages.values() if message.channel == channel]
    assert [message.from_bot for message in shared] == [True]
    assert "Number of Boats: 17 in 2031/32" in shared[0].text
    assert f"<@{user}>" in words(shared[0].blocks)


def test_the_command_in_a_channel_that_the_bot_is_not_in(served: Served) -> None:
    channel, user = served.channel(with_bot=False), served.newcomer()
    served.slack.command(FIGURES, channel, user)
    (shown,) = served.alone(user)
    served.slack.press(shown, Action.SHARE, user)
    served.slack.wait(lambda: [m for m in served.slack.space.messages.values() if m.channel == channel], "it is shared")
    served.settle()
    assert len([m for m in served.slack.space.messages.values() if m.channel == channel]) == 1


def test_the_command_without_a_question_explains_itself(served: Served) -> None:
    delivery = served.slack.command("  ", served.channel(), served.newcomer())
    served.slack.wait(lambda: delivery.acked)
    answer = delivery.acked.answer
    told = answer if isinstance(answer, dict) else json.loads(answer)
    assert "Ask about" in told["text"]


def test_the_shortcut_answers_a_message_in_its_thread_once(served: Served) -> None:
    channel, author, user = served.channel(), served.newcomer(), served.newcomer()
    message = served.slack.say("I wonder how many boats there are: Number of Boats?", channel, author)
    served.slack.check(message, user)
    said = served.reply(message)
    assert "17" in said.text
    served.slack.check(message, user)
    assert "already" in served.alone(user)[0].text
    assert served.slack.space.replies(message) == [said]


def test_the_shortcut_where_the_bot_is_not_is_not_silent(served: Served) -> None:
    user = served.newcomer()
    message = served.slack.say("Number of Boats?", served.channel(with_bot=False), served.newcomer())
    served.slack.check(message, user)
    assert "17" in served.alone(user)[0].text


def test_the_home_tab_says_what_it_knows(served: Served) -> None:
    user = served.newcomer()
    served.slack.open_home(user)
    home = served.slack.wait(lambda: served.slack.space.homes.get(user), "a home tab")
    text = words(home.view["blocks"])
    for known in ("2030/31", "2031/32", "Number of Boats", "17", "Harbour"):
        assert known in text
    assert text.count(Action.OPTION) <= 3  # three example questions at most can be pressed


def test_a_conversation_that_is_opened_gets_four_prompts_from_the_index(served: Served) -> None:
    user = served.newcomer()
    served.slack.open_home(user, tab="messages")
    prompts = served.slack.wait(
        lambda: next((told for channel, told in served.slack.space.prompts if channel == f"D{user[1:]}"), None),
        "prompts",
    )
    assert 1 <= len(prompts) <= 4
    answered = served.slack.direct(prompts[0]["message"], user)
    assert not served.reply(answered).text.startswith("The reports do not say")


# ---- answers


def test_a_figure_is_large_with_its_run_and_its_source(served: Served) -> None:
    said = served.reply(served.slack.direct(FIGURES, served.newcomer()))
    assert kinds(said.blocks)[0] == "header"
    assert "17" in words(said.blocks[:1])
    assert "data_visualization" in kinds(said.blocks)
    assert {"data_table", "table"} & set(kinds(said.blocks))
    for told in ("first printed as 12", "2031/32 report", "row", "column"):
        assert told in said.text
    assert kinds(said.blocks)[-1] == "context_actions"


def test_a_gap_in_the_run_is_a_picture_with_its_words(served: Served) -> None:
    said = served.reply(served.slack.direct("Percentage of boats with a named skipper?", served.newcomer()))
    assert "data_visualization" not in kinds(said.blocks)
    assert "suppressed" in said.text
    (file,) = served.slack.wait(
        lambda: [
            served.slack.space.files[name]
            for message in served.slack.space.thread(said) for name in message.files
        ], "a picture"
    )  # fmt: skip
    assert file.content is not None
    assert file.content.startswith(b"\x89PNG")
    assert file.alt_text
    assert "70.4" in file.alt_text


def test_a_passage_is_quoted_with_the_answering_words_bold(served: Served) -> None:
    said = served.reply(served.slack.direct(PASSAGES, served.newcomer()))
    assert "“The garden in Elm Road opened in June 2031." in said.text
    quotes = [part for block in said.blocks if block["type"] == "rich_text" for part in block["elements"]]
    bold = [run["text"] for part in quotes for run in part["elements"] if run.get("style", {}).get("bold")]
    assert any("garden in Elm Road" in text for text in bold)


def test_options_are_buttons_that_complete_the_question(served: Served) -> None:
    user = served.newcomer()
    asked = served.slack.direct(TIE, user)
    said = served.reply(asked)
    options = [element for element in elements(said.blocks) if element["action_id"].startswith(Action.OPTION)]
    assert len(options) == 2
    served.slack.press(said, options[-1]["action_id"], user)
    served.slack.wait(lambda: len(served.slack.space.replies(asked)) == 2, "an answer to the chosen option")
    last = served.slack.space.replies(asked)[1]
    assert last.text.startswith("Number of Boats moored at the")
    assert kinds(last.blocks)[0] == "header"


def test_a_refusal_says_so_and_gives_no_figure(served: Served) -> None:
    said = served.reply(served.slack.direct(REFUSED, served.newcomer()))
    assert said.text.startswith("The reports do not say that.")
    assert "header" not in kinds(said.blocks)


@pytest.mark.parametrize("question", [FIGURES, PASSAGES])
def test_the_source_button_shows_the_printed_row_or_the_passage(served: Served, question: str) -> None:
    user = served.newcomer()
    said = served.reply(served.slack.direct(question, user))
    served.slack.press(said, Action.SOURCE, user)
    modal = served.modal(user)
    told = words(modal.view["blocks"])
    assert ("Number of Boats" in told and "17" in told) if question == FIGURES else "nine apple trees" in told


def test_opinions_are_taken(served: Served) -> None:
    user = served.newcomer()
    said = served.reply(served.slack.direct(FIGURES, user))
    served.slack.press(said, Action.FEEDBACK, user, HELPFUL)
    assert "Thank you" in served.alone(user)[0].text
    served.slack.press(said, Action.FEEDBACK, user, UNHELPFUL)
    modal = served.modal(user)
    fields = {block["element"]["type"]: block["element"] for block in modal.view["blocks"] if block["type"] == "input"}
    box, typed = fields["checkboxes"], fields["plain_text_input"]
    answers = {typed["action_id"]: "wanted rafts", box["action_id"]: [box["options"][0]["value"]]}
    delivery = served.slack.submit(modal, user, **answers)
    served.slack.wait(lambda: delivery.acked)


def test_text_of_reports_and_questions_never_acts(served: Served) -> None:
    said = served.reply(served.slack.direct("what did the noticeboard say about the regatta?", served.newcomer()))
    assert "&lt;!channel&gt; &amp; &lt;@U0BEN&gt; that *everyone*" in said.text
    runs = words([block for block in said.blocks if block["type"] == "rich_text"])
    assert "<!channel> & <@U0BEN> that *everyone*" in runs
    for block in said.blocks:
        assert '"mrkdwn"' not in words([block]) or "<!" not in words([block])
    question = "how many <!channel> & <@U0BEN> *boats* are there? <https://x.example|x>"
    asked = served.slack.direct(question, served.newcomer())
    assert "<!" not in served.reply(asked).text


def test_what_the_bot_says_is_no_question_to_it(served: Served) -> None:
    channel = served.channel()
    asked = served.slack.mention(FIGURES, channel, served.newcomer())
    served.reply(asked)
    served.settle()
    own = [
        delivery for delivery in served.slack.post.deliveries if delivery.payload.get("event", {}).get("user") == BOT
    ]
    assert own  # Slack told the bot of its own message
    assert len(served.slack.space.replies(asked)) == 1
