"""Posting, against the tests' own Slack: what goes out where Slack refuses, is busy, or the line breaks."""

from __future__ import annotations

from typing import Any

import pytest

from cpbqa.slack.calling import Refused, TryLater, web_client
from cpbqa.slack.posting import Place, Poster, job_of
from cpbqa.slack.reply import Action, Reply
from slackdouble.double import SlackDouble
from slackdouble.workspace import ALICE, BOT_TOKEN, ELSEWHERE, PERFORMANCE


@pytest.fixture
def poster(slack: SlackDouble) -> Poster:
    return Poster(web_client(BOT_TOKEN, slack.api_url), web_client(BOT_TOKEN, slack.api_url, quick=True))


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


REPLY = Reply("a < b & <!channel>", ((section("full"),), (section("simpler"),)))


@pytest.mark.parametrize(("refusals", "told"), [(0, ["full"]), (1, ["simpler"]), (2, [])])
def test_the_fullest_form_goes_out_that_slack_takes(
    slack: SlackDouble, poster: Poster, refusals: int, told: list[str]
) -> None:
    asked = slack.say("how many?", PERFORMANCE)
    if refusals:
        slack.space.fail("chat.postMessage", "invalid_blocks", refusals)
    sent = poster.post(Place(PERFORMANCE, asked.ts), REPLY, "a-job")
    message = slack.space.messages[PERFORMANCE, sent.posted.ts]
    assert sent.variant == refusals
    assert [block["text"]["text"] for block in message.blocks] == told
    assert message.text == "a &lt; b &amp; &lt;!channel&gt;"
    assert not message.mrkdwn
    assert job_of(message.json(with_metadata=True)) == "a-job"
    assert message.thread_ts == asked.ts
    assert poster.find(Place(PERFORMANCE, asked.ts), "a-job") == sent.posted
    assert poster.find(Place(PERFORMANCE, asked.ts), "another") is None


def test_a_post_whose_line_broke_is_not_sent_again_but_can_be_found(slack: SlackDouble, poster: Poster) -> None:
    asked = slack.say("how many?", PERFORMANCE)
    slack.space.fail("chat.postMessage", "lost", 1)
    with pytest.raises(TryLater):
        poster.post(Place(PERFORMANCE, asked.ts), REPLY, "a-job")
    assert len(slack.space.replies(asked)) == 1
    assert poster.find(Place(PERFORMANCE, asked.ts), "a-job") is not None


def test_where_nothing_can_be_posted_no_simpler_form_is_tried(slack: SlackDouble, poster: Poster) -> None:
    with pytest.raises(Refused, match="not_in_channel"):
        poster.post(Place(ELSEWHERE), REPLY, "a-job")
    assert [call.method for call in slack.space.calls].count("chat.postMessage") == 1


def test_a_line_to_one_person_is_seen_by_nobody_else(slack: SlackDouble, poster: Poster) -> None:
    asked = slack.say("how many?", PERFORMANCE)
    poster.tell(Place(PERFORMANCE, asked.ts, ALICE), "a < b", again="how many?")
    (seen,) = slack.space.ephemerals
    assert (seen.user, seen.text) == (ALICE, "a &lt; b")
    (button,) = seen.blocks[1]["elements"]
    assert (button["action_id"], button["value"]) == (Action.AGAIN, "how many?")
    assert slack.space.replies(asked) == []


def test_a_line_in_a_direct_message_is_a_message_where_it_cannot_be_private(slack: SlackDouble, poster: Poster) -> None:
    asked = slack.direct("how many?")
    slack.space.fail("chat.postEphemeral", "user_not_in_channel", 2)
    poster.tell(Place(asked.channel, asked.ts, ALICE), "a line")
    assert [message.text for message in slack.space.replies(asked)] == ["a line"]
    with pytest.raises(Refused):
        poster.tell(Place(PERFORMANCE, "", ALICE), "a line")
