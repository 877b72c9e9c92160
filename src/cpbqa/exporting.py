"""Figures as files for other programs: CSV, XLSX, Parquet. Values verbatim, numbers exact, and no cell a formula.

A spreadsheet takes a text that starts with = + - @, a tab or a line end for something to evaluate. In XLSX such a
text is stored as text, and marked so. CSV knows no types: there it gets an apostrophe in front, which `unshielded`
takes off again. Parquet is typed and needs neither.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cpbqa.domain import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from cpbqa.snapshot import Source

# The full-width signs count as the plain ones in some spreadsheets, and blanks before them do not help.
_LIVE = re.compile(r"'*\s*[=+\-@\uff0b\uff0d\uff1d\uff20\t\r\n]")
_PARTING = re.compile(r"[\",;\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PLACES, _PRECISION = 10, 38
_LONGEST_CELL, _EXACT_DIGITS = 32_767, 15
_WIDTHS = {"measure": 60, "value": 12, "quote": 60, "location": 50, "title": 70, "sha256": 70, "copyright": 40}
# What XML cannot hold, and what a reader of XLSX would take for an escape.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def write_file(frame: pd.DataFrame, sources: Sequence[Source], path: Path) -> None:
    """Write the figures to a file; its ending says the format.

    Raises:
        UsageError: another ending, or a file that cannot be written.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"Figures are written as .csv, .xlsx or .parquet; name such a file, not {path.name!r}.")
    data = form(frame, sources)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error}); name a file that can be.") from error


def shielded(text: str) -> str:
    """The text as a CSV cell that no spreadsheet evaluates: one that could be gets an apostrophe in front."""
    return f"'{text}" if _LIVE.match(text) else text


def unshielded(text: str) -> str:
    """The text that `shielded` was given."""
    return text[1:] if text.startswith("'") and _LIVE.match(text) else text


def write_csv(frame: pd.DataFrame, out: TextIO) -> None:
    """One line an observation. Numbers are written as printed numbers, without thousands commas, signs or units."""
    for row in ([*frame.columns], *_rows(frame)):
        cells = (f"{cell:f}" if isinstance(cell, Decimal) else _quoted(shielded(cell or "")) for cell in row)
        out.write(",".join(cells) + "\n")


def _quoted(cell: str) -> str:
    """The cell in quotation marks where any program could take a part of it for the next cell or line.

    Python's own csv leaves a carriage return bare, and what follows it becomes a cell of its own.
    """
    return '"' + cell.replace('"', '""') + '"' if _PARTING.search(cell) else cell


def csv_bytes(frame: pd.DataFrame, sources: Sequence[Source]) -> bytes:
    """CSV as a file: in UTF-8, told by a mark at its start, without which Excel reads £ as two letters."""
    out = io.StringIO(newline="")
    write_csv(frame, out)
    return out.getvalue().encode("utf-8-sig")


def parquet_bytes(frame: pd.DataFrame, sources: Sequence[Source]) -> bytes:
    """Parquet: text as string, `number` as decimal128; the sources stand in the file's metadata under `sources`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = [number for number in frame["number"] if number is not None]
    places = max([_PLACES, *(-int(number.as_tuple().exponent) for number in numbers)])
    schema = pa.schema(
        pa.field(name, pa.decimal128(_PRECISION, places) if name == "number" else pa.string()) for name in frame.columns
    )
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    told = json.dumps([source.model_dump() for source in sources], ensure_ascii=False)
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), "sources": told}), out)
    return out.getvalue()


def xlsx_bytes(frame: pd.DataFrame, sources: Sequence[Source]) -> bytes:
    """A workbook: the sheet Figures, one row an observation, and the sheet Sources, one row a report."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Figures"
    _fill(sheet, list(frame.columns), _rows(frame))
    about = ["report", "title", "sha256", "copyright"]
    _fill(book.create_sheet("Sources"), about, [[s.id, s.title, s.sha256, s.copyright] for s in sources])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FORMATS: dict[str, Callable[[pd.DataFrame, Sequence[Source]], bytes]] = {
    ".csv": csv_bytes,
    ".xlsx": xlsx_bytes,
    ".parquet": parquet_bytes,
}
"""The endings that `write_file` knows."""


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    return [list(row) for row in frame.itertuples(index=False, name=None)]


def _fill(sheet: Any, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for column, name in enumerate(names, 1):
        _write(sheet.cell(1, column), name)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(name, 18)
    for number, row in enumerate(rows, 2):
        for column, content in enumerate(row, 1):
            if content is not None and content != "":
                _write(sheet.cell(number, column), content)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(rows) + 1}"


def _write(cell: Any, content: str | Decimal) -> None:
    """Put a number, or a text that stays a text: its type is told, and the mark that Excel itself gives it."""
    if isinstance(content, Decimal) and len(content.as_tuple().digits) <= _EXACT_DIGITS:
        cell.value = content
        cell.number_format = "0" if content == content.to_integral_value() else "General"
        return
    text = escaped(str(content))
    if len(text) > _LONGEST_CELL:
        raise UsageError("A text is longer than a cell of XLSX holds (32,767 characters); write .csv or .parquet.")
    cell.value = text
    cell.data_type = "s"
    if _LIVE.match(text):
        cell.quotePrefix = True


def escaped(text: str) -> str:
    """The text as XLSX stores it: characters that XML cannot hold as `_x001F_`, as the standard says."""
    return _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    """The text that `escaped` was given."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
