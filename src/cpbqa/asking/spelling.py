"""Typo repair: a word that nobody here knows, but that is very near to one that is known, is read as that one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

# No half of "weren't" is a word.
_WORD = re.compile(r"[^\W\d_]{5,}(?![^\W\d_]|['\u2019]t\b)|\b[b-df-hj-np-tv-xz]{3,4}\b", re.I)
_VOWELS = re.compile(r"(?<=.)[aeiouy]")
_LEAST, _LONG = 5, 8
# Endings that a word may have and the same word in a list of common ones has not, or has others of.
_ENDING = re.compile(r"(?:(?:e|(?<=e))(?:d|rs?)|e?s|ing|ly)$")
_NOUNS = ("ness", "ment", "ship", "hood")
_ENDINGS = ("", "e", "s", "es", "d", "ed", "ing")


def _none() -> Collection[str]:
    return ()


class Speller:
    """Repairs questions against the words of the reports and of the vocabulary.

    `words` maps each known word, in lower case, to how often it occurs. `common` gives the common words of the
    language, and is asked only where a word would be repaired: a question about offending is not about offering.
    """

    def __init__(
        self, words: Mapping[str, int], trusted: Iterable[str] = (), common: Callable[[], Collection[str]] = _none
    ) -> None:
        trusted = frozenset(trusted)
        self._trusted = trusted
        self._common = common
        self._known = frozenset(words) | trusted
        # Only words that stand for something are repaired to: names printed once may be misprints themselves.
        self._targets: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= _LEAST and (words.get(word, 0) > 1 or word not in words):
                self._targets.setdefault(word[0], []).append(word)
        self._counts = words
        # "hlth" is read as "health": words that stand for something, by what is left of them without vowels.
        self._short: dict[str, set[str]] = {}
        for word in sorted(trusted):
            self._short.setdefault(_VOWELS.sub("", word), set()).add(word)

    def repair(self, question: str) -> tuple[str, dict[str, str]]:
        """The question with its typos repaired, and what was read as what.

        One edit is forgiven in a word of five letters, two in a word of eight; the first letter must be right, and
        the word no common one. A word without a vowel is read as the only known one that is it without its vowels.
        """
        read: dict[str, str] = {}

        def mend(match: re.Match[str]) -> str:
            word = match[0]
            lower = word.lower()
            if lower in self._known or not word.isascii():
                return word
            best = self._whole(lower) or (self._nearest(lower) if len(lower) >= _LEAST else None)
            if (
                best is None
                or _is_another_noun(lower, best)
                or (self._is_common(lower) and not self._left_out(lower, best))
            ):
                return word
            read[word] = best
            return best

        return _WORD.sub(mend, question), read

    def _whole(self, word: str) -> str | None:
        """The word that a word without vowels stands for, where there is one."""
        found = self._short.get(word, set())
        return next(iter(found)) if len(found) == 1 and not _VOWELS.search(word) else None

    def _is_common(self, word: str) -> bool:
        """Whether a word is a common one, or one with another ending."""
        common = self._common()
        base = _ENDING.sub("", word)
        return word in common or (base != word and any(base + ending in common for ending in _ENDINGS))

    def _left_out(self, word: str, best: str) -> bool:
        """Whether a letter was left out of a word that stands for something: "heath checks"."""
        return best in self._trusted and len(best) == len(word) + 1 and OSA.distance(word, best) == 1

    def _nearest(self, word: str) -> str | None:
        most = 2 if len(word) >= _LONG else 1
        found = process.extract(word, self._targets.get(word[0], []), scorer=OSA.distance, score_cutoff=most, limit=5)
        if not found:
            return None
        least = min(distance for _, distance, _ in found)
        near = [target for target, distance, _ in found if distance == least]
        # Inflections of one word (occupancy, occupancies) are no doubt; two different words are.
        if len({target[:4] for target in near}) > 1:
            return None
        return max(near, key=lambda target: (self._counts.get(target, 0), target))


def _is_another_noun(word: str, best: str) -> bool:
    """A noun whose ending is written out is no slip for a word without it: "timeliness" for "timeline"."""
    return any(word.endswith(ending) and ending not in best for ending in _NOUNS)
