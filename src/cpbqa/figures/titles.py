"""What a table is called: by its caption, or by the heading or the few words that it stands below."""

from __future__ import annotations

import re

from cpbqa.domain import Block, Report, Row, caption

from .naming import year_in

_NO_TITLE = re.compile(r"\b(?:reports?|contents|agenda|timetable|minutes)\b", re.I)
_MOST_WORDS = 14


def title_of(report: Report, index: int) -> str:
    """What a table is called: its caption, else the heading that it stands under, where that names no more than it."""
    block, above = report.blocks[index], report.blocks[index - 1] if index else None
    if above is not None and above.kind in ("heading", "paragraph") and caption(above.text):
        return caption(above.text)
    if above is not None and _titles(above) and year_in(above.text) and not _NO_TITLE.search(above.text):
        return above.text
    return block.section[-1] if len(block.section) > 1 else ""


def _titles(block: Block) -> bool:
    """A heading, or a few words that are no sentence: so is a table named where nothing says `Table 1`."""
    short = block.kind == "paragraph" and len(block.text.split()) <= _MOST_WORDS and block.text[-1:] not in ".:;,?!"
    return short or block.kind == "heading"


def begins_another(row: Row) -> bool:
    """A caption alone, between two tables that are set as one."""
    return bool(caption(row.texts[0])) and not any(row.texts[1:])
