"""PDF files: pages, columns, tables with and without rules, and what runs along the edges."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption

from cpbqa.domain import Observation, ReadingError, Report, Vocabulary
from cpbqa.figures import observe
from cpbqa.reading import pdf, read_report
from cpbqa.reading.drafts import with_marks
from cpbqa.reading.flow import Page, draft_of_pages
from cpbqa.reading.setting import Word
from drawn import WORDS, Sheet, tables
from other_formats import as_pdf
from real_files import leaves, titles


@pytest.fixture(scope="module")
def printed(reports: dict[str, Report]) -> dict[tuple[str, bool], bytes]:
    return {(name, ruled): as_pdf(reports[name], ruled) for name, ruled in (("2023/24", True), ("2024/25", False))}


@pytest.mark.parametrize(("report_id", "ruled"), [("2023/24", True), ("2024/25", False)])
def test_the_real_reports_read_as_their_text_does(
    reports: dict[str, Report], printed: dict[tuple[str, bool], bytes], report_id: str, ruled: bool
) -> None:
    """Every figure of the tables and the headlines, and nearly every paragraph under the same headings."""
    report = reports[report_id]
    read_back = read_report(report.id, report.title, printed[report_id, ruled], titles())
    assert leaves(read_back) == read_back.raw
    ours, theirs = (
        [(o.label, o.group, str(o.period), o.geography, o.source, o.quantity, o.basis) for o in observed(r)]
        for r in (read_back, report)
    )
    assert ours == theirs
    assert len(ours) > 200
    said, says = ({(b.text, b.section) for b in r.blocks if b.text} for r in (report, read_back))
    assert len(said - says) <= 0.01 * len(said)
    assert [(s.title, s.first_page) for s in read_back.sections] == [(s.title, s.first_page) for s in report.sections]
    pages = [block.page for block in read_back.blocks]
    assert None not in pages
    assert pages == sorted(pages)


def observed(report: Report) -> Sequence[Observation]:
    return observe([report], "Tower Hamlets", (), Vocabulary()).observations


def test_paragraphs_headings_pages_and_what_runs_along_the_edges() -> None:
    sheet = Sheet()
    for number, name in enumerate(("Foreword", "Homes", "Schools", "Health"), start=1):
        sheet.canvas.setFont("Helvetica", 8)
        sheet.canvas.drawString(60, A4[1] - 40, "Annual report of the board")
        sheet.canvas.drawString(300, 30, f"{number} | Page")
        sheet.line(name, size=16, font="Helvetica-Bold", down=26)
        sheet.text([name, *WORDS], width=60 + number)
        sheet.text(["Then", *WORDS[::-1]], width=60 + number)
        sheet.page()
    report = sheet.read()
    told = [(block.kind, block.text, block.page) for block in report.blocks]
    first, then = "Foreword " + " ".join(WORDS) + ".", "Then " + " ".join(WORDS[::-1]) + "."
    assert told[:4] == [
        ("heading", "Foreword", 1), ("paragraph", first, 1), ("paragraph", then, 1), ("heading", "Homes", 2)
    ]  # fmt: skip
    assert len(told) == 12
    assert report.warnings == ("The running header or footer was left out: “Annual report of the board”.",)
    assert report.place(("Homes",), 2) == "Homes (page 2)"


def test_the_lines_of_a_title_page_are_the_title_and_no_section_above_all_others() -> None:
    sheet = Sheet()
    for size, text in ((28, "Annual Report of the Board"), (22, "Anytown Council")):
        sheet.line(text, size=size, font="Helvetica-Bold", down=50)
    sheet.page()
    for name in ("Foreword", "Homes"):
        sheet.line(name, size=16, font="Helvetica-Bold", down=26)
        sheet.text([name, *WORDS])
    told = [(block.kind, block.text, block.depth) for block in sheet.read().blocks if block.kind != "paragraph"]
    assert told == [
        ("title", "Annual Report of the Board", 0), ("title", "Anytown Council", 0),
        ("heading", "Foreword", 0), ("heading", "Homes", 0),
    ]  # fmt: skip


def test_a_footer_with_its_page_inside_goes_also_from_a_page_on_its_side() -> None:
    sheet = Sheet()
    for number in range(1, 5):
        wide = number == 4
        if wide:
            sheet.canvas.setPageSize((A4[1], A4[0]))
            sheet.y = A4[0] - 90.0
        sheet.canvas.setFont("Helvetica", 8)
        sheet.canvas.drawString(60, 36, f"Annual report 2030/31 | Page {number} of 4 | OFFICIAL")
        sheet.text([("One", "Two", "Three", "Four")[number - 1], *WORDS[::number]], width=80)
        sheet.page()
    report = sheet.read()
    assert [block.text.split()[0] for block in report.blocks] == ["One", "Two", "Three", "Four"]
    assert report.warnings == (
        "The running header or footer was left out: “Annual report 2030/31 | Page 1 of 4 | OFFICIAL”.",
    )


def test_a_tables_header_with_broken_years_at_the_top_of_pages_is_no_running_header() -> None:
    sheet = Sheet()
    for number in range(3):
        sheet.y = A4[1] - 60.0
        for line in (("Measure", "2029/3", "2030/3"), ("", "0", "1")):
            for x, text in zip((60, 300, 400), line, strict=True):
                sheet.canvas.drawString(x, sheet.y, text)
            sheet.y -= 12
        for row in range(3):
            sheet.y -= 10
            name = "".join("abc"[number] + "xyz"[row])
            for x, text in zip(
                (60, 300, 400), (f"Homes {name}", f"{number}1.{row}%", f"{number}2.{row}%"), strict=True
            ):
                sheet.canvas.drawString(x, sheet.y, text)
            sheet.y -= 12
        sheet.page()
    found = observed(sheet.read())
    assert len(found) == 18
    assert [(o.label, str(o.period), o.quantity.printed) for o in found][-1] == ("Homes cz", "2030/31", "22.2%")


def test_marks_of_a_symbol_font_are_marks_of_a_list_and_no_cells() -> None:
    assert with_marks("\uf0b7 \uf0a7 x \ufb01") == "· ▪ x \ufb01"
    names = ("Listen to every child.", "Keep brothers together.", "Find homes close by.")
    words = []
    for row, name in enumerate(names):
        for x, text in ((70.0, with_marks("\uf0b7")), (88.0, name)):
            words.append(Word(text, x, x + 5 * len(text), 14.0 * row, 14.0 * row + 10, 10))
    told = [(piece.marker, piece.text) for piece in draft_of_pages([Page(1, 800, tuple(words))]).pieces]
    assert told == [("·", name) for name in names]


def test_columns_set_to_both_edges_below_a_ruled_table_are_prose() -> None:
    sheet = Sheet()
    for row in range(3):
        for column, text in enumerate(("Measure", "2029/30", "2030/31") if not row else ("Homes", "11", "12")):
            sheet.canvas.rect(60 + 160 * column, sheet.y - 5, 160, 18)
            sheet.canvas.drawString(66 + 160 * column, sheet.y, text)
        sheet.y -= 18
    sheet.y -= 20
    top = sheet.y
    for x, words in ((60, ["Left", *WORDS]), (310, ["Right", *WORDS[::-1]])):
        sheet.y = top
        rows = [words[i : i + 8] for i in range(0, len(words), 8)]
        for row in rows:
            widths = [sheet.canvas.stringWidth(word, "Helvetica", 10) for word in row]
            gap = (230 - sum(widths)) / max(len(row) - 1, 1) if row is not rows[-1] else 4
            sheet.canvas.setFont("Helvetica", 10)
            for index, word in enumerate(row):
                sheet.canvas.drawString(x + sum(widths[:index]) + gap * index, sheet.y, word)
            sheet.y -= 13
    report = sheet.read()
    assert [block.kind for block in report.blocks].count("table") == 1
    told = " ".join(block.text for block in report.blocks if block.kind == "paragraph")
    assert told == " ".join(["Left", *WORDS, "Right", *WORDS[::-1]])


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS, *WORDS], width=70)
    sheet.line("We asked for a plan that says how many homes there are and when they are", x=60)
    sheet.page()
    sheet.line("needed, and for whom.")
    report = sheet.read()
    assert report.blocks[-1].text.endswith("when they are needed, and for whom.")


def test_a_dash_in_an_items_open_bracket_begins_no_item() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS], width=70)
    for x, text in (
        (66, "• There were 34 children seeking asylum at the end of March last year (34"),
        (78, "- this was 37 the year before)"),
        (66, "• There were 12 homes near the borough that took in more than one child of"),
        (78, "- the same family"),
    ):
        sheet.line(text, x)
    told = [block.text for block in sheet.read().blocks][1:]
    assert [text[text.index("last year") :] for text in told[:1]] == ["last year (34 - this was 37 the year before)"]
    assert (told[1].endswith("more than one child of"), told[2:]) == (True, ["the same family"])


def test_pictures_large_enough_for_a_chart_are_told() -> None:
    sheet = Sheet()
    for wide, high in ((20, 20), (240, 160), (A4[0], A4[1]), (240, 160)):
        sheet.text([f"Picture {wide} {high}", *WORDS])
        sheet.canvas.drawInlineImage(Image.new("RGB", (8, 8)), 60, 60, wide, high)
        sheet.page()
    told = [warning for warning in sheet.read().warnings if warning.startswith("Pictures")]
    assert told == ["Pictures were left out (pages 2, 4): nothing here reads what they show."]


def test_two_columns_are_read_one_after_the_other() -> None:
    sheet = Sheet()
    sheet.line("Foreword", size=16, font="Helvetica-Bold", down=26)
    sheet.text(["Across", *WORDS], width=85)
    top = sheet.y
    sheet.text(["Left", *WORDS], width=40)
    sheet.y = top
    sheet.text(["Right", *WORDS[::-1]], x=310, width=40)
    texts = [block.text for block in sheet.read().blocks if block.kind == "paragraph"]
    assert texts == [f"{start} {' '.join(words)}." for start, words in
                     (("Across", WORDS), ("Left", WORDS), ("Right", WORDS[::-1]))]  # fmt: skip


def test_a_heading_below_two_columns_is_that_of_the_text_after_them() -> None:
    sheet = Sheet()
    top = sheet.y
    sheet.text(["Left", *WORDS], width=40)
    low = sheet.y
    sheet.y = top
    sheet.text(["Right", *WORDS[::-1]], x=310, width=40)
    sheet.y = low
    sheet.line("Homes", size=16, font="Helvetica-Bold", down=26)
    sheet.text(["Across", *WORDS], width=85)
    told = [(block.text.split()[0], block.section) for block in sheet.read().blocks]
    assert told == [("Left", ()), ("Right", ()), ("Homes", ("Homes",)), ("Across", ("Homes",))]


def test_words_broken_at_the_end_of_a_line_are_whole_again() -> None:
    sheet = Sheet()
    sheet.text(["Each", "placement", "counts", "and", "short-term", "care", "too", *WORDS], width=76)
    for line in (
        "A home is found for every child of the borough, and each place-",
        "ment is looked at again by the panel in the spring, with the short-",
        "term ones first, because self-",
        "esteem and the health of children are at stake.",
    ):
        sheet.line(line)
    assert (
        sheet.read()
        .blocks[-1]
        .text.endswith(
            "and each placement is looked at again by the panel in the spring, with the short-term ones first, because "
            "self-esteem and the health of children are at stake."
        )
    )


HEADER = ("Measure", "2029/30", "2030/31", "England")
BODY = [
    ("Looked after", "", "", ""),
    ("Number of children looked after at 31 March", "332", "1,204", ""),
    ("Percentage with a plan", "<5", "c", "68.8%"),
]
PLACES = (60, 300, 380, 460)


def draw_ruled(sheet: Sheet, lines: Sequence[Sequence[str]]) -> None:
    edges = (*(place - 4 for place in PLACES), 530)
    top = sheet.y + 12
    for index, row in enumerate(lines):
        for x, text in zip(PLACES, row, strict=True):
            sheet.canvas.setFont("Helvetica", 9)
            sheet.canvas.drawString(x, sheet.y, text)
        sheet.canvas.line(edges[0], top - 20 * index, edges[-1], top - 20 * index)
        sheet.y -= 20
    bottom = top - 20 * len(lines)
    sheet.canvas.line(edges[0], bottom, edges[-1], bottom)
    for edge in edges:
        sheet.canvas.line(edge, top, edge, bottom)


def draw_bare(sheet: Sheet, lines: Sequence[Sequence[str]]) -> None:
    for row in lines:
        for x, text in zip(PLACES, row, strict=True):
            sheet.canvas.setFont("Helvetica", 9)
            sheet.canvas.drawString(x, sheet.y, text)
        sheet.y -= 20


@pytest.mark.parametrize("draw", [draw_ruled, draw_bare], ids=["ruled", "bare"])
def test_a_table_goes_on_over_a_page_and_its_header_is_said_once(
    draw: Callable[[Sheet, Sequence[Sequence[str]]], None],
) -> None:
    sheet = Sheet()
    sheet.line("Appendix C - Figures", size=16, font="Helvetica-Bold", down=26)
    sheet.text(["The", *WORDS])
    draw(sheet, [HEADER, *BODY])
    sheet.page()
    draw(sheet, [HEADER, ("Number of carers", "12", "-", "n/a")])
    sheet.y -= 20
    sheet.text(["After", *WORDS])
    report = sheet.read()
    assert tables(report) == [[HEADER, *BODY, ("Number of carers", "12", "-", "n/a")]]
    (table,) = [block for block in report.blocks if block.table]
    assert table.table is not None
    assert [row.page for row in table.table.rows] == [1, 1, 1, 1, 2]
    assert report.blocks[-1].text.startswith("After the board")


def test_a_note_right_below_a_table_is_that_tables_and_one_of_the_page_waits() -> None:
    sheet = Sheet()
    sheet.line("Appendix C - Figures", size=16, font="Helvetica-Bold", down=26)
    sheet.text(["The", *WORDS])
    draw_ruled(sheet, [HEADER, *BODY])
    sheet.line("* Counted anew.", size=7)
    sheet.y -= 20
    draw_ruled(sheet, [("Teams", "A", "B", "C"), *BODY])
    sheet.text(["Then", *WORDS])
    sheet.line("* Of the page.", size=7)
    sheet.page()
    sheet.text(["After", *WORDS])
    told = [block.text or "table" for block in sheet.read().blocks if block.table or block.kind == "footnote"]
    assert told == ["table", "* Counted anew.", "table", "* Of the page."]


def test_cells_of_several_lines_without_rules() -> None:
    """Labels run on below their values, close together: only the words tell which lines are one row."""
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    drawn = [
        ("Measure", "2029/30", "2030/31", "England"),
        ("Percentage of children becoming looked", "2.7%", "2.2%", ""),
        ("after who had been in care before", "", "", ""),
        ("Number of children", "12", "14", "9%"),
        ("Percentage of children ceasing to be looked", "1", "2", ""),
        ("after because of adoption", "", "", ""),
    ]
    for row in drawn:
        for x, text in zip(PLACES, row, strict=True):
            sheet.canvas.setFont("Helvetica", 9)
            sheet.canvas.drawString(x, sheet.y, text)
        sheet.y -= 11
    assert tables(sheet.read()) == [
        [
            drawn[0],
            ("Percentage of children becoming looked after who had been in care before", "2.7%", "2.2%", ""),
            drawn[3],
            ("Percentage of children ceasing to be looked after because of adoption", "1", "2", ""),
        ]
    ]


def test_a_raised_mark_is_no_digit_of_the_label() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    sheet.canvas.setFont("Helvetica", 10)
    sheet.canvas.drawString(60, sheet.y, "Number of children in care")
    sheet.canvas.setFont("Helvetica", 6)
    sheet.canvas.drawString(
        60 + sheet.canvas.stringWidth("Number of children in care", "Helvetica", 10), sheet.y + 4, "2"
    )
    assert sheet.read().blocks[-1].text == "Number of children in care²"


def test_a_scan_and_a_locked_file_are_refused() -> None:
    scan = Sheet()
    scan.canvas.rect(60, 60, 400, 600, fill=1)
    locked = Sheet(encrypt=StandardEncryption("secret"))
    locked.text(["The", *WORDS])
    for sheet, reason in (
        (scan, "has no text in it: its pages are pictures"), (locked, "is locked with a password. Save it without")
    ):  # fmt: skip
        with pytest.raises(ReadingError, match=f"^The report 2030/31 {reason}"):
            read_report("2030/31", "A report", sheet.data())


def test_half_a_file_is_damaged_and_a_swollen_one_too_large() -> None:
    sheet = Sheet(pageCompression=1)
    sheet.text(["The", *WORDS])
    data = sheet.data()
    with pytest.raises(ReadingError, match=r"is damaged|has no text"):
        read_report("2030/31", "A report", data[: len(data) // 3])

    bomb = zlib.compress(bytes(310_000_000), 1)
    with pytest.raises(ReadingError, match="would unpack to far more"):
        read_report(
            "2030/31", "A report", b"%PDF-1.4\n1 0 obj <</Filter/FlateDecode>>\nstream\n" + bomb + b"\nendstream"
        )


@pytest.mark.parametrize(("hurried", "refused"), [("thread_time", True), ("monotonic", False)])
def test_only_a_file_that_keeps_the_processor_busy_is_refused(
    monkeypatch: pytest.MonkeyPatch, hurried: str, refused: bool
) -> None:
    """An hour passes between two looks at one clock, and nothing on the other: on a busy machine by the wall's."""
    hours = itertools.count(step=3_600)
    clocks = {"thread_time": lambda: 0.0, "monotonic": lambda: 0.0, hurried: lambda: float(next(hours))}
    monkeypatch.setattr(pdf, "time", SimpleNamespace(**clocks))
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    with pytest.raises(ReadingError, match="takes too long to read") if refused else nullcontext():
        assert sheet.read().blocks
