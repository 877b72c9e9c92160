"""Figures as files: read back, they are the frame, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpbqa.bot import Bot
from cpbqa.cli import main
from cpbqa.domain import UsageError
from cpbqa.exporting import (
    csv_bytes,
    escaped,
    parquet_bytes,
    shielded,
    unescaped,
    unshielded,
    write_file,
    xlsx_bytes,
)
from cpbqa.frame import COLUMNS
from cpbqa.snapshot import Source

SOURCES = (Source(id="2030/31", title="=Report", sha256="ab" * 32, copyright="© Northbrook"),)
INJECTIONS = [
    "=1+1", "+1", "-1", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", "''=1", "\uff1d1",
    '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "-5%", "#N/A", "TRUE", "2024-01-01", "_x0041_", "a\x01b", "007",
]  # fmt: skip
# Whatever a decoded file can hold.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(INJECTIONS)


def frame_of(values: list[str], numbers: list[Decimal | None] | None = None) -> pd.DataFrame:
    """A frame of figures with these texts in a text column."""
    told = numbers or [None] * len(values)
    rows = [[value if name == "value" else number if name == "number" else "x" for name in COLUMNS]
            for value, number in zip(values, told, strict=True)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({name: "str" for name in COLUMNS if name != "number"}).astype({"number": object})


@lru_cache(maxsize=1)
def opened(data: bytes) -> openpyxl.Workbook:
    """A workbook as written. Not to be changed: its columns are asked for one by one."""
    return openpyxl.load_workbook(io.BytesIO(data))


def column(data: bytes, name: str, sheet: str = "Figures") -> list[openpyxl.cell.Cell]:
    page = opened(data)[sheet]
    index = [cell.value for cell in page[1]].index(name)
    return [row[index] for row in page.iter_rows(min_row=2)]


def read_csv(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")


# The real frame


def test_the_documented_columns_are_the_frame_s(bot: Bot) -> None:
    page = (Path(__file__).parent.parent / "docs" / "figures.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \| (\w+) \| .+ \|$", page, re.M)
    assert documented == [(name, str(dtype)) for name, dtype in bot.figures.dtypes.items()]
    assert {type(number) for number in bot.figures["number"]} <= {Decimal, type(None)}
    assert not bot.figures.drop(columns="number").isna().any().any()


def test_a_workbook_holds_the_frame_and_its_sources(bot: Bot) -> None:
    sources = bot.snapshot.manifest.sources
    data = xlsx_bytes(bot.figures, sources)
    book = opened(data)
    assert book.sheetnames == ["Figures", "Sources"]
    for name in COLUMNS:
        cells = column(data, name)
        if name == "number":
            assert [Decimal(str(cell.value)) for cell in cells] == list(bot.figures["number"])
            assert {cell.data_type for cell in cells} == {"n"}
        else:
            assert [unescaped(cell.value or "") for cell in cells] == list(bot.figures[name])
    rows = list(book["Sources"].iter_rows(values_only=True))
    assert rows[0] == ("report", "title", "sha256", "copyright")
    assert rows[1:] == [(s.id, s.title, s.sha256, s.copyright) for s in sources]
    assert rows[2][2] == "2de3944f089430fe30398464f05f2ded6966bd3fa18caed8bac912d18b1529ae"


def test_parquet_read_back_is_the_frame(bot: Bot) -> None:
    table = pq.read_table(io.BytesIO(parquet_bytes(bot.figures, bot.snapshot.manifest.sources)))
    assert table.schema.field("number").type == pa.decimal128(38, 10)
    for name in COLUMNS:
        assert table.column(name).to_pylist() == list(bot.figures[name])
    told = json.loads(table.schema.metadata[b"sources"])
    assert [source["id"] for source in told] == ["2023/24", "2024/25"]


def test_csv_read_back_is_the_frame(bot: Bot) -> None:
    table = read_csv(csv_bytes(bot.figures, ()))
    for name in COLUMNS:
        expected = [str(number) for number in bot.figures["number"]] if name == "number" else list(bot.figures[name])
        assert [unshielded(cell) for cell in table[name]] == expected


def test_the_program_writes_what_was_chosen(
    index_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "figures",
        "--measure",
        "long term stability",
        "--report",
        "2024/25",
        "--index",
        str(index_folder),
    ]
    for ending in ("csv", "xlsx", "parquet"):
        path = tmp_path / f"stability.{ending}"
        assert main([*words, "-o", str(path)]) == 0
        assert capsys.readouterr().out == f"8 figures written to {path}\n"
    values = ["58.0%", "48%", "68.8%", "74.4%", "68%", "66%", "74%", "69%"]
    assert list(read_csv((tmp_path / "stability.csv").read_bytes())["value"]) == values
    assert [cell.value for cell in column((tmp_path / "stability.xlsx").read_bytes(), "value")] == values
    assert list(pd.read_parquet(tmp_path / "stability.parquet")["value"]) == values


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-o", "figures.pdf"], "written as .csv, .xlsx or .parquet; name such a file, not 'figures.pdf'"),
        (["-o", "none/figures.csv"], "cannot be written (No such file or directory); name a file that can be."),
        (["-o", "figures.csv", "--csv"], "--csv prints and -o writes a file"),
    ],
)
def test_a_file_that_cannot_be_written_is_told(
    index_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["figures", "--index", str(index_folder), *words]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert sentence in captured.err
    assert list(tmp_path.iterdir()) == []


# Texts that a spreadsheet would evaluate


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    data = xlsx_bytes(frame_of([text]), SOURCES)
    (cell,) = column(data, "value")
    assert cell.data_type == "s"
    assert unescaped(cell.value) == text
    (title,) = column(data, "title", "Sources")
    assert (title.value, title.data_type, title.quotePrefix) == ("=Report", "s", True)
    with ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml") + parts.read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-", "'-"), ("@x", "'@x"), ("\t1", "'\t1"), ("\r1", "'\r1"), (" =1", "' =1"),
        ("'=1", "''=1"), ("'tis", "'tis"), ("45.0", "45.0"), ("c", "c"), ("<5", "<5"), ("£1,024", "£1,024"), ("", ""),
    ],
)  # fmt: skip
def test_live_texts_get_an_apostrophe_in_csv(text: str, cell: str) -> None:
    assert shielded(text) == cell
    assert unshielded(cell) == text


@given(TEXTS)
def test_shields_come_off_and_nothing_live_is_left(text: str) -> None:
    assert unshielded(shielded(text)) == text
    assert not shielded(text).lstrip().startswith(("=", "+", "-", "@"))
    assert not shielded(text).startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["a\r=1", "a\n=1", "a;=1", "a\t=1", 'a",=1', "a,=1"])
def test_no_part_of_a_csv_cell_becomes_a_cell(text: str) -> None:
    (line,) = csv_bytes(frame_of([text]), ()).decode("utf-8-sig").split("\n", 1)[1:]
    doubled = text.replace('"', '""')
    assert f'x,"{doubled}",' in line


@given(TEXTS)
def test_escapes_come_off(text: str) -> None:
    assert unescaped(escaped(text)) == text


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_texts_come_back_from_every_format(values: list[str]) -> None:
    frame = frame_of(values)
    cells = column(xlsx_bytes(frame, SOURCES), "value")
    assert [unescaped(cell.value or "") for cell in cells] == values
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}
    table = pq.read_table(io.BytesIO(parquet_bytes(frame, SOURCES)))
    assert table.column("value").to_pylist() == values
    rows = list(csv.DictReader(io.StringIO(csv_bytes(frame, SOURCES).decode("utf-8-sig"), newline="")))
    assert [unshielded(row["value"]) for row in rows] == values


@settings(deadline=None)
@given(st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9),
                                        max_value=10**9), min_size=1, max_size=5))  # fmt: skip
def test_numbers_stay_exact(numbers: list[Decimal | None]) -> None:
    frame = frame_of(["x"] * len(numbers), numbers)
    table = pq.read_table(io.BytesIO(parquet_bytes(frame, SOURCES)))
    assert table.column("number").to_pylist() == numbers
    cells = column(xlsx_bytes(frame, SOURCES), "number")
    assert [None if cell.value is None else Decimal(str(cell.value)) for cell in cells] == numbers
    told = list(read_csv(csv_bytes(frame, SOURCES))["number"])
    assert [Decimal(text) if text else None for text in told] == numbers


def test_a_number_too_long_for_a_workbook_stays_a_text() -> None:
    number = Decimal("1234567890.1234567891")
    (cell,) = column(xlsx_bytes(frame_of(["x"], [number]), SOURCES), "number")
    assert (cell.value, cell.data_type) == ("1234567890.1234567891", "s")


def test_a_text_too_long_for_a_workbook_is_not_cut(tmp_path: Path) -> None:
    frame = frame_of(["x" * 32_768])
    with pytest.raises(UsageError, match=r"32,767 characters"):
        write_file(frame, SOURCES, tmp_path / "figures.xlsx")
    write_file(frame, SOURCES, tmp_path / "figures.parquet")


def test_an_empty_choice_keeps_its_columns() -> None:
    frame = frame_of(["x"]).iloc[:0]
    assert list(read_csv(csv_bytes(frame, SOURCES)).columns) == list(COLUMNS)
    assert pq.read_table(io.BytesIO(parquet_bytes(frame, SOURCES))).column_names == list(COLUMNS)
    assert column(xlsx_bytes(frame, SOURCES), "value") == []
