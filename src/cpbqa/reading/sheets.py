"""Tables of indicators alone: .csv files, and Excel workbooks with each sheet a section.

A value is what the sheet shows, not what it keeps: 0.688 in the format `0.0%` is `68.8%`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from cpbqa.domain import Period

from .drafts import Draft, Rendering
from .grids import MOST_CELLS, Lines, without_blank_columns

_DECIMALS = re.compile(r"[0#]\.([0#]+)")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_MOST_ROWS, _MOST_COLUMNS = 20_000, 200
_LONG_NOTE = 14


def read_csv(data: bytes) -> Draft:
    """A table of figures as a draft."""
    text = _decoded(data)
    mark = max(",;", key=lambda mark: _periods(text, mark))
    out = Rendering()
    fields = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows = [[(field,) if field.strip() else () for field in row[:_MOST_COLUMNS]] for row in fields]
    _tell(out, rows[:_MOST_ROWS])
    return out.draft()


def _decoded(data: bytes) -> str:
    """Excel saves .csv files as UTF-8 with a mark at the start, or as Windows text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _periods(text: str, mark: str) -> int:
    head = text[:20_000].split("\n")[:40]
    return max(
        (sum(Period.heading(part.strip().strip('"')) is not None for part in line.split(mark)) for line in head),
        default=0,
    )


def read_workbook(data: bytes) -> Draft:
    """An Excel workbook as a draft. Raises whatever openpyxl raises where it is damaged."""
    import openpyxl

    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    formulas = openpyxl.load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    out = Rendering()
    for name in values.sheetnames:
        sheet = values[name]
        if not hasattr(sheet, "iter_rows"):
            out.warn(f"The sheet {name!r} holds a chart alone; it was left out.")
        elif sheet.sheet_state != "visible":
            out.warn(f"The sheet {name!r} is hidden; it was left out.")
        elif sheet.max_row * sheet.max_column > MOST_CELLS:
            out.warn(f"The sheet {name!r} has more cells than a report can hold; it was left out.")
        else:
            rows = _rows(sheet, formulas[name], out)
            if any(any(row) for row in rows):
                out.heading(name, 0)
                _tell(out, rows)
    return out.draft()


def _rows(sheet: Any, formulas: Any, out: Rendering) -> list[list[Lines]]:
    rows: list[list[Lines]] = []
    merged = _merged(sheet)
    for row in sheet.iter_rows():
        if sheet.row_dimensions[row[0].row].hidden:
            out.warn(f"The sheet {sheet.title!r} has hidden rows; they were left out.")
            continue
        told: list[Lines] = []
        for cell in row:
            source = sheet.cell(*merged[cell.row, cell.column]) if (cell.row, cell.column) in merged else cell
            if source.value is None and str(formulas.cell(source.row, source.column).value or "").startswith("="):
                out.warn(f"The sheet {sheet.title!r} has formulas without saved values; their cells are blank.")
            told.append(
                tuple(shown(source.value, source.number_format).split("\n")) if source.value is not None else ()
            )
        rows.append(told)
    hidden = {c.column for c in sheet[1] if sheet.column_dimensions[c.column_letter].hidden} if sheet.max_row else set()
    if hidden:
        out.warn(f"The sheet {sheet.title!r} has hidden columns; they were left out.")
    return [[cell for column, cell in enumerate(row, start=1) if column not in hidden] for row in rows]


def _merged(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """For each covered cell below the first of a merged range, that first one; those beside it stay blank."""
    found = {}
    for area in sheet.merged_cells.ranges:
        if area.size["rows"] * area.size["columns"] <= MOST_CELLS:
            for row in range(area.min_row + 1, area.max_row + 1):
                found[row, area.min_col] = (area.min_row, area.min_col)
    return found


def shown(value: object, form: str) -> str:
    """A cell as the sheet shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, int | float):
        return _number(value, form.split(";")[0])
    return str(value)


def _number(value: int | float, form: str) -> str:
    before, after = _written_around(form)
    bare = _QUOTED.sub("", form)
    if bare.lower() == "general" or not re.search(r"[0#]", bare):
        plain = str(value) if isinstance(value, int) else f"{value:.10g}"
        return plain if "e" not in plain else f"{value:f}".rstrip("0").rstrip(".")
    if "%" in bare:
        value = value * 100
    places = _DECIMALS.search(bare)
    digits = len(places[1]) if places else 0
    least = len(places[1].rstrip("#")) if places else 0
    told = f"{round_half_up(value, digits):{',' if ',' in bare else ''}.{digits}f}"
    for _ in range(digits - least):
        told = told.removesuffix("0")
    told = told.removesuffix(".")
    return f"{before}{told}{'%' if '%' in bare else ''}{after}"


def round_half_up(value: float, digits: int) -> float:
    """As a sheet rounds: 0.125 to two places is 0.13; the number that was typed counts, not its binary neighbour."""
    from decimal import ROUND_HALF_UP, Decimal

    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _written_around(form: str) -> tuple[str, str]:
    """The words and currency signs that a number format puts before and after the number."""
    first = re.search(r"[0#]", _QUOTED.sub(lambda m: " " * len(m[0]), form))
    cut = first.start() if first else len(form)
    before = "".join(m[1] or m[2] or m[3] or "" for m in _QUOTED.finditer(form[:cut]))
    after = "".join(m[1] or m[2] or m[3] or "" for m in _QUOTED.finditer(form[cut:]))
    sign = re.search(r"[£$€]", _QUOTED.sub("", form[:cut]))
    return before + (sign[0] if sign else ""), after


def _tell(out: Rendering, rows: Sequence[Sequence[Lines]]) -> None:
    """Titles above the table are paragraphs, and so are long lines of one cell in it or below it."""
    table: list[list[Lines]] = []
    notes: list[str] = []
    filled = [list(row) for row in rows]
    for row in filled:
        told = [" ".join(cell) for cell in row if any(map(str.strip, cell))]
        alone = len(told) == 1
        if alone and not any(sum(map(bool, before)) > 1 for before in table):
            out.paragraph(told[0])
        elif alone and (len(told[0].split()) > _LONG_NOTE or re.match(r"(?i)notes?\b|source|[*†¹²³]", told[0])):
            notes.append(told[0])
        elif told:
            table.append(row)
    out.table(without_blank_columns(table))
    for note in notes:
        out.footnote("", note)
