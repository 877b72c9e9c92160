"""Web pages and Markdown: h1 to h6, paragraphs, lists, tables. Markdown is read as the page that it stands for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .drafts import Draft, Rendering, plain, raised
from .grids import GridCell, cards_of, is_layout, laid_out, without_blank_columns
from .markup import local, parsed_page
from .pieces import Looks
from .piped import with_rules
from .wordfile import number

_LEFT_OUT = frozenset(
    "script style noscript template head nav header footer aside form button select svg iframe object input".split()
)
_HEADINGS = {f"h{n}": n - 1 for n in range(1, 7)}
_BLOCKS = frozenset(
    "html body main article section div p ul ol li dl dt dd table blockquote pre figure figcaption address hr details "
    "summary fieldset center".split()
) | set(_HEADINGS)
_DEEPEST = 150


def read_markdown(data: bytes) -> Draft:
    """A Markdown file (CommonMark with pipe tables) as a draft."""
    from markdown_it import MarkdownIt

    # The reports' own HTML, if there is any, is part of the text.
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(with_rules(data.decode("utf-8-sig")))
    return read_page(f"<html><body>{page}</body></html>".encode())


def read_page(data: bytes) -> Draft:
    """An HTML page as a draft: its main part where it names one, without menus and forms."""
    root = parsed_page(data)
    reader = _Reader()
    if root is not None:
        mains = list(root.iter("main"))
        for part in mains[:1] or [root]:
            reader.blocks(part, 0)
            reader.end()
    return reader.out.draft()


class _Reader:
    def __init__(self) -> None:
        self.out = Rendering()
        self._inline: list[str] = []
        self._bold: list[bool] = []
        self._lists: list[tuple[str, int]] = []
        self._item: str | None = None

    def blocks(self, parent: Any, depth: int, bold: bool = False) -> None:
        """Everything in an element, its text and the text after each element in it."""
        self._add(parent.text, bold)
        for element in parent:
            name = local(element)
            if name and name not in _LEFT_OUT and depth < _DEEPEST and not _hidden(element):
                self._element(element, name, depth, bold)
            self._add(element.tail, bold)

    def end(self) -> None:
        """The text so far is a paragraph, or an item of a list."""
        parts = [part for part in "".join(self._inline).split("\n") if plain(part)]
        bold = bool(self._bold) and all(self._bold)
        self._inline, self._bold = [], []
        for part in parts:
            if self._item is not None and self._lists:
                self.out.bullet(self._item, part, min(len(self._lists) - 1, 8))
                self._item = None
            else:
                self.out.paragraph(part, Looks(bold=bold))

    def _add(self, text: str | None, bold: bool) -> None:
        if text:
            self._inline.append(" ".join(text.split("\n")))
            if text.strip():
                self._bold.append(bold)

    def _element(self, element: Any, name: str, depth: int, bold: bool) -> None:
        if name == "br":
            self._inline.append("\n")
        elif name == "sup":
            self._add(raised(_text(element)), bold)
        elif name not in _BLOCKS:
            self.blocks(element, depth + 1, bold or name in ("b", "strong"))
        else:
            self.end()
            self._block(element, name, depth)
            self.end()

    def _block(self, element: Any, name: str, depth: int) -> None:
        if name in _HEADINGS:
            self.out.heading(_text(element), _HEADINGS[name])
        elif name == "table":
            self._table(element, depth)
        elif name in ("ul", "ol"):
            start = number(element.get("start"), 0, 100_000) if name == "ol" else None
            self._lists.append((name, 1 if start is None else start))
            self.blocks(element, depth + 1)
            self.end()
            self._lists.pop()
            self._item = None
        elif name == "li":
            self._item = self._next_marker()
            self.blocks(element, depth + 1)
            self.end()
            self._item = None
        elif name == "pre":
            for line in _text(element, "\n").split("\n"):
                self.out.paragraph(line)
        else:
            self.blocks(element, depth + 1)

    def _next_marker(self) -> str:
        if not self._lists or self._lists[-1][0] == "ul":
            return "•"
        name, count = self._lists[-1]
        self._lists[-1] = (name, count + 1)
        return f"{count}."

    def _table(self, table: Any, depth: int) -> None:
        # A damaged page has cells inside of cells: read by themselves as well, each level would double all below it.
        cells = [cell for cell in table.iter("td", "th") if _owner(cell, ("table", "td", "th")) is table]
        for caption in table.iter("caption"):
            if _owner(caption) is table:
                self.out.paragraph(_text(caption))
        try:
            laid = without_blank_columns(laid_out(_rows(table)))
        except ValueError:
            self.out.warn("A table of more cells than a report can hold was left out.")
            return
        holds_headings = any(local(inner) in _HEADINGS for cell in cells for inner in cell.iter())
        if depth < _DEEPEST and (is_layout(laid) or holds_headings):
            for cell in cells:
                self.blocks(cell, depth + 1)
                self.end()
            return
        if facts := cards_of(laid):
            self.out.cards(facts)
        else:
            self.out.table(laid)
        for inner in table.iter("table"):
            if inner is not table and depth < _DEEPEST and _owner(inner) is table:
                self._table(inner, depth + 1)


def _rows(table: Any) -> list[list[GridCell]]:
    rows = []
    for row in table.iter("tr"):
        if _owner(row) is table and not _hidden(row):
            cells = [cell for cell in row if local(cell) in ("td", "th")]
            rows.append([_cell(cell) for cell in cells])
    return rows


def _cell(cell: Any) -> GridCell:
    columns = number(cell.get("colspan"), 1, 200) or 1
    rows = number(cell.get("rowspan"), 1, 5_000) or 1
    return GridCell(tuple(line for line in _text(cell, "\n").split("\n") if plain(line)), columns, rows)


def _owner(element: Any, names: Collection[str] = ("table",)) -> Any:
    """The nearest element of these names around it: the table that it stands in; for a table, the one around it."""
    parent = element.getparent()
    while parent is not None and local(parent) not in names:
        parent = parent.getparent()
    return parent


def _text(element: Any, gap: str = " ") -> str:
    """The text of an element, the parts of it that stand below each other parted by `gap`; no nested table."""
    parts: list[str] = []

    def walk(inner: Any, depth: int) -> None:
        name = local(inner)
        apart = name in _BLOCKS or name == "br"
        if not name or name in _LEFT_OUT or depth > _DEEPEST or (name == "table" and inner is not element):
            return
        if apart and inner is not element:
            parts.append(gap)
        if name == "li":
            parts.append("• ")
        if name == "sup":
            parts.append(raised("".join(inner.itertext())))
            return
        keep = local(element) == "pre"
        parts.append((inner.text or "") if keep else " ".join((inner.text or "").split("\n")))
        for below in inner:
            walk(below, depth + 1)
            parts.append((below.tail or "") if keep else " ".join((below.tail or "").split("\n")))
        if apart and inner is not element:
            parts.append(gap)

    walk(element, 0)
    return "".join(parts)


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style
