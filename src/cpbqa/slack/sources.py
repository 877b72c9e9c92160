"""Where an answer stands: its source lines, the buttons beside them, and what such a button shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cpbqa.asking.wordings import listed
from cpbqa.bot import Bot
from cpbqa.domain import Figure, Observation, Passage, QuotedPassage, Report, fold
from cpbqa.figures.columns import columns_of
from cpbqa.figures.naming import Column

from .blocks import SECTION, TITLE, VALUE, Span, bullets, button, context, plain_text, prose, quotation, section
from .phrases import GONE
from .plain import BLANK, clean, cut, size
from .reply import Action, Block

_START = 60
"""Characters of the quote that tell apart what stands in one place."""
_AROUND, _KIND = 700, 10


@dataclass(frozen=True)
class Place:
    """What a source button carries: a place in a report, and how the words there begin. Nothing of the question."""

    kind: str
    report: str
    location: str
    starts: str

    @property
    def value(self) -> str:
        """As compact JSON, within the length of a button's value."""
        room = VALUE
        while True:
            told = {"kind": self.kind[:_KIND], "report": cut(clean(self.report), 40)}
            told |= {"location": cut(clean(self.location), room // 2), "starts": clean(self.starts)[:_START]}
            packed = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            if size(packed) <= VALUE:
                return packed
            room //= 2

    @classmethod
    def read(cls, value: str) -> Place | None:
        """The place that a button names; None where it is not one of ours."""
        try:
            told = json.loads(value)
            return cls(*(str(told[name]) for name in ("kind", "report", "location", "starts")))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None


def row_of(figure: Figure) -> Place:
    """The row that holds a figure, its column left out."""
    location = figure.citation.location.partition(", column ")[0]
    return Place("figure", figure.citation.report, location, figure.citation.quote[:_START])


def place_of(passage: QuotedPassage) -> Place:
    return Place("passage", passage.citation.report, passage.citation.location, passage.text[:_START])


def source_lines(figures: Sequence[Figure]) -> list[tuple[str, Place]]:
    """One line a row, with the columns in it, and the place that its button shows."""
    rows: dict[tuple[str, str], tuple[Figure, list[str]]] = {}
    for figure in figures:
        place, _, column = figure.citation.location.partition(", column ")
        _, columns = rows.setdefault((figure.citation.report, place), (figure, []))
        columns += [column] if column and column not in columns else []
    lines = []
    for (report, place), (figure, columns) in rows.items():
        told = f", column{'s' if len(columns) > 1 else ''} {listed(columns)}" if columns else ""
        lines.append((f"Source: {report} report, {place}{told}.", row_of(figure)))
    return lines


def passage_line(passage: QuotedPassage) -> str:
    also = f"; also in the {' and '.join(passage.also_in)} report" if passage.also_in else ""
    return f"Source: {passage.citation.report} report, {passage.citation.location}{also}."


def sourced(line: str, place: Place) -> Block:
    """A source line with the button that shows what is printed there."""
    text, about = (
        ("Show the row", "the printed row") if place.kind == "figure" else ("Read around it", "the text around")
    )
    return section(line, button(text, Action.SOURCE, place.value, f"Show {about}, {place.report} report"))


def source_view(value: str, bot: Bot) -> Block:
    """A modal with the printed row under its header, or the passage with what stands around it.

    `value` is that of a source button, perhaps of an older index: then it says that the place is gone.
    """
    place = Place.read(value)
    blocks: list[Block] = []
    if place and place.kind == "figure":
        blocks = _row(place, bot)
    elif place:
        blocks = _passage(place, bot)
    title = "As printed" if blocks else "Not there any more"
    return {
        "type": "modal",
        "title": plain_text(title, TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": blocks or [section(GONE)],
    }


def _same(told: str, whole: str) -> bool:
    """Whether a place that a button's value may have cut is this one."""
    return whole == told or (told.endswith("…") and whole.startswith(told[:-1]))


def _head(report: str, location: str, bot: Bot) -> Block:
    title = bot.snapshot.reports[report].title if report in bot.snapshot.reports else f"{report} report"
    return context(title, location)


def _row(place: Place, bot: Bot) -> list[Block]:
    found = next((o for o in bot.snapshot.observations if _holds(o, place)), None)
    if found is None:
        return []
    location = found.citation.location.partition(", column ")[0]
    head = _head(found.report, location, bot)
    report = bot.snapshot.reports[found.report]
    if found.source == "table":
        told = _figures_of_row(found, bot)
        cells = _cells(report, found)
        # The header of a table in another layout (years down the side, one year) does not name its columns so.
        if cells is None or not told.items() <= dict(cells[1]).items():
            cells = (found.label, list(told.items()))
        label, pairs = cells
        return [head, prose(Span(label, bold=True)), bullets(_pair(name, text) for name, text in pairs)]
    return [head, *_around(report, found.citation.quote)]


def _figures_of_row(found: Observation, bot: Bot) -> dict[str, str]:
    """What a printed row says, by the names of its columns: the figures that were read in it."""
    where = found.citation.location.partition(", column ")[0]
    return {
        o.citation.location.partition(", column ")[2].partition(", page ")[0]: o.quantity.printed
        for o in bot.snapshot.observations
        if o.report == found.report
        and o.citation.quote == found.citation.quote
        and o.citation.location.partition(", column ")[0] == where
    }


def _holds(o: Observation, place: Place) -> bool:
    return (
        o.report == place.report
        and _same(place.location, clean(o.citation.location).partition(", column ")[0])
        and clean(o.citation.quote).startswith(place.starts)
    )


def _pair(name: str, text: str) -> list[Span]:
    return [Span(f"{name}: "), Span(text or BLANK, bold=bool(text))]


def _cells(report: Report, found: Observation) -> tuple[str, list[tuple[str, str]]] | None:
    """The label of a printed row, and its other cells by the names of their columns."""
    columns: tuple[Column, ...] = ()
    group = ""
    for block in report.blocks:
        for row in block.table.rows if block.table else ():
            new = columns_of(row)
            columns = new or columns
            if not any(row.texts[1:]):
                group = row.texts[0] or group
            if not new and columns and row.quote == found.citation.quote and group in ("", found.group):
                pairs = [(c.name, row.texts[c.index] if c.index < len(row.texts) else "") for c in columns]
                return row.texts[0], pairs
    return None


def _passage(place: Place, bot: Bot) -> list[Block]:
    found = next((p for p in bot.snapshot.passages if _is(p, place)), None)
    if found is None:
        return []
    report = bot.snapshot.reports[found.report]
    return [_head(found.report, found.citation.location, bot), *_around(report, found.text)]


def _is(passage: Passage, place: Place) -> bool:
    return (
        passage.report == place.report
        and _same(place.location, clean(passage.citation.location))
        and clean(passage.text).startswith(place.starts)
    )


def _around(report: Report, text: str) -> list[Block]:
    """A text as a quotation, between what is printed before and after it."""
    words = _bare(text)
    texts = [block.text for block in report.blocks]
    held = [i for i, told in enumerate(texts) if _bare(told) and (_bare(told) in words or words in _bare(told))]
    # Short lines (`Children`) stand elsewhere too: the run of lines that holds the most of the text is meant.
    run = max(_runs(held), key=lambda run: sum(len(texts[i]) for i in run), default=[])
    before = next((t for t in reversed(texts[: run[0]]) if t.strip()), "") if run else ""
    after = next((t for t in texts[run[-1] + 1 :] if t.strip()), "") if run else ""
    # The cells of a row without a header are told apart by a bar.
    blocks = [quotation(Span(cut(clean(text.replace("\t", " | ")), SECTION)))]
    if before:
        blocks.insert(0, prose(Span(cut(clean(before), _AROUND))))
    return [*blocks, prose(Span(cut(clean(after), _AROUND)))] if after else blocks


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _bare(text: str) -> str:
    """A text without bullets and white space, to be found again line by line."""
    return "".join(character for character in fold(text).lower() if character.isalnum())
