"""Lines of prose become paragraphs, items of lists and footnotes again."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Protocol

from .drafts import Rendering
from .joining import joined
from .pieces import Looks
from .setting import Line

_BULLET = re.compile(r"[-·•▪●◦*–‣➢✓❖]|o")
_NUMBER = re.compile(r"(?P<count>\d{1,2})[.)]|\(?[a-z][.)]")
_NOTE = re.compile(r"[⁰¹²³⁴-⁹ᵃ-ᶻ*†‡]{1,3}\s*\S")
_SENTENCE_END = re.compile(r"[.!?:;][)\]'’\"”]*$")
_PARAGRAPH_GAP, _SMALL = 0.3, 0.93


class _Span(NamedTuple):
    """The edges of the lines of a run."""

    x0: float
    x1: float
    top: float
    bottom: float


class Placed(Protocol):
    """A line, with the page and the run of lines that it stands in."""

    @property
    def line(self) -> Line: ...
    @property
    def page(self) -> int: ...
    @property
    def run(self) -> int: ...


@dataclass
class _Paragraph:
    lines: list[Line]
    page: int
    run: int
    marker: str = ""
    note: bool = False


class Prose:
    """Takes lines one by one and writes what they make; `known` are the document's words, `printed` whether it is
    known how the letters look, `widths` the pages' widths."""

    def __init__(
        self,
        out: Rendering,
        placed: Sequence[Placed],
        known: Collection[str],
        printed: bool,
        widths: Mapping[int, float],
    ) -> None:
        self._out = out
        self._known = known
        self._printed = printed
        self._now: _Paragraph | None = None
        self._notes: list[str] = []
        self._below_table = False
        self._gap_above = False
        self._body, self._usual = _usual_setting(placed)
        self._edges = _right_edges(placed, widths)
        self._depths = _depths(placed)
        self._last_words = _last_words(placed, self._usual + _PARAGRAPH_GAP)

    def add(self, line: Line, page: int, run: int) -> None:
        """The next line of the text."""
        marker = _marker(line)
        now = self._now
        if now is not None and self._goes_on(now, line, page, run, marker):
            now.lines.append(line)
            now.run, now.page = run, now.page
            return
        wide = now is None or now.run != run or self._gap(now.lines[-1], line) > self._usual + _PARAGRAPH_GAP
        self.end()
        self._gap_above = wide
        note = self._printed and line.size < _SMALL * self._body and _NOTE.match(line.text) is not None
        self._now = _Paragraph([line], page, run, "" if note else marker, note)

    def end(self) -> None:
        """What was begun ends here."""
        now, self._now = self._now, None
        if now is None:
            return
        text = joined([line.text for line in now.lines], self._known)
        if now.note:
            if self._below_table:
                self._out.footnote("", text)
            else:
                self._notes.append(text)
            return
        self._below_table = False
        looks = Looks(now.lines[0].size, all(line.bold for line in now.lines)) if self._printed else None
        if looks is not None and looks.bold and not now.marker:
            self._tell_notes()
        self._out.page = now.page
        if now.marker:
            rest = text[len(now.marker) :].strip()
            self._out.bullet(now.marker, rest, self._depths.get(_spot(now.lines[0]), 0), looks)
        else:
            self._out.paragraph(text, looks, blank_before=1 if self._gap_above else 0)

    def table(self) -> None:
        """A table stands here: notes right below it are its own, and no notes of the page."""
        self.end()
        self._below_table = True

    def finish(self) -> None:
        """The text ends here."""
        self.end()
        self._tell_notes()

    def _tell_notes(self) -> None:
        for text in self._notes:
            self._out.footnote("", text)
        self._notes.clear()

    def _goes_on(self, now: _Paragraph, line: Line, page: int, run: int, marker: str) -> bool:
        """The line is more of the paragraph: it looks the same, follows closely, and the one above was full."""
        before = now.lines[-1]
        if abs(before.size - line.size) > 0.06 * before.size or (before.bold != line.bold and self._printed):
            return False
        full = self._is_full(now, before, line)
        ended = _SENTENCE_END.search(before.text) is not None
        inside = _in_brackets(now, line)
        if marker and not ((full or inside) and not ended and self._is_dash_in_a_sentence(now, line, marker)):
            return False
        if now.note:
            return (
                run == now.run and self._gap(before, line) < self._usual + _PARAGRAPH_GAP and not _NOTE.match(line.text)
            )
        if run != now.run:
            # Over the end of a column or page.
            hanging = bool(now.marker) and line.x0 > now.lines[0].x0 + 0.5 * line.size
            return (full or (hanging and not ended)) and (hanging or not ended) and not before.bold
        if self._gap(before, line) > self._usual + _PARAGRAPH_GAP:
            return False
        return full or inside or line.text[:1].islower()

    def _is_full(self, now: _Paragraph, before: Line, line: Line) -> bool:
        """The next word would not have had room on the line above."""
        edge = self._edges.get(now.run, before.x1)
        first = line.words[0]
        if not self._printed:
            # Letters made equally wide: lines end anywhere, and a blank line parts the paragraphs.
            return before.x1 > 0.72 * edge or (before.x1 > 0.45 * edge and id(line) in self._last_words)
        return before.x1 + 0.2 * before.size + (first.x1 - first.x0) > edge - 0.6 * before.size

    @staticmethod
    def _is_dash_in_a_sentence(now: _Paragraph, line: Line, marker: str) -> bool:
        if _NUMBER.fullmatch(marker):
            match = re.match(r"\d+", marker)
            before = re.match(r"\d+", now.marker)
            return not (match and before and int(match[0]) == int(before[0]) + 1)
        told = " ".join(line.text for line in now.lines)
        # Of an item, only an open bracket tells that a dash is no item below it.
        inside = not now.marker or told.count("(") > told.count(")")
        return marker in "-–*" and inside and len(line.words) > 1 and line.words[1].text[:1].islower()

    @staticmethod
    def _gap(before: Line, line: Line) -> float:
        return (line.top - before.bottom) / max(before.size, 0.1)


def _in_brackets(now: _Paragraph, line: Line) -> bool:
    """A bracket is open in the paragraph, and the line closes it."""
    told = " ".join(above.text for above in now.lines)
    return told.count("(") > told.count(")") and ")" in line.text.partition("(")[0]


def _marker(line: Line) -> str:
    """The mark of a list's item at the start of a line; empty where there is none."""
    first = line.words[0]
    if len(line.words) < 2 or not (_BULLET.fullmatch(first.text) or _NUMBER.fullmatch(first.text)):
        return ""
    if first.text in ("o", "*") and line.words[1].x0 - first.x1 < 0.4 * line.size:
        return ""
    return first.text


def _spot(line: Line) -> int:
    return round(line.x0 / max(line.size, 0.1))


def _usual_setting(placed: Sequence[Placed]) -> tuple[float, float]:
    """The size of most letters, and the usual gap between two lines of a paragraph, in letter heights."""
    sizes: Counter[float] = Counter()
    for item in placed:
        sizes[item.line.size] += len(item.line.text)
    body = sizes.most_common(1)[0][0] if sizes else 1.0
    gaps: Counter[float] = Counter()
    for one, other in pairwise(placed):
        if one.run == other.run and one.line.size == other.line.size:
            gap = (other.line.top - one.line.bottom) / max(body, 0.1)
            if -0.3 < gap < 1.5:
                gaps[round(gap, 1)] += 1
    # The closest of the gaps that are common: paragraphs of one line make the wider ones frequent too.
    common = [gap for gap, count in gaps.items() if count >= 0.15 * sum(gaps.values())]
    return body, min(common, default=0.25)


def _last_words(placed: Sequence[Placed], gap: float) -> set[int]:
    """The lines (by id) that hold but a word or two before a gap: the end of a title that did not fit on one line."""
    found = set()
    for one, other in pairwise([*placed, None]):
        if one is not None and len(one.line.words) <= 2 and one.line.text[:1].isalpha():
            below = None if other is None or other.run != one.run else other.line
            if below is None or (below.top - one.line.bottom) / max(one.line.size, 0.1) > gap:
                found.add(id(one.line))
    return found


def _right_edges(placed: Sequence[Placed], widths: Mapping[int, float]) -> dict[int, float]:
    """The right edge of the text of each run; runs that begin at the same place of a page as wide share it.

    Not so the left one of two columns, which has another beside it.
    """
    lines: dict[int, list[Placed]] = defaultdict(list)
    for item in placed:
        lines[item.run].append(item)
    spans = {run: _span(items) for run, items in lines.items()}
    spots = {
        run: (round(spans[run].x0 / 12), round(widths.get(items[0].page, 0.0) / 12), _has_beside(run, lines, spans))
        for run, items in lines.items()
    }
    widest: dict[tuple[int, int, bool], float] = defaultdict(float)
    for run, span in spans.items():
        widest[spots[run]] = max(widest[spots[run]], span.x1)
    columns = Counter(round(span.x1 / 12) for span in spans.values())
    return {
        run: span.x1 if columns[round(span.x1 / 12)] > 2 and span.x1 < 0.75 * widest[spots[run]] else widest[spots[run]]
        for run, span in spans.items()
    }


def _span(items: Sequence[Placed]) -> _Span:
    return _Span(
        min(item.line.x0 for item in items),
        max(item.line.x1 for item in items),
        min(item.line.top for item in items),
        max(item.line.bottom for item in items),
    )


def _has_beside(run: int, lines: Mapping[int, Sequence[Placed]], spans: Mapping[int, _Span]) -> bool:
    """The next run on the page stands beside the lower end of this one, to the right of it."""
    one, other = spans[run], spans.get(run + 1)
    if other is None or lines[run][0].page != lines[run + 1][0].page:
        return False
    return other.x0 > one.x1 and other.top < one.bottom and other.bottom > one.top


def _depths(placed: Sequence[Placed]) -> dict[int, int]:
    """For where a list's mark may stand, how deep the item is."""
    spots = sorted({_spot(item.line) for item in placed if _marker(item.line)})
    found: dict[int, int] = {}
    starts: list[int] = []
    for spot in spots:
        if not starts or spot - starts[-1] > 1:
            starts.append(spot)
        found[spot] = min(len(starts) - 1, 8)
    return found
