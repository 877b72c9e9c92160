"""A Report's prose becomes Passages: paragraphs, list items, whole lists with their lead-in, people, agendas."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

from cpbqa.domain import Block, Citation, Passage, PassageKind, Report, Span, fold
from cpbqa.reading.lines import parted_at_marks

from .rows import table_entries
from .sentences import packed, split_sentences

LONGEST = 1_200
# A list without marks has so many lines at least, each of so many characters at most.
_LINES, _LINE = 3, 140
_ENDS_A_SENTENCE = tuple('.?!:;,"\u201d')
_MARKER = re.compile(r"^(?:[-·•▪●◦*–]|\d{1,2}[.)])\s+")
_ANNOUNCES = re.compile(r"\b(?:the following(?! (?:year|term|month|week|day|quarter)s?\b)|as follows)\b", re.I)
_NOTE = re.compile(r"[⁰¹²³⁴-⁹]{1,3}\s")
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
            for kind, text, quote, row in table_entries(block.table, LONGEST):
                found = _found_again(report, row.cells[0].span, row.cells[-1].span, quote)
                yield _passage(report, section, kind, text, quote=found, page=row.page)
            index += 1
            continue
        items, notes = _items_after(blocks, index)
        if items:
            lead = block if block.kind != "bullet" else None
            yield from _list(report, section, lead, items)
            for note in notes:
                yield from _prose(report, section, note)
            index += len(items) + len(notes) + (lead is not None)
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


def _items_after(blocks: Sequence[Block], index: int) -> tuple[list[Block], list[Block]]:
    """The bullets that make a list, from here on or after a lead-in that stands here, and the footnotes among them."""
    items: list[Block] = []
    notes: list[Block] = []
    begins = blocks[index].kind == "bullet"
    if not begins and not _leads_in(blocks[index].text):
        return items, notes
    # Where a page ends, its footnotes stand between the lines of its text.
    aside: list[Block] = []
    for block in blocks[index if begins else index + 1 :]:
        if block.kind == "bullet":
            items.append(block)
            notes += aside
            aside = []
        elif _is_note(block):
            aside.append(block)
        else:
            break
    return items, notes


def _leads_in(text: str) -> bool:
    """Whether a paragraph announces a list: it ends in a colon, or its last sentence says that something follows."""
    return text.endswith(":") or _ANNOUNCES.search(split_sentences(text)[-1]) is not None


def _is_note(block: Block) -> bool:
    return block.kind == "footnote" or (block.kind == "paragraph" and _NOTE.match(block.text) is not None)


def _list(report: Report, section: tuple[str, ...], lead: Block | None, items: Sequence[Block]) -> Iterator[Passage]:
    for run in _runs(lead, items):
        if len(run) > 1:
            text = "\n".join(block.text if block is lead else f"{block.marker} {block.text}".strip() for block in run)
            quote = _found_again(report, run[0].span, run[-1].span, text, run[0].text)
            yield _passage(report, section, "list", text, quote=quote, page=run[0].page)
        elif run[0] is lead:
            # The lead-in of a list whose first item leaves no room for it.
            yield from _prose(report, section, run[0])
    for item, above in _led(lead, items):
        yield from _prose(report, section, item, above)


def _led(lead: Block | None, items: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Each item with its lead-in. A bullet may lead in those below it: the deeper ones, or all where none is deeper."""
    # Each lead-in with the depth at which it does not lead any more.
    leads = [(-1, lead.text if lead else "")]
    for item, below in zip_longest(items, items[1:]):
        while item.depth <= leads[-1][0]:
            leads.pop()
        if item.text.endswith(":"):
            nested = below is not None and below.depth > item.depth
            leads.append((item.depth if nested else item.depth - 1, item.text))
        yield item, leads[-1][1]


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
    for part in packed(split_sentences(block.text), LONGEST):
        text = " ".join(part)
        quote = _found_again(report, block.span, block.span, text)
        yield _passage(report, section, kind, text, quote=quote, lead=lead, speaker=block.speaker, page=block.page)


def _found_again(report: Report, start: Span, end: Span, *quotes: str) -> str:
    """The first of the quotes that stands in this part of the file as it is, or the longest run of words of one.

    Marks of a word processor or of HTML, which no reader sees, may stand among the words. Empty where all are cut.
    """
    raw = report.raw[start.start : end.end]
    printed = fold(raw)
    whole = next((quote for quote in quotes if fold(quote) in printed), None)
    if whole is not None:
        return whole
    words = quotes[0].split()
    there = fold(parted_at_marks(raw)).split()
    same = SequenceMatcher(None, fold(quotes[0]).split(), there, autojunk=False).find_longest_match()
    return " ".join(words[same.a : same.a + same.size])


def _passage(
    report: Report,
    section: tuple[str, ...],
    kind: PassageKind,
    text: str,
    *,
    quote: str,
    lead: str = "",
    speaker: str | None = None,
    page: int | None = None,
) -> Passage:
    sentences = tuple(s for line in text.split("\n") for s in split_sentences(_MARKER.sub("", line)))
    context = " > ".join((*section, lead) if lead else section)
    citation = Citation(report=report.id, location=report.place(section, page), quote=quote)
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
