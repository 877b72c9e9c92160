"""Text that a PDF-to-text tool lays out with spaces: what the end of a page parts, or a header, is put together."""

from __future__ import annotations

import pytest

from cpbqa.figures import figures_of
from cpbqa.reading import read_report
from cpbqa.reading.kinds import kind_of

TOP = """Annual Report 2023/24

Appendix C - Key Performance Indicators

"""
HEAD = """Performance Measure                  2021/22   2022/23   2023/24   Period     National   Regional/
                                                                                       Statistical
"""
LAST = "                                                                                       Neighbours\n"
GROUP = "Fostering and Adoption\n"
BOATS = """Number of Foster Carer               240       127       512       YTD        10         20
Enquiries (initial contact)
"""
REPEATED = """% repeat Children Looked After       2.7%      2.2%      6.7%      YTD        3%         4%
"""
REST = """(CLA) (entries that were re-
entries within 2 years)
"""
MORE = """Adoptions from care (number           8.7%      7.1%      1.1%     YTD        13         7.6
adopted in the year)
Average no. of moves                  1.6       1.5       1.4      YTD        2          2.1
Number of Adoptions                   14        12        2        YTD        3          3.1
"""
END = "\f"


def rows(text: str) -> list[tuple[str, str, list[str]]]:
    data = text.encode()
    assert kind_of("2023/24", data) == "spaced"
    found: dict[tuple[str, str], list[str]] = {}
    for o in figures_of(read_report("2023/24", "A report", data), "Anytown").observations:
        found.setdefault((o.group, o.label), []).append(o.quantity.printed)
    return [(group, label, values) for (group, label), values in found.items()]


ENQUIRIES = ("Number of Foster Carer Enquiries (initial contact)", ["240", "127", "512", "10", "20"])
RE_ENTRIES = (
    "% repeat Children Looked After (CLA) (entries that were re-entries within 2 years)",
    ["2.7%", "2.2%", "6.7%", "3%", "4%"],
)
ADOPTIONS = ("Adoptions from care (number adopted in the year)", ["8.7%", "7.1%", "1.1%", "13", "7.6"])
MOVES = ("Average no. of moves", ["1.6", "1.5", "1.4", "2", "2.1"])
NUMBER = ("Number of Adoptions", ["14", "12", "2", "3", "3.1"])


@pytest.mark.parametrize(
    "body",
    [
        HEAD + LAST + GROUP + BOATS + REPEATED + REST + MORE,
        HEAD + LAST + GROUP + BOATS + REPEATED + END + REST + MORE,
        HEAD + LAST + GROUP + BOATS + REPEATED + REST.replace("re-\n", "re-\n" + END) + MORE,
        HEAD + END + LAST + GROUP + BOATS + REPEATED + REST + MORE,
        HEAD + LAST + END + GROUP + BOATS + REPEATED + REST + MORE,
    ],
    ids=["whole", "before the rest of a label", "inside a label", "inside the header", "below the header"],
)
def test_no_figure_is_lost_wherever_the_page_ends(body: str) -> None:
    group = GROUP.strip()
    assert rows(TOP + body) == [(group, *told) for told in (ENQUIRIES, RE_ENTRIES, ADOPTIONS, MOVES, NUMBER)]


def test_terms_below_their_years_are_columns_also_where_their_gaps_are_all_alike() -> None:
    text = (
        TOP + "Performance Measure              2021/22   2022/23   2023/24   2023/24   Period\n"
        "                                 Spring    Spring    Autumn    Spring\n\nVirtual School\n"
        "Percentage with a plan           65%       58%       67%       62%       Termly\n"
        "Percentage of meetings held      97%       99%       100%      98%       Termly\n"
    )
    assert rows(text) == [
        ("Virtual School", "Percentage with a plan", ["65%", "58%", "67%", "62%"]),
        ("Virtual School", "Percentage of meetings held", ["97%", "99%", "100%", "98%"]),
    ]


def test_a_numbered_paragraph_is_no_row_of_the_table_below_it() -> None:
    """Committee reports number their paragraphs, with a gap behind the number."""
    table = TOP + HEAD + LAST + GROUP + BOATS + REPEATED + REST + MORE
    text = (
        table + "\n\n"
        "6.1      The team for care leavers moved in March 2024 to a new building in the\n"
        "         middle of the town.\n"
        "Performance Measure                         Eligible         Receiving\n"
        "Number of young people                         167              109\n"
        "With a pathway plan                            151               96\n"
    )
    assert rows(text) == rows(table)
    report = read_report("2023/24", "A report", text.encode())
    prose = " ".join(block.text for block in report.blocks if block.kind != "table")
    assert "The team for care leavers moved in March 2024 to a new building in the middle of the town." in prose
