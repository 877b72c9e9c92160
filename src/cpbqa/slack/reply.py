"""Reply: an Answer as Slack is sent it, and the names by which buttons come back. Plain data; nothing here is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
"""One block of Block Kit, as JSON says it."""


@dataclass(frozen=True)
class Attachment:
    """A file sent beside a reply; `alt_text` says all that a sighted reader sees in it."""

    filename: str
    content: bytes
    title: str
    alt_text: str


@dataclass(frozen=True)
class Reply:
    """Everything that is sent for one Answer.

    `text` is the whole reply in plain words, for notifications and screen readers; it is sent with mrkdwn off.
    `variants` are lists of blocks, the fullest first and each simpler than the one before: where Slack refuses one,
    the next is tried, and at last `text` alone. `attachments` hold what blocks cannot.
    """

    text: str
    variants: tuple[tuple[Block, ...], ...]
    attachments: tuple[Attachment, ...] = ()


class Action:
    """The `action_id` of every button.

    OPTION       its value completes the question; several buttons get the suffix _1 to _4
    SOURCE       its value is compact JSON that names a kind (figure or passage), a report and a place in it
    FEEDBACK     feedback buttons, with the values of HELPFUL and UNHELPFUL
    SHARE        on a reply that only the asker sees
    AGAIN        try again
    """

    OPTION = "cpbqa_option"
    SOURCE = "cpbqa_source"
    FEEDBACK = "cpbqa_feedback"
    SHARE = "cpbqa_share"
    AGAIN = "cpbqa_again"


HELPFUL, UNHELPFUL = "helpful", "unhelpful"
"""The values of the feedback buttons."""
