"""Words: what people write in Slack as plain text, and whether a line reads as a question."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Literal

from cpbqa.asking.patterns import one_of
from cpbqa.domain.speech import Thread

_LINKED = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_SHORT = 6

Reading = Literal["question", "fragment", "remark"]


def plain_words(text: str) -> str:
    """Message text without Slack's marks: mentions are dropped, links and channels become what is read."""
    return " ".join(html.unescape(_LINKED.sub(_read, text)).split())


def _read(match: re.Match[str]) -> str:
    label = match["label"] or ""
    if match["sign"] in ("@", "!"):
        return f" {label} " if match["sign"] == "!" and match["target"].startswith("date^") else " "
    return label or match["target"]


def mentions(text: str, user: str) -> bool:
    """Whether a text mentions a user."""
    return f"<@{user}>" in text or f"<@{user}|" in text


def speaks_to_others(text: str, bot_user: str) -> bool:
    """Whether a text calls anybody but the bot."""
    return any(
        (match["sign"] == "@" and match["target"] != bot_user) or (match["sign"] == "!" and "^" not in match["target"])
        for match in _LINKED.finditer(text)
        if match["sign"] in ("@", "!")
    )


def reading_of(text: str, said: Thread) -> Reading:
    """How a line of a thread reads: as a question, as a fragment that may lean on one, or as a remark.

    `said` are the words that tell. Thanks are a remark, even where they name a year; whatever has a question mark is a
    question.
    """
    if "?" in text:
        return "question"
    opens, thanks = _patterns(said)
    if not text or thanks.search(text):
        return "remark"
    if opens.match(text):
        return "question"
    return "fragment" if len(text.split()) <= _SHORT else "remark"


@lru_cache(maxsize=2)
def _patterns(said: Thread) -> tuple[re.Pattern[str], re.Pattern[str]]:
    opens = rf"^\W*(?:{one_of(said.before)}\W+)*{one_of(said.opens)}"
    return re.compile(opens, re.I), re.compile(one_of(said.thanks), re.I)
