"""Tables without ruling lines: words that stand below each other in columns.

A table is a run of lines whose parts, kept apart by wide gaps, share their columns. A line that names two periods is a
header and starts one. Which of the lines between make one row, where cells run over several, is for `rows` to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cpbqa.domain import Period, Quantity, caption

from .columns import begins_columns
from .crammed import are_years, by_chunks, is_off, nearest, touched
from .setting import Line, Word

_MARK = re.compile(r"[-·•▪●◦*–o]|\d{1,2}[.)]|\(?[a-z][.)]")
# The number of a paragraph, and the words of a line of one, which no cell has.
_NUMBERED, _WORDS = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?"), 6
_LED_TO = re.compile(r"(?:[.…]\s?){3,}\s*(?P<page>\d{1,4})$")
_LEADERS = re.compile(r"[.…\s]{4,}$|^[.…\s]{3,}")
_NOTE = re.compile(r"(?:source|notes?)\b|[*†‡⁰¹²³⁴-⁹ᵃ-ᶻ]", re.I)
_FARTHEST, _MOST_BETWEEN = 3.2, 6
_LONGEST_YEAR = 4
_ALIGNED = 0.7
Cells = dict[int, tuple[Word, ...]]


@dataclass(frozen=True)
class Region:
    """The lines of a table, and for each line what stands in which of its columns."""

    lines: tuple[Line, ...]
    cells: tuple[Cells, ...]
    columns: tuple[tuple[float, float], ...]


def parts_of(line: Line) -> tuple[Line, ...]:
    """The parts of a line that may be cells; the mark of a list's item is no part of its own."""
    found = list(line.segments)
    if len(found) > 1 and (_MARK.fullmatch(found[0].text.strip()) or _is_paragraph(found)):
        found[:2] = [Line((*found[0].words, *found[1].words))]
    return tuple(part for one in found for part in _years_apart(one))


def _is_paragraph(parts: Sequence[Line]) -> bool:
    """A number and a line of words, as committee reports number their paragraphs: `6.1    The team moved in ...`."""
    return len(parts) == 2 and len(parts[1].words) >= _WORDS and _NUMBERED.fullmatch(parts[0].text.strip()) is not None


def _years_apart(part: Line) -> Iterator[Line]:
    """Years set so closely that no gap parts them (`2019/20 2020/21`, `March 2023 March 2024`), each by itself."""
    words = part.words
    if len(words) > 1 and words[-1].text[-1:].isdigit():
        for size in range(1, min(len(words) // 2, _LONGEST_YEAR) + 1):
            groups = [Line(words[i : i + size]) for i in range(0, len(words), size)]
            if len(words) % size == 0 and all(Period.heading(group.text) for group in groups):
                yield from groups
                return
    years = next((i for i, word in enumerate(words) if Period.heading(word.text) is None), len(words))
    if 1 < years < len(words):
        yield from (Line((word,)) for word in words[:years])
        yield Line(words[years:])
        return
    yield part


def is_header(line: Line) -> bool:
    """It names at least two periods, each a part of its own."""
    return sum(Period.heading(part.text) is not None for part in parts_of(line)) >= 2


def regions(lines: Sequence[Line]) -> Iterator[Line | Region]:
    """The lines in order, those of a table together."""
    index = 0
    while index < len(lines):
        end = _end_of_block(lines, index)
        region = _region(lines[index:end]) if end > index else None
        if region is None:
            yield lines[index]
            index += 1
        else:
            end = with_last_label(lines, end, region.columns)
            found = _region(lines[index:end]) or region
            yield found
            index += len(found.lines)


def _end_of_block(lines: Sequence[Line], start: int) -> int:
    """How far a table that starts here may go: to the last line of several parts, with few of one part between."""
    if len(parts_of(lines[start])) < 2 and not _is_top_of_header(lines, start):
        return start
    end, index = start + 1, start + 1
    while index < len(lines) and index - end < _MOST_BETWEEN:
        gap = lines[index].top - lines[index - 1].bottom
        several = len(parts_of(lines[index])) > 1
        if several and begins_columns(lines, index) and _has_values(lines[start:end]):
            break
        if not several and caption(lines[index].text) and not _is_top_of_header(lines, start):
            break
        if gap > _FARTHEST * lines[index].size or (
            several and _has_values(lines[start:end]) and (is_header(lines[index]) or _begins_another(lines, index))
        ):
            break
        if several:
            end = index + 1
        elif _is_sentence(lines[index]) or lines[index].size > 1.08 * lines[start].size:
            break
        index += 1
    if end == start + 1 and len(lines) - start <= _MOST_BETWEEN and is_header(lines[start]):
        # A header at the foot of a page, perhaps with the first heading in the table.
        return len(lines)
    return end


def _begins_another(lines: Sequence[Line], index: int) -> bool:
    """Names over columns of figures, below a line by itself: the title and the header of another table."""
    alone = len(parts_of(lines[index - 1])) == 1
    named = len(parts_of(lines[index])) > 2 and not has_value(lines[index])
    return alone and named and index + 1 < len(lines) and has_value(lines[index + 1])


def _is_top_of_header(lines: Sequence[Line], start: int) -> bool:
    """Words above a header's line, close to it and not over the label: `Statistical` above `Neighbours`."""
    for following in lines[start + 1 : start + 3]:
        if is_header(following):
            line = lines[start]
            near = following.top - line.bottom < 0.8 * line.size
            return near and line.x0 > parts_of(following)[0].x1 and len(line.text.split()) <= 4
    return False


def _is_sentence(line: Line) -> bool:
    return len(line.text.split()) > 12 and line.text.rstrip().endswith((".", ":", ";"))


def _has_values(lines: Sequence[Line]) -> bool:
    return any(is_value(part.text) for line in lines if not is_header(line) for part in parts_of(line)[1:])


def is_value(text: str) -> bool:
    """A cell's number, or what is printed in its place."""
    return Quantity.parse(text).state in ("number", "suppressed", "not applicable")


def _region(lines: Sequence[Line]) -> Region | None:
    """The table that these lines make; None where they make none."""
    several = [line for line in lines if len(parts_of(line)) > 1]
    columns = _columns(several)
    header = any(is_header(line) for line in several)
    if len(columns) < (2 if len(several) > 1 else 4) or len(several) < (1 if header else 3):
        return None
    if not header and not _is_aligned(several, columns):
        return None
    cells = tuple(_cells(line, columns) for line in lines)
    columns, cells = _without_split_columns(columns, cells, lines)
    return Region(tuple(lines), cells, tuple(columns))


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """The columns, from left to right. The line of most parts names them; others widen them, or add one.

    A part that reaches over two columns says nothing about where they are; so lines of years or values come first, and
    words, such as a place over its years, after them.
    """
    figures = [line for line in lines if not is_header(line) and has_value(line)]
    if len(figures) > 1:
        below = _widened(figures)
        if any(is_header(line) and (_is_crammed(line, below) or is_off(line, below)) for line in lines):
            return below
    return _widened(lines)


def _widened(lines: Sequence[Line]) -> list[tuple[float, float]]:
    columns: list[tuple[float, float]] = []
    starts = Counter(round(part.x0, 1) for line in lines for part in parts_of(line)[1:])
    for line in sorted(lines, key=lambda line: (_is_words(line), -len(parts_of(line)))):
        for part in _apart_from_label(parts_of(line), starts):
            touched = [column for column in columns if part.x0 < column[1] and part.x1 > column[0]]
            if not touched:
                columns.append((part.x0, part.x1))
            elif len(touched) == 1:
                column = touched[0]
                columns[columns.index(column)] = (min(column[0], part.x0), max(column[1], part.x1))
    return _apart(sorted(columns))


def _apart_from_label(parts: Sequence[Line], starts: Mapping[float, int]) -> Iterator[Line]:
    """The parts of a line; a value one space behind its label is one, where it reaches into a column of other rows."""
    words = parts[0].words
    inside = any(round(words[-1].x0, 1) <= x0 < words[-1].x1 and n > 1 for x0, n in starts.items())
    if len(words) > 1 and is_value(words[-1].text) and inside:
        yield from (Line(words[:-1]), Line(words[-1:]))
    else:
        yield parts[0]
    yield from parts[1:]


def _is_words(line: Line) -> bool:
    return not is_header(line) and not has_value(line)


def has_value(line: Line) -> bool:
    """One of its parts is a cell's number, or what is printed in its place."""
    return any(is_value(part.text) for part in parts_of(line))


def _in_order(line: Line, columns: Sequence[tuple[float, float]]) -> dict[int, Line] | None:
    """The names of a header by their order, where there is one for each column of figures; else None.

    A tool that lays out text with spaces may set the years of a header closer than the figures below them.
    """
    parts = parts_of(line)
    labelled = Period.heading(parts[0].text) is None
    if len(columns) < 3 or len(parts) != len(columns) - (not labelled):
        return None
    return dict(enumerate(parts, start=0 if labelled else 1))


def _is_crammed(line: Line, columns: Sequence[tuple[float, float]]) -> bool:
    """A header whose names do not stand over the columns that they are in order the names of."""
    ordered = _in_order(line, columns) if is_off(line, columns) else None
    if ordered is None:
        return False
    return any([column] != touched(part, columns) for column, part in ordered.items() if column)


def _apart(columns: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Columns that came to touch each other as they widened are parted in the middle."""
    found = list(columns)
    for index in range(len(found) - 1):
        (x0, x1), (other0, other1) = found[index], found[index + 1]
        if x1 > other0:
            middle = (x1 + other0) / 2
            found[index], found[index + 1] = (x0, middle), (middle, max(other1, middle))
    return found


def _is_aligned(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> bool:
    """Without a header: the parts begin, end or are centred at the same places, and are no prose with wide gaps."""
    counts = [len(parts_of(line)) for line in lines]
    if max(counts) > 2 and sum(count > 2 for count in counts) >= 3:
        return True
    seconds = [parts_of(line)[1] for line in lines if len(parts_of(line)) > 1]
    for share in (0.0, 0.5, 1.0):
        spots = sorted(part.x0 + share * (part.x1 - part.x0) for part in seconds)
        middle = spots[len(spots) // 2]
        near = sum(abs(spot - middle) <= 0.6 * lines[0].size for spot in spots)
        if near >= max(3, _ALIGNED * len(spots)):
            return True
    return False


def _cells(line: Line, columns: Sequence[tuple[float, float]]) -> Cells:
    """What stands in which column. A part over several columns is parted between its words, unless it stands alone."""
    parts = parts_of(line)
    if is_header(line) and _is_crammed(line, columns):
        return {column: part.words for column, part in (_in_order(line, columns) or {}).items()}
    if is_header(line) and is_off(line, columns):
        return by_chunks(line, columns)
    found: dict[int, list[Word]] = {}
    for part in parts:
        under = touched(part, columns)
        if len(under) <= 1 or len(parts) == 1:
            place = under[0] if under else nearest(part.x0, part.x1, columns)
            found.setdefault(place, []).extend(part.words)
        else:
            for word in part.words:
                found.setdefault(nearest(word.x0, word.x1, columns), []).append(word)
    told = {column: tuple(words) for column, words in sorted(found.items())}
    # Two years over one column of figures: the names do not stand where they belong.
    return by_chunks(line, columns) if not has_value(line) and any(map(are_years, told.values())) else told


def _without_split_columns(
    columns: Sequence[tuple[float, float]], cells: Sequence[Cells], lines: Sequence[Line]
) -> tuple[list[tuple[float, float]], tuple[Cells, ...]]:
    """A header beside the values that it stands over makes two columns of one: they are joined again."""
    found, told = list(columns), [dict(row) for row in cells]
    index = 1
    while index < len(found) - 1:
        ours = [i for i, row in enumerate(told) if index in row]
        theirs = [i for i, row in enumerate(told) if index + 1 in row]
        heads = [all(_is_word_of_header(lines[i]) for i in side) for side in (ours, theirs)]
        if ours and theirs and not set(ours) & set(theirs) and heads[0] != heads[1]:
            found[index : index + 2] = [(found[index][0], found[index + 1][1])]
            told = [{c - (c > index): words for c, words in row.items()} for row in told]
        else:
            index += 1
    return found, tuple(told)


def _is_word_of_header(line: Line) -> bool:
    return is_header(line) or not any(is_value(part.text) for part in parts_of(line))


def with_last_label(lines: Sequence[Line], end: int, columns: Sequence[tuple[float, float]]) -> int:
    """Where the last row's label runs on below its values, or a cell's words do."""
    beside = columns[1][0]
    while end < len(lines) and len(parts_of(lines[end])) == 1:
        line, before = lines[end], lines[end - 1]
        near = line.top - before.bottom < 0.45 * line.size and abs(line.size - before.size) < 0.1 * line.size
        inside = line.x1 < beside or line.x0 > beside - line.size
        if not (near and inside) or _NOTE.match(line.text):
            break
        end += 1
    return end


def contents_entry(line: Line) -> tuple[str, str] | None:
    """The title and the page of a line of a contents list with leaders: `Foreword ........ 2`."""
    text = line.text.strip()
    # Sought from the leaders on: from the title on, a very long line takes minutes.
    match = _LED_TO.search(text)
    title = text[: match.start()].rstrip() if match else ""
    return (_LEADERS.sub("", title), match["page"]) if match and re.search(r"\w", title) else None
