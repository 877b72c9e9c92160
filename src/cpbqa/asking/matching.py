"""Which measures a question's words name.

A measure has names: its printed labels in every report and the ways that staff say it (`measures.toml`). A name is
covered as far as the question says its words; the question is explained as far as the measure's names hold its words.
Both are weighted by how few measures share a word.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from cpbqa.domain import Measure, Phrases, Vocabulary
from cpbqa.domain.wording import phrase_stems, stem

from .apart import Apart
from .asked import KINDS, SMALL, Asked, Kind
from .phrasing import Phrasing

_BRACKETED = re.compile(r"\([A-Z]{2,6}\)")
# How much the unsaid part of a name costs: a short question may name a long label by its one telling word.
_NAME_SHARE = 0.65
# A measure of what is not ("Not in EET") is no answer to a question that says no such thing.
_UNASKED_NEGATION = 0.5
# Nor one of ages or days to a question of others: "17 to 21" is no "22 to 25".
_OTHER_NUMBERS = 0.5
# Nor one of care leavers to a question of children in care.
_OTHER_PEOPLE = 0.5
# Nor a rate of one thing to a question of another's: "offending rate of children in care" is no rate per 10,000.
_OTHER_RATE = 0.5
# Smaller numbers may be ages or days: "care leavers aged 22", "within 28 days".
AGES_AND_DAYS = 31
_RATE = frozenset({"<rate>"})
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
# Where this much of a printed label is said, in so many words, they decide, whatever else the question sounds like.
_ALL, _LABEL, _LABEL_WORDS = 0.95, 0.75, 3
# Where words leave a question undecided, its meaning counts this much of the score.
MEANING = 0.5


class Match(NamedTuple):
    """One measure's claim on a question; a tuple, since most questions make hundreds. Shares are 0 to 1.

    `explained` is the share of the question's weight that the measure's names hold, `covered` that of its best name
    which the question says, `name` that name, `words` the question's words that the measure holds. `meaning` is the
    highest cosine of the question with one of its names, 0 where words alone were enough; `worded` is the score that
    words alone give, `named` the words of the best name.
    """

    measure: Measure
    score: float
    explained: float
    covered: float
    name: str
    words: frozenset[str]
    meaning: float = 0.0
    worded: float = 0.0
    named: frozenset[str] = frozenset()

    def says_a_label(self, needed: frozenset[str]) -> bool:
        """Whether a question's words say nearly all of a printed label of several words, and nothing else."""
        said = self.explained >= _ALL and self.covered >= _LABEL and self.name in self.measure.printed
        return said and len(self.words & needed) >= _LABEL_WORDS


class MeasureMatcher:
    """Scores every measure against a question's words."""

    def __init__(self, measures: Iterable[Measure], vocabulary: Vocabulary) -> None:
        self.phrases = Phrases(vocabulary.same)
        self.phrasing = Phrasing(vocabulary.speech)
        self.negations = frozenset(map(stem, vocabulary.speech.aside.negative))
        said = [*vocabulary.filler]
        said += [phrase for group in (vocabulary.operations, vocabulary.places) for p in group.values() for phrase in p]
        # "Moved on" asks for a change; that does not make "moves" a word without meaning.
        self._said = Phrases({"optional": said})
        # A concept that is also an operation ("maximum", "highest year") needs no explaining either.
        self._optional = SMALL | {f"<{phrase}>" for phrase in said if phrase in vocabulary.same}
        self._count_only = Phrases({"count": vocabulary.wants.get("count_only", ())})
        # By the words of its own name: "average" is optional where "national average" is said.
        self._own_stems = {f"<{name}>": frozenset(phrase_stems(name)) for name in vocabulary.same}
        self._plain = frozenset(stem for phrase in said for stem in phrase_stems(phrase))
        self.measures = list(measures)
        self._apart = Apart(vocabulary)
        self._names = {m.id: self._names_of(m) for m in self.measures}
        self._words = {m.id: self._words_of(m) for m in self.measures}
        printed = {m.id: m.printed for m in self.measures}
        self._negative = frozenset(
            key
            for key, labels in printed.items()
            if all(self.negations.intersection(self.phrases.replace(text)) for text in labels)
        )
        self._numbers = {
            key: frozenset(word for text in labels for word in phrase_stems(text) if _NUMBER.fullmatch(word))
            for key, labels in printed.items()
        }
        # Where in the list of measures those stand that hold a word.
        self._holding: dict[str, list[int]] = {}
        for place, measure in enumerate(self.measures):
            for word in self._words[measure.id]:
                self._holding.setdefault(word, []).append(place)
        self._weights = {word: math.log(1 + len(self.measures) / len(at)) for word, at in self._holding.items()}
        self._unseen = math.log(1 + len(self.measures)) * 0.8
        self._weighed_names = {
            key: [(text, words, self.weigh(words)) for text, words in named] for key, named in self._names.items()
        }
        # The claim of a measure on a question that says no word of any of its names: by the plainest of these.
        self._unnamed = {
            key: max(
                [(0, 0.0, 0, -len(words), text, words) for text, words in named],
                default=(0, 0.0, 0, 0, "", frozenset()),
            )
            for key, named in self._names.items()
        }
        self._unsaid = {m.id: Match(m, 0.0, 0.0, 0.0, m.label, frozenset()) for m in self.measures}
        # Only what `for_one_question` gives has these.
        self._asked: dict[str, Asked] | None = None
        self._matches: dict[tuple[Asked, frozenset[str]], list[Match]] | None = None

    def for_one_question(self) -> MeasureMatcher:
        """This matcher, which does no work twice: it keeps what it is asked. To be dropped with the question."""
        own = copy.copy(self)
        own._asked, own._matches = {}, {}
        return own

    def _names_of(self, measure: Measure) -> list[tuple[str, frozenset[str]]]:
        names = [(text, frozenset(self.phrases.replace(_BRACKETED.sub(" ", text)))) for text in measure.names]
        return [(text, told) for text, words in names if (told := words - SMALL) - KINDS.keys()]

    def _words_of(self, measure: Measure) -> frozenset[str]:
        """All words of all names, also those inside a phrase: "stability (long term)" leaves nothing unexplained."""
        named = self._names[measure.id]
        return frozenset().union(*(words for _, words in named), *(phrase_stems(text) for text, _ in named)) - SMALL

    def kept(self, text: str) -> str:
        """A question without what it sets aside in so many words, unless that is all of it."""
        kept = self.phrasing.set_aside.words.sub(" ", text)
        return kept if kept == text or self.phrases.replace(kept) else text

    def asked(self, text: str, stems: Sequence[str] | None = None) -> Asked:
        """The words of a question that can tell measures apart; its `phrase_stems` may be given beside it."""
        if self._asked is None:
            return self._words_asked(text, stems)
        if text not in self._asked:
            self._asked[text] = self._words_asked(text, stems)
        return self._asked[text]

    def _words_asked(self, text: str, stems: Sequence[str] | None) -> Asked:
        kept, stems = self.kept(text), phrase_stems(text) if stems is None else stems
        words = self.phrases.replace(stems if kept == text else kept)
        kinds = {KINDS[word] for word in words if word in KINDS}
        only = bool(self._count_only.names(stems))
        if only or self.phrasing.set_aside.percent.search(text):
            kinds.discard("percent")
        telling = frozenset(words) - SMALL
        said = self._said.said(stems)
        optional = frozenset(word for word in telling if self._is_optional(word, said))
        kind: Kind | None = "percent" if "percent" in kinds else min(kinds, default=None)
        return Asked(telling - optional, optional, kind, tuple(words), only)

    def _is_optional(self, word: str, said: set[str]) -> bool:
        """Whether a word of a question need not be a measure's; `said` are those of all that is common to figures."""
        common = word in KINDS or word in self._optional or self._own_stems.get(word, {word}) <= said
        return common or self._is_value(word)

    def _is_value(self, word: str) -> bool:
        """A number of no measure's name is a value that somebody has heard: "is 284 right?". Small ones may be ages."""
        return word not in self._weights and _NUMBER.fullmatch(word) is not None and float(word) > AGES_AND_DAYS

    def held_by(self, asked: Asked, measure: Measure) -> frozenset[str]:
        """The words of a question, the optional ones too, that a measure's names hold."""
        return (asked.needed | asked.optional) & self._words[measure.id]

    def said_of(self, measure: Measure) -> frozenset[str]:
        """All words of a measure's names, also those inside a phrase."""
        return self._words[measure.id]

    def others(self, words: frozenset[str], *measures: Measure) -> frozenset[str]:
        """What the words name, where measures are of another thing: care leavers, where it is children in care."""
        known = frozenset().union(*(self._words[measure.id] for measure in measures))
        return self._apart.others(words, known, self._weights)

    def narrows(self, word: str, measure: Measure) -> bool:
        """Whether a word tells one of several things, and not one that the measure names: agency carers' occupancy."""
        return self._apart.narrows(word, self._words[measure.id])

    def is_part(self, word: str, measure: Measure) -> bool:
        """Whether one of several things is only a part of what a measure names: maths, of English and maths."""
        whole = frozenset().union(*(words for _, words in self._names[measure.id]))
        return self._apart.narrows(word, whole)

    def other_numbers(self, words: frozenset[str], said: frozenset[str], measure: Measure) -> frozenset[str]:
        """The small numbers of some words that a measure does not have, where its label prints one that is not said."""
        if not self._numbers[measure.id] - said:
            return frozenset()
        return frozenset(filter(_NUMBER.fullmatch, words - self._words[measure.id]))

    def is_of_any(self, words: frozenset[str]) -> bool:
        """Whether any measure has all of some words, each by itself."""
        return words <= self._weights.keys()

    def is_only_of(self, words: frozenset[str], measure: Measure) -> bool:
        """Whether a measure has all of some words, and one of them no other measure; a percentage is a rate.

        Rows of a table of money share the word for it (`Spend (£000): Residential homes`): of these, no other has all.
        Whom it counts may stand over its table: "care leavers staying put".
        """
        told = words - _RATE if measure.unit == "percent" else words
        told -= self._apart.people.intersection(self.phrases.replace(measure.group))
        if not told <= self._words[measure.id]:
            return False
        own = any(len(self._holding.get(word, ())) == 1 for word in told)
        others = (other for other in self.measures if other is not measure and told <= self._words[other.id])
        return own or (len(told) > 1 and any("£" in label for label in measure.printed) and not any(others))

    def is_of_people(self, words: frozenset[str]) -> bool:
        """Whether words are groups of people."""
        return words <= self._apart.people

    def only_of_people(self, held: frozenset[str]) -> bool:
        """Whether the words of a question that a measure holds tell no more than whom it counts."""
        return self._apart.only_people(held - KINDS.keys())

    def tells(self, word: str) -> bool:
        """Whether a word of a question says anything: neither small, nor polite, nor a kind of number."""
        return word not in SMALL and word not in KINDS and word not in self._optional and word not in self._plain

    def telling(self, asked: Asked) -> frozenset[str]:
        """The words of a part of a question that must be a measure's own: "max" is, though it asks for no measure."""
        concepts = (word for word in asked.optional if word.startswith("<") and word in self._weights)
        return asked.needed | (frozenset(concepts) - KINDS.keys())

    def is_family(self, words: frozenset[str], most: int) -> bool:
        """Whether each of some words is shared by more measures than `most`: then they say whom a measure is about."""
        return all(len(self._holding.get(word, ())) > most for word in words)

    def weight(self, word: str) -> float:
        """How much a word tells: more, the fewer measures share it; much, where none has it."""
        return self._weights.get(word, self._unseen)

    def weigh(self, words: Iterable[str]) -> float:
        """The weights of some words together, the same to the last bit in whatever order a set gives its words."""
        return math.fsum(map(self.weight, words))

    def match(self, asked: Asked, own: frozenset[str] = frozenset()) -> list[Match]:
        """All measures that hold any of the words, best first; each by that of its names which says most of `own`."""
        if self._matches is None:
            return self._matched(asked, own)
        if (asked, own) not in self._matches:
            self._matches[asked, own] = self._matched(asked, own)
        return list(self._matches[asked, own])

    def _matched(self, asked: Asked, own: frozenset[str]) -> list[Match]:
        # Politeness and operations alone name no measure.
        holding = {place for word in asked.needed for place in self._holding.get(word, ())}
        # What sets of the question's words weigh, each found out once, and forgotten with the matches.
        weigh = cache(self.weigh)
        found = [self._match(self.measures[place], asked, own, weigh) for place in holding]
        return sorted(found, key=lambda m: (-m.score, m.measure.id))

    def with_meaning(self, ranked: Sequence[Match], meaning: Mapping[str, float], kind: Kind | None) -> list[Match]:
        """The matches of a doubtful question, ranked by words and meaning together; `meaning` holds a cosine a measure.

        A measure that shares no word with the question may come in by its meaning alone.
        """
        by_words = {match.measure.id: match for match in ranked}
        found = []
        for measure in self.measures:
            near = meaning.get(measure.id, 0.0)
            match = by_words.get(measure.id) or self._unsaid[measure.id]
            score = (1 - MEANING) * match.score + MEANING * near * _kind_fit(kind, measure)
            found.append(_meant(match, score, near))
        return sorted(found, key=lambda m: (-m.score, m.measure.id))

    def _match(
        self, measure: Measure, asked: Asked, own: frozenset[str], weigh: Callable[[frozenset[str]], float]
    ) -> Match:
        """One measure's claim; `weigh` tells what sets of the question's words weigh."""
        said = asked.needed | asked.optional
        held = said & self._words[measure.id]
        explained = weigh(held) / weigh(asked.needed | held)
        # Of names that are said as far, the one that says most of the question, then the plainest.
        _, covered, _, _, name, best = max(
            [
                (len(hit & own), weigh(hit) / whole, len(hit & asked.needed), -len(words), text, words)
                for text, words, whole in self._weighed_names[measure.id]
                if (hit := words & said)
            ],
            default=self._unnamed[measure.id],
        )
        score = explained * (1 - _NAME_SHARE + _NAME_SHARE * covered) * _kind_fit(asked.kind, measure)
        if measure.id in self._negative and self.negations.isdisjoint(asked.said):
            score *= _UNASKED_NEGATION
        if self.other_numbers(asked.needed, said, measure):
            score *= _OTHER_NUMBERS
        if self.others(asked.needed, measure):
            score *= _OTHER_PEOPLE
        if self._apart.only_its_kind(held & asked.needed) and asked.needed - held:
            score *= _OTHER_RATE
        return Match(measure, score, explained, covered, name, held, worded=score, named=best)


def _meant(match: Match, score: float, meaning: float) -> Match:
    """The match with another score; `_replace` takes three times as long, and every question asks for 40."""
    m = match
    return Match(m.measure, score, m.explained, m.covered, m.name, m.words, meaning, m.worded, m.named)


def _kind_fit(kind: Kind | None, measure: Measure) -> float:
    """Asked for a percentage, a count is the wrong number; people say "how many" of percentages too."""
    if kind == "percent":
        return 1.0 if measure.unit == "percent" else 0.6
    if kind == "count":
        return 0.85 if measure.unit == "percent" else 1.0
    return 1.0
