"""Reading: a file becomes a Report. One module a format; what is in the file decides which, never its name."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

from cpbqa.domain import Period, ReadingError, Report

from . import celled, tabbed
from .assembly import assemble, contents_list
from .drafts import Draft
from .headings import always_section
from .kinds import Kind, damaged, decoded, kind_of
from .lines import Line, split_lines
from .pieces import Piece

__all__ = ["draft_of", "outline_of", "read_report", "report_of"]

# Shorter pages that come in a report's place: "Sign in to continue", "Not found".
_LEAST_WORDS = 50


def read_report(report_id: str, title: str, data: bytes, outline: Sequence[str] = ()) -> Report:
    """Read a report's file.

    `outline` holds section titles of another year's contents list, for a report that has none of its own.
    Raises ReadingError, one sentence, where the file cannot be read or has nothing to read in it.
    """
    return report_of(report_id, title, draft_of(report_id, data), outline)


def report_of(report_id: str, title: str, draft: Draft, outline: Sequence[str] = ()) -> Report:
    """A Report from what its format's reader understood."""
    return assemble(report_id, title, draft, outline)


def outline_of(draft: Draft) -> tuple[str, ...]:
    """The section titles of a report's own contents list, in order; empty where it has none."""
    _, sections = contents_list(draft.pieces)
    return tuple(section.title for section in sections)


def draft_of(report_id: str, data: bytes) -> Draft:
    """What its format's reader makes of a file. Raises ReadingError, one sentence, where that is nothing."""
    kind = kind_of(report_id, data)
    try:
        with warnings.catch_warnings():
            # What a library has to say of a file is for its author, not for a reader.
            warnings.simplefilter("ignore")
            draft = _reader(kind)(report_id, data)
    except ReadingError:
        raise
    except Exception:  # Damaged files fail in a hundred ways inside other people's code; they all mean the same here.
        raise damaged(report_id) from None
    if not draft.pieces:
        raise ReadingError(
            f"The report {report_id} is empty: its file holds no words. Put the whole report into the corpus folder."
        )
    if kind not in ("text", "spaced") and not _is_report(draft):
        raise ReadingError(
            f"The report {report_id} is no report: its file ({kind}) holds {_words(draft)} words and no table of "
            "figures. Name the report's own file."
        )
    return draft


def _is_report(draft: Draft) -> bool:
    """A report has more to say than an error page or a form has, or it has a table with years."""
    rows = [row for piece in draft.pieces if piece.rows for row in piece.rows]
    years = any(sum(Period.heading(" ".join(cell.lines)) is not None for cell in row) >= 2 for row in rows)
    dated = sum(Period.heading(" ".join(row[0].lines)) is not None for row in rows)
    return years or dated >= 2 or _words(draft) >= _LEAST_WORDS


def _words(draft: Draft) -> int:
    return len(draft.raw.split())


def _reader(kind: Kind) -> Callable[[str, bytes], Draft]:
    """The reader of a format. Each brings its library along only when it is called for."""
    if kind == "Word":
        from .word import read_word

        return lambda _, data: read_word(data)
    if kind in ("web page", "markdown"):
        from .webpage import read_markdown, read_page

        return lambda _, data: read_markdown(data) if kind == "markdown" else read_page(data)
    if kind in ("csv", "Excel"):
        from .sheets import read_csv, read_workbook

        return lambda _, data: read_csv(data) if kind == "csv" else read_workbook(data)
    if kind == "PDF":
        from .pdf import read_pdf

        return read_pdf
    if kind == "spaced":
        from .spaced import read_spaced

        return lambda report_id, data: read_spaced(decoded(report_id, data))
    return _read_text


def _read_text(report_id: str, data: bytes) -> Draft:
    raw = decoded(report_id, data)
    return Draft(raw, tuple(_pieces(split_lines(raw))))


def _pieces(lines: Sequence[Line]) -> list[Piece]:
    if _is_celled(lines):
        return celled.pieces(lines, always_section)
    return tabbed.pieces(lines)


def _is_celled(lines: Sequence[Line]) -> bool:
    """Cells on lines of their own: most lines with a tab have it at the start and nowhere else."""
    tabs = [line.text for line in lines if "\t" in line.text]
    single = sum(text.startswith("\t") and "\t" not in text[1:] for text in tabs)
    return 2 * single > len(tabs)
