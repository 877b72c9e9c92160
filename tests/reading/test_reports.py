"""Reading a file: nothing is lost, the dialect is told by content, and what is no report is refused by name."""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cpbqa.domain import ReadingError, Report
from cpbqa.reading import read_report
from real_files import RAW, leaf_texts, leaves, read, words_of_blocks, words_of_file

BOTH = pytest.mark.parametrize("report_id", list(RAW))


# --- nothing is lost --------------------------------------------------------------------------------------------


@BOTH
def test_the_leaf_spans_in_order_give_back_the_file(reports: dict[str, Report], report_id: str) -> None:
    report = reports[report_id]
    assert report.raw == RAW[report_id]
    assert leaves(report) == RAW[report_id]
    spans = list(report.spans())
    assert (spans[0].start, spans[-1].end) == (0, len(RAW[report_id]))
    assert all(one.end == other.start and one.start < one.end for one, other in pairwise(spans))


@BOTH
def test_no_word_of_the_file_is_lost(reports: dict[str, Report], report_id: str) -> None:
    expected = words_of_file(RAW[report_id])
    assert words_of_blocks(reports[report_id]) == expected
    assert len(expected) == {"2023/24": 11_343, "2024/25": 9_718}[report_id]


@BOTH
def test_each_block_stands_in_its_own_span(reports: dict[str, Report], report_id: str) -> None:
    for block in reports[report_id].blocks:
        leaves_of_block = [(block.text, block.span)]
        if block.table:
            leaves_of_block = [(cell.text, cell.span) for row in block.table.rows for cell in row.cells]
        for text, span in leaves_of_block:
            marked = f"{block.marker} {text}"
            assert words_of_file(marked) == words_of_file(span.of(RAW[report_id]))


WHOLE_MARK = re.compile(r"\[bookmark: [^\]\n\t]*\]|</?[a-zA-Z][^<>\n\t]*>")
HALF_A_MARK = re.compile(r"\[bookmark|</?[a-zA-Z]")
MARKS = st.text(
    alphabet="ab Z0159%£.,:;–-·•o‘’“”()\t\n\r\x0b\x0c\N{NO-BREAK SPACE}\u2028\N{GRINNING FACE}", max_size=40
)
SNIPPETS = st.sampled_from(
    [
        "\n\n\n\n\n",
        "\n\tcell\n\tcell\n",
        "a\tb\tc\n",
        "\n- ",
        "\n· ",
        "\no\t",
        "\nAppendix C – Figures\n",
        "\nContents\n",
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """A real report: cut out, with pieces dropped, doubled or put in, or its lines shuffled."""
    report_id = draw(st.sampled_from(sorted(RAW)))
    text = RAW[report_id]
    if draw(st.booleans()):
        start = draw(st.integers(0, len(text)))
        text = text[start : start + draw(st.sampled_from([0, 3, 40, 400, 4_000, 20_000]))]
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 7, 60, 900])))
        inside = draw(st.sampled_from([text[start:end] * 2, ""]) | MARKS | SNIPPETS)
        text = text[:start] + inside + text[end:]
    if draw(st.integers(0, 4)) == 0:
        lines = text.split("\n")
        random.Random(draw(st.integers(0, 99))).shuffle(lines)
        text = "\n".join(lines)
    return report_id, text


def read_or_refusal(report_id: str, text: str) -> Report | str:
    """The report, or the reason why it is none."""
    try:
        return read(report_id, text)
    except ReadingError as problem:
        return str(problem)


@settings(deadline=None, max_examples=60)
@given(mutated())
def test_a_mutated_file_loses_nothing_or_is_refused(case: tuple[str, str]) -> None:
    report_id, text = case
    report = read_or_refusal(report_id, text)
    if isinstance(report, str):
        assert report.startswith(f"The report {report_id} is empty")
        assert words_of_file(text) == []
        return
    assert leaves(report) == text
    # Where half a mark of the word processor or of HTML ends is not for this test to say, and what stands above a
    # contents list is for test_prose_above_the_contents_list_is_prose.
    above = [block for block in report.blocks if block.kind == "contents" and not block.table]
    if len(above) <= 1 and not HALF_A_MARK.search(WHOLE_MARK.sub("", text)):
        assert words_of_blocks(report) == words_of_file(text)


@cache
def whole_texts(report_id: str) -> list[str]:
    return leaf_texts(read(report_id, RAW[report_id]))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(RAW)), st.floats(0, 1))
def test_a_truncated_file_reads_as_the_beginning_of_the_whole_one(report_id: str, share: float) -> None:
    text = RAW[report_id][: int(share * len(RAW[report_id]))]
    assume(words_of_file(text))
    report = read(report_id, text)
    assert leaves(report) == text
    assert words_of_blocks(report) == words_of_file(text)
    texts = leaf_texts(report)[:-1]
    assert texts == whole_texts(report_id)[: len(texts)]


@BOTH
def test_windows_line_ends_and_a_byte_order_mark_change_no_text(report_id: str) -> None:
    plain = read(report_id, RAW[report_id])
    other = read(report_id, "\ufeff" + RAW[report_id].replace("\n", "\r\n"))
    assert [(b.kind, b.text, b.section, b.marker, b.speaker) for b in other.blocks] == [
        (b.kind, b.text, b.section, b.marker, b.speaker) for b in plain.blocks
    ]
    assert [[row.texts for row in b.table.rows] for b in other.blocks if b.table] == [
        [row.texts for row in b.table.rows] for b in plain.blocks if b.table
    ]


# --- dialects ---------------------------------------------------------------------------------------------------

TABBED = "Figures\n\nName\tRole\nAda\tChair\n\nThe board met in May.\n"
CELLED = "Figures\n\n\tName\n\tRole\n\n\tAda\n\tChair\n\nThe board met in May.\n"


@pytest.mark.parametrize("text", [TABBED, CELLED], ids=["a row a line", "a cell a line"])
def test_the_dialect_is_told_by_content(text: str) -> None:
    report = read("2030/31", text)
    assert [(block.kind, block.text) for block in report.blocks] == [
        ("heading", "Figures"),
        ("table", ""),
        ("paragraph", "The board met in May."),
    ]
    table = report.blocks[1].table
    assert table is not None
    assert [row.texts for row in table.rows] == [("Name", "Role"), ("Ada", "Chair")]
    assert leaves(report) == text


def test_one_stray_cell_does_not_turn_rows_into_cells() -> None:
    report = read("2030/31", "Figures\n\n\tstray\n\n" + TABBED)
    tables = [[row.texts for row in block.table.rows] for block in report.blocks if block.table]
    assert tables[-1] == [("Name", "Role"), ("Ada", "Chair")]


def test_a_report_without_a_table_is_read_all_the_same() -> None:
    report = read("2030/31", "Foreword\n\nWe care.\n\n- for all\n")
    assert [(block.kind, block.text) for block in report.blocks] == [
        ("heading", "Foreword"), ("paragraph", "We care."), ("bullet", "for all")
    ]  # fmt: skip


# --- marks inside a line ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\r"], ids=["line", "page", "return"])
def test_a_break_inside_a_line_parts_words(mark: str) -> None:
    report = read("2030/31", f"Foreword\n\nWe care{mark}about children.\n")
    assert report.blocks[1].text == "We care about children."


# --- files that are no report -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty: its file holds no words"),
        (b" \n\t\r\n \n", "is empty: its file holds no words"),
        ("\N{NO-BREAK SPACE}\u200b\ufeff\n".encode(), "is empty: its file holds no words"),
        (b"[bookmark: _Hlk1]\n<br/>\n- \n", "is empty: its file holds no words"),
        (b"\t\n\n\t\n\t\n", "is empty: its file holds no words"),
        (b"Foreword\n\x00\nWe care.\n", "is not a text file: it holds NUL bytes"),
        ("Foreword\n\nWe caf\N{LATIN SMALL LETTER E WITH ACUTE}.".encode("latin-1"), "is not UTF-8 text (byte 16)"),
        ("Foreword\n\nWe care.".encode("utf-16"), "is not UTF-8 text (byte 0)"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is damaged: it cannot be opened"),
        (RAW["2023/24"].encode()[: RAW["2023/24"].encode().index("‘".encode()) + 1], "is not UTF-8 text"),
    ],
    ids=["empty", "blank", "invisible", "marks", "tabs", "NUL", "Latin-1", "UTF-16", "PDF", "cut in a character"],
)
def test_a_file_that_is_no_report_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_report("2031/32", "A report", data)
    message = str(caught.value)
    assert message.startswith(f"The report 2031/32 {reason}")
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
