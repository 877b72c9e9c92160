"""The real reports written as Word files and PDFs, as other programs would: from what they print, block by block."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import matplotlib
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Printed
from reportlab.platypus import Table as Printing

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
        for section in self.document.sections:
            section.left_margin = section.right_margin = docx.shared.Cm(1.8)
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
        width = max((index + 1 for row in rows for index, text in enumerate(row) if text), default=1)
        table = self.document.add_table(rows=0, cols=width, style="Table Grid")
        table.autofit = False
        widths = [4.6] + [13.4 / (width - 1)] * (width - 1) if width > 4 else [16.0 / width] * width
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = docx.shared.Cm(wide)
        for row in rows:
            cells = table.add_row().cells
            for cell, text, wide in zip(cells, [*row, *[""] * width], widths, strict=False):
                cell.width = docx.shared.Cm(wide)
                cell.text = text
                for run in cell.paragraphs[0].runs:
                    run.font.size = docx.shared.Pt(7)
            if width > 2 and row[0] and not any(row[1:]):
                cells[0].merge(cells[width - 1]).text = row[0]
        self.document.add_paragraph()

    def contents(self, rows: Sequence[tuple[str, str]]) -> None:
        styles = self.document.styles
        if "TOC 1" not in [style.name for style in styles]:
            style = styles.add_style("TOC 1", WD_STYLE_TYPE.PARAGRAPH)
            style.paragraph_format.tab_stops.add_tab_stop(
                docx.shared.Cm(15), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
            )
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


# --- PDF --------------------------------------------------------------------------------------------------------


def as_pdf(report: Report, ruled: bool = True) -> bytes:
    """The report as a PDF: a running header and page numbers, headings by size, hanging lists, tables over pages.

    Tables have ruling lines, or none.
    """
    stream = io.BytesIO()
    margins = {"leftMargin": 40, "rightMargin": 40, "topMargin": 70, "bottomMargin": 70}
    document = SimpleDocTemplate(stream, pagesize=A4, title=report.title, invariant=1, **margins)

    def edges(canvas: Canvas, _: object) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, A4[1] - 40, "Corporate Parenting Board")
        canvas.drawRightString(A4[0] - 60, 35, f"Page {canvas.getPageNumber()}")

    story = [part for block in report.blocks for part in _printed(block, ruled)]
    document.build(story, onFirstPage=edges, onLaterPages=edges)
    return stream.getvalue()


def _style(size: float, bold: bool = False, **more: float) -> ParagraphStyle:
    name = f"{_fonts()}-Bold" if bold else _fonts()
    return ParagraphStyle("x", **{"fontName": name, "fontSize": size, "leading": 1.2 * size, "spaceAfter": 6, **more})


@cache
def _fonts() -> str:
    """A font that has every letter of the reports: the one that matplotlib brings along."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in (("Sans", "DejaVuSans.ttf"), ("Sans-Bold", "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, folder / file))
    return "Sans"


def _printed(block: Block, ruled: bool) -> list[Flowable]:
    if block.table:
        width = max((i + 1 for row in block.table.rows for i, text in enumerate(row.texts) if text), default=1)
        return [_printed_table([[*row.texts, *[""] * width][:width] for row in block.table.rows], ruled), Spacer(1, 12)]
    text = escape(block.text)
    if block.kind == "heading":
        size = (16, 13, 11)[min(block.depth, 2)]
        return [Printed(text, _style(size, bold=True, spaceBefore=10))]
    if block.kind == "title":
        return [Printed(text, _style(22, bold=True))]
    if block.kind == "bullet":
        indent = 14 * (block.depth + 1)
        return [Printed(text, _style(10, leftIndent=indent + 14, bulletIndent=indent), bulletText=block.marker)]
    return [Printed(text, _style(10))]


def _printed_table(rows: Sequence[Sequence[str]], ruled: bool) -> Flowable:
    width = len(rows[0])
    wide = 515.0
    shares = {1: [1.0], 2: [0.75, 0.25] if all(row[1].strip().isdigit() for row in rows) else [0.25, 0.75]}
    widths = shares.get(width) or [0.3] + [0.7 / (width - 1)] * (width - 1)
    widths = [0.2, 0.3, 0.2, 0.3] if width == 4 else widths
    filled = [row for row in rows if any(row)]
    cells = [[Printed(escape(text), _style(7, spaceAfter=0)) for text in row] for row in filled]
    lines = [("GRID", (0, 0), (-1, -1), 0.5, black)] if ruled else []
    return Printing(
        cells,
        colWidths=[share * wide for share in widths],
        repeatRows=1,
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 3), *lines],
    )
