"""Facts side by side on a page of a PDF: each is read by itself, number and words, from left to right."""

from __future__ import annotations

from drawn import Sheet, rows

ROWS = [
    [("418", ["children in our care on 31", "March 2024, down from 431"]), ("62", ["per 10,000 children under", "18"]),
     ("1 in 5", ["of our children live with a", "relative or friend"])],
    [("94%", ["had a dental check"]), ("16", ["young people began work", "for the council or one of its", "partners"]),
     ("£1.2m", ["spent on care leavers"])],
]  # fmt: skip
TOLD = [f"{number} {' '.join(words)}" for row in ROWS for number, words in row]
PROSE = "the board met six times in the year and heard from young people each time that it came together in the town"


def draw(sheet: Sheet, beside: float, centred: bool = False) -> None:
    """The cards: words below their numbers, or so far to the right of them."""
    for row in ROWS:
        top = sheet.y
        for place, (number, words) in enumerate(row):
            x = 60.0 + place * 165
            sheet.y = top
            shift = 30 if centred else 0
            sheet.line(number, x + shift, size=21, down=0 if beside else 18)
            sheet.y += 6 if beside else 0
            for text in words:
                sheet.line(text, x + beside, size=10, down=13)
        sheet.y = top - 75


def texts(sheet: Sheet) -> list[str]:
    return [block.text for block in sheet.read().blocks if block.kind == "paragraph"]


def test_words_below_their_numbers() -> None:
    sheet = Sheet()
    draw(sheet, 0)
    assert texts(sheet) == TOLD


def test_numbers_over_the_middle_of_their_words() -> None:
    sheet = Sheet()
    draw(sheet, 0, centred=True)
    assert texts(sheet) == TOLD


def test_words_beside_their_numbers_and_prose_below() -> None:
    sheet = Sheet()
    for row in ROWS:
        top = sheet.y
        for place, (number, words) in enumerate(row[:2]):
            sheet.y = top
            sheet.line(number, 60 + place * 250, size=21, down=-6)
            for text in words:
                sheet.line(text, 130 + place * 250, size=10, down=13)
        sheet.y = top - 75
    sheet.text(PROSE.split())
    two = [f"{number} {' '.join(words)}" for row in ROWS for number, words in row[:2]]
    assert texts(sheet) == [*two, f"{PROSE}."]


def test_a_table_with_large_years_is_no_row_of_cards() -> None:
    sheet = Sheet()
    for down, told in (
        (22, ["", "2029/30", "2030/31"]),
        (14, ["In touch", "91%", "92%"]),
        (14, ["In work", "55%", "c"]),
    ):
        top = sheet.y
        for place, text in enumerate(told):
            sheet.y = top
            sheet.line(text, 60 + place * 150, size=14 if down == 22 else 10, down=0)
        sheet.y = top - down
    (table,) = [block for block in sheet.read().blocks if block.table]
    assert rows(table) == [("", "2029/30", "2030/31"), ("In touch", "91%", "92%"), ("In work", "55%", "c")]


def test_small_print_at_the_foot_of_each_card_is_of_that_card() -> None:
    sheet = Sheet()
    feet = [("431 a year", "earlier"), ("England: 71", ""), ("1 in 6", "before")]
    draw_row(sheet, ROWS[0])
    for place, foot in enumerate(feet):
        sheet.line(" ".join(foot).strip(), 60.0 + place * 165, size=8, down=0)
    sheet.y -= 40
    sheet.text(PROSE.split())
    told = [f"{text} {' '.join(foot).strip()}" for text, foot in zip(TOLD, feet, strict=False)]
    report = sheet.read()
    assert [block.text for block in report.blocks if block.kind == "paragraph"][:3] == told
    assert "3 facts set side by side" in report.warnings[0]


def draw_row(sheet: Sheet, row: list[tuple[str, list[str]]]) -> None:
    top = sheet.y
    for place, (number, words) in enumerate(row):
        sheet.y = top
        sheet.line(number, 60.0 + place * 165, size=21, down=18)
        for text in words:
            sheet.line(text, 60.0 + place * 165, size=10, down=13)
    sheet.y = top - 60
