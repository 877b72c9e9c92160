"""The format is told by what is in the file; what is no report is refused in one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from cpbqa.domain import ReadingError
from cpbqa.figures import figures_of
from cpbqa.reading import draft_of, read_report
from cpbqa.reading.kinds import kind_of
from other_formats import as_word
from real_files import RAW, read

PAGE = "<!DOCTYPE html><html><body><h1>Sign in</h1><p>Sign in to continue to the council's files.</p></body></html>"
TYPES = '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'  # noqa: E501


def packed(**parts: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr({"types": "[Content_Types].xml", "document": "word/document.xml"}.get(name, name), data)
    return stream.getvalue()


def locked() -> bytes:
    data = bytearray(packed(types=TYPES, document="<x/>"))
    start = data.index(b"PK\x01\x02")
    data[start + 8] |= 1
    data[6] |= 1
    return bytes(data)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
REFUSED = {
    "a page that asks to sign in": (PAGE.encode(), "is no report: its file (web page) holds 10 words"),
    "a zip bomb": (packed(types=TYPES, document=b" " * 80_000_000), "would unpack to far more than a report can hold"),
    "entities": (packed(types=TYPES, document=ENTITIES), "is damaged: it cannot be opened"),
    "a locked archive": (locked(), "is locked with a password"),
    "a locked Word file": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "is locked with a password"
    ),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is a file of an old Office version"),
    "half a Word file": (packed(types=TYPES, document="<x/>")[:-30], "is damaged: it cannot be opened"),
    "a Word file with nothing in it": (packed(types=TYPES, document="<x><body/></x>"), "is empty"),
    "a Word file without a body": (packed(types=TYPES, document="<x/>"), "is damaged"),
    "an archive": (packed(types="<Types/>"), "is a zip archive without a report in it"),
    "an OpenDocument file": (packed(mimetype="application/vnd.oasis.opendocument.text"), "is an OpenDocument"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture"),
    "Rich Text": (b"{\\rtf1 Foreword}", "is a Rich Text file"),
    "an enormous file": (b"x" * 100_000_001, "is 100 MB large"),
    "an enormous text": (b"word " * 4_100_000, "holds 20 MB of text"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_report_is_refused_in_one_sentence(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(ReadingError) as caught:
        read_report("2031/32", "A report", data)
    message = str(caught.value)
    assert message.startswith(f"The report 2031/32 {reason}")
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_format_is_told_by_content() -> None:
    word = as_word(read("2030/31", "Foreword\n\nWe care.\n"))
    kinds = [
        kind_of("2030/31", data)
        for data in (
            *(text.encode() for text in RAW.values()),
            word,
            PAGE.encode(),
            b"\xef\xbb\xbf<!-- saved --><html><p>We care.</p></html>",
            b"# Report\n\n## Foreword\n\nWe care.\n",
            b"Measure;2029/30;2030/31\nBoats;1;2\n",
            b"Year,Boats,Rate\n2029/30,1,2\n2030/31,3,4\n",
            b"Foreword\n\nWe care, and care, in 2029/30, 2030/31.\n",
            b"%PDF-1.7\n",
        )
    ]
    assert kinds == ["text", "text", "Word", "web page", "web page", "markdown", "csv", "csv", "text", "PDF"]


def test_the_same_file_gives_the_same_text() -> None:
    data = as_word(read("2024/25", RAW["2024/25"]))
    assert draft_of("2024/25", data) == draft_of("2024/25", data)


SPEND = """Please provide figures for the years 2028-2029, 2029-30, 2030-31, as before:
4. What is your spend on homes?
• 2028/29: 1,499,305
• 2029/30: 1,650,606
• 2030/31: 223,679
5. What is your spend on foster care?
• 2028/29: 339,672
"""


def test_sentences_and_lists_with_commas_are_no_csv() -> None:
    assert kind_of("2030/31", SPEND.encode()) == "text"
    assert not figures_of(read_report("2030/31", "A report", SPEND.encode()), "Anytown").observations


def test_cells_that_bars_part_are_a_table_without_a_rule_and_with_a_broken_row() -> None:
    text = (
        "Our children at the end of each year\n" + "We print the numbers of each home. " * 12 + "\n"
        "Code | Home | 31 March 30 | 31 March 31 |\nH5 | Own homes | 9 | 8 |\nK2 | Other homes | 42 |\n39\n|\n"
        "R1 | Schools | * | 1 |\nAll figures are of our own system.\n"
    )
    assert kind_of("2030/31", text.encode()) == "markdown"
    found = figures_of(read_report("2030/31", "A report", text.encode()), "Anytown").observations
    assert [(o.label, str(o.period), o.quantity.printed) for o in found] == [
        ("Own homes", "2029/30", "9"), ("Own homes", "2030/31", "8"), ("Other homes", "2029/30", "42"),
        ("Other homes", "2030/31", "39"), ("Schools", "2029/30", "*"), ("Schools", "2030/31", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Home | News | Contact\nWe care.", "Home | Your council\nNews | Your council\n"])
def test_a_menu_is_no_table(text: str) -> None:
    assert kind_of("2030/31", text.encode()) == "text"
