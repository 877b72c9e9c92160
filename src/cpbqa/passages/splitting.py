"""A Report's prose becomes Passages: paragraphs, list items, whole lists with their lead-in, people, agendas."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from cpbqa.domain import Block, Citation, Passage, PassageKind, Report, fold

from .rows import table_entries
from .sentences import split_sentences

LONGEST = 1_200
# A list without marks has so many lines at least, each of so many characters at most.
_LINES, _LINE = 3, 140
_ENDS_A_SENTENCE = tuple('.?!:;,"\u201d')
_MARKER = re.compile(r"^(?:[-·•▪●◦*–]|\d{1,2}[.)])\s+")
_CASE_STUDY = ("experiences of", "case stud", "story of", "stories")


def split_report(report: Report) -> list[Passage]:
    """All passages of a report in printed order. A list is there whole and, item by item, on its own."""
    found: list[Passage] = []
    readable = [b for b in report.blocks if b.kind in ("paragraph", "bullet", "quote", "table", "footnote")]
    for section, group in groupby(readable, key=lambda block: block.section):
        found.extend(_section(report, section, list(group)))
    return _numbered(found)


def _section(report: Report, section: tuple[str, ...], blocks: Sequence[Block]) -> Iterator[Passage]:
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if block.table:
            for kind, text, quote, page in table_entries(block.table):
                yield _passage(report, section, kind, text, quote=quote, page=page)
            index += 1
            continue
        items = _items_after(blocks, index)
        if items:
            lead = block if block.kind != "bullet" else None
            yield from _list(report, section, lead, items)
            index += len(items) + (lead is not None)
            continue
        lines = _lines_from(report, blocks, index)
        if len(lines) >= _LINES:
            yield from _list(report, section, None, lines)
            index += len(lines)
            continue
        yield from _prose(report, section, block)
        index += 1


def _lines_from(report: Report, blocks: Sequence[Block], index: int) -> list[Block]:
    """Short lines that follow one another without an empty one and end no sentence: a list without marks."""
    lines: list[Block] = []
    for block in blocks[index:]:
        if block.kind != "paragraph" or len(block.text) > _LINE or block.text[-1:] in _ENDS_A_SENTENCE:
            break
        before = report.raw[lines[-1].span.start : block.span.start] if lines else ""
        if lines and before[len(before.rstrip()) :].count("\n") != 1:
            break
        lines.append(block)
    return lines


def _items_after(blocks: Sequence[Block], index: int) -> list[Block]:
    """The bullets that make a list: from here on, or after a lead-in that stands here."""
    start = index if blocks[index].kind == "bullet" else index + 1
    items = []
    for block in blocks[start:]:
        if block.kind != "bullet":
            break
        items.append(block)
    leads = blocks[index].kind == "bullet" or blocks[index].text.endswith(":")
    return items if leads else []


def _list(report: Report, section: tuple[str, ...], lead: Block | None, items: Sequence[Block]) -> Iterator[Passage]:
    for run in _runs(lead, items):
        if len(run) > 1:
            text = "\n".join(block.text if block is lead else f"{block.marker} {block.text}".strip() for block in run)
            printed = fold(report.raw[run[0].span.start : run[-1].span.end])
            # A mark of the word processor may stand inside a list: then its first line is what can be found again.
            quote = text if fold(text) in printed else run[0].text
            yield _passage(report, section, "list", text, quote=quote, page=run[0].page)
        elif run[0] is lead:
            # The lead-in of a list whose first item leaves no room for it.
            yield from _prose(report, section, run[0])
    lead_text = lead.text if lead else ""
    for item in items:
        if item.text.endswith(":"):
            # A bullet may lead in the bullets below it.
            lead_text = item.text
        yield from _prose(report, section, item, lead_text)


def _runs(lead: Block | None, items: Sequence[Block]) -> Iterator[list[Block]]:
    """The list in parts of at most LONGEST characters; a bullet that ends in a colon starts a part of its own."""
    run: list[Block] = [lead] if lead else []
    for item in items:
        size = sum(len(block.text) + 4 for block in run) + len(item.text) + 4
        if run and (size > LONGEST or (item.text.endswith(":") and item is not items[0])):
            yield run
            run = []
        run.append(item)
    yield run


def _prose(report: Report, section: tuple[str, ...], block: Block, lead: str = "") -> Iterator[Passage]:
    kind: PassageKind = "item" if block.kind == "bullet" else "paragraph"
    if block.kind == "quote":
        kind = "quote"
    elif section and section[-1].lower().startswith(_CASE_STUDY):
        kind = "case study"
    for text in _parts(block.text):
        yield _passage(report, section, kind, text, lead=lead, speaker=block.speaker, page=block.page)


def _parts(text: str) -> Iterator[str]:
    """The text itself, or runs of its sentences where it is too long to be quoted whole."""
    part = ""
    sentences = [s[i : i + LONGEST] for s in split_sentences(text) for i in range(0, len(s), LONGEST)]
    for sentence in sentences:
        if part and len(part) + len(sentence) + 1 > LONGEST:
            yield part
            part = ""
        part = f"{part} {sentence}".strip()
    if part:
        yield part


def _passage(
    report: Report,
    section: tuple[str, ...],
    kind: PassageKind,
    text: str,
    *,
    quote: str = "",
    lead: str = "",
    speaker: str | None = None,
    page: int | None = None,
) -> Passage:
    sentences = tuple(s for line in text.split("\n") for s in split_sentences(_MARKER.sub("", line)))
    context = " > ".join((*section, lead) if lead else section)
    citation = Citation(report=report.id, location=report.place(section, page), quote=quote or text)
    return Passage(
        id="", report=report.id, kind=kind, text=text, sentences=sentences, section=section, context=context,
        citation=citation, speaker=speaker,
    )  # fmt: skip


def _numbered(passages: Sequence[Passage]) -> list[Passage]:
    """Identifiers from content and order, so that the same report gives the same ones."""
    numbered = []
    for index, passage in enumerate(passages):
        told = f"{passage.report}|{index}|{passage.text}"
        numbered.append(replace(passage, id=hashlib.sha256(told.encode()).hexdigest()[:16]))
    return numbered
