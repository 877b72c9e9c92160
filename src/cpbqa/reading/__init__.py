"""Reading: a file becomes a Report. One module a format; `read_text` decides between the text dialects by content."""

from __future__ import annotations

from collections.abc import Sequence

from cpbqa.domain import ReadingError, Report

from . import celled, tabbed
from .assembly import assemble, contents_list
from .headings import always_section
from .lines import Line, split_lines
from .pieces import Piece

__all__ = ["outline_of", "read_text"]


def read_text(report_id: str, title: str, data: bytes, outline: Sequence[str] = ()) -> Report:
    """Read a report's text file.

    `outline` holds section titles of another year's contents list, for a report that has none of its own.
    Raises ReadingError where the file is not UTF-8 text or has nothing to read in it.
    """
    raw = _decoded(report_id, data)
    pieces = _pieces(split_lines(raw))
    if not pieces:
        raise ReadingError(
            f"The report {report_id} is empty: its file holds no words. Put the whole report into the corpus folder."
        )
    return assemble(report_id, title, raw, pieces, outline)


def outline_of(data: bytes) -> tuple[str, ...]:
    """The section titles of a report's own contents list, in order; empty where it has none."""
    _, sections = contents_list(_pieces(split_lines(data.decode("utf-8", "replace"))))
    return tuple(section.title for section in sections)


def _pieces(lines: Sequence[Line]) -> list[Piece]:
    if _is_celled(lines):
        return celled.pieces(lines, always_section)
    return tabbed.pieces(lines)


def _decoded(report_id: str, data: bytes) -> str:
    try:
        raw = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ReadingError(
            f"The report {report_id} is not UTF-8 text (byte {problem.start}). Save it as UTF-8 plain text."
        ) from None
    if "\x00" in raw:
        raise ReadingError(f"The report {report_id} is not a text file: it holds NUL bytes. Save it as plain text.")
    return raw


def _is_celled(lines: Sequence[Line]) -> bool:
    """Cells on lines of their own: most lines with a tab have it at the start and nowhere else."""
    tabs = [line.text for line in lines if "\t" in line.text]
    single = sum(text.startswith("\t") and "\t" not in text[1:] for text in tabs)
    return 2 * single > len(tabs)
