"""Words: what people write in Slack as plain text, and whether a line reads as a question."""

from __future__ import annotations

import html
import re
from typing import Literal

_LINKED = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_BEFORE = r"^\W*(?:(?:and|so|but|ok|okay|also|then|now|or|hi|hello|please|sorry)\W+)*"
_OPENS = re.compile(
    rf"{_BEFORE}(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|"
    r"would|should|show|tell|give|list|compare|explain|find)\b",
    re.I,
)
_THANKS = re.compile(
    r"\b(?:thanks?|thank\s+you|thx|ta|cheers|great|perfect|brilliant|lovely|excellent|helpful|useful|nice|noted|"
    r"got\s+it|will\s+do|sounds\s+good|good\s+to\s+know|interesting|wow|ha|lol|agreed?|exactly|fyi)\b",
    re.I,
)
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


def reading_of(text: str) -> Reading:
    """How a line of a thread reads: as a question, as a fragment that may lean on one, or as a remark.

    Thanks are a remark, even where they name a year; whatever has a question mark is a question.
    """
    if "?" in text:
        return "question"
    if not text or _THANKS.search(text):
        return "remark"
    if _OPENS.match(text):
        return "question"
    return "fragment" if len(text.split()) <= _SHORT else "remark"
