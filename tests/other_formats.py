"""The real reports written as Word files and PDFs, as other programs would: from what they print, block by block."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from cpbqa.domain import Block, Report

BULLETS = ("-", "·", "•")


def _element(name: str, **attributes: str) -> OxmlElement:
    found = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


class WordWriter:
    """Writes a Word file with python-docx: styles for headings, Word's own lists, tables with merged cells."""

    def __init__(self, bold_headings: bool = False) -> None:
        self.document: Document = docx.Document()
        self._bold_headings = bold_headings
        self._lists: dict[str, str] = {}

    def data(self) -> bytes:
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def heading(self, text: str, level: int) -> None:
        if self._bold_headings:
            run = self.document.add_paragraph().add_run(text)
            run.bold = True
            run.font.size = docx.shared.Pt((18, 15, 12)[min(level, 2)])
        else:
            self.document.add_heading(text, level + 1)

    def paragraph(self, text: str) -> Paragraph:
        return self.document.add_paragraph(text)

    def bullet(self, marker: str, text: str, depth: int) -> None:
        paragraph = self.document.add_paragraph(text)
        if marker in BULLETS:
            properties = paragraph._p.get_or_add_pPr()
            numbering = _element("numPr")
            numbering.append(_element("ilvl", val=str(depth)))
            numbering.append(_element("numId", val=self._list(marker)))
            properties.append(numbering)
        else:
            paragraph.runs[0].text = f"{marker} {text}"

    def _list(self, marker: str) -> str:
        """A list definition whose bullet is this very mark."""
        if marker not in self._lists:
            root = self.document.part.numbering_part.element
            number = str(900 + len(self._lists))
            kind = _element("abstractNum", abstractNumId=number)
            for level in range(3):
                form = _element("lvl", ilvl=str(level))
                form.append(_element("start", val="1"))
                form.append(_element("numFmt", val="bullet"))
                form.append(_element("lvlText", val=marker))
                kind.append(form)
            root.insert(0, kind)
            listed = _element("num", numId=number)
            listed.append(_element("abstractNumId", val=number))
            root.append(listed)
            self._lists[marker] = number
        return self._lists[marker]

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """A heading row, one with a single filled cell, is one merged cell, as people make them."""
        width = max(map(len, rows))
        table = self.document.add_table(rows=0, cols=width, style="Table Grid")
        for row in rows:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=False):
                cell.text = text
            if width > 2 and row[0] and not any(row[1:]):
                cells[0].merge(cells[width - 1]).text = row[0]

    def contents(self, rows: Sequence[tuple[str, str]]) -> None:
        styles = self.document.styles
        if "TOC 1" not in [style.name for style in styles]:
            styles.add_style("TOC 1", WD_STYLE_TYPE.PARAGRAPH)
        for title, page in rows:
            self.document.add_paragraph(f"{title}\t{page}", style="TOC 1")


def cell_text(text: str, lines: Sequence[str]) -> str:
    """A cell's text, its items on lines of their own where it is a list of them."""
    return "\n".join(lines) if len(lines) > 1 and "•" not in text and "·" not in text else text


def as_word(report: Report, bold_headings: bool = False) -> bytes:
    """The report as a Word file."""
    writer = WordWriter(bold_headings)
    for block in report.blocks:
        _write_word(writer, block)
    return writer.data()


def _write_word(writer: WordWriter, block: Block) -> None:
    if block.kind == "contents" and block.table:
        writer.contents([(row.texts[0].rstrip(". "), row.texts[-1]) for row in block.table.rows])
    elif block.table:
        writer.table([row.texts for row in block.table.rows])
    elif block.kind == "heading":
        writer.heading(block.text, block.depth)
    elif block.kind == "bullet":
        writer.bullet(block.marker, block.text, block.depth)
    else:
        writer.paragraph(block.text)
