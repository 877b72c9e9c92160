"""Interpretation: what a question asks of the figures, read from its words alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from cpbqa.domain import NATIONAL, NEIGHBOURS, Kind, Measure, Period, Phrases, Term, Vocabulary
from cpbqa.domain.wording import Cues, phrase_stems

from . import places
from .asked import Asked
from .beyond import Beyond, Unprinted
from .marks import Mark, Marks
from .matching import Match, MeasureMatcher
from .mention import Mention
from .mentions import TimeMentions, find_mentions
from .phrasing import clauses
from .places import ELSEWHERE, Places
from .several import several
from .wordings import listed

# The highest cosine of a text with a name of each measure, by the measure's id.
Meaning = Callable[[str], Mapping[str, float]]
# Words decide where the best measure explains all of the question and one of its names is said whole, or nearly so.
_DECIDED = 0.85

# A value that somebody has heard: "adoptions: 2 last year, what about this year".
_HEARD = re.compile(r"([:;,])\s*\d+(?:\.\d+)?%?\s+(?=\x00)")

Operation = Literal["value", "change", "trend", "best", "worst", "places", "passed"]
# Parts of a year that tables seldom print.
_FINER: dict[Kind, str] = {"half": "halves", "quarter": "quarters", "month": "months"}
_EXTREMES: tuple[Operation, ...] = ("best", "worst")


@dataclass(frozen=True)
class Wanted:
    """A period that a question names, resolved against the newest report.

    `strict` is False where the newest value there is will do ("latest", or no period named). `term` alone means the
    newest such term. `base` is True where another period is held against this one ("since", "than").
    """

    period: Period | None
    term: Term | None = None
    strict: bool = True
    base: bool = False


@dataclass(frozen=True)
class Interpretation:
    """What is asked. `matches` are the measures named, `rivals` those that fit as well as the first of them.

    `geographies` are the places to look up, ours first where it is compared; `places` the roles that the words name
    ("own", "national", "neighbours"). `cues` are the names of the operations that the words hold. `everything` are all
    measures that share a word with the question, best first. `finer` is True where a time is asked for that is shorter
    than the tables': a quarter, a month that ends no year, "monthly". `beyond` is what no table prints of the measure.
    `prose` is told where the question opens as one for prose does ("who", "why"), or as an order: no figure is an
    answer to it.
    `opposite` is told where the question asks the other way round than the measures count.
    `held` counts the words that hold one value against another. `comparators` are the places that tables print beside
    ours. `mark` is a number that the figures are asked to have passed. `instead` are the measures of another reading,
    for where `matches` are not printed. `spans_printed` names the parts of time that tables print.
    """

    asked: Asked
    operation: Operation
    matches: tuple[Match, ...]
    rivals: tuple[Match, ...]
    wanted: tuple[Wanted, ...]
    geographies: tuple[str, ...]
    report: str | None
    unknown_report: Period | None
    since: bool
    everything: tuple[Match, ...]
    mentions: TimeMentions
    finer: bool
    cues: frozenset[str]
    places: frozenset[str] = frozenset()
    beyond: Unprinted | None = None
    prose: bool = False
    opposite: bool = False
    instead: tuple[Match, ...] = ()
    held: int = 0
    comparators: tuple[str, ...] = (NATIONAL, NEIGHBOURS)
    mark: Mark | None = None
    spans_printed: str = "financial years and school terms"

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(match.measure for match in self.matches)

    @property
    def compares_all(self) -> bool:
        """Whether places are to be compared, and no word names anything: "how are we against England?"."""
        return not self.asked.needed and len(self.geographies) > 1

    @property
    def only_nearest(self) -> bool:
        """Whether the words ask for a number that no table has, of a measure that tables have: no passage tells it."""
        return self.finer or (self.beyond is not None and self.beyond.kind in ("limit", "statistic", "cost"))

    @property
    def out_of_print(self) -> str | None:
        """Why no table can hold the figure asked for, as a sentence; None where one might."""
        if self.beyond:
            return self.beyond.why
        if ELSEWHERE in self.places:
            return places.told(self.comparators)
        if self.finer:
            return f"The tables have figures for {self.spans_printed}, not for other parts of a year."
        return None


class Interpreter:
    """Reads questions against the measures and reports of one snapshot."""

    def __init__(
        self,
        measures: Sequence[Measure],
        vocabulary: Vocabulary,
        reports: Sequence[str],
        authority: str,
        comparators: Sequence[str] = (NATIONAL, NEIGHBOURS),
        kinds: Collection[Kind] = (),
    ) -> None:
        self._kinds = frozenset(kinds)
        self.places = Places(vocabulary, comparators)
        vocabulary = self.places.vocabulary
        self.matcher = MeasureMatcher(measures, vocabulary)
        # One phrase may serve several operations: "vs" is change and compare.
        self._cues = Cues({name: told for name, told in vocabulary.operations.items() if name != "overview"})
        # "Stat neighbours" are a place and no statistics.
        self._overview = Phrases({**vocabulary.places, "overview": vocabulary.operations.get("overview", ())})
        self._finer = Phrases({"finer": vocabulary.wants.get("finer", ())})
        self._beyond = Beyond(vocabulary, self.matcher, self.places.comparators)
        self._theirs = partial(places.are_ours_only_in_name, said=vocabulary.speech.place)
        self._marks = Marks(vocabulary.speech.marking)
        self._reports = sorted(reports)
        self._authority = authority

    def read(self, question: str, meaning: Meaning | None = None) -> Interpretation:
        """Read a question. It always gives an Interpretation; `matches` is empty where no measure is named.

        `meaning` is asked only where words leave open which measure is meant, and of the whole question: its vector
        serves the search for passages, too.
        """
        mentions = find_mentions(question, self.matcher.phrasing.times, self._kinds)
        text = _HEARD.sub(r"\1 ", mentions.text).replace("\x00", " ")
        mark, text = (None, text) if mentions.periods else self._marks.find(text)
        stems = phrase_stems(text)
        named = self.places.named(stems)
        cues = self._cues_of(stems, named)
        if self._is_heard_of_own(text, named):
            named -= {"own"}
        geographies = self._geographies(text, named, cues)
        matcher = self.matcher.for_one_question()
        asked = matcher.asked(text, stems)
        ranked = matcher.match(asked)
        if meaning is not None and asked.needed and (not ranked or ranked[0].score < _DECIDED):
            ranked = matcher.with_meaning(ranked, meaning(question), asked.kind)
        named_in = self._beyond.outright(several(text, asked, ranked, matcher, cues))
        matches, rivals = named_in.matches, named_in.rivals
        if len(matches) == 1 and (aged := self._beyond.limits.of_those_ages(text, matches[0], ranked)):
            matches, rivals = (aged,), ()
        report, unknown = self._report(mentions)
        wanted = self._wanted(mentions, report, "change" in cues)
        since = bool(wanted) and "since" in cues
        extreme = self._extreme(stems, cues)
        return Interpretation(
            asked=asked,
            operation=_operation(cues, extreme, wanted, geographies, matches, since, mentions.spans, mark),
            mark=mark,
            matches=matches,
            rivals=rivals,
            instead=named_in.instead,
            wanted=tuple(wanted),
            geographies=geographies,
            report=report,
            unknown_report=unknown,
            since=since,
            everything=tuple(ranked),
            mentions=mentions,
            finer=mentions.finer or (not self._kinds & _FINER.keys() and bool(self._finer.names(stems))),
            spans_printed=listed(
                ["financial years", "school terms", *(n for k, n in _FINER.items() if k in self._kinds)]
            ),
            cues=cues,
            places=named,
            # "Who is higher, us or England?" and "why the spike, 512 against 127?" ask for figures all the same.
            prose=len(geographies) < 2 and len(wanted) < 2 and self._beyond.opens_for_prose(text),
            beyond=self._beyond.of(text, asked, matches, named),
            opposite=self._beyond.turning.is_told(stems, matches),
            held=len(matcher.phrasing.asks.held.findall(text)),
            comparators=tuple(self.places.comparators),
        )

    def _cues_of(self, stems: Sequence[str], named: Collection[str]) -> frozenset[str]:
        """The operations that the words hold. "Virtual comparator" compares nothing: it is the name of a place."""
        printed = {word for place in self.places.comparators if place in named for word in phrase_stems(place)}
        cues = self._cues.said([word for word in stems if word not in printed] if printed else stems)
        return frozenset(cues | ({"overview"} & {*self._overview.names(stems)}))

    def beyond(self, question: str, asked: Interpretation, measures: Sequence[Measure]) -> str | None:
        """Why no table holds what a line asks for of measures that were spoken of before; None where one might."""
        held = [self.matcher.held_by(asked.asked, measure) for measure in measures]
        matches = [Match(m, 1.0, 1.0, 1.0, m.label, words) for m, words in zip(measures, held, strict=True)]
        found = self._beyond.of(question, asked.asked, matches, asked.places)
        return found.why if found else None

    def _extreme(self, stems: Sequence[str], cues: frozenset[str]) -> Operation | None:
        """The best or the worst, whichever is asked for first."""
        asked: list[Operation] = [name for name in _EXTREMES if name in cues]
        if len(asked) < 2:
            return asked[0] if asked else None
        return next(name for end in range(len(stems) + 1) for name in asked if name in self._cues.said(stems[:end]))

    def _is_heard_of_own(self, text: str, named: frozenset[str]) -> bool:
        """Whether our own value was only heard, and another place's is asked for: "England's rate? Ours is 45"."""
        if "own" not in named or not places.compared(named):
            return False
        ours = [clause for clause in clauses(text) if "own" in self.places.named(clause)]
        return all(self.places.named(clause) == {"own"} and any(map(str.isdigit, clause)) for clause in ours)

    def _geographies(self, text: str, named: frozenset[str], cues: frozenset[str]) -> tuple[str, ...]:
        """The places asked for, in the order they are compared: our own first where it is compared with others."""
        others = places.compared(named)
        if not others:
            return (self._authority,)
        compared = bool(cues & {"compare", "than"}) or ("own" in named and not self._theirs(text))
        return (self._authority, *others) if compared or (len(others) > 1 and "own" in named) else tuple(others)

    def _report(self, mentions: TimeMentions) -> tuple[str | None, Period | None]:
        named = mentions.report
        if named is None:
            return None, None
        if named == "oldest":
            return self._reports[0], None
        if named == "newest":
            return self._reports[-1], None
        if named == "previous":
            return self._reports[-2] if len(self._reports) > 1 else self._reports[0], None
        return (str(named), None) if str(named) in self._reports else (None, named)

    def _wanted(self, mentions: TimeMentions, report: str | None, changed: bool) -> list[Wanted]:
        newest = Period.parse(report or self._reports[-1]) or Period(start=0)
        year = next((m.period for m in mentions.periods if m.period), None)
        wanted = [_resolve(mention, newest, year) for mention in mentions.periods if not mention.months]
        # "Now, at March 2025": the year that is named is the one that is meant; in "better in 2021, or now?" both are.
        named = [want for want in wanted if want.strict and not want.base]
        return [want for want in wanted if want.strict or want.base or not named or changed]


def _resolve(mention: Mention, newest: Period, year: Period | None) -> Wanted:
    if mention.period:
        return Wanted(mention.period, base=mention.base)
    if mention.term and mention.back is not None:
        return Wanted(Period(start=newest.shifted(-mention.back).start, term=mention.term), mention.term)
    if mention.term:
        # A term alone takes the year named beside it: "24/25, spring against autumn".
        return Wanted(Period(start=year.start, term=mention.term) if year else None, mention.term, year is not None)
    back = mention.back or 0
    return Wanted(newest.shifted(-back), strict=back != 0 or mention.strict, base=mention.base)


def _operation(
    cues: frozenset[str],
    extreme: Operation | None,
    wanted: Sequence[Wanted],
    places: tuple[str, ...],
    matches: Sequence[Match],
    since: bool,
    spans: bool,
    mark: Mark | None,
) -> Operation:
    """What to do. A named period speaks against a run of years, two of them for a change between them."""
    if len(places) > 1:
        return "places"
    if mark:
        return "passed"
    years = {w.period for w in wanted}
    changed = bool(cues & {"change", "than"})
    if extreme and "which year" in cues and not any(w.strict for w in wanted):
        return extreme
    # "In 2020/21, for a time series" asks for one year.
    named = [want for want in wanted if want.strict and not want.base]
    run = "trend" in cues and (spans or (len(years) < 2 and len(named) != 1))
    if run or ((since or spans) and not changed and len(matches) == 1):
        return "trend"
    # "Highest number of moves" is the measure's own word unless the year is asked for.
    own_word = any("<maximum>" in match.words for match in matches)
    # "The biggest age group" is one of several measures, and no year of each.
    if extreme and not any(w.strict for w in wanted) and not own_word and "breakdown" not in cues:
        return extreme
    if len(matches) > 1:
        return "value"
    return "change" if len(years) > 1 or since or changed else "value"
