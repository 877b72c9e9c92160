"""Words that a line's end breaks: at their own hyphen, divided by one, or cut where a cell had no more room."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cpbqa.reading import read_report
from cpbqa.reading.joining import joined, with_cuts
from cpbqa.reading.known import known_words
from cpbqa.reading.setting import Word, lines_of

LETTER, LEFT = 5.0, 100.0


def cell(lines: Sequence[str], width: float, prose: Sequence[str] = ()) -> str:
    """The text of a cell of a drawn table, of so many letters' width, in a document with this prose."""
    words = []
    for row, line in enumerate(lines):
        x = LEFT
        for text in line.split():
            words.append(Word(text, x, x + LETTER * len(text), 12.0 * row, 12.0 * row + 9, 9.0))
            x += LETTER * (len(text) + 0.5)
    told = with_cuts(lines_of(words), LEFT, LEFT + LETTER * width)
    return joined(told, known_words([prose], [told]))


@pytest.mark.parametrize(
    ("lines", "width", "text"),
    [
        (["CEYP in", "Staying Put", "arrangemen", "ts with"], 10.6, "CEYP in Staying Put arrangements with"),
        (["Unaccompa", "nied", "asylum-", "seeking", "children"], 9.8, "Unaccompanied asylum-seeking children"),
        (["Attends,", "conveys views", "symbolically"], 13.4, "Attends, conveys views symbolically"),
        (["Good", "is"], 4.5, "Good is"),
        (["% reviews", "on time"], 9.2, "% reviews on time"),
        (["2023/24", "(provision", "al)"], 10.5, "2023/24 (provisional)"),
        (["Indicat", "or"], 7.5, "Indicator"),
        (["Review", "health", "checks"], 6.6, "Review health checks"),
        (["Review", "health", "assess", "ments"], 6.6, "Review health assessments"),
        (["2024/2", "5"], 6.5, "2024/25"),
        (["2024/", "25"], 6.5, "2024/25"),
        (["England", "2022-", "23"], 7.5, "England 2022-23"),
        (["Looked", "after", "childre", "n at 31", "March"], 7.6, "Looked after children at 31 March"),
    ],
)
def test_a_narrow_cell(lines: list[str], width: float, text: str) -> None:
    assert cell(lines, width) == text


def test_where_the_document_divides_words_a_broken_one_loses_its_hyphen() -> None:
    prose = ["The recruit-", "ment of carers went on, and recruitment of advis-", "ers; our advisers wel-", "come it."]
    assert cell(["The accom-", "modation of all"], 40, prose) == "The accommodation of all"
    assert cell(["A child-", "friendly guide"], 40, [*prose, "A child-friendly year."]) == "A child-friendly guide"


def test_where_the_document_divides_no_word_a_hyphen_is_its_own() -> None:
    prose = ["A trauma-", "informed team met the trauma board, which an informed guest led."]
    assert cell(["Children in semi-", "rural homes"], 40, prose) == "Children in semi-rural homes"
    assert cell(["Children in kinship-", "like homes"], 40, prose) == "Children in kinship-like homes"


def test_a_word_cut_in_a_cell_is_no_word_of_the_document() -> None:
    assert known_words([["two words"]], [["employmen\x00", "t or training", "now"]]) == {"two", "words", "or"}


LAID_OUT = """
The board met six times in the year and heard from the young people who are in our care.

Ref     Indicator      2028/29    2029/30    2030/31

A1      Children       45         46         47
        with an
        assessme
        nt in time

A2      Young          61%        62%        63%
        in any
        employmen
        t of a
        kind
"""


def test_words_cut_in_a_table_that_a_tool_laid_out_with_spaces() -> None:
    report = read_report("2030/31", "A report", LAID_OUT.encode())
    table = next(block.table for block in report.blocks if block.table)
    assert table is not None
    assert [row.texts[1] for row in table.rows[1:]] == [
        "Children with an assessment in time",
        "Young in any employment of a kind",
    ]


def test_a_number_below_a_year_is_no_half_of_it() -> None:
    assert joined(["the financial year 2023", "/24 in full"]) == "the financial year 2023/24 in full"
    assert joined(["a change in 2023", "-24% change"]) == "a change in 2023 -24% change"
