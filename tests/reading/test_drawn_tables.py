"""Tables in PDFs as councils draw them: shaded rows, places over their years, rows that a page's end parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from cpbqa.figures.tables import read_tables
from drawn import WORDS, Sheet, tables

PLACES = (60, 300, 380, 460)
EDGE = 530


def put(sheet: Sheet, row: Sequence[str], places: Sequence[float] = PLACES, font: str = "Helvetica") -> None:
    for x, text in zip(places, row, strict=True):
        sheet.canvas.setFont(font, 9)
        sheet.canvas.drawString(x, sheet.y, text)


def shade(sheet: Sheet) -> None:
    """A rectangle behind each cell of the row that comes next, without a line."""
    edges = (*(place - 4 for place in PLACES), EDGE)
    sheet.canvas.setFillGray(0.9)
    for left, right in pairwise(edges):
        sheet.canvas.rect(left, sheet.y - 6, right - left, 18, fill=1, stroke=0)
    sheet.canvas.setFillGray(0)


HEADER = ("Measure", "2029/30", "2030/31", "England")
ROWS = [(f"Children with a plan, group {name}", f"{n}1%", f"{n}2%", f"{n}3%") for n, name in enumerate("abcdef", 1)]


def test_every_other_row_shaded_is_one_table_also_over_a_page() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    for page in (ROWS[:4], ROWS[4:]):
        for index, row in enumerate((HEADER, *page)):
            if index % 2 == 0:
                shade(sheet)
            put(sheet, row)
            sheet.y -= 18
        sheet.page()
    assert tables(sheet.read()) == [[HEADER, *ROWS]]


def test_a_table_of_which_only_a_column_and_the_header_are_shaded_loses_no_row() -> None:
    """Lines below the rows, a shade behind the header and behind the colour of some rows: no cell is whole."""
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    shade(sheet)
    rows = [(f"Children with a plan, group {name}", f"{n}1%", f"{n}2%", "Green") for n, name in enumerate("abc", 1)]
    for index, row in enumerate((("Measure", "2029/30", "2030/31", "RAG"), *rows)):
        if index in (1, 2):
            sheet.canvas.setFillGray(0.8)
            sheet.canvas.rect(PLACES[-1] - 4, sheet.y - 6, EDGE - PLACES[-1] + 4, 18, fill=1, stroke=0)
            sheet.canvas.setFillGray(0)
        put(sheet, row)
        sheet.canvas.line(56, sheet.y - 6, EDGE, sheet.y - 6)
        sheet.y -= 18
    assert tables(sheet.read()) == [[("Measure", "2029/30", "2030/31", "RAG"), *rows]]


def test_values_beside_the_middle_of_a_label_below_a_header_are_its_row() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    put(sheet, HEADER)
    for index, lines in enumerate((("Young people supported", "(number, aged 14 to 25)"), ("In touch",))):
        sheet.y -= 22
        top = sheet.y
        for number, line in enumerate(lines):
            sheet.canvas.drawString(60, top - 10 * number, line)
        sheet.y = top - 5 * (len(lines) - 1)
        put(sheet, ("", f"{index}57", f"{index}61", f"{index}48"))
        sheet.y = top - 10 * (len(lines) - 1)
    assert tables(sheet.read()) == [
        [HEADER, ("Young people supported (number, aged 14 to 25)", "057", "061", "048"),
         ("In touch", "157", "161", "148")]
    ]  # fmt: skip


def test_boxes_of_prose_beside_each_other_are_no_shaded_row() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    sheet.canvas.rect(56, sheet.y - 40, 220, 54)
    sheet.canvas.rect(276, sheet.y - 40, 220, 54)
    for line in (("94% of our children", "12 new homes were"), ("had a dental check", "found for brothers")):
        put(sheet, line, (60, 280))
        sheet.y -= 12
    texts = [block.text for block in sheet.read().blocks]
    assert texts[1:] == ["94% of our children had a dental check", "12 new homes were found for brothers"]


def test_years_set_closely_under_places_are_columns_of_their_own() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    places = (60, 300, 342, 384, 430)
    put(sheet, ("Measure", "Northshire Council", "", "England", ""), places)
    sheet.y -= 14
    put(sheet, ("", "2029/30", "2030/31", "2029/30", "2030/31"), places)
    for label, *values in (("With a plan", "51%", "62%", "73%", "84%"), ("In touch", "9%", "8%", "7%", "6%")):
        sheet.y -= 16
        put(sheet, (label, *values), places)
    found = [
        (o.label, str(o.period), o.geography, o.quantity.printed)
        for o in read_tables(sheet.read(), "Northshire").observations
    ]
    assert found == [
        ("With a plan", "2029/30", "Northshire", "51%"), ("With a plan", "2030/31", "Northshire", "62%"),
        ("With a plan", "2029/30", "National", "73%"), ("With a plan", "2030/31", "National", "84%"),
        ("In touch", "2029/30", "Northshire", "9%"), ("In touch", "2030/31", "Northshire", "8%"),
        ("In touch", "2029/30", "National", "7%"), ("In touch", "2030/31", "National", "6%"),
    ]  # fmt: skip


def over_a_page() -> Sheet:
    """A table of three rows at the end of a page; the next one begins."""
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    for row in (HEADER, *ROWS[:3]):
        put(sheet, row)
        sheet.y -= 18
    sheet.page()
    return sheet


def test_the_last_row_alone_on_a_page_is_the_tables() -> None:
    sheet = over_a_page()
    put(sheet, ("Number of carers", "12", "", "n/a"))
    sheet.y -= 30
    sheet.text(["After", *WORDS])
    report = sheet.read()
    assert tables(report) == [[HEADER, *ROWS[:3], ("Number of carers", "12", "", "n/a")]]
    assert report.blocks[-1].text.startswith("After the board")


def test_a_line_at_the_top_of_a_page_that_stands_in_no_column_is_no_row() -> None:
    sheet = over_a_page()
    put(sheet, ("The board met", "12 times, in", "7 places", "in all"), (60, 200, 330, 400))
    sheet.y -= 30
    sheet.text(["After", *WORDS])
    assert tables(sheet.read()) == [[HEADER, *ROWS[:3]]]


def ruled(sheet: Sheet, lines: Sequence[Sequence[Sequence[str]]], bold: Sequence[int] = ()) -> None:
    """Rows of cells of several lines, with every cell drawn."""
    edges = (56, 160, 300, 400)
    for index, row in enumerate(lines):
        high = 14 * max(map(len, row)) + 4
        for left, right, cell in zip(edges, edges[1:], row, strict=False):
            sheet.canvas.rect(left, sheet.y - high + 12, right - left, high)
            for n, text in enumerate(cell):
                sheet.canvas.setFont("Helvetica-Bold" if index in bold else "Helvetica", 9)
                sheet.canvas.drawString(left + 4, sheet.y - 14 * n, text)
        sheet.y -= high


def test_a_label_that_the_end_of_a_page_breaks_goes_on_whatever_its_case() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    header = [["Measure"], ["2029/30"], ["2030/31"]]
    ruled(sheet, [header, [["In touch"], ["9%"], ["8%"]], [["Children placed with"], ["12"], ["14"]]])
    sheet.page()
    ruled(sheet, [header, [["Foster Carers"], [], []], [["Adopted"], ["1"], ["2"]]])
    assert tables(sheet.read()) == [
        [
            ("Measure", "2029/30", "2030/31"), ("In touch", "9%", "8%"),
            ("Children placed with Foster Carers", "12", "14"), ("Adopted", "1", "2"),
        ]
    ]  # fmt: skip


def test_a_groups_heading_at_the_top_of_a_page_is_no_rest_of_a_label() -> None:
    header = [["Measure"], ["2029/30"], ["2030/31"]]
    for label, bold in (("Children placed with", (1,)), ("In touch", ())):
        sheet = Sheet()
        sheet.text(["The", *WORDS])
        ruled(sheet, [header, [["Known"], ["9%"], ["8%"]], [[label], ["12"], ["14"]]])
        sheet.page()
        ruled(sheet, [header, [["Foster Carers"], [], []], [["Adopted"], ["1"], ["2"]]], bold)
        assert tables(sheet.read())[0][3:] == [("Foster Carers", "", ""), ("Adopted", "1", "2")]


def test_a_shaded_header_a_heading_at_the_foot_of_the_page_and_the_rest_are_one_table() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    header = ("Measure", "2029/30", "2030/31", "Status")
    for name, foot in (("a", "Care leavers"), ("b", "")):
        shade(sheet)
        put(sheet, header)
        for n in (1, 2, 3):
            sheet.y -= 18
            # The last cell begins before its column does, so that it stands in none that is drawn.
            put(sheet, (f"Children {name}{n}", f"{n}1%", f"{n}2%*", "Amber now"), (60, 300, 380, 450))
        sheet.y -= 18
        if foot:
            sheet.line(foot, size=9)
            sheet.page()
    sheet.y -= 10
    sheet.line("* Counted anew; not comparable with earlier years.", size=9)
    report = sheet.read()
    (rows,) = tables(report)
    assert rows == [
        header, *((f"Children a{n}", f"{n}1%", f"{n}2%*", "Amber now") for n in (1, 2, 3)),
        ("Care leavers", "", "", ""), *((f"Children b{n}", f"{n}1%", f"{n}2%*", "Amber now") for n in (1, 2, 3)),
    ]  # fmt: skip
    found = [o for o in read_tables(report, "Anytown").observations if str(o.period) == "2030/31"]
    assert [(o.group, o.label, o.quantity.printed, str(o.footnotes[0].breaks)) for o in found] == [
        *(("", f"Children a{n}", f"{n}2%*", "2030/31") for n in (1, 2, 3)),
        *(("Care leavers", f"Children b{n}", f"{n}2%*", "2030/31") for n in (1, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("lines", "label"),
    [
        (("Children", "continuousl", "y looked after"), "Children continuously looked after"),
        (("All other", "Independen", "t homes"), "All other Independent homes"),
        (("Unaccom", "panied girls"), "Unaccompanied girls"),
        (("Those in", "education", ", or in work"), "Those in education, or in work"),
        (("In touch", "(17,18,19,2", "0,21)"), "In touch (17,18,19,20,21)"),
        # Words that fill their column and are whole.
        (("With some", "assessments", "often late"), "With some assessments often late"),
        (("With some", "assessment", "done late"), "With some assessment done late"),
        (("Homes that", "children", "need"), "Homes that children need"),
        (("Girls", "1,204", "1,310"), "Girls 1,204 1,310"),
    ],
)
def test_a_word_too_long_for_its_cell_is_whole_again(lines: Sequence[str], label: str) -> None:
    widest = max(map(len, lines[:-1]))
    room = max(stringWidth(line, "Helvetica", 9) for line in lines[:-1] if len(line) == widest) + 0.5
    edges = (60.0, 60 + room + 8, *(60 + room + 8 + 70 * n for n in (1, 2, 3)))
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    rows = (("Name",), *(((f"Group {n}",)) for n in "ab"), lines)
    for row, values in zip(rows, (HEADER[1:], *(r[1:] for r in ROWS[:3])), strict=True):
        top, height = sheet.y + 12, 12.0 * len(row) + 4
        for left, right in pairwise(edges):
            sheet.canvas.rect(left, top - height, right - left, height)
        for place, text in zip(edges[1:], values, strict=False):
            sheet.canvas.drawString(place + 4, sheet.y, text)
        for line in row:
            put(sheet, (line,), (64,))
            sheet.y -= 12
        sheet.y -= 4
    (table,) = tables(sheet.read())
    assert table[3] == (label, *ROWS[2][1:])


def grid(sheet: Sheet, lefts: Sequence[float], rows: int, height: float) -> None:
    """The lines of a table's cells, from the top of the row that comes next."""
    top = sheet.y + 12
    for number in range(rows + 1):
        sheet.canvas.line(lefts[0] - 4, top - number * height, lefts[-1] - 4, top - number * height)
    for left in lefts:
        sheet.canvas.line(left - 4, top, left - 4, top - rows * height)


def test_a_grid_of_panels_has_a_table_in_each() -> None:
    sheet = Sheet()
    sheet.line("How we did", size=18, font="Helvetica-Bold", down=30)
    sheet.text(["The", *WORDS])
    top = sheet.y
    sheet.y += 4
    grid(sheet, (54, 304, 554), 2, 110)
    for number in range(4):
        left = 60 + 250 * (number % 2)
        sheet.y = top - 110 * (number // 2)
        sheet.line(f"Panel {number}: reviews", left, size=12, font="Helvetica-Bold", down=24)
        lefts = (left, left + 90, left + 150, left + 210)
        grid(sheet, lefts, 3, 18)
        for row in (("", "2029/30", "2030/31"), ("Due", f"{number}1", f"{number}2"), ("Held", f"{number}3", "4")):
            put(sheet, row, lefts[:3])
            sheet.y -= 18
    report = sheet.read()
    found = [(block.section[-1], [row.texts for row in block.table.rows]) for block in report.blocks if block.table]
    assert found == [
        (f"Panel {n}: reviews", [("", "2029/30", "2030/31"), ("Due", f"{n}1", f"{n}2"), ("Held", f"{n}3", "4")])
        for n in range(4)
    ]


def test_two_columns_of_text_below_a_table_are_no_rows_of_it() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    years = ("Home", *(f"20{year}/{year + 1}" for year in range(25, 31)))
    found = [years, *((f"Home {name}", *(f"{n}{year}" for year in range(6))) for n, name in enumerate("abcdef", 1))]
    for row in found:
        put(sheet, row, (60, 200, 250, 310, 360, 410, 460))
        sheet.y -= 18
    sheet.y -= 6
    left, right = wrap(" ".join(["The", *WORDS[:50]]) + ".", 48), wrap(" ".join(["Our", *WORDS[5:55]]) + ".", 48)
    for one, other in zip(left, right, strict=False):
        put(sheet, (one, other), (60, 310))
        sheet.y -= 12
    report = sheet.read()
    assert tables(report) == [found]
    assert [block.text for block in report.blocks if block.kind == "paragraph"][1:] == [" ".join(left), " ".join(right)]
