"""Pages set in columns: the lines in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .setting import Line

_LEAST_LINES = 5
_LEAST_WORDS, _FULL = 3.5, 0.55
_STEPS = 60
_LARGER = 1.15
_LEAST_NUMBERS = 3
_LEAST_BESIDE, _APART = 4, 0.45


@dataclass(frozen=True)
class _Run:
    """Lines `start` to `end` (exclusive) that nothing of crosses the gutter at `x`."""

    x: float
    start: int
    end: int
    both: int


def reading_order(lines: Sequence[Line], depth: int = 0) -> list[list[Line]]:
    """The lines in runs that are read one after the other: full width, left column, right column, full width."""
    run = _best_run(lines) if depth < 2 else None
    if run is None:
        return [list(lines)] if lines else []
    end = _before_heading(lines, run)
    left, right = _sides(lines[run.start : end], run.x)
    return [
        *reading_order(lines[: run.start], depth + 1),
        *reading_order(left, depth + 1),
        *reading_order(right, depth + 1),
        *reading_order(lines[end:], depth + 1),
    ]


def begins_columns(lines: Sequence[Line], index: int) -> bool:
    """Two texts side by side begin here, apart from what stands above them: no row of a table, but a page's columns."""
    two = lines[index : index + 2]
    apart = two[0].top - lines[index - 1].bottom > _APART * two[0].size
    close = len(two) > 1 and two[1].top - two[0].bottom < _APART * two[0].size
    return apart and close and all(map(_is_side_by_side, two))


def _is_side_by_side(line: Line) -> bool:
    parts = line.segments
    words = [sum(any(map(str.isalpha, word.text)) for word in part.words) for part in parts]
    return len(parts) == 2 and min(words) >= _LEAST_BESIDE


def _before_heading(lines: Sequence[Line], run: _Run) -> int:
    """Where the run ends without the large lines below both columns: they are headings of what follows."""
    sizes = sorted(line.size for line in lines[run.start : run.end])
    end = run.end
    while lines[end - 1].x1 < run.x and lines[end - 1].size > _LARGER * sizes[len(sizes) // 2]:
        end -= 1
    return end


def _best_run(lines: Sequence[Line]) -> _Run | None:
    if len(lines) < _LEAST_LINES:
        return None
    least, most = min(line.x0 for line in lines), max(line.x1 for line in lines)
    found = []
    for step in range(_STEPS // 5, 4 * _STEPS // 5):
        x = least + (most - least) * step / _STEPS
        found += [run for run in _runs(lines, x) if run.both >= _LEAST_LINES]
    for run in sorted(found, key=lambda run: -run.both):
        if _is_prose(lines[run.start : run.end], run.x):
            return run
    return None


def _runs(lines: Sequence[Line], x: float) -> list[_Run]:
    """The runs of lines that leave a gutter free at x; lines on one side only may stand in them.

    A row of a table above or below two columns of text may leave it free as well, and is no part of them.
    """
    runs: list[_Run] = []
    start = 0
    for index in range(len(lines) + 1):
        if index == len(lines) or _crosses(lines[index], x) or _is_row(lines[index], x):
            left = sum(line.x0 < x for line in lines[start:index])
            right = sum(line.x1 > x for line in lines[start:index])
            if min(left, right) >= _LEAST_LINES:
                runs.append(_Run(x, start, index, min(left, right)))
            start = index + 1
    return runs


def _is_row(line: Line, x: float) -> bool:
    """Several numbers apart from each other, on both sides of x, as the rows of a table have and no text does."""
    numbers = [part for part in line.segments if part.text[0].isdigit() and len(part.words) == 1]
    return len(numbers) >= _LEAST_NUMBERS and numbers[0].x0 < x < numbers[-1].x1


def _crosses(line: Line, x: float) -> bool:
    """A word stands at x, or the gap there is no wider than between two words."""
    before = max((word.x1 for word in line.words if word.x0 < x), default=None)
    after = min((word.x0 for word in line.words if word.x0 >= x), default=None)
    if before is not None and before > x:
        return True
    return before is not None and after is not None and after - before < 0.8 * line.size


def _sides(lines: Sequence[Line], x: float) -> tuple[list[Line], list[Line]]:
    left = [tuple(word for word in line.words if word.x0 < x) for line in lines]
    right = [tuple(word for word in line.words if word.x0 >= x) for line in lines]
    return [Line(words) for words in left if words], [Line(words) for words in right if words]


def _is_prose(lines: Sequence[Line], x: float) -> bool:
    """Both sides are text that runs on from line to line, and no columns of a table."""
    return all(_runs_on(side) for side in _sides(lines, x))


def _runs_on(lines: Sequence[Line]) -> bool:
    parts = [part for line in lines for part in line.segments if any(map(str.isalnum, part.text))]
    if len(parts) < _LEAST_LINES:
        return False
    words = sum(sum(any(map(str.isalpha, word.text)) for word in part.words) for part in parts) / len(parts)
    edge = max(line.x1 for line in lines)
    width = edge - min(line.x0 for line in lines)
    full = sum(line.x1 > edge - 0.25 * width for line in lines) / len(lines)
    return words >= _LEAST_WORDS and full >= _FULL
