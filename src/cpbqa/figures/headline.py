"""Headline figures: sentences that give a value now and the value before.

`277 children were looked after (figure at end of Mar 2024 and this was 301 for Mar 2023)`, and the age bands below
it. The words "this was" mark such a sentence; the form is the reports' own and the same in both years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cpbqa.domain import Block, Citation, Observation, Period, Quantity, Report, Unit
from cpbqa.domain.periods import YEAR

_VALUE = r"[<≤]?\s?£?\d[\d,]*(?:\.\d+)?(?:\s?%)?"
_DATE = rf"(?:(?:autumn|spring|summer)\s+term\s+{YEAR}[/-]\d\d|(?:31(?:st)?\s+)?mar(?:ch)?\s+{YEAR}|{YEAR}[/-]\d\d)"
_BEFORE = re.compile(rf"\bthis was\s+(?P<value>{_VALUE})(?:\s+(?:for|at|in)\s+(?P<date>{_DATE}))?", re.I)
_DATES = re.compile(_DATE, re.I)
# Numbers that are no value: ages, spans of time, dates.
_NO_VALUE = re.compile(
    rf"{_DATE}|\(?\b\d+\s*(?:-|–|to|and)\s*\d+\b(?:\s*years?\s*olds?)?\)?|\b\d+\s+(?:working\s+)?(?:months?|years?|days?|weeks?)\b"
    r"|\bper\s+[\d,]+\b",
    re.I,
)
_BAND = re.compile(r"(?P<label>(?:under|over)\s+\d+|\d+\s*(?:to|-|–)\s*\d+|\d+\+?)(?:\s*:\s*(?P<value>[\d,<]+))?", re.I)
# Bands side by side, and their values in the same order on the line below.
_BAND_NAMES = re.compile(r"(?:under|over)\s+\d+|\d+\s*(?:to|-|–)\s*\d+|\d+\+", re.I)
_BESIDE = re.compile(r"[\d,<]+(?:\s+[\d,<]+)+")
_LEAD_IN = re.compile(r"^(?:there (?:were|are|was|is)|(?:at|as at|on)\s+" + _DATE + r"\s*,?)\s*", re.I)
_TAIL = re.compile(r"\s*\((?:figure|percentage|at|end|as at|spring|autumn|summer)?\s*[^()]*$|\s*[-–(]?\s*$", re.I)


@dataclass(frozen=True)
class _Headline:
    label: str
    quantity: Quantity
    period: Period
    notes: tuple[str, ...] = ()


def headline_observations(report: Report, authority: str) -> Iterator[Observation]:
    """Both figures of each headline sentence, and the bands of a breakdown below one, in printed order."""
    own = Period.parse(report.id)
    if own is None:
        return
    current: Period | None = None
    for block, below in zip(report.blocks, (*report.blocks[1:], None), strict=True):
        pair = _sentence(block.text, own) if block.text else None
        if pair:
            current = pair[0].period
            found = [(item, block.text) for item in pair]
        else:
            found = [] if current is None else [(replace(b, period=current), q) for b, q in _bands(block, below)]
            if block.kind == "heading" and not found:
                current = None
        for item, quote in found:
            yield _observation(report, block, item, quote, authority)


def _observation(report: Report, block: Block, item: _Headline, quote: str, authority: str) -> Observation:
    return Observation(
        measure=item.label,
        label=item.label,
        group=block.section[-1] if block.section else "",
        period=item.period,
        geography=authority,
        report=report.id,
        source="headline",
        quantity=item.quantity,
        basis="",
        citation=Citation(report=report.id, location=report.place(block.section, block.page), quote=quote),
        notes=item.notes,
    )


def _sentence(text: str, own: Period) -> tuple[_Headline, _Headline] | None:
    before = _BEFORE.search(text)
    if not before or not before["date"]:
        return None
    head = text[: before.start()]
    # Blank out what is no value, keeping positions.
    bare = _NO_VALUE.sub(lambda match: " " * len(match[0]), head)
    value = _value(bare, percent="%" in before["value"])
    dates = [period for match in _DATES.finditer(head) if (period := _period(match[0]))]
    then = _period(before["date"])
    if not value or then is None:
        return None
    printed = dates[-1] if dates else own
    label = _label(head, value)
    now, notes = _meant(printed, then, own, text)
    return (
        _Headline(label, Quantity.parse(value[0].strip(), _unit(label)), now, notes),
        _Headline(label, Quantity.parse(before["value"].strip(), _unit(label)), then, ()),
    )


def _value(bare: str, percent: bool) -> re.Match[str] | None:
    """The first number of the same kind as the one before (a percentage, or none), else the first there is."""
    numbers = list(re.finditer(_VALUE, bare))
    return next((number for number in numbers if ("%" in number[0]) == percent), next(iter(numbers), None))


def _unit(label: str) -> Unit:
    """Averages and rates are no counts."""
    return "number" if re.search(r"\b(?:average|avg|mean|rate|max(?:imum)?)\b", label, re.I) else "count"


def _period(date: str) -> Period | None:
    return Period.parse(re.sub(r"\bterm\b", "", date, flags=re.I))


def _meant(printed: Period, then: Period, own: Period, text: str) -> tuple[Period, tuple[str, ...]]:
    """The period that the first figure must mean.

    It is the later of the two by the sentence's own sense. A printed date that is not later than "this was ..." is a
    misprint where the report's own year would follow it: the figure is filed under that year, with a note.
    """
    if printed > then or own <= then:
        return printed, ()
    meant = Period(start=own.start, term=printed.term)
    when = str(meant) if meant.term else f"{meant.year_end}, the end of the report's own year"
    note = f"The sentence prints the same or an earlier date for both figures; the first must mean {when}: “{text}”"
    return meant, (note,)


def _label(head: str, value: re.Match[str]) -> str:
    """The sentence without its value and its dates: what is counted, in the printed words."""
    words = head[: value.start()].rstrip() + " " + head[value.end() :].lstrip(" %")
    words = _LEAD_IN.sub("", _TAIL.sub("", words.strip()))
    words = re.sub(rf"\s*\(?\b(?:at|for the|for|at the)?\s*(?:end of|end|the end)\s+{_DATE}.*$", "", words, flags=re.I)
    words = re.sub(r"^(?:of)\s+", "", words.strip())
    return " ".join(words.split()).strip(" ,-–(")


def _bands(block: Block, below: Block | None) -> Iterator[tuple[_Headline, str]]:
    """Lines such as `Under 5: 51`, two-celled rows, or bands over their values, below a headline sentence."""
    period = Period(start=0)
    if block.table:
        for row in block.table.rows:
            cells = [text for text in row.texts if text]
            if len(cells) == 2 and _BAND.fullmatch(cells[0]):
                yield _Headline(cells[0], Quantity.parse(cells[1], "count"), period), row.quote
    else:
        match = _BAND.fullmatch(block.text)
        if match and match["value"]:
            yield _Headline(match["label"], Quantity.parse(match["value"], "count"), period), block.text
        elif below is not None:
            yield from _over_values(block.text, below.text, period)


def _over_values(names: str, values: str, period: Period) -> Iterator[tuple[_Headline, str]]:
    """Bands on one line and as many values on the next: `Under 5 5 to 9`, `51 36`."""
    bands = _BAND_NAMES.findall(names)
    if "".join("".join(bands).split()) != "".join(names.split()) or not _BESIDE.fullmatch(values):
        return
    told = values.split()
    if len(told) == len(bands) > 1:
        for band, value in zip(bands, told, strict=True):
            yield _Headline(band, Quantity.parse(value, "count"), period), f"{names}\n{values}"
