"""Which lines of a table make one row, where cells run over several lines.

Rows are kept apart by more room than the lines of one cell. Where a table is set so tightly that this tells nothing,
the words do: a label that goes on in lower case, or that filled its column, goes on in the next line.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

from .aligned import Region, is_header, is_value
from .grids import Lines
from .heads import has_figures, header_lines, header_rows
from .joining import CUT, is_ending, joined
from .lines import Line as TextLine
from .pieces import text_piece
from .setting import Line

_JUMP, _TIGHT = 0.25, 0.5
_SHORT_END = 4
_ITEMS = frozenset("•·▪●◦-–")


def table_rows(region: Region, known: Collection[str] = (), loose: bool = False) -> list[list[Lines]]:
    """The rows of a table, a cell its lines of text (more than one only where it holds a list).

    `loose` says that lines end far from the edge: letters were made equally wide.
    """
    rows: list[list[Lines]] = []
    widths = [_width(region, column) for column in range(len(region.columns))] if loose else []
    for group in _rows(region, loose):
        told = []
        for column in range(len(region.columns)):
            held = [Line(region.cells[i][column]).text for i in group if column in region.cells[i]]
            told.append(cell_lines(_with_cuts(held, widths[column]) if loose else held, known))
        rows.append(told)
    return rows


def _width(region: Region, column: int) -> int:
    """The letters of the longest line of a column, but for those that reach over it and stand alone."""
    held = [len(Line(cells[column]).text) for cells in region.cells if column in cells and len(cells) > 1]
    return max(held, default=0)


def _with_cuts(lines: Sequence[str], width: int) -> list[str]:
    """The lines of a cell; `CUT` ends one whose only word may have been cut, since it is too long for the column.

    Letters are of unlike width, so that only the short end of a word tells that it may be one.
    """
    cut = []
    for line, following in itertools.pairwise(lines):
        rest = following.split(" ")[0]
        short = len(rest) <= _SHORT_END or is_ending(rest)
        cut.append(short and " " not in line and len(line) + len(rest) > width)
    return [line + CUT * is_cut for line, is_cut in zip(lines, [*cut, False], strict=False)]


def cell_lines(lines: Sequence[str], known: Collection[str] = ()) -> Lines:
    """The text of a cell: its lines joined, an item of a list on a line of its own."""
    items: list[list[str]] = []
    for line in lines:
        piece = text_piece(TextLine(line, 0), 0)
        if items and not (piece is not None and piece.marker in _ITEMS):
            items[-1].append(line)
        else:
            items.append([line])
    return tuple(joined(item, known) for item in items)


def _rows(region: Region, loose: bool) -> list[list[int]]:
    apart = _by_room(region)
    names = min([header_lines(region), *(group[0] for group in apart[1:] if _is_row(region, group))])
    rows, first = header_rows(region, names), 0
    if rows:
        first = names
    groups = [part for group in apart for part in _parted(group, first, names) if part]
    for group in groups:
        single = sum(_has_value(region, i) for i in group) <= 1 and sum(is_header(region.lines[i]) for i in group) <= 1
        rows += [group] if single and len(groups) > 1 else _by_words(region, group, loose)
    return rows


def _is_row(region: Region, group: Sequence[int]) -> bool:
    """Lines kept apart by room are no header: they have a label, and values that stand beside the middle of it."""
    labels, values = [i for i in group if region.cells[i].keys() == {0}], [i for i in group if 0 not in region.cells[i]]
    within = len(values) == 1 and labels[:1] < values and labels[-1:] > values
    return within and has_figures(region.cells[values[0]])


def _parted(group: Sequence[int], first: int, names: int) -> tuple[list[int], list[int]]:
    """The lines of a group from `first` on, those of the header's `names` apart."""
    return [i for i in group if first <= i < names], [i for i in group if i >= max(first, names)]


def _by_room(region: Region) -> list[list[int]]:
    """The lines parted where there is clearly more room than elsewhere."""
    lines = region.lines
    size = lines[0].size
    gaps = [(lines[i + 1].top - max(lines[i].bottom, lines[i].top)) / size for i in range(len(lines) - 1)]
    steps = sorted(gaps)
    jumps = [(b - a, (a + b) / 2) for a, b in itertools.pairwise(steps)]
    jump, limit = max(jumps, default=(0.0, 0.0))
    if jump < _JUMP or (steps and steps[0] > _TIGHT):
        # All alike: rows of one line where there is room between them, one tight block where there is none.
        limit = -1.0 if steps and steps[0] > _TIGHT else float("inf")
    limit = min(limit, 0.75) if jump >= _JUMP else limit
    groups = [[0]]
    for index, gap in enumerate(gaps, start=1):
        if gap > limit:
            groups.append([])
        groups[-1].append(index)
    return groups


def _has_value(region: Region, index: int) -> bool:
    return any(column and is_value(Line(words).text) for column, words in region.cells[index].items())


def _by_words(region: Region, group: Sequence[int], loose: bool) -> list[list[int]]:
    """Rows of a tight block: a line with a label and more starts one; others belong to it, to the next, or alone."""
    rows: list[list[int]] = []
    waiting: list[int] = []
    for place, index in enumerate(group):
        cells = region.cells[index]
        following = group[place + 1] if place + 1 < len(group) else None
        if _starts_row(region, index):
            rows.append([*waiting, index])
            waiting = []
        elif not cells.get(0):
            # Words of a value's cell: they go on with the row above; above a header they begin it.
            if rows and not waiting:
                rows[-1].append(index)
            else:
                waiting.append(index)
        elif not waiting and rows and _goes_on(region, rows[-1], index, loose):
            rows[-1].append(index)
        elif following is not None and _starts_row(region, following) and _begins(region, index, following, loose):
            waiting.append(index)
        else:
            rows += [[i] for i in waiting]
            waiting = []
            rows.append([index])
    return rows + [[i] for i in waiting]


def _starts_row(region: Region, index: int) -> bool:
    """A table of figures has a value in each row; in a table of words, words beside the label start one."""
    cells = region.cells[index]
    if is_header(region.lines[index]) or _has_value(region, index):
        return True
    return 0 in cells and len(cells) > 1 and not any(_has_value(region, i) for i in range(len(region.lines)))


def _goes_on(region: Region, row: Sequence[int], index: int, loose: bool) -> bool:
    """The line is more of the label of the row above it."""
    labels = [region.cells[i][0] for i in row if 0 in region.cells[i]]
    words = region.cells[index][0]
    if not labels or is_header(region.lines[row[-1]]):
        return False
    text = words[0].text
    if text[:1].islower() or text[:1] in "(&":
        return True
    # Below a header of several lines stands the first group's heading, however near the edge the header's label ends.
    headed = any(is_header(region.lines[i]) for i in row)
    return not headed and _fills(region, labels[-1][-1].x1, words[0].x1 - words[0].x0, loose)


def _begins(region: Region, index: int, following: int, loose: bool) -> bool:
    """The line is the beginning of the label that goes on in the next row's line."""
    after = region.cells[following].get(0)
    if not after or is_header(region.lines[following]):
        return False
    goes_on = after[0].text[:1].islower() or after[0].text[:1] in "(&"
    filled = _fills(region, region.cells[index][0][-1].x1, after[0].x1 - after[0].x0, loose)
    return goes_on or (filled and _values_stand_low(region))


def _values_stand_low(region: Region) -> bool:
    """Somewhere in the table a row's values stand beside the end of its label, not its beginning."""
    labels = [cells[0][0].text for i, cells in enumerate(region.cells) if 0 in cells and _has_value(region, i)]
    return any(text[:1].islower() or text[:1] in "(&" for text in labels)


def _fills(region: Region, x1: float, width: float, loose: bool) -> bool:
    """The next word would not have had room in the label's column."""
    size = region.lines[0].size
    edge = max(cells[0][-1].x1 for cells in region.cells if 0 in cells)
    least = min(cells[0][0].x0 for cells in region.cells if 0 in cells)
    slack = 0.15 * (edge - least) if loose else 0.0
    return x1 + 0.25 * size + width + slack > edge + 0.1 * size
