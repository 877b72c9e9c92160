"""Paragraphs, bullets, quotations and table cells of both reports."""

from __future__ import annotations

import re

import pytest

from cpbqa.domain import Report, Table
from real_files import RAW, read

# --- paragraphs, bullets, quotations ----------------------------------------------------------------------------


def test_sentences_that_a_page_end_broke_are_joined_and_no_others(reports: dict[str, Report]) -> None:
    joined = {}
    for report_id, report in reports.items():
        for block in report.blocks:
            lines = [line.strip() for line in block.span.of(report.raw).split("\n") if re.search(r"\w{2}", line)]
            lines = [line for line in lines if not re.fullmatch(r"\[bookmark: \w+\]", line)]
            if len(lines) > 1 and not block.table:
                joined[report_id, lines[0][-25:], lines[1][:20]] = block.text
    assert list(joined) == [
        ("2023/24", "s and ideas together. The", "board consistently l"),
        ("2023/24", "h specialist training for", "professionals. This "),
        ("2023/24", "s also been developed and", "there are now more o"),
        ("2023/24", "r future. Once again, the", "event offered an opp"),
        ("2024/25", "ed to describe activities", "that focus on helpin"),
        ("2024/25", "een regular discussion at", "Director’s briefing "),
    ]
    assert all(f"{end} {start}" in text for (_, end, start), text in joined.items())


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("We care for children in all of our", "homes.", True),
        ("We care for children in all our homes", "and schools.", True),
        ("We care for children in homes of the", "Council.", True),
        ("We care for children in homes of the", "[bookmark: _Hlk1]Council.", False),
        ("Foster carers", "are who we need.", False),
        ("We care for children in homes.", "and schools.", False),
        ("We care for children in all our homes", "Schools help.", False),
    ],
)
def test_what_is_joined_and_what_is_not(before: str, after: str, joined: bool) -> None:
    report = read("2030/31", f"Foreword\n\nIt is so.\n\n{before}\n\n{after}\n")
    texts = [block.text for block in report.blocks[2:]]
    assert texts == ([f"{before} {after}"] if joined else [before, after.rpartition("]")[2]])


def test_speakers_of_quotations(reports: dict[str, Report]) -> None:
    told = {
        report_id: [(b.speaker, b.text[:45], b.section[0]) for b in report.blocks if b.kind == "quote"]
        for report_id, report in reports.items()
    }
    assert told["2023/24"] == [
        ("a young person", text, section)
        for text, section in [
            ("Quote from a young person 'I am helped to liv", "Key messages from care experienced children & young "
             "people (from Tower Hamlets Corporate Parenting Strategy 2023-2028)"),
            ("Quote from a young person: 'X has been my soc", "Priority One: Safe and stable homes"),
            ("Quote from a young person ‘X always responds ", "Priority Two: Trusted and strong relationships"),
            ("Quote from a young person 'when I first came ", "Priority Three: Education and aspirations"),
            ("Quote from a young person 'I was a bit worrie", "Priority Four: Health and emotional wellbeing"),
            ("Quote from a young person ‘I find that I unde", "Priority Five: Co-production and engagement"),
        ]
    ]  # fmt: skip
    ofsted = "Ofsted Inspection Nov 2024"
    assert told["2024/25"] == [
        ("Ofsted finding (Nov 2024 Inspection)", "Many (children) have lived with their carers ",
         "Priority One: Safe and stable homes"),
        (ofsted, "Young people are encouraged and supported to ", "Priority Two: trusted and strong relationships"),
        (ofsted, "The dedicated and highly effective virtual sc", "Priority Three: education and aspirations"),
        (ofsted, "When it is identified that a child is struggl", "Priority Four: health and emotional wellbeing"),
        (ofsted, "Young people leaving care enjoy attending a w", "Priority Five: co-production and engagement"),
    ]  # fmt: skip
    others = [b.speaker for report in reports.values() for b in report.blocks if b.kind != "quote"]
    assert set(others) == {None}


def test_bullets_keep_their_marks(reports: dict[str, Report]) -> None:
    marks = {
        report_id: sorted({block.marker for block in report.blocks if block.kind == "bullet"})
        for report_id, report in reports.items()
    }
    numbers = ["1.", "2.", "3.", "4.", "5.", "6.", "7."]
    assert marks == {"2023/24": ["-", *numbers], "2024/25": [*numbers, "·", "•"]}
    for report_id, report in reports.items():
        bullets = [block for block in report.blocks if block.kind == "bullet"]
        printed = re.findall(
            r"^[ \t]*(?:[-·•](?=[ ]+\S)|\d\.(?= ))", re.sub(r"^\t.+\n(?:·.*\n)*", "", RAW[report_id], flags=re.M), re.M
        )
        assert [block.marker for block in bullets] == [mark.strip() for mark in printed]
        assert not any(block.text.startswith(block.marker) for block in bullets)


def test_indented_bullets_lie_deeper(reports: dict[str, Report]) -> None:
    deeper = [block.text[:34] for block in reports["2023/24"].blocks if block.kind == "bullet" and block.depth == 1]
    assert deeper == [
        "Improve the journey from enquiry t",
        "A recruitment communications campa",
        "Boost retention by enhancing the o",
        "Monitoring of attendance at post-1",
        "Monitoring of attendance of childr",
        "Providing a PEP where possible via",
        "Exploring options for increasing p",
    ]
    assert {b.depth for b in reports["2024/25"].blocks if b.kind == "bullet"} == {0}


def test_a_lone_bullet_mark_is_no_bullet(reports: dict[str, Report]) -> None:
    assert RAW["2023/24"].count("\n-\n") == 1
    assert all(block.text.strip("-·• ") for block in reports["2023/24"].blocks if not block.table)


def test_marks_of_the_word_processor_and_html_are_gone(reports: dict[str, Report]) -> None:
    assert RAW["2024/25"].count("[bookmark: ") == 18
    assert RAW["2023/24"].count("<ul style=") == 6
    for report in reports.values():
        texts = [block.text for block in report.blocks]
        texts += [cell.text for b in report.blocks if b.table for row in b.table.rows for cell in row.cells]
        assert not [text for text in texts if "bookmark" in text or "<ul" in text or "\N{NO-BREAK SPACE}" in text]


# --- tables -----------------------------------------------------------------------------------------------------


def table_of(report: Report, appendix: str) -> Table:
    """The one table of an appendix."""
    found = [b.table for b in report.blocks if b.table and " ".join(b.section).startswith(appendix)]
    assert len(found) == 1
    return found[0]


def test_cells_run_on_over_lines_and_keep_their_items(reports: dict[str, Report]) -> None:
    meetings = table_of(reports["2024/25"], "Appendix B")
    assert [row.texts[0] for row in meetings.rows] == [
        "MEETING", "Standing Items", "March 2024", "May 2024", "July 2024", "October 2024", "January 2025"
    ]  # fmt: skip
    assert [len(row.cells[1].lines) for row in meetings.rows] == [1, 3, 5, 4, 3, 5, 6]
    assert meetings.rows[4].cells[1].lines[1] == "Refurbishment of Kitcat Terrace – update on plans"
    earlier = table_of(reports["2023/24"], "Appendix B")
    assert [(row.texts[0], len(row.cells[1].lines)) for row in earlier.rows] == [
        ("MEETING", 1), ("Standing Items", 4), ("February 2023", 3), ("April 2023", 3), ("July 2023", 4),
        ("October 2023", 6), ("March 2024", 6),
    ]  # fmt: skip
    assert earlier.rows[5].cells[1].lines[4] == "Care Plan Working Group, Summary Report (Jun 2023)"


def test_the_appendix_heading_ends_the_table_above_it_even_without_a_blank_line(reports: dict[str, Report]) -> None:
    assert "Council\n Appendix B –" in RAW["2024/25"]
    people = table_of(reports["2024/25"], "Appendix A")
    assert people.rows[-1].texts == ("Young People Representatives", "Children Living in Care Council")


def test_the_stray_tab_in_priority_three_makes_no_table(reports: dict[str, Report]) -> None:
    assert "comparison over a child’s learning journey. \n\t\n· VS staff education" in RAW["2024/25"]
    section = [b for b in reports["2024/25"].blocks if b.section[:1] == ("Priority Three: education and aspirations",)]
    assert {block.kind for block in section} == {"heading", "paragraph", "quote", "bullet"}
    after = [block.kind for block in section][-5:]
    assert after == ["bullet"] * 5
