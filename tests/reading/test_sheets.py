"""Tables of indicators alone: .csv and .xlsx."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from cpbqa.domain import Report
from cpbqa.reading import read_report
from cpbqa.reading.sheets import shown
from real_files import leaves


def tables(report: Report) -> list[list[tuple[str, ...]]]:
    assert leaves(report) == report.raw
    return [[row.texts for row in block.table.rows] for block in report.blocks if block.table]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";"])
def test_csv(encoding: str, mark: str) -> None:
    lines = [
        "Key indicators",
        "Measure,2029/30,2030/31,England",
        "Care,,,",
        '"Boats, all\n(no.)",1,£2,–',
        "Oars,c,<5,",
        "Note: all figures are provisional",
    ]
    text = "\r\n".join(lines).replace(",", mark).replace(f"Boats{mark}", "Boats,")
    report = read_report("2030/31", "A report", text.encode(encoding))
    assert tables(report) == [
        [("Measure", "2029/30", "2030/31", "England"), ("Care", "", "", ""), ("Boats, all (no.)", "1", "£2", "–"),
         ("Oars", "c", "<5", "")]
    ]  # fmt: skip
    assert [(b.kind, b.text) for b in report.blocks if not b.table] == [
        ("paragraph", "Key indicators"),
        ("footnote", "Note: all figures are provisional"),
    ]


def test_workbook() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Care"
    for row in [
        ("Measure", date(2030, 3, 31), "2030/31"),
        ("Boats", 0.688, 1204),
        ("Oars", 45.0, "c"),
        ("Sails", "=1+1", 3),
    ]:
        sheet.append(row)
    sheet["B2"].number_format = "0.0%"
    sheet["C2"].number_format = "#,##0"
    sheet["B3"].number_format = "0.0"
    sheet["A6"], sheet["B6"] = "Masts", 7
    sheet.merge_cells("B6:B7")
    sheet["A7"] = "Decks"
    book.create_sheet("Secret").append(("Measure", "2029/30", "2030/31"))
    book["Secret"].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    report = read_report("2030/31", "A report", stream.getvalue())
    assert tables(report) == [
        [("Measure", "31 March 2030", "2030/31"), ("Boats", "68.8%", "1,204"), ("Oars", "45.0", "c"),
         ("Sails", "", "3"), ("Masts", "7", ""), ("Decks", "7", "")]
    ]  # fmt: skip
    assert [(b.kind, b.text) for b in report.blocks if not b.table] == [("heading", "Care")]
    assert report.warnings == (
        "The sheet 'Care' has formulas without saved values; their cells are blank.",
        "The sheet 'Secret' is hidden; it was left out.",
    )


@pytest.mark.parametrize(
    ("value", "form", "printed"),
    [
        (0.688, "0.0%", "68.8%"),
        (0.6885, "0%", "69%"),
        (1, "0%", "100%"),
        (1204, "#,##0", "1,204"),
        (1204.5, "#,##0.00", "1,204.50"),
        (412, "£#,##0", "£412"),
        (412, '"£"#,##0', "£412"),
        (412, "[$£-809]#,##0.00", "£412.00"),
        (45.0, "General", "45"),
        (45.0, "0.0", "45.0"),
        (0.125, "0.00", "0.13"),
        (12.5, '0.0" days"', "12.5 days"),
        (-3, "0;(0)", "-3"),
        (1234567, "General", "1234567"),
        (0.1 + 0.2, "General", "0.3"),
        ("<5", "0.0", "<5"),
        (True, "General", "TRUE"),
        (date(2030, 3, 31), "mmm-yy", "31 March 2030"),
    ],
)
def test_a_number_is_what_the_sheet_shows(value: object, form: str, printed: str) -> None:
    assert shown(value, form) == printed
