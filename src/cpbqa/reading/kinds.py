"""Which format a file is in, told by what is in it and never by its name; and files that are refused unread."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Literal

from cpbqa.domain import Period, ReadingError

from .lines import split_lines
from .piped import has_pipes
from .spaced import is_spaced

Kind = Literal["text", "spaced", "markdown", "web page", "csv", "Word", "PDF", "Excel"]

MOST_BYTES = 100_000_000
MOST_TEXT = 20_000_000
_MOST_UNPACKED, _MOST_PARTS, _MOST_RATIO, _MOST_XML = 400_000_000, 10_000, 300, 60_000_000

_TYPES = "[Content_Types].xml"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WEB_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,5000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+\S", re.M)
_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$", re.M)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


def kind_of(report_id: str, data: bytes) -> Kind:
    """The format of a file. Raises ReadingError, one sentence, for a file that cannot be a report."""
    if len(data) > MOST_BYTES:
        raise _refused(
            report_id,
            f"is {len(data) // 1_000_000} MB large, more than a report can be",
            "Save it without its pictures",
        )
    if b"%PDF-" in data[:1024]:
        return "PDF"
    if data.startswith(b"PK\x03\x04"):
        return _packed(report_id, data)
    if data.startswith(_OLD_OFFICE):
        if _ENCRYPTED in data:
            raise _refused(report_id, "is locked with a password", "Save it without the password")
        raise _refused(report_id, "is a file of an old Office version", "Open it and save it as .docx or .xlsx")
    if data.startswith(b"{\\rtf"):
        raise _refused(report_id, "is a Rich Text file", "Open it and save it as .docx")
    if data.startswith(_PICTURES):
        raise _refused(
            report_id,
            "is a picture, and nothing here reads words from pictures",
            "Ask for the file that it was made from",
        )
    return _written(report_id, data)


def decoded(report_id: str, data: bytes) -> str:
    """The text of a plain text file. Raises ReadingError where it is none."""
    try:
        raw = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ReadingError(
            f"The report {report_id} is not UTF-8 text (byte {problem.start}). Save it as UTF-8 plain text."
        ) from None
    if "\x00" in raw:
        raise ReadingError(f"The report {report_id} is not a text file: it holds NUL bytes. Save it as plain text.")
    return raw


def _written(report_id: str, data: bytes) -> Kind:
    """Which of the formats that are text."""
    if len(data) > MOST_TEXT:
        raise _refused(
            report_id,
            f"holds {len(data) // 1_000_000} MB of text, more than a report can",
            "Name the report's own file",
        )
    text = data.decode("utf-8-sig", "replace")
    if _WEB_PAGE.match(text):
        return "web page"
    if is_csv(text):
        return "csv"
    if len(_HEADING.findall(text)) >= 2 or _RULE.search(text):
        return "markdown"
    if is_spaced(split_lines(text)):
        return "spaced"
    return "markdown" if has_pipes(text) else "text"


def is_csv(text: str) -> bool:
    """A table of figures with commas or semicolons: one of its first lines names two periods, or two begin with one.

    Its rows are as long as that header, as those of sentences and lists with commas in them never are.
    """
    lines = [line for line in text.split("\n")[:40] if line.strip()]
    if any("\t" in line for line in lines):
        return False
    for mark in ",;":
        try:
            fields = [[part.strip() for part in row] for row in csv.reader(lines, delimiter=mark)]
        except csv.Error:
            continue
        headers = [row for row in fields if sum(Period.heading(part) is not None for part in row) >= 2]
        dated = [row for row in fields if row and Period.heading(row[0]) is not None]
        if not headers and len(dated) < 2:
            continue
        width = len((headers or dated)[0])
        if width > 2 and sum(len(row) == width for row in fields) >= max(2, len(fields) // 2):
            return True
    return False


def _packed(report_id: str, data: bytes) -> Kind:
    """Word or Excel: what a zip archive holds, after a look at how large it would become."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            _check_sizes(report_id, parts)
            types = archive.read(_TYPES).decode("utf-8", "replace") if _TYPES in names else ""
    except ReadingError:
        raise
    except Exception:  # A damaged archive fails in a dozen ways, and each of them means the same here.
        raise damaged(report_id) from None
    if re.search(r"(?:wordprocessingml|ms-word)\.(?:document|template)(?:\.macroEnabled(?:Template)?)?\.main", types):
        return "Word"
    if re.search(r"(?:spreadsheetml|ms-excel)\.(?:sheet|template)(?:\.macroEnabled)?\.main", types):
        return "Excel"
    if "presentationml" in types:
        raise _refused(report_id, "is a set of slides", "Save the report itself as .docx or .pdf")
    if "mimetype" in names or "content.xml" in names:
        raise _refused(report_id, "is an OpenDocument or e-book file", "Open it and save it as .docx or .pdf")
    raise _refused(report_id, "is a zip archive without a report in it", "Unpack it, and name the report's own file")


def _check_sizes(report_id: str, parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise _refused(report_id, "is locked with a password", "Save it without the password")
    total = sum(part.file_size for part in parts)
    swollen = any(p.file_size > 5_000_000 and p.file_size > _MOST_RATIO * max(p.compress_size, 1) for p in parts)
    written = max((p.file_size for p in parts if p.filename.endswith((".xml", ".rels"))), default=0)
    if total > _MOST_UNPACKED or len(parts) > _MOST_PARTS or swollen or written > _MOST_XML:
        raise _refused(report_id, "would unpack to far more than a report can hold", "Name the report's own file")


def damaged(report_id: str) -> ReadingError:
    """What to say of a file that its format's reader cannot make sense of."""
    return _refused(report_id, "is damaged: it cannot be opened", "Ask for it again, or open it and save it anew")


def _refused(report_id: str, what: str, remedy: str) -> ReadingError:
    return ReadingError(f"The report {report_id} {what}. {remedy}.")
