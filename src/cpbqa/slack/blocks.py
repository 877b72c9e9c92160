"""Blocks of Block Kit as plain dictionaries, each within Slack's limits whatever text it is given.

Text goes into `plain_text` and `rich_text` elements only, in which Slack parses no mention, no link and no markup.
The limits are those of Slack's "Block Kit" reference, November 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .plain import BLANK, clean, shown, size
from .reply import HELPFUL, UNHELPFUL, Action, Block

BLOCKS, VIEW_BLOCKS = 50, 100
SECTION, HEADER, BUTTON, VALUE, CELL = 3000, 150, 75, 2000, 300
TITLE = 24
"""Characters of a modal's title and of its buttons."""
TABLE_ROWS, TABLE_COLUMNS, TABLE_TEXT = 100, 20, 9000
"""Rows with the header, columns, and characters; Slack allows 10,000 characters in all tables of a message."""
CHART_TITLE, CHART_NAME, CHART_CATEGORIES, CHART_AXIS = 50, 20, 20, 50
_ELEMENT = 2800


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


def plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shown(text, limit), "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of plain text, with a button at its side."""
    block: Block = {"type": "section", "text": plain_text(text, SECTION)}
    return block | {"accessory": accessory} if accessory else block


def context(*lines: str) -> Block:
    """Small print, a line each."""
    return {"type": "context", "elements": [plain_text("\n".join(lines), SECTION)]}


def button(text: str, action: str, value: str, about: str = "") -> Block:
    """A button; `about` is what a screen reader says in place of its text."""
    told: Block = {"type": "button", "action_id": action, "text": plain_text(text, BUTTON), "value": value}
    return told | {"accessibility_label": shown(about, BUTTON)} if about else told


def actions(buttons: Sequence[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def prose(*spans: Span) -> Block:
    """A paragraph in several styles."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": _elements(spans)}]}


def quotation(*spans: Span) -> Block:
    """The same as a quotation, with a bar at its side."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": _elements(spans)}]}


def bullets(items: Iterable[Sequence[Span]]) -> Block:
    elements = [{"type": "rich_text_section", "elements": _elements(item)} for item in items]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": elements}]}


def _elements(spans: Sequence[Span]) -> list[Block]:
    """Text elements; a blank text is none, and a long one is several."""
    elements: list[Block] = []
    for span in spans:
        text = clean(span.text)
        style = {name: True for name, on in (("bold", span.bold), ("italic", span.italic)) if on}
        for start in range(0, len(text), _ELEMENT // 2):
            element: Block = {"type": "text", "text": text[start : start + _ELEMENT // 2]}
            elements.append(element | ({"style": style} if style else {}))
    if not any(element["text"].strip() for element in elements):
        return [{"type": "text", "text": BLANK}]
    return elements


def feedback_buttons() -> Block:
    """The two buttons of Slack's own feedback element."""

    def half(text: str, value: str) -> Block:
        return {"text": plain_text(text, BUTTON), "value": value, "accessibility_label": f"This reply was {value}"}

    buttons = {
        "type": "feedback_buttons",
        "action_id": Action.FEEDBACK,
        "positive_button": half("Helpful", HELPFUL),
        "negative_button": half("Not helpful", UNHELPFUL),
    }
    return {"type": "context_actions", "elements": [buttons]}


def data_table(caption: str, rows: Sequence[Sequence[str]]) -> Block:
    """A table for readers and for screen readers: its first row and its first column are headers."""
    return {
        "type": "data_table",
        "caption": shown(caption, HEADER),
        "row_header_column_index": 0,
        "page_size": min(TABLE_ROWS, max(1, len(rows) - 1)) if len(rows) <= 21 else 10,
        "rows": _cells(rows),
    }


def table(rows: Sequence[Sequence[str]]) -> Block:
    """The older kind of table, without a caption."""
    settings = [{"align": "left", "is_wrapped": True}, *({"align": "right"} for _ in rows[0][1:])]
    return {"type": "table", "column_settings": settings, "rows": _cells(rows)}


def _cells(rows: Sequence[Sequence[str]]) -> list[list[Block]]:
    return [[{"type": "raw_text", "text": shown(cell, CELL)} for cell in row] for row in rows]


def fitting(rows: Sequence[Sequence[str]], budget: int = TABLE_TEXT) -> list[Sequence[str]]:
    """As many rows, from the first, as a table of Slack takes: none where even two are too many."""
    kept: list[Sequence[str]] = []
    for row in rows[:TABLE_ROWS]:
        budget -= sum(size(shown(cell, CELL)) for cell in row)
        if budget < 0 or len(row) > TABLE_COLUMNS:
            break
        kept.append(row)
    return kept if len(kept) > 1 else []


def line_chart(title: str, name: str, axis: str, points: Sequence[tuple[str, float]]) -> Block:
    """Slack's own chart of one line. Every point has a finite value, and no two have one label."""
    labels = [shown(label, CHART_NAME) for label, _ in points]
    data = [{"label": label, "value": value} for label, (_, value) in zip(labels, points, strict=True)]
    return {
        "type": "data_visualization",
        "title": shown(title, CHART_TITLE),
        "chart": {
            "type": "line",
            "series": [{"name": shown(name, CHART_NAME), "data": data}],
            "axis_config": {"categories": labels, "y_label": shown(axis, CHART_AXIS)},
        },
    }


def weight(block: Any) -> int:
    """The characters that a reader sees in a block, tables and charts left out: Slack counts those by themselves."""
    if isinstance(block, list):
        return sum(weight(item) for item in block)
    if not isinstance(block, dict) or block.get("type") in ("data_table", "table", "data_visualization"):
        return 0
    return sum(size(part) if key == "text" and isinstance(part, str) else weight(part) for key, part in block.items())
