"""Footnotes of a table: which lines are one, what mark leads to it, and whether it breaks a series of years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cpbqa.domain import Block, Footnote, Period

_MARKED = re.compile(
    r"(?:(?P<sign>[*†‡§¹²³⁴-⁹]+)|\((?P<round>[a-z0-9]{1,2})\)|\[(?P<square>[a-z0-9]{1,2})\]"
    r"|(?P<plain>\d{1,2}|[a-z])[.):])\s*(?P<words>\S.*)",
    re.I | re.S,
)
_NUMBERED = re.compile(r"(?P<mark>\d{1,2})\s+(?P<words>[A-Z].*)", re.S)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲ", "0123456789abcdefghij")
_NAMED = re.compile(
    r"(?:foot)?notes?\s*(?:(?P<mark>\d{1,2}|[a-z]|[*†‡§]+)\s*)?(?:[:.–-]|\bon\b)\s*(?P<words>\S.*)", re.I | re.S
)
_NOT_COMPARABLE = re.compile(
    r"\b(?:not|n['’]t|cannot|no longer)\s+(?:be\s+)?(?:directly\s+|fully\s+)?(?:compar(?:able|ed)|like[- ]for[- ]like)"
    r"|\bincomparable\b",
    re.I,
)
_IN_TIME = re.compile(r"\b(?:earlier|previous|prior|past|before|over\s+time|years?|periods?|20\d\d)\b", re.I)
_CHANGED = re.compile(
    r"\bbreak\s+in\s+(?:the\s+)?(?:time[- ]?\s*)?series\b|\bseries\s+break\b"
    r"|\b(?:definition|methodology|method|basis|calculation|counting\s+rule)s?\s+(?:(?!not\b)\w+\s+){0,4}?"
    r"(?:changed|revised|amended|redefined|altered)\b"
    r"|\b(?:changed?|new|revised|different)\s+(?:in\s+|of\s+|the\s+|to\s+)*(?:definition|methodology|counting\s+rule)",
    re.I,
)
_MOST_WORDS_OF_HEADING = 8
_YEAR = r"(?P<year>20\d\d[/–-](?:20)?\d\d)"
_UP_TO = re.compile(
    rf"(?:with|to|than|and)\s+(?:figures\s+(?:for|from)\s+)?{_YEAR}\s+(?:and|or)\s+(?:earlier|before|previous)", re.I
)
_BEFORE = re.compile(rf"(?:before|prior\s+to|earlier\s+than)\s+{_YEAR}", re.I)
_FROM = re.compile(rf"(?:from|since|in|as\s+of|for|with\s+effect\s+from)\s+(?:the\s+year\s+)?{_YEAR}", re.I)


@dataclass(frozen=True)
class Note:
    """A line below a table, or in it, that explains something: `mark` is "" where it has none."""

    mark: str
    words: str
    quote: str

    @property
    def is_sentence(self) -> bool:
        """It says something, and is no heading by its letter or number (`B. Health`)."""
        heading = len(self.mark) == 1 and (self.mark.isupper() or self.mark.isdigit())
        return not heading or len(self.words.split()) > _MOST_WORDS_OF_HEADING or self.words[-1] in ".:;"

    def footnote(self, report: str, at: Period | None, figure: bool = False) -> Footnote:
        """The note as it stands with a figure; `at` is the period that it is about where its words name none."""
        breaks = break_at(self.words, at)
        return Footnote(text=self.words, report=report, quote=self.quote, breaks=breaks, figure=figure)


def note_in(block: Block) -> Note | None:
    """The note that a block of text is, below a table; None where it is other text."""
    if block.kind not in ("paragraph", "bullet", "footnote") or not block.text:
        return None
    if block.marker and re.fullmatch(r"[*†‡§]+|\(?\w{1,2}[.)]", block.marker):
        return Note(block.marker.strip("(). "), block.text, block.text)
    numbered = _NUMBERED.fullmatch(block.text)
    return Note(numbered["mark"], numbered["words"], block.text) if numbered else note_of(block.text)


def note_of(text: str) -> Note | None:
    """The note that a line is: it begins with a mark, or with the word; None where it does not."""
    named = _NAMED.fullmatch(text)
    if named:
        return Note(named["mark"] or "", named["words"], text)
    marked = _MARKED.fullmatch(text)
    if marked:
        mark = marked["sign"] or marked["round"] or marked["square"] or marked["plain"]
        return Note(mark, marked["words"], text)
    return Note("", text, text) if _breaks(text) else None


def break_at(words: str, at: Period | None) -> Period | None:
    """The first period of the new series that a note tells of; None where it tells of no break."""
    if not _breaks(words):
        return None
    up_to = _UP_TO.search(words)
    if up_to:
        last = _period(up_to)
        return last.shifted(1) if last else at
    found = _BEFORE.search(words) or _FROM.search(words)
    return (_period(found) if found else None) or at


def _breaks(words: str) -> bool:
    """Whether a note says that the years on its two sides cannot be compared, rather than two places or measures."""
    comparable = not (_NOT_COMPARABLE.search(words) and _IN_TIME.search(words))
    return not comparable or _CHANGED.search(words) is not None


def _period(match: re.Match[str]) -> Period | None:
    return Period.parse(match["year"])


def leading_to(marks: str, notes: Sequence[Note]) -> list[Note]:
    """The notes that the marks at the end of a label or value lead to."""
    told = set(re.findall(r"[a-z0-9]+|\*+|†+|‡+|§+|[¹²³⁴-⁹]", marks, re.I))
    # A raised mark leads to a note that prints it plain (`days¹`, `1 Counted anew.`), and the other way round.
    told |= {mark.translate(_RAISED) for mark in re.findall(r"[⁰¹²³⁴-⁹]+|[ᵃᵇᶜᵈᵉᶠᵍʰⁱʲ]", marks)}
    return [note for note in notes if note.mark and (note.mark in told or note.mark.translate(_RAISED) in told)]
