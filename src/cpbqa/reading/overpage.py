"""Tables that go on over a page: joined to their beginning, with what the page's end parted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from cpbqa.domain import Period

from .aligned import Region, is_header, is_value, parts_of, with_last_label
from .grids import Lines
from .joining import CUT, joined
from .rowing import table_rows
from .setting import Line, Word

# Lines of a row that the end of a page parts from its beginning.
_MOST_OVER, _MOST_IN_HEADING = 3, 8
_FARTHEST, _OVER = 3.2, 2.0


@dataclass(frozen=True)
class Label:
    """How the label of a row with drawn cells fills its cell: the room left on its last line, the width of its first
    word, whether all of it is bold, and whether its last word may have been cut for want of room."""

    room: float
    first: float
    bold: bool
    cut: bool = False


@dataclass
class Table:
    """A table as found, perhaps over several pages; `pages` has the page of each row, `labels` its label's looks.

    `bounds` are where its columns begin and end, for the rows that stand alone on the next page.
    """

    rows: list[list[Lines]]
    pages: list[int]
    contents: bool = False
    labels: list[Label | None] = field(default_factory=list)
    bounds: tuple[float, ...] = ()


@dataclass(frozen=True)
class Text:
    """A line of prose, with the page and the run of lines that it stands in."""

    line: Line
    page: int
    run: int


def with_joined_tables(items: Sequence[Text | Table], known: Collection[str]) -> Iterator[Text | Table]:
    """The items, a table that goes on over a page joined to its beginning, without the header that is said again."""
    before: Table | None = None
    ahead = 0
    for index, item in enumerate(items):
        if index < ahead:
            continue
        if before is not None and (foot := _foot(before, items[index : index + _MOST_OVER])):
            ahead = index + len(foot)
            before.rows += [[(text.line.text,), *[()] * (len(before.rows[0]) - 1)] for text in foot]
            before.pages += [text.page for text in foot]
            before.labels = []
            continue
        if before is not None and (rest := _over_page(before, items[index : index + _MOST_OVER + 1])):
            ahead = index + len(rest)
            _take_rest(before, rest, known)
            continue
        if isinstance(item, Table) and before is not None and _goes_on(before, item):
            again = _repeated(before, item)
            if again < len(item.rows) and (
                _is_rest_of_row(before.rows[-1], item.rows[again]) or _label_goes_on(before, item, again)
            ):
                # The page ended in the middle of a row.
                label = before.labels[-1] if before.labels else None
                if label is not None and label.cut and before.rows[-1][0]:
                    before.rows[-1][0] = (*before.rows[-1][0][:-1], before.rows[-1][0][-1] + CUT)
                row = zip(before.rows[-1], item.rows[again], strict=True)
                before.rows[-1] = [_one(above, below, known) for above, below in row]
                again += 1
            before.rows += item.rows[again:]
            before.pages += item.pages[again:]
            before.labels = item.labels
            continue
        if before is not None:
            yield before
        before = item if isinstance(item, Table) else None
        if isinstance(item, Text):
            yield item
    if before is not None:
        yield before


def take_rows(before: Table, page: int, lines: Sequence[Line], known: Collection[str], loose: bool) -> Sequence[Line]:
    """Give the table the lines at the top of the next page that stand in its columns; the lines that are left.

    Few rows alone on a page would show no columns of their own.
    """
    figures = any(is_value(" ".join(cell)) for row in before.rows for cell in row[1:])
    if before.contents or not figures or before.pages[-1] + 1 != page:
        return lines
    bounds = before.bounds
    end = _end_of_rows(lines, bounds)
    if not end:
        return lines
    columns = tuple(pairwise(bounds))
    end = with_last_label(lines, end, columns)
    rest = Region(tuple(lines[:end]), tuple(_cells(line, bounds) for line in lines[:end]), columns)
    rows = table_rows(rest, known, loose)
    before.rows += rows
    before.pages += [page] * len(rows)
    before.labels = []
    return lines[end:]


def _end_of_rows(lines: Sequence[Line], bounds: Sequence[float]) -> int:
    """How many of the lines are rows of figures in these columns, with their labels' lines and headings between.

    None where the first is no such row, or where what follows them may be more of a table, that shows its own columns.
    """
    end = 0
    for index, line in enumerate(lines):
        cells = _cells(line, bounds)
        near = not index or line.top - lines[index - 1].bottom <= _FARTHEST * line.size
        several = len(parts_of(line)) > 1
        values = any(is_value(Line(words).text) for column, words in cells.items() if column)
        if not near or index - end > 2:
            break
        if several and (0 not in cells or len(cells) != len(parts_of(line)) or is_header(line) or not values):
            return 0
        if several:
            end = index + 1
        elif not end or 0 not in cells:
            break
    return end


def _cells(line: Line, bounds: Sequence[float]) -> dict[int, tuple[Word, ...]]:
    """What stands in which column; a part over the edge of one stands in none."""
    found: dict[int, tuple[Word, ...]] = {}
    for part in parts_of(line):
        for column in range(len(bounds) - 1):
            if bounds[column] - _OVER <= part.x0 and part.x1 <= bounds[column + 1] + _OVER:
                found[column] = (*found.get(column, ()), *part.words)
                break
    return dict(sorted(found.items()))


def bounds_of(region: Region) -> tuple[float, ...]:
    """Where a table's columns may be taken to begin and end: in the middle between them."""
    inner = ((one[1] + other[0]) / 2 for one, other in pairwise(region.columns))
    return (float("-inf"), *inner, float("inf"))


def _foot(before: Table, items: Sequence[Text | Table]) -> list[Text]:
    """A group's heading at the foot of the page, where the table goes on with the same header on the next one."""
    lines = [item for item in takewhile(lambda item: isinstance(item, Text), items) if isinstance(item, Text)]
    following = items[len(lines)] if len(lines) < len(items) else None
    if not lines or not isinstance(following, Table) or before.contents or following.contents:
        return []
    page = before.pages[-1]
    near = all(line.page == page and _is_short(line.line) for line in lines) and following.pages[0] == page + 1
    return lines if near and _repeated(before, following) and any(map(names_years, before.rows[:3])) else []


def _over_page(before: Table, items: Sequence[Text | Table]) -> list[Text]:
    """The lines at the top of the next page that end the table's last row, where the table goes on below them."""
    lines = [item for item in takewhile(lambda item: isinstance(item, Text), items) if isinstance(item, Text)]
    following = items[len(lines)] if len(lines) < len(items) else None
    if not lines or not isinstance(following, Table) or before.contents or not _goes_on(before, following):
        return []
    if any(line.page != before.pages[-1] + 1 for line in lines) or _repeated(before, following):
        return []
    label, text = before.rows[-1][0], lines[0].line.text
    begun = bool(label) and (text[:1].islower() or text[:1] in "(&" or label[-1].endswith("-"))
    heads = names_years(before.rows[-1]) and all(_is_short(line.line) for line in lines)
    return lines if begun or heads else []


def _is_short(line: Line) -> bool:
    return len(line.text.split()) <= _MOST_IN_HEADING and not line.text.rstrip().endswith((".", ":", ";"))


def _take_rest(before: Table, rest: Sequence[Text], known: Collection[str]) -> None:
    """Put the lines where they belong: into the last row's label; below a header, into it or as a group's heading."""
    row, edge = before.rows[-1], rest[-1].line.x0
    for text in rest:
        if not names_years(row):
            row[0] = (*row[0][:-1], joined([row[0][-1], text.line.text], known))
        elif text.line.x0 > edge:
            # Right of the heading below it: more of what the last column is called.
            row[-1] = _one(row[-1], (text.line.text,), known)
        else:
            before.rows.append([(text.line.text,), *[()] * (len(row) - 1)])
            before.pages.append(text.page)


def _one(above: Lines, below: Lines, known: Collection[str]) -> Lines:
    """A cell's text over the end of a page; items of a list stay apart."""
    if not above or not below or below[0][:1] in "•·▪●◦":
        return (*(text.rstrip(CUT) for text in above), *below)
    return (*above[:-1], joined([above[-1], below[0]], known), *below[1:])


def _is_rest_of_row(above: Sequence[Lines], row: Sequence[Lines]) -> bool:
    """Words without a label of their own and without a value, or a label that goes on in lower case."""
    filled = [" ".join(cell) for cell in row if any(cell)]
    if len(above) != len(row) or not filled or any(is_value(text) for text in filled):
        return False
    if not any(row[0]):
        return all(any(above[i]) for i, cell in enumerate(row) if any(cell))
    return filled[0][:1].islower() or filled[0][:1] in "(&"


def _label_goes_on(one: Table, other: Table, index: int) -> bool:
    """The row has nothing but words that had no room on the last line of the label above, and that look like it."""
    above = one.labels[-1] if one.labels else None
    label = other.labels[index] if index < len(other.labels) else None
    if above is None or label is None or any(map(any, other.rows[index][1:])) or not any(map(any, one.rows[-1][1:])):
        return False
    return label.bold == above.bold and label.first > above.room


def _goes_on(one: Table, other: Table) -> bool:
    """Directly after a page's end, with as many columns; with a header, only with the same one.

    On one page a header whose cells are drawn goes on with rows whose cells are not.
    """
    if one.contents != other.contents or other.pages[0] not in (one.pages[-1], one.pages[-1] + 1):
        return False
    if other.pages[0] == one.pages[-1] and (one.contents or not _is_header_alone(one)):
        return False
    if one.contents:
        return True
    same = max(map(len, one.rows)) == max(map(len, other.rows))
    headed = any(names_years(row) for row in other.rows[:3])
    return same and (_repeated(one, other) > 0 or not headed)


def _is_header_alone(table: Table) -> bool:
    """Years, and below them at most the headings of groups."""
    values = any(is_value(" ".join(cell)) for row in table.rows for cell in row[1:])
    return any(map(names_years, table.rows)) and not values


def _repeated(one: Table, other: Table) -> int:
    """How many of the other table's first rows say the one's header again."""
    for count in range(min(3, len(one.rows), len(other.rows)), 0, -1):
        if all(_said(one.rows[i]) == _said(other.rows[i]) for i in range(count)) and any(_said(one.rows[0])):
            return count
    return 0


def _said(row: Sequence[Lines]) -> list[str]:
    return ["".join(" ".join(cell).split()).lower() for cell in row]


def names_years(row: Sequence[Lines]) -> bool:
    return sum(Period.heading(" ".join(cell)) is not None for cell in row) >= 2
