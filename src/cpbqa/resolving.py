"""Resolving: what a citation cites, found again in the report itself and not in anything derived from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from cpbqa.domain import Block, Citation, CitationError, Report
from cpbqa.figures.tables import read_tables
from cpbqa.passages.splitting import LONGEST


def named(report: str, reports: Mapping[str, Report]) -> Report:
    """The report that a citation names. Raises CitationError where there is none of that id."""
    if report not in reports:
        raise CitationError(f"There is no {report} report in this index; run `cpbqa build` again.")
    return reports[report]


class Resolver:
    """Finds the citations of one report in it. The report is read once, when the first citation is looked for."""

    def __init__(self, report: Report, authority: str) -> None:
        self._report = report
        self._authority = authority

    def words(self, citation: Citation) -> str:
        """The words that stand at a citation's place: a row's cells joined by tabs, or the words of its section.

        White space is as the citation folds it. Raises CitationError where they do not stand there.
        """
        # Where a section is cited the tables need not be read: they take twenty times as long.
        here, cited = self._sections.get(citation.location), citation.quote.split()
        row = None if here else self._cells.get(citation.location)
        if row is not None:
            return row[0]
        if cited and any(_holds(words, cited) for words in here or ()):
            return citation.quote
        raise CitationError(
            f"What is cited from the {citation.report} report, {citation.location}, does not stand there; "
            "run `cpbqa build` again."
        )

    def value(self, citation: Citation) -> str | None:
        """The printed cell in the row and column that a citation names; None where it names no cell."""
        row = self._cells.get(citation.location)
        return row[1] if row else None

    @cached_property
    def _cells(self) -> dict[str, tuple[str, str]]:
        """By location, the row as printed and the one cell in the named column. Two of one name are no evidence."""
        found: dict[str, tuple[str, str]] = {}
        for o in read_tables(self._report, self._authority).observations:
            told = (o.citation.quote, o.quantity.printed)
            found[o.citation.location] = told if found.get(o.citation.location, told) == told else ("", "")
        return found

    @cached_property
    def _sections(self) -> dict[str, list[list[str]]]:
        """By location, the words of its section: of its prose, and of its tables cell by cell and row by row."""
        blocks: dict[tuple[str, ...], list[Block]] = defaultdict(list)
        for block in self._report.blocks:
            blocks[block.section].append(block)
        found: dict[str, list[list[str]]] = {}
        for section, here in blocks.items():
            told = [text.split() for text in _texts(here)]
            for page in {None, *(block.page for block in here), *_pages(here)}:
                found.setdefault(self._report.place(section, page), []).extend(told)
        return found


def _pages(blocks: list[Block]) -> set[int | None]:
    return {row.page for block in blocks if block.table for row in block.table.rows}


def _texts(blocks: list[Block]) -> list[str]:
    """What can be quoted from a section: all its text in one piece, with and without the marks of its bullets."""
    plain, marked = [], []
    for block in blocks:
        if block.table:
            rows = [row.quote for row in block.table.rows]
            cells = [
                text for row in block.table.rows for cell in row.cells for text in (cell.text, " ".join(cell.lines))
            ]
            plain += rows
            marked += [*rows, *cells]
        else:
            plain.append(block.text)
            marked.append(f"{block.marker} {block.text}")
    return [" ".join(plain), " ".join(marked), *(block.text for block in blocks)]


def _holds(words: list[str], cited: list[str]) -> bool:
    """Whether the cited words stand among the words one after the other.

    What is longer than a passage without a blank is no word, and is quoted in parts.
    """
    first, count = cited[0], len(cited)
    if any(words[i : i + count] == cited for i, word in enumerate(words) if word == first):
        return True
    if all(len(word) <= LONGEST for word in words):
        return False
    runs = (words[i : i + count] for i in range(len(words) - count + 1))
    return any(all(map(_is_part, run, cited)) for run in runs)


def _is_part(word: str, cited: str) -> bool:
    return word == cited or (len(word) > LONGEST and cited in word)
