"""Text as Slack takes it: nothing in it acts, nothing in it is refused, and none is longer than its place allows.

Lengths are counted in UTF-16 units, as Slack's own clients count: an emoji is two.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
CUT = "…"
BLANK = "(blank)"


def clean(text: str) -> str:
    """The text without control characters, which no reader sees; one that turns text around would garble the rest."""
    text = text.replace("\r\n", "\n")
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub(" ", text))


def size(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


def cut(text: str, limit: int) -> str:
    """The text itself, or as much of it as fits before an ellipsis; at a blank where one is near."""
    if len(text) <= limit and size(text) <= limit:
        return text
    kept = text[: max(0, limit - 1)]
    while kept and size(kept) > limit - 1:
        kept = kept[: -max(1, (size(kept) - limit + 1) // 2)]
    space = kept.rfind(" ")
    return (kept[:space] if space > len(kept) * 0.8 else kept).rstrip() + CUT


def cut_middle(text: str, limit: int) -> str:
    """The text itself, or its beginning and its end: labels that begin alike differ there."""
    if len(text) <= limit and size(text) <= limit:
        return text
    head = cut(text, limit // 2)
    tail = text[-(limit - size(head)) :]
    while size(tail) > limit - size(head):
        tail = tail[1:]
    space = tail.find(" ")
    return head + (tail[space:] if 0 <= space < len(tail) // 2 else tail)


def shown(text: str, limit: int, blank: str = BLANK) -> str:
    """Clean text for a place that takes 1 to `limit` characters; `blank` stands for none."""
    text = clean(text)
    return cut(text, limit) if text.strip() else blank


def inert(text: str) -> str:
    """The text for a field that Slack parses (a message's `text`, mrkdwn): its control characters escaped.

    Slack shows `&lt;!channel&gt;` as `<!channel>`, and nobody is called. Which three, and how, says Slack's "Formatting
    message text"; asterisks and such are harmless only where mrkdwn is off.
    """
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
