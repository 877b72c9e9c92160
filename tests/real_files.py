"""The two real report files as text, read again at will, and what is compared when nothing may be lost."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cpbqa.domain import Block, Report
from cpbqa.reading import draft_of, outline_of, read_report

FILES = Path(__file__).resolve().parents[1] / "corpus" / "reports"
RAW = {
    "2023/24": (FILES / "2023-24.txt").read_bytes().decode("utf-8"),
    "2024/25": (FILES / "2024-25.txt").read_bytes().decode("utf-8"),
}


@cache
def titles() -> tuple[str, ...]:
    """The section titles of the 2023/24 contents list, which the other report borrows."""
    return outline_of(draft_of("2023/24", RAW["2023/24"].encode()))


def read(report_id: str, text: str) -> Report:
    return read_report(report_id, "A report", text.encode(), titles())


def starting(report: Report, start: str) -> Block:
    """The one block whose text starts so."""
    found = [block for block in report.blocks if block.text.startswith(start) and block.kind != "heading"]
    assert len(found) == 1, (start, found)
    return found[0]


def leaves(report: Report) -> str:
    """The file put together again from the spans of all leaves, in order."""
    return "".join(span.of(report.raw) for span in report.spans())


def words_of_file(raw: str) -> list[str]:
    """The words of a file without bookmarks and HTML; a line break of any kind or a tab always parts words."""
    found = []
    for part in re.split(r"[\n\t]", raw):
        plain = re.sub(r"</?[a-zA-Z][^<>]*>", " ", re.sub(r"\[bookmark: [^\]]*\]", "", part))
        found += re.findall(r"\w+", re.sub("[\x00-\x08\x0e-\x1b\x7f\u200b\u200e\u200f\ufeff]", "", plain))
    return found


def leaf_texts(report: Report) -> list[str]:
    """The cleaned text of each leaf, in order, with the bullets' own marks such as `1.`."""
    texts = []
    for block in report.blocks:
        if block.table:
            texts += [cell.text for row in block.table.rows for cell in row.cells]
        else:
            texts.append(f"{block.marker} {block.text}".strip())
    return texts


def words_of_blocks(report: Report) -> list[str]:
    return [word for text in leaf_texts(report) for word in re.findall(r"\w+", text)]
