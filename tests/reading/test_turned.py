"""Names over narrow columns that are turned by a quarter, in either direction, and such text in the margin."""

from __future__ import annotations

import pytest

from drawn import Sheet, tables

NAMES = [["Apr-23"], ["Statistical", "neighbours"], ["March", "2024"]]


@pytest.mark.parametrize("upward", [True, False])
def test_turned_names_over_columns_are_read(upward: bool) -> None:
    sheet = Sheet()
    canvas, top = sheet.canvas, sheet.y
    lefts = [60, 200, 240, 280, 320]
    canvas.grid(lefts, [top, top - 80, top - 100, top - 120])
    canvas.setFont("Helvetica", 9)
    for left, lines in zip(lefts[1:], NAMES, strict=False):
        for number, text in enumerate(lines):
            canvas.saveState()
            canvas.translate(
                left + (14 if upward else 26) + (11 if upward else -11) * number, top - (75 if upward else 5)
            )
            canvas.rotate(90 if upward else -90)
            canvas.drawString(0, 0, text)
            canvas.restoreState()
    for down, row in ((95, ["Missing", "41", "42", "43"]), (115, ["Found", "31", "32", "33"])):
        for left, text in zip(lefts, row, strict=False):
            canvas.drawString(left + 4, top - down, text)
    canvas.saveState()
    canvas.translate(20, top - 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "OFFICIAL SENSITIVE")
    canvas.restoreState()
    report = sheet.read()
    assert tables(report) == [
        [
            ("", "Apr-23", "Statistical neighbours", "March 2024"),
            ("Missing", "41", "42", "43"),
            ("Found", "31", "32", "33"),
        ]
    ]
    assert "OFFICIAL" not in report.raw
