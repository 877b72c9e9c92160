"""Prose as PDFs print it: marks of lists that are drawn, lines in boxes, pages of two widths."""

from __future__ import annotations

import pytest
from reportlab.lib.pagesizes import A4, landscape

from drawn import WORDS, Sheet

ITEMS = ("Recruit 15 new fostering homes.", "Bring home ten young people.", "Pay a retainer to carers.")


def items(size: float, before: float = 12.0) -> list[tuple[str, str]]:
    """What becomes of lines with a drawn disc of such a size so far before them."""
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    for item in ITEMS:
        sheet.canvas.circle(80 - before, sheet.y + 3.5, size / 2, stroke=0, fill=1)
        sheet.line(item, 80)
    return [(block.marker, block.text) for block in sheet.read().blocks[1:]]


def test_a_small_disc_before_a_line_is_the_mark_of_an_item() -> None:
    assert items(3) == [("•", item) for item in ITEMS]


@pytest.mark.parametrize(("size", "before"), [(6, 12), (3, 30)], ids=["large", "far"])
def test_a_larger_disc_or_one_far_away_is_none(size: float, before: float) -> None:
    assert items(size, before) == [("", item) for item in ITEMS]


def test_an_open_bracket_goes_on_in_the_next_line() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    sheet.line("94% had a health check in the year (end of")
    sheet.line("March 2030 - it was 90% in March 2029)", down=30)
    sheet.line("There were 41 of them (at the end of March 2030")
    sheet.line("- it was 37 in March 2029)")
    assert [block.text for block in sheet.read().blocks[1:]] == [
        "94% had a health check in the year (end of March 2030 - it was 90% in March 2029)",
        "There were 41 of them (at the end of March 2030 - it was 37 in March 2029)",
    ]


def test_a_wider_page_does_not_make_the_lines_of_the_others_short() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS])
    told = "Nobody was told of it but the chair of the board and those who had come from the Bow Street home"
    sheet.text(told.title().split())
    sheet.page()
    sheet.canvas.setPageSize(landscape(A4))
    sheet.y = 400
    sheet.text(["Then", *WORDS], width=130)
    assert [block.text.split()[0] for block in sheet.read().blocks] == ["The", "Nobody", "Then"]


def test_a_paragraph_that_reaches_into_the_margin_is_no_running_line() -> None:
    """It begins as on other pages, or ends with a number where other pages have theirs."""
    sheet = Sheet()
    opening = "The council is a parent to each child in its care and so are all who work for it in every team,"
    for number, words in enumerate(("one", "two", "three", "four", "five"), start=1):
        sheet.y = A4[1] - 60
        if number in (2, 4):
            sheet.line(opening, size=9)
            sheet.line(f"as {words} told us.", size=9, down=40)
        sheet.text([f"Chapter{number}", *WORDS[: 20 * number]])
        sheet.y = 62.5
        if number == 3:
            sheet.line("Most of those who moved last year had been with us for four years and were boys of an age (we")
            sheet.line("count 41).")
        else:
            sheet.y = 50
            sheet.line(str(number))
        sheet.page()
    texts = [block.text for block in sheet.read().blocks]
    assert [text for text in texts if "parent" in text] == [
        f"{opening} as {words} told us." for words in ("two", "four")
    ]
    assert sum("boys of an age (we count 41)." in text for text in texts) == 1
    assert not any(text.strip(" .").isdigit() for text in texts)


def test_lines_of_a_left_column_are_full_at_its_own_edge() -> None:
    sheet = Sheet()
    sheet.text(["The", *WORDS, *WORDS], font="Courier")
    top = sheet.y
    for x, first in ((60, "Left"), (320, "Right")):
        sheet.y = top
        sheet.text([first, *" ".join(WORDS).title().split()], x=x, width=40, font="Courier")
    texts = [block.text for block in sheet.read().blocks]
    assert [text.split()[0] for text in texts] == ["The", "Left", "Right"]
