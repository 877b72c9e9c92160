"""Pages drawn line by line, as a PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from cpbqa.domain import Block, Report
from cpbqa.reading import read_report
from real_files import leaves

WORDS = (
    "the board heard that children who live with foster carers near their school do well and that those who move "
    "often need more help from every service in the borough so it asked for a plan to find more homes close by and "
    "for a report each term on how many children had moved and why they had to move at all"
).split()


class Sheet:
    """Draws pages line by line, from the top."""

    def __init__(self, **options: object) -> None:
        self._stream = io.BytesIO()
        self.canvas = Canvas(self._stream, pagesize=A4, invariant=1, **options)
        self.y = A4[1] - 90.0

    def line(self, text: str, x: float = 60, size: float = 10, font: str = "Helvetica", down: float = 12.5) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.y, text)
        self.y -= down

    def text(self, words: Sequence[str], x: float = 60, width: int = 80, **more: object) -> None:
        """Words as lines of about so many letters, and room below."""
        row = ""
        for word in words:
            if len(row) + len(word) > width:
                self.line(row, x, **more)
                row = ""
            row = f"{row} {word}".strip()
        self.line(row + ".", x, down=24, **more)

    def page(self) -> None:
        self.canvas.showPage()
        self.y = A4[1] - 90.0

    def read(self) -> Report:
        self.canvas.save()
        report = read_report("2030/31", "A report", self._stream.getvalue())
        assert leaves(report) == report.raw
        return report

    def data(self) -> bytes:
        self.canvas.save()
        return self._stream.getvalue()


def rows(block: Block) -> list[tuple[str, ...]]:
    assert block.table is not None
    return [row.texts for row in block.table.rows]


def tables(report: Report) -> list[list[tuple[str, ...]]]:
    return [rows(block) for block in report.blocks if block.table]
