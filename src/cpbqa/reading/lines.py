"""Lines of a text file with their place in it, and how a line's text is cleaned."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cpbqa.domain import fold

_BOOKMARK = re.compile(r"\[bookmark: [^\]]*\]")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")
_ENDS_BEFORE_STOP = re.compile(r"</[a-zA-Z][^<>]*>(?=[.,;:!?)\]’”])")
# Marks without a width, and controls; those that break a line or a page part words.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u200b\u200e\u200f\ufeff]")


@dataclass(frozen=True)
class Line:
    """One line: its raw `text` without the line end, and where it starts in the file."""

    text: str
    start: int

    @property
    def blank(self) -> bool:
        return not clean(self.text)


def split_lines(text: str) -> list[Line]:
    """Split at line feeds only, so that positions are those of the file."""
    lines, start = [], 0
    for part in text.split("\n"):
        lines.append(Line(part, start))
        start += len(part) + 1
    return lines


def begins_with_mark(text: str) -> bool:
    """Whether a line begins with a mark of the word processor or of HTML, which no reader sees."""
    words = text.lstrip()
    return bool(_BOOKMARK.match(words) or _HTML.match(words))


def clean(text: str) -> str:
    """The words as a reader sees them: word processor marks and HTML gone, white space (also non-breaking) folded."""
    text = _ENDS_BEFORE_STOP.sub("", _BOOKMARK.sub("", text))
    text = _CONTROL.sub("", _HTML.sub(" ", text))
    return " ".join(text.split())


def searchable(text: str) -> str:
    """A whole file as it stands and, below it, as a reader sees it, line by line and cell by cell; both are folded."""
    seen = " ".join(map(clean, re.split(r"[\n\t]", text)))
    return f"{fold(text)}\n{fold(seen)}"


def parted_at_marks(text: str) -> str:
    """The text with a word of its own (a NUL) in place of every mark that `clean` takes out."""
    for mark in (_BOOKMARK, _HTML, _CONTROL):
        text = mark.sub(" \0 ", text)
    return text
