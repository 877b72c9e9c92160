"""Quarters, halves and months that a question names, for the tables that print such."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from cpbqa.domain import Kind, Period, Term, part_of

from .mention import Mention, blank
from .times import MONTH, Times

_YEAR = r"(?:fy\s*)?(?:20\d\d\s*(?:/|-|to)\s*(?:20)?\d\d|[12]\d\s*[/-]\s*[12]\d)(?![\d/%])"
# "May" is a verb, too, and March ends the year; "14 August" is a day.
_LONE_MONTH = re.compile(
    rf"(?P<day>\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?\b(?!mar|may)(?P<month>{MONTH})\b(?!\s*'?\d)", re.I
)


@dataclass(frozen=True)
class Part:
    """A part of a year where it is named, with its year where that stands beside it."""

    start: int
    end: int
    term: Term
    year: Period | None


def parts_named(text: str, said: Times, kinds: Collection[Kind]) -> Iterator[Part]:
    """The quarters and halves that a text names, of the kinds that are printed; months are dates, and found as such."""
    taken: list[tuple[int, int]] = []
    printed = [(term, f"(?P<part>{names})") for kind, term, names in said.parts if kind in kinds]
    for form in ("{part}{of_year}{year}", r"{year}\s*,?\s*{part}", "{part}"):
        for term, part in printed:
            pattern = form.format(part=part, of_year=said.of_year, year=f"(?P<year>{_YEAR})")
            for match in re.finditer(rf"(?<![\w/.£-]){pattern}", text, re.I):
                if any(start < match.end() and match.start() < end for start, end in taken):
                    continue
                told = match.groupdict().get("year")
                year = Period.heading(re.sub(r"(?i)^fy\s*", "", told)) if told else None
                if told and year is None:
                    continue
                taken.append(match.span())
                yield Part(match.start(), match.end(), term, year)


def months_named(text: str) -> Iterator[Part]:
    """The months that a text names without a year, but for those that are a verb or the year's end as well."""
    for match in _LONE_MONTH.finditer(text):
        term = part_of(match["month"])
        if term is not None and not match["day"]:
            yield Part(match.start("month"), match.end("month"), term, None)


def without_parts(text: str, parts: Sequence[Part]) -> str:
    """The text without the letters of the parts that it names."""
    for part in parts:
        text = blank(text, part.start, part.end)
    return text


def with_parts(mentions: list[Mention], parts: Sequence[Part]) -> list[Mention]:
    """The mentions with quarters and halves: those without a year are of the year named elsewhere, or the newest."""
    lone = [part for part in parts if part.year is None]
    found = [Mention(p.start, p.end, Period(start=p.year.start, term=p.term)) for p in parts if p.year is not None]
    whole = next((m for m in mentions if m.period is not None and m.period.term is None), None)
    back = next((m for m in mentions if m.back is not None), None)
    dated = next((m.period for m in found if m.period is not None), None)
    for part in lone:
        if whole is not None and whole.period is not None:
            found.append(Mention(part.start, part.end, Period(start=whole.period.start, term=part.term)))
        elif back is not None:
            found.append(replace(back, start=part.start, end=part.end, term=part.term))
        elif dated is not None:
            found.append(Mention(part.start, part.end, Period(start=dated.start, term=part.term)))
        else:
            found.append(Mention(part.start, part.end, term=part.term))
    spent = [whole if whole is not None else back] if lone else []
    return [*(m for m in mentions if m not in spent), *found]
