"""Turning: questions for the rest of what a table counts, "not in touch", "without a plan".

The phrases are `[wants] opposite` of `vocabulary.toml`. A word that a measure has itself turns nothing round: "went
missing" is what a measure of missing children counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from cpbqa.domain import Phrases, Vocabulary
from cpbqa.domain.wording import phrase_stems

from .matching import Match, MeasureMatcher
from .phrasing import clauses

# How many words behind a phrase may be what it turns round, and how long the longest phrase is.
_TURNED, _LONGEST = 3, 4


class Turning:
    """Finds phrases that turn round what a measure counts."""

    def __init__(self, vocabulary: Vocabulary, matcher: MeasureMatcher) -> None:
        phrases = vocabulary.wants.get("opposite", ())
        self._matcher = matcher
        self._anybody = frozenset(f"<{name}>" for name in vocabulary.wants.get("anybody", ()))
        self._finder = Phrases({"opposite": phrases})
        self._phrases = frozenset(tuple(phrase_stems(phrase)) for phrase in phrases)

    def is_told(self, text: str | Sequence[str], matches: Sequence[Match]) -> bool:
        """Whether a question, or its stems, has such a phrase anywhere, and no measure has it in its labels."""
        told = self._finder.said(text)
        if not told:
            return False
        own = frozenset[str]().union(*(match.words for match in matches))
        labelled = own.union(*(phrase_stems(label) for match in matches for label in match.measure.printed))
        return not told <= labelled and not own & self._matcher.negations

    def is_asked(self, text: str, held: frozenset[str], printed: Sequence[str]) -> bool:
        """Whether a question asks for the rest: a phrase stands before a word that a measure holds, or ends with one.

        What the measure's labels `printed` say is no such phrase: "missing" is what one of missing children counts.
        Not where it names the same once more without turning it round: "... not in EET? Whatever the EET % is".
        """
        own = frozenset(word for word in held if self._matcher.tells(word) and word not in self._anybody)
        if own & self._matcher.negations or not self._finder.names(text):
            return False
        labelled = own.union(*map(phrase_stems, printed))
        turned: set[str] = set()
        plain: set[str] = set()
        for clause in clauses(self._matcher.kept(text)):
            stems = phrase_stems(clause)
            ends = [end for end in range(1, len(stems) + 1) if self._ends_turning(stems[:end], labelled)]
            # "Are not in" turns once, "have not lost touch" twice.
            ends = [end for end in ends if end + 1 not in ends]
            if len(ends) == 1:
                turned |= self._behind(stems, ends[0]) & own
            elif not ends:
                plain |= own.intersection(self._matcher.phrases.replace(stems))
        return bool(turned - plain)

    def _behind(self, stems: Sequence[str], end: int) -> set[str]:
        """The words that a phrase may turn round, where it ends: those behind it, and what it says itself."""
        # Its last word may begin what is turned round: "not in touch".
        said, then, with_last = (self._matcher.phrases.replace(s) for s in (stems[:end], stems[end:], stems[end - 1 :]))
        return {*said[-1:], *then[:_TURNED], *with_last[:_TURNED]}

    def _ends_turning(self, stems: Sequence[str], own: frozenset[str]) -> bool:
        """Whether a text ends with a phrase that turns round what follows, and is no word of the measure's own."""
        lasts = (tuple(stems[-size:]) for size in range(1, min(_LONGEST, len(stems)) + 1))
        return any(last in self._phrases and not own.issuperset(last) for last in lasts)
