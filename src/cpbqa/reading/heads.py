"""The header of a table without ruling lines, where its names run over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cpbqa.domain import Period, part_of

from .aligned import Region, is_header, is_value, parts_of
from .setting import Line, Word

_CALENDAR = re.compile(r"20\d\d")
_MOST_LINES = 8


def header_lines(region: Region) -> int:
    """How many lines stand above the first row of figures and name its columns; 0 where nobody can tell.

    Words alone over the labels are the heading of a group, or the beginning of the first label.
    """
    figures = next((i for i in range(len(region.lines)) if _is_figures(region, i)), 0)
    named = [i for i in range(figures) if any(region.cells[i].keys() - {0})]
    return named[-1] + 1 if named and named[-1] < _MOST_LINES else 0


def _is_figures(region: Region, index: int) -> bool:
    """A label, and values that are no calendar years."""
    cells = region.cells[index]
    if 0 not in cells or is_header(region.lines[index]) or (index and _breaks_off(region.cells[index - 1])):
        return False
    return has_figures(cells)


def has_figures(cells: dict[int, tuple[Word, ...]]) -> bool:
    """A line with values, in columns other than the labels', that are no calendar years."""
    told = [text_of(words) for column, words in cells.items() if column]
    return any(is_value(text) and not _CALENDAR.fullmatch(text) for text in told)


def _breaks_off(cells: dict[int, tuple[Word, ...]]) -> bool:
    """Names that a narrow column broke at a hyphen: `Apr-`, `May-` over `23`, `23`."""
    told = [text_of(words) for column, words in cells.items() if column]
    return len(told) > 1 and sum(text[-1] in "-–/" for text in told) > len(told) / 2


def header_rows(region: Region, names: int) -> list[list[int]]:
    """The rows that the first `names` lines make, where it is plain; else none.

    Names that break off and go on below are one row where each of them begins in the first line. Places or the like
    over the years are a row of their own, where each stands right over its first year.
    """
    if names < 2:
        return []
    cells = [region.cells[i] for i in range(names)]
    filled = [line.keys() - {0} for line in cells]
    if set().union(*filled) <= filled[0] and all(map(_goes_on, cells[1:])) and _names_years(region, names):
        return [list(range(names))]
    labels = sum(0 in line for line in cells)
    whole = len(parts_of(region.lines[0])) == len(cells[0])
    if (
        names == 2
        and labels < 2
        and whole
        and filled[0] < filled[1]
        and _stands_over(cells[0], cells[1], region.columns)
    ):
        return [[0], [1]]
    return []


def _goes_on(cells: dict[int, tuple[Word, ...]]) -> bool:
    """The line goes on with names above it: it has no label of its own, but the rest of one or a year."""
    if 0 not in cells:
        return True
    dated = any(_is_year(text_of(words)) for column, words in cells.items() if column)
    return dated or cells[0][0].text[:1].islower() or cells[0][0].text[:1] in "(&"


def _names_years(region: Region, names: int) -> bool:
    """Some of the names, put together, have a year in them."""
    texts = [" ".join(text_of(line[c]) for line in region.cells[:names] if c in line) for c in region.cells[0] if c]
    return any(re.search(r"20\d\d|\d\d\s*[/–-]\s*\d\d|\b[A-Z][a-z]{2}-?\s?\d\d\b", text) for text in texts)


def _is_year(text: str) -> bool:
    return Period.heading(text) is not None or _CALENDAR.fullmatch(text) is not None


def _stands_over(
    above: dict[int, tuple[Word, ...]], below: dict[int, tuple[Word, ...]], columns: Sequence[tuple[float, float]]
) -> bool:
    """Each name begins where the year below it does, or where that year's figures do."""
    for column, words in above.items():
        if not column:
            continue
        left, reach = words[0].x0, 0.5 * words[0].size
        told = text_of(below[column])
        if not (_is_year(told) or part_of(told)):
            return False
        if abs(left - below[column][0].x0) > reach and abs(left - columns[column][0]) > reach:
            return False
    return True


def text_of(words: tuple[Word, ...]) -> str:
    """The words of a cell's line."""
    return Line(words).text
