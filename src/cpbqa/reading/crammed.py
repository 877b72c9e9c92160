"""Headers whose names a PDF-to-text tool set closer than the figures below: words with one space between begin where
the first of them belongs, and the others stand too far to the left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpbqa.domain import Period

from .setting import Line, Word

Columns = Sequence[tuple[float, float]]
_LONGEST_YEAR = 4


def touched(part: Line, columns: Columns) -> list[int]:
    """The columns that a part stands over."""
    return [i for i, (x0, x1) in enumerate(columns) if part.x0 < x1 and part.x1 > x0]


def nearest(x0: float, x1: float, columns: Columns) -> int:
    """The column whose edges are nearest to what stands between these."""
    middle = (x0 + x1) / 2
    return min(range(len(columns)), key=lambda i: max(columns[i][0] - middle, middle - columns[i][1], 0.0))


def is_off(line: Line, columns: Columns) -> bool:
    """One of a header's years stands over no column of figures or over several, or two of them over one."""
    years = [name for name in _names(line) if Period.heading(name.text)]
    places = [touched(name, columns) for name in years]
    return any(len(place) != 1 for place in places) or len({place[0] for place in places}) < len(places)


def are_years(words: Sequence[Word]) -> bool:
    """At least two years, and nothing else."""
    names = list(_names(Line(tuple(words))))
    return len(names) > 1 and all(Period.heading(name.text) for name in names)


def by_chunks(line: Line, columns: Columns) -> dict[int, tuple[Word, ...]]:
    """The names of such a header by column: each run of words begins at its column, and fills those up to the next run.

    Where the names of a run are not as many as its columns, and years are among them, nobody can say which is which:
    all words stand in the first column then, so that they are no header.
    """
    runs = line.segments
    starts = [nearest(run.words[0].x0, run.words[0].x1, columns) for run in runs]
    found: dict[int, tuple[Word, ...]] = {}
    for run, start, end in zip(runs, starts, [*starts[1:], len(columns)], strict=True):
        several = [list(_names(run)), [Line((word,)) for word in run.words], [run]]
        names = next((names for names in several if len(names) == end - start), None)
        if names is None:
            names = [run] if not any(Period.heading(name.text) for name in several[0][1:]) else []
        if not names or start in found:
            return {0: line.words}
        found |= {start + index: name.words for index, name in enumerate(names)}
    return found


def _names(line: Line) -> Iterator[Line]:
    """Years one by one, and the words between them together."""
    words, index, held = line.words, 0, 0
    while index < len(words):
        sizes = range(min(_LONGEST_YEAR, len(words) - index), 0, -1)
        size = next((n for n in sizes if Period.heading(Line(words[index : index + n]).text)), 0)
        if size:
            if held < index:
                yield Line(words[held:index])
            yield Line(words[index : index + size])
            held = index + size
        index += size or 1
    if held < len(words):
        yield Line(words[held:])
