"""What a question says of time and source: periods, relative periods, and the report it names.

Each mention has its place in the question, so that what is left over is what the question is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from cpbqa.domain import Kind, Period, Term, fold, part_of

from .mention import Mention, blank
from .parts import months_named, parts_named, with_parts, without_parts
from .times import MONTH, Age, Times

MONTHS = "january february march april may june july august september october november december".split()
_YEAR2 = r"(?:1[5-9]|[2-4]\d)"
_TERM = r"(?P<term>autumn|spring|summer|aut|spr)"
_MONTH = rf"(?P<month>{MONTH})"
_FINANCIAL = (
    r"(?:fy\s*'?)?(?:(?P<full>20\d\d)\s*(?:/|-|to)\s*(?:20)?(?P<next>\d\d)"
    rf"|(?P<short>{_YEAR2})\s*(?P<dash>/|-)\s*(?P<after>{_YEAR2}))(?![\d/%]|s\b)"
)
_DAY_OF_MONTH = r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s*(?:of\s+)?)?"

# "Over the year to March 2022" is one year, and no run of them.
_YEAR_TO = r"(?:(?:(?:over|in|during|for|at)\s+)?(?:the\s+)?(?:year|yr|12 months)\s+(?:up\s+)?(?:to|ending|ended)\s+)?"

# Longest forms first; each pattern's name says what it gives.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<![\w/.£-]){pattern}", re.I))
    for name, pattern in (
        ("term", rf"{_TERM}\s*(?:term)?,?\s*(?:of|in)?\s*{_FINANCIAL}(?:\s*term)?"),
        ("term", rf"{_FINANCIAL}\s*,?\s*{_TERM}\b(?:\s*term)?"),
        ("term", rf"{_TERM}\s*(?:term)?,?\s*(?:of|in)?\s*'?(?P<year>20\d\d|{_YEAR2})(?![\d/%])(?:\s*term)?"),
        ("financial", rf"(?:year|yr)?\s*(?:fy)?{_FINANCIAL}(?!\s*(?:year|yr)s?[\s-]*olds?)"),
        ("ending", r"(?:fy|financial year)\s*'?(?P<year>20\d\d|\d\d)(?![\d/%])"),
        ("day", r"(?:at |on |as at )?(?P<day>\d{1,2})[/.](?P<monthno>\d{1,2})[/.](?P<year>20\d\d|\d\d)(?!\d)"),
        ("month", rf"{_YEAR_TO}{_DAY_OF_MONTH}{_MONTH}\.?,?\s*'?(?P<year>20\d\d|{_YEAR2})(?![\d/%])"),
        ("ending", r"(?P<year>(?:19[5-9]|20[0-4])\d)(?![\d/%-])"),
    )
)
_DIGIT = re.compile(r"\d")
_APPOSED = re.compile(r"\s*[(:-]?\s*(?:i\.?e\.?,?\s*)?")
_GAP = re.compile(r"[\s()'s,-]{0,4}")


@dataclass(frozen=True)
class TimeMentions:
    """All a question says of time: mentions in order, the named report if any, and the question without them.

    `prose` is the question without the year of a named report, which says where to look and not what for.
    `spans` is True where two periods are the ends of a run, `finer` where a time shorter than the tables' is named: a
    quarter, or a month that no year ends with.
    """

    text: str
    periods: tuple[Mention, ...] = ()
    report: Age | Period | None = None
    dates: tuple[str, ...] = field(default=())
    spans: bool = False
    finer: bool = False
    prose: str = ""


def find_mentions(question: str, said: Times, kinds: Collection[Kind] = ()) -> TimeMentions:
    """Find every period and named report, by what is `said` of time.

    `text` is the folded question with their characters blanked out. `kinds` are those of the periods that tables print:
    a quarter, half or month is a period only where they do.
    """
    text = fold(question)
    mentions: list[Mention] = []
    bare = text
    dates: list[str] = []
    by_age, bare = _report_by_age(text, bare, said)
    parts = list(parts_named(bare, said, kinds))
    for part in parts:
        dates.append(text[part.start : part.end].strip())
        bare = blank(bare, part.start, part.end)
    # Every pattern asks for a number, which most questions do not hold.
    for kind, pattern in _PATTERNS if _DIGIT.search(bare) else ():
        for match in pattern.finditer(bare):
            if kind == "ending" and said.people.match(bare, match.end()):
                continue
            mention = _mention(kind, match, "month" in kinds)
            dates.append(match[0].strip())
            if mention:
                mentions.append(mention)
                bare = blank(bare, match.start(), match.end())
    if "month" in kinds:
        months = list(months_named(bare))
        parts += months
        for month in months:
            dates.append(text[month.start : month.end].strip())
            bare = blank(bare, month.start, month.end)
    bare = _relative(bare, mentions, said)
    bare, mentions = _lone_term(bare, mentions, said)
    mentions = with_parts(mentions, parts)
    mentions = sorted((_held_against(text, mention, said) for mention in mentions), key=lambda mention: mention.start)
    named, mentions, bare = _named_report(bare, mentions, said)
    prose = blank(text, named.start, named.end).replace("\x00", "") if named else text
    if named:
        dates = [date for date in dates if date != text[named.start : named.end].strip()]
    ends = [(text[a.end : b.start], a, b) for a, b in pairwise(mentions)]
    return TimeMentions(
        bare,
        tuple(mentions),
        named.period.year if named and named.period else by_age,
        tuple(dict.fromkeys(dates)),
        spans=any(a.period and b.period and said.run.fullmatch(between) for between, a, b in ends),
        finer=_is_finer(without_parts(text, parts), mentions, said, "month" in kinds),
        prose=prose,
    )


def _relative(bare: str, mentions: list[Mention], said: Times) -> str:
    """Take the years counted back from the newest into the mentions; the text without them."""
    for pattern, back in said.relative if said.timely.search(bare) else ():
        for match in pattern.finditer(bare):
            if _is_said_again(bare, match.end(), mentions):
                bare = blank(bare, match.start(), match.end())
                continue
            strict = said.this.match(match[0]) is not None
            step = -back if said.from_there.search(match[0]) else 0
            mentions.append(Mention(match.start(), match.end(), back=back, strict=strict, step=step))
            bare = blank(bare, match.start(), match.end())
    return bare


def _is_said_again(bare: str, end: int, mentions: Sequence[Mention]) -> bool:
    """A year in words with its numbers right behind it, "last year (23/24)", "last year - 22-23", is the latter."""
    whole = [m for m in mentions if m.period is not None and m.period.term is None and m.start >= end]
    return any(_APPOSED.fullmatch(bare[end : m.start]) for m in whole)


def _is_finer(text: str, mentions: Sequence[Mention], said: Times, monthly: bool) -> bool:
    """Whether a quarter is named, or a month that ends no year and no period beside it."""
    months = any(mention.months for mention in mentions) or (not monthly and bool(said.month_within.search(text)))
    return bool(said.quarter.search(text)) or (months and not any(mention.period for mention in mentions))


def _held_against(text: str, mention: Mention, said: Times) -> Mention:
    """The mention, told whether another period is held against it. "On 31 March" is a day and no comparison."""
    named = text[mention.start : mention.end]
    before = said.held.search(text[: mention.start])
    before = before if before and not before["whole"] else None
    dated = before is not None and said.day.match(before[0].strip()) is not None and not said.no_day.match(named)
    base = (before is not None and not dated) or said.base.match(named) is not None
    return replace(mention, base=base)


def _mention(kind: str, match: re.Match[str], monthly: bool) -> Mention | None:
    parts = match.groupdict()
    start, end = match.span()
    if kind == "term":
        term = _term(parts["term"])
        if parts.get("year"):
            # Autumn 2024 opens the school year 2024/25; spring and summer 2025 belong to it too.
            begins = _four(parts["year"]) - (term != "Autumn")
            return Mention(start, end, Period(start=begins, term=term))
        years = _financial(parts)
        return Mention(start, end, Period(start=years, term=term)) if years else None
    if kind == "financial":
        years = _financial(parts)
        # Two small numbers with a hyphen are ages (16-17) unless they can only be years.
        if years is None or (parts.get("dash") == "-" and int(parts["short"]) < 18 and "fy" not in match[0].lower()):
            return None
        return Mention(start, end, Period(start=years))
    if kind == "ending":
        return Mention(start, end, Period(start=_four(parts["year"]) - 1))
    month = int(parts["monthno"]) if kind == "day" else _month(parts["month"])
    year = _four(parts["year"])
    if not 1 <= month <= 12:
        return None
    monthly = monthly and kind == "month" and not parts.get("day")
    if month == 3 and not monthly:
        return Mention(start, end, Period(start=year - 1))
    if monthly:
        return Mention(start, end, Period(start=year - (month <= 3), term=part_of(MONTHS[month - 1])))
    return Mention(start, end, None, months=(MONTHS[month - 1], str(year)))


def _financial(parts: dict[str, str]) -> int | None:
    start = int(parts["full"]) if parts.get("full") else 2000 + int(parts["short"])
    end = int(parts.get("next") or parts.get("after") or -1)
    return start if (start + 1) % 100 == end else None


def _four(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _month(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, start=1) if month.startswith(name.lower()[:3]))


def _term(name: str) -> Term:
    return {"au": "Autumn", "sp": "Spring", "su": "Summer"}[name.lower()[:2]]  # type: ignore[return-value]


def _lone_term(bare: str, mentions: list[Mention], said: Times) -> tuple[str, list[Mention]]:
    """Terms without a year: those of the year named elsewhere, or the newest such term."""
    # Each way of naming a lone term holds a season.
    if not said.season.search(bare) or not said.lone_term.search(bare):
        return bare, mentions
    lone = list(said.season.finditer(bare))
    terms = [_term(match[0]) for match in lone]
    for match in lone:
        bare = blank(bare, match.start(), match.end())
    years = [m for m in mentions if m.period and m.period.term is None]
    if not years:
        dated = [m for m in mentions if m.period]
        found = [Mention(m.start(), m.end(), term=term) for m, term in zip(lone, terms, strict=True)]
        if dated and dated[0].period:
            start = dated[0].period.start
            found = [Mention(m.start, m.end, Period(start=start, term=m.term)) for m in found]
        return bare, [*mentions, *found]
    others = [m for m in mentions if m not in years]
    together = [
        Mention(m.start, m.end, Period(start=m.period.start, term=term)) for m in years if m.period for term in terms
    ]
    return bare, [*others, *together]


def _report_by_age(text: str, bare: str, said: Times) -> tuple[Age | None, str]:
    for pattern, age in said.report_by_age if said.of_report.search(text) else ():
        match = pattern.search(text)
        # "the first (2023/24) report" names its year: that is the surer word. "Two years before it" is no name of one.
        if match and not re.search(r"\d", match[0]) and not said.ahead.search(text, 0, match.start()):
            return age, blank(bare, match.start(), match.end())
    return None, bare


def _named_report(bare: str, mentions: list[Mention], said: Times) -> tuple[Mention | None, list[Mention], str]:
    """A period right before the word report names a report, not a period: `the 2023/24 annual report`.

    Gives that mention, the others, and the text without the word.
    """
    for match in said.report.finditer(bare) if mentions else ():
        for mention in mentions:
            between = bare[mention.end : match.start()]
            after = bare[match.end() : mention.start]
            near = match.start() - mention.end >= 0 and _GAP.fullmatch(between)
            follows = mention.start - match.end() >= 0 and said.of.fullmatch(after)
            if mention.period and (near or follows):
                rest = [m for m in mentions if m is not mention]
                return mention, rest, blank(bare, match.start(), match.end())
    return None, mentions, bare
