"""Score the bot's answers against cases: questions whose right answers are known.

A case says what kind of question it is and what a right answer holds (tests/gold/ has some). Every metric is a share
of the cases it applies to. More is better in all of them but `wrong figure`: the share of all cases that were answered
with a figure which is not the one asked for.

    figure.lead, compare.lead, trend.lead   the reply leads with a wanted figure (the first one, for a `figure` case)
    ....all                                 every wanted figure is in it
    ....restated                            it tells the value that an earlier report printed
    ....cited                               each figure stands in the words it cites, and those in the report
    passage.hit@1, passage.hit@3            one of the first passages holds the right words
    passage.highlight                       the first passage does, and marks them
    refusal, refusal.figures                what is not in the reports is refused (`.figures`: near misses only)
    clarify                                 where several measures fit equally, it asks back with two to four options
    answered                                what can be answered is

Only what a person would read counts: a long passage, a long highlight or a flood of figures is as good as none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from .domain import Answer, Figure, Period, QuotedPassage, UsageError

Kind = Literal["figure", "compare", "trend", "passage", "unanswerable", "ambiguous"]
FIGURE_KINDS = ("figure", "compare", "trend")
WRONG = "wrong figure"
LONGEST_PASSAGE, LONGEST_HIGHLIGHT, SPARE_FIGURES = 1200, 400, 6
OPTIONS = range(2, 5)
NEAR_MISS = "nonf"
"""Ids of unanswerable cases that ask for a figure as if it were there begin so."""

_TYPOGRAPHY = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u00a0": " "}
)
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(%?)")
_MARCH = re.compile(r"\bmar(?:ch)? (\d{4})$")
_YEARS = re.compile(r"(\d{4})\s*[/-]\s*(?:20)?(\d{2})")
_TERM = re.compile(r"autumn|spring|summer")


class Wanted(BaseModel):
    """A figure that a right answer holds. Without a geography it is the authority's own."""

    model_config = ConfigDict(frozen=True)

    value: str
    period: str
    geography: str = ""


class Restated(BaseModel):
    """What an earlier report printed for the same measure and period."""

    model_config = ConfigDict(frozen=True)

    value: str
    report: str = ""


class Gold(BaseModel):
    """Words of a report that answer the question."""

    model_config = ConfigDict(frozen=True)

    quote: str
    report: str = ""


class Case(BaseModel):
    """One question and what a right answer to it holds; `measure` is a pattern that the printed label matches."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Kind
    question: str
    figures: tuple[Wanted, ...] = ()
    also: tuple[Wanted, ...] = ()
    measure: str = ""
    revised: Restated | None = None
    gold: tuple[Gold, ...] = ()
    answer: str = ""

    @field_validator("measure")
    @classmethod
    def _is_a_pattern(cls, measure: str) -> str:
        try:
            re.compile(measure)
        except re.error as error:
            raise ValueError(f"not a regular expression ({error})") from error
        return measure


@dataclass(frozen=True)
class Metric:
    """A share: `hits` of `of` cases."""

    name: str
    hits: int
    of: int

    @property
    def rate(self) -> float:
        return self.hits / self.of


@dataclass(frozen=True)
class Miss:
    """A case, its answer, and the metrics it failed."""

    case: Case
    answer: Answer
    metrics: tuple[str, ...]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, one JSON object a line; blank lines are passed over."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"The cases in {path} cannot be read ({reason}); name a UTF-8 file of JSON lines.") from error
    cases = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                cases.append(Case.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"]) or "the line"
                raise UsageError(f"Line {number} of {path} is not a case: {where}: {first['msg']}.") from error
    if not cases:
        raise UsageError(f"There is no case in {path}; put one JSON object on each line.")
    return cases


def evaluate(
    cases: Sequence[Case], answers: Sequence[Answer], reports: Mapping[str, str] | None = None
) -> list[Metric]:
    """Every metric that some case measures, by name.

    `reports` maps a report's id to its text; with it, a figure counts as cited only where its quote stands there.
    """
    hits: dict[str, int] = {}
    totals: dict[str, int] = {}
    for case, answer in zip(cases, answers, strict=True):
        for name, hit in score(case, answer, reports).items():
            totals[name] = totals.get(name, 0) + 1
            hits[name] = hits.get(name, 0) + hit
    return [Metric(name, hits[name], totals[name]) for name in sorted(totals)]


def misses(cases: Sequence[Case], answers: Sequence[Answer], reports: Mapping[str, str] | None = None) -> list[Miss]:
    """The cases that fail any metric, in their order."""
    found = []
    for case, answer in zip(cases, answers, strict=True):
        marks = score(case, answer, reports)
        failed = tuple(name for name, hit in marks.items() if hit == (name == WRONG))
        if failed:
            found.append(Miss(case, answer, failed))
    return found


def score(case: Case, answer: Answer, reports: Mapping[str, str] | None = None) -> dict[str, bool]:
    """Which of the metrics that the case measures its answer hits."""
    told = answer.outcome in ("figures", "passages")
    read = _as_read(case, answer)
    marks: dict[str, bool] = {}
    if case.kind in FIGURE_KINDS:
        marks = {f"{case.kind}.{name}": hit for name, hit in _figure_marks(case, read.figures, reports)}
    elif case.kind == "passage":
        marks = {f"passage.{name}": hit for name, hit in _passage_marks(case, read.passages)}
    elif case.kind == "unanswerable":
        marks = dict.fromkeys(
            ("refusal", "refusal.figures") if case.id.startswith(NEAR_MISS) else ("refusal",),
            answer.outcome == "refusal",
        )
    else:
        marks = {"clarify": answer.outcome == "clarify" and len(set(answer.options)) in OPTIONS}
    right = case.kind == "ambiguous" or marks.get(f"{case.kind}.lead", False) or marks.get("passage.hit@3", False)
    if case.kind in (*FIGURE_KINDS, "passage"):
        marks["answered"] = told
    marks[WRONG] = told and bool(answer.figures) and not right
    return marks


def _as_read(case: Case, answer: Answer) -> Answer:
    """The answer without what nobody would read: too many figures, long passages, marks that mark nothing."""
    if answer.outcome not in ("figures", "passages"):
        return answer.model_copy(update={"figures": (), "passages": ()})
    flood = len(answer.figures) > 2 * len(case.figures) + SPARE_FIGURES
    passages = tuple(_passage_as_read(passage) for passage in answer.passages)
    return answer.model_copy(update={"figures": () if flood else answer.figures, "passages": passages})


def _passage_as_read(passage: QuotedPassage) -> QuotedPassage:
    if len(passage.text) > LONGEST_PASSAGE:
        return passage.model_copy(update={"text": "", "highlight": ""})
    mark = passage.highlight
    if len(mark) > LONGEST_HIGHLIGHT or fold(mark) not in fold(passage.text):
        return passage.model_copy(update={"highlight": ""})
    return passage


def _figure_marks(
    case: Case, figures: Sequence[Figure], reports: Mapping[str, str] | None
) -> Iterator[tuple[str, bool]]:
    leading = case.figures[:1] if case.kind == "figure" else case.figures
    yield "lead", any(_matches(figure, want, case) for figure in figures[:1] for want in (*leading, *case.also))

    given = [want for want in (*case.figures, *case.also) if any(_matches(figure, want, case) for figure in figures)]
    stand_ins = {period_key(want.period) for want in case.also if want in given}
    yield "all", all(want in given or period_key(want.period) in stand_ins for want in case.figures)

    if case.revised:
        old = value_key(case.revised.value)
        earlier = (value_key(print_.value) for figure in figures for print_ in figure.restated_from)
        yield "restated", any(value == old for value in earlier)
    yield "cited", bool(figures) and all(_cited(figure, reports) for figure in figures)


def _passage_marks(case: Case, passages: Sequence[QuotedPassage]) -> Iterator[tuple[str, bool]]:
    quotes = [fold(gold.quote) for gold in case.gold]
    holds = [any(quote in fold(passage.text) for quote in quotes) for passage in passages]
    yield "hit@1", any(holds[:1])
    yield "hit@3", any(holds[:3])
    if case.answer:
        yield "highlight", any(holds[:1]) and fold(case.answer) in fold(passages[0].highlight)


def _matches(figure: Figure, want: Wanted, case: Case) -> bool:
    """The figure is the wanted one: value, period, place, and a label that the case's pattern finds."""
    return (
        value_key(figure.value) == value_key(want.value)
        and period_key(figure.period) == period_key(want.period)
        and place_key(figure.geography) == place_key(want.geography)
        and re.search(case.measure, figure.measure, re.IGNORECASE) is not None
    )


def _cited(figure: Figure, reports: Mapping[str, str] | None) -> bool:
    """The value stands in the quote, and the quote in the report it names."""
    quote = fold(figure.citation.quote)
    if fold(figure.value) not in quote:
        return False
    return not reports or quote in fold(reports.get(figure.citation.report, ""))


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """The words alone: typographic quotes and dashes, case and white space made alike."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY).split()).lower()


def value_key(text: str) -> str | tuple[Decimal, str]:
    """`68.80%` and `68.8 %` are one value; `68.8` is another, and so is `69%`."""
    packed = fold(text).replace(",", "").replace(" ", "")
    number = _NUMBER.fullmatch(packed)
    return (Decimal(number[1]), number[2]) if number else packed


def period_key(text: str) -> str:
    """`FY2023-24` is `2023/24`, and so is `31 March 2024`; a term keeps its name."""
    words = fold(text)
    if march := _MARCH.search(words):
        return str(Period(start=int(march[1]) - 1))
    years, term = _YEARS.search(words), _TERM.search(words)
    if not years:
        return words
    return f"{years[1]}/{years[2]}" + (f" {term[0]}" if term else "")


def place_key(text: str) -> str:
    """National, neighbours, or the authority itself (every other name)."""
    words = fold(text)
    return next((name for name in ("national", "neighbour") if name in words), "own")
