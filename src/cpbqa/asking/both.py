"""Both: a question that asks for a figure and, in a second half, for what only prose can tell.

"What's our dental check rate and what are we doing about it" is two questions joined. Each half is read by itself: the
one names a measure, the other asks why, how or what is done. The figure leads; the passage that explains follows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from cpbqa.domain import Measure, Phrases, Vocabulary

from .asked import Asked
from .interpretation import Interpretation
from .matching import MeasureMatcher
from .ranking import Ranked

# How many of the best passages are looked at, and how much of the measure's words one must hold to speak of it.
_LOOKED_AT, _SPEAKS = 8, 0.45
# Words of a name that is short.
_SHORT = 3


class Explaining:
    """Tells a half that asks for prose, by the phrases of `[wants] explanation` and by what it names."""

    def __init__(self, vocabulary: Vocabulary, matcher: MeasureMatcher) -> None:
        self._phrases = Phrases({"explanation": vocabulary.wants.get("explanation", ())})
        self._asks = matcher.phrasing.asks
        self._matcher = matcher

    def halves(self, question: str) -> Iterator[tuple[str, str]]:
        """`(figure, prose)`: each way to part a question in two, with either half as the one for a figure."""
        for joint in self._asks.joint.finditer(question):
            one, other = question[: joint.start()].strip(), question[joint.end() :].strip()
            if one and other:
                yield one, other
                yield other, one

    def asked_by(self, prose: str, read: Interpretation, figure: Interpretation, is_figure: Callable[[], bool]) -> bool:
        """Whether a half asks for what only prose tells: no figure, no other period or place, no comparison."""
        if self._phrases.names(prose):
            return True
        more = read.cues or read.places - {"own"} or read.wanted or read.report
        return bool(self._own(read, figure)) and not more and not is_figure()

    @staticmethod
    def _own(read: Interpretation, figure: Interpretation) -> frozenset[str]:
        return read.asked.needed - frozenset().union(*(match.words for match in figure.matches))

    def query(self, prose: str, read: Interpretation, figure: Interpretation) -> tuple[str, bool]:
        """What to search for, and whether it is about the measure of the other half.

        A half that says what it is about ("what is Mockingbird") stands alone. Of "what are we doing about it" the
        words of the other half that name the measure say it.
        """
        if self._own(read, figure) and not self._asks.leaning.search(prose) and not self._phrases.names(prose):
            return prose, False
        words = [w for w in figure.mentions.text.replace("\x00", " ").split() if self._matcher.asked(w).needed]
        return f"{prose} {' '.join(words)}", True

    def leans(self, text: str, asked: Asked, measure: Measure) -> bool:
        """Whether a line asks why, or what is done, of the measure spoken of: it names nothing else, or says "they"."""
        own = asked.needed - self._matcher.held_by(asked, measure)
        return bool(self._phrases.names(text)) and (not own or bool(self._asks.leaning.search(text)))

    def subject(self, measure: Measure) -> tuple[str, frozenset[str]]:
        """The short name of a measure that tells most of it, and its words: what a passage on it would say."""
        plain = [name for name in measure.names if len(name.split()) <= _SHORT and not any(c.isdigit() for c in name)]
        named = [(name, self._matcher.asked(name).needed) for name in plain or measure.names]
        return max(named, key=lambda n: (self._matcher.weigh(n[1]), n[0]))

    def telling(self, ranked: Sequence[Ranked], words: frozenset[str], headlines: Collection[object]) -> list[Ranked]:
        """Of the best passages those that speak of a measure, by its `words`, and are no list of headline figures."""
        found = []
        for candidate in ranked[:_LOOKED_AT]:
            passage = candidate.passage
            told = words.intersection(self._matcher.phrases.replace(f"{passage.context} {passage.text}"))
            speaks = self._matcher.weigh(told) >= _SPEAKS * self._matcher.weigh(words)
            if speaks and (passage.citation.report, passage.citation.location) not in headlines:
                found.append(candidate)
        return found
