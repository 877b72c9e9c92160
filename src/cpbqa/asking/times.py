"""Times: the patterns in which the words of `[speech.time]` and `[speech.report]` name periods and reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from cpbqa.domain import PARTS, Kind, Term
from cpbqa.domain.speech import Reports, Sayings, Time

from .patterns import one_of

Age = Literal["oldest", "newest", "previous"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_SEASON = r"\b(?:autumn|spring|summer)\b"


def _may(group: Sayings) -> str:
    """One of some phrases and a blank, or nothing."""
    return rf"(?:{one_of(group)}\s+)?"


class Times:
    """What is said of time in words: see `Time` and `Reports`."""

    def __init__(self, time: Time, report: Reports) -> None:
        self.relative = _relative(time)
        # Each way of saying `relative` holds one of these.
        self.timely = re.compile(
            one_of(time.year, time.year_ago, time.twelve, time.last, time.term, time.newest, time.now), re.I
        )
        self.people = re.compile(rf"\s*{one_of(time.people)}", re.I)
        self.ahead = re.compile(rf"{one_of(time.earlier)}\s+(?:{one_of(time.the)}\s+)?$", re.I)
        self.this = re.compile(one_of(time.this), re.I)
        self.from_there = re.compile(one_of(time.from_there), re.I)
        # A period that another one is held against: "since 2021/22", "than at March 2023"; none in "looked after 2023".
        holds = rf"(?:(?P<whole>{one_of(time.whole)})|{one_of(time.held)}\.?)"
        self.held = re.compile(rf"(?:^|\s){holds}\s+(?:{one_of(time.between)}\s+)*$", re.I)
        self.base = re.compile(one_of(time.held), re.I)
        self.day = re.compile(one_of(time.on), re.I)
        self.no_day = re.compile(one_of(time.last, time.the, time.this), re.I)
        # Two periods with this between them are the ends of a run: "2021 to 2025".
        self.run = re.compile(rf"\s*(?:{one_of(time.to)}|-)\s*{_may(time.the)}", re.I)
        # March ends the year; "may" is a verb, too.
        self.month_within = re.compile(rf"{one_of(time.within)}\s+(?!mar|may){MONTH}\b(?!\s*\d)", re.I)
        quarter, nth = one_of(time.quarter), one_of(time.first, time.second, time.third, time.fourth)
        self.quarter = re.compile(
            rf"\bq[1-4]\b|{nth}\s+{quarter}|{quarter}\s+(?:[1-4]\b|{one_of(time.numerals)})", re.I
        )
        self.parts = tuple(_parts(time))
        of_the_year = rf"(?:{_may(time.kinds)}{one_of(time.year)}\s+)?"
        self.of_year = rf"\s*(?:{one_of(time.of_year)}|,)?\s*{_may(time.the)}{of_the_year}"
        earlier, the = one_of(time.earlier), _may(time.the)
        self.season = re.compile(rf"{_SEASON}(?:\s+{earlier})?", re.I)
        self.lone_term = re.compile(
            rf"{_SEASON}\s+(?:{one_of(time.term)}|{earlier})|{one_of(time.recent)}\s+{_SEASON}"
            rf"|{_SEASON}\s+{one_of(time.joins)}\.?\s+{the}(?:\x00|{_SEASON})"
            rf"|{_SEASON}\W*$",
            re.I,
        )
        self.of = re.compile(rf"\s*(?:{one_of(report.of)})?\s*\(?", re.I)
        self.report = re.compile(
            rf"(?:{one_of(report.kinds)}\s+){{0,3}}(?:{one_of(report.words, report.plural)})(?:'s)?", re.I
        )
        self.report_by_age = _by_age(report)
        # Each way of naming one holds one of these.
        self.of_report = re.compile(one_of(report.words, report.printed), re.I)


def _parts(time: Time) -> Iterator[tuple[Kind, Term, str]]:
    """Each quarter and half with the pattern of its names. Not compiled: most tables print none."""
    ordinals = (time.first, time.second, time.third, time.fourth)
    names: tuple[tuple[Kind, str, Sayings], ...] = (("quarter", "q", time.quarter), ("half", "h", time.half))
    for kind, letter, words in names:
        for number, (term, nth) in enumerate(zip(PARTS[kind], ordinals, strict=False), start=1):
            name, numeral = one_of(words), one_of(time.numerals[number - 1 : number])
            told = rf"(?:{letter}\.?\s*|{name}\.?\s*){number}|{name}\s+{numeral}|{one_of(nth)}\s+{name}"
            yield kind, term, rf"(?:{told})(?![\w/%])"


def _relative(time: Time) -> tuple[tuple[re.Pattern[str], int], ...]:
    """How many years back from the newest report each way of saying it goes."""
    year, ago = rf"{one_of(time.year)}(?:'?s)?", rf"\s+{one_of(time.ago)}"
    kind_of_year = _may(time.kinds) + year
    several = ((time.three, 3), (time.four, 4), (time.five, 5))
    patterns = (
        (rf"{_may(time.the)}{year}\s+{one_of(time.before_last)}|{one_of(time.two)}\s+{year}{ago}", 2),
        *((rf"{one_of(number)}\s+{year}{ago}", back) for number, back in several),
        (
            rf"{one_of(time.over)}\s+{one_of(time.the)}\s+{one_of(time.past)}\s+(?:{year}(?!\s+{one_of(time.newest_of)})"
            rf"|{one_of(time.twelve)})",
            0,
        ),
        # "On this time last year" holds against it as "on last year" does.
        (rf"{_may(time.same)}{one_of(time.last)}\s+{kind_of_year}", 1),
        (rf"{one_of(time.one)}\s+{year}{ago}|{one_of(time.year_ago)}", 1),
        # "Up on last", "this year compared with last": the year goes without saying.
        (rf"{one_of(time.held)}\s+{one_of(time.last)}(?=\s*(?:$|[?!.,;:)]))", 1),
        (rf"{one_of(time.this)}\s+(?:{kind_of_year}|{one_of(time.term)})", 0),
        (rf"{_may(time.the)}{one_of(time.newest)}(?:\s+{one_of(time.newest_of)})?", 0),
        (one_of(time.now), 0),
        (rf"{one_of(time.next)}\s+{year}|{_may(time.the)}{year}\s+{one_of(time.after)}", -1),
    )
    return tuple((re.compile(pattern, re.I), back) for pattern, back in patterns)


def _by_age(report: Reports) -> tuple[tuple[re.Pattern[str], Age], ...]:
    """How a report is named by its age, the surest way first."""
    word = _may(report.kinds) + one_of(report.words)
    told: tuple[tuple[str, Age], ...] = (
        (rf"{one_of(report.oldest)}\s+(?:\(?\S*\)?\s+)?{word}", "oldest"),
        (rf"{one_of(report.previous)}\s+{word}", "previous"),
        (rf"{one_of(report.newest)}\s+{word}", "newest"),
        (rf"{one_of(report.at_first)}\s+{one_of(report.printed)}", "oldest"),
    )
    return tuple((re.compile(pattern, re.I), age) for pattern, age in told)
