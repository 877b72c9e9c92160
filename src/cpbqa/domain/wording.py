"""Wording: how text becomes words that can be compared, the same way for labels, aliases and questions."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest

import Stemmer
from pydantic import BaseModel, ConfigDict

from .speech import Speech

_FOLD = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b|'")
_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?|%")
# A stemmer keeps state, so each thread has its own.
_local = threading.local()
# Too short or too irregular for the stemmer; and small numbers, which people write either way.
_IRREGULAR = {
    "child": "child", "children": "child", "men": "man", "people": "person", "left": "leav", "leaving": "leav",
    "yr": "year", "yrs": "year", "took": "take", "taken": "take", "came": "come", "went": "go", "kept": "keep",
    "got": "get", "%": "percent", "figures": "figures", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13",
    "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "twenty": "20",
    "yearly": "yearly", "fives": "5", "nines": "9", "tens": "10",
}  # fmt: skip


def fold(text: str) -> str:
    """Straight quotes, plain dashes and single spaces; nothing else changes."""
    return " ".join(text.translate(_FOLD).split())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one lower-case word (Snowball English)."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    return _IRREGULAR.get(word) or str(_local.stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """Lower-case words and numbers of a text, in order: `Children's 10,000` gives `children`, `10000`."""
    plain = text.translate(_FOLD).lower()
    # Most texts have neither, and to look for them takes longer than all the rest.
    if "," in plain:
        plain = _THOUSANDS.sub("", plain)
    if "'" in plain:
        plain = _POSSESSIVE.sub("", plain)
    return _WORD.findall(plain)


_NUMBER_WORDS = {word: number for word, number in _IRREGULAR.items() if number.isdigit()}
_WORDED = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.I)


def in_digits(text: str) -> str:
    """A text with its small numbers in digits: `within five years` gives `within 5 years`."""
    return _WORDED.sub(lambda match: _NUMBER_WORDS[match[0].lower()], text)


def stems(text: str) -> list[str]:
    """The stems of `words(text)`."""
    return [stem(word) for word in words(text)]


class Vocabulary(BaseModel):
    """How staff say it, from `vocabulary.toml`.

    `same` maps a concept's name to phrases that all mean it; `filler` are words that say nothing about which figure is
    asked for, `polite` those of them that say nothing anywhere; `people` are the concepts that are groups of people,
    `numbers` those that are kinds of number, `apart` groups of concepts and words of which each is another thing;
    `operations`, `places` and `wants` map what is to be done, the places compared with and the kind of thing asked for
    to the phrases that name them. `speech` are the words by which a question is put together.
    """

    model_config = ConfigDict(frozen=True)

    same: dict[str, tuple[str, ...]] = {}
    filler: tuple[str, ...] = ()
    polite: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    wants: dict[str, tuple[str, ...]] = {}
    operations: dict[str, tuple[str, ...]] = {}
    places: dict[str, tuple[str, ...]] = {}
    speech: Speech = Speech()
    regions: dict[str, tuple[str, ...]] = {}

    def with_acronyms(self, acronyms: Mapping[str, str]) -> Vocabulary:
        """This vocabulary with acronyms found in the reports, short form to long form.

        One that staff use as a plain word, such as "vs" for "against", stays out.
        """
        same = dict(self.same)
        taken = {phrase for group in (self.operations, self.places) for phrases in group.values() for phrase in phrases}
        spoken = {phrase.lower(): name for name, phrases in same.items() for phrase in phrases}
        for short, long in acronyms.items():
            if short.lower() in taken:
                continue
            name = spoken.get(short.lower()) or spoken.get(long.lower()) or long.lower()
            same[name] = tuple(dict.fromkeys((*same.get(name, ()), short.lower(), long.lower())))
        return self.model_copy(update={"same": same})


# Words that come and go inside a phrase: "came into care", "came into our care".
_PASSING = frozenset("the our my your their his her a an this these those some".split())


def phrase_stems(text: str) -> list[str]:
    """The stems of a text without the articles and possessives that come and go inside a phrase ("ours" is none).

    Before "own" they stay: "our own carers" are others than "their own flat".
    """
    told = words(text)
    return [stem(word) for word, then in zip_longest(told, told[1:]) if word not in _PASSING or then == "own"]


class Phrases:
    """Finds the longest known phrases in a text. Build once, use often."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        # The length of the longest phrase that begins with a stem: most stems begin none, and cost one look-up.
        self._longest: dict[str, int] = {}
        for name, phrases in groups.items():
            for phrase in phrases:
                key = tuple(phrase_stems(phrase))
                if key:
                    self._names.setdefault(key, name)
                    self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))

    def replace(self, text: str | Sequence[str]) -> list[str]:
        """The stems of a text, or its `phrase_stems`, with each phrase replaced by its name, `<looked after child>`.

        Leftmost longest phrases win, and none overlaps another.
        """
        tokens = phrase_stems(text) if isinstance(text, str) else text
        replaced: list[str] = []
        done = 0
        for start, end, name in self._found(tokens):
            replaced += [*tokens[done:start], f"<{name}>"]
            done = end
        return [*replaced, *tokens[done:]]

    def _found(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Where each phrase begins and ends, and its name."""
        done = 0
        for start, token in enumerate(tokens):
            longest = self._longest.get(token)
            if longest is None or start < done:
                continue
            for end in range(min(start + longest, len(tokens)), start, -1):
                name = self._names.get(tuple(tokens[start:end]))
                if name is not None:
                    yield start, end, name
                    done = end
                    break

    def said(self, text: str | Sequence[str]) -> set[str]:
        """The stems of every known phrase in a text, or in its `phrase_stems`; of several that overlap, of all."""
        tokens = phrase_stems(text) if isinstance(text, str) else text
        return {
            token
            for start in range(len(tokens))
            for size in range(1, min(self._longest.get(tokens[start], 0), len(tokens) - start) + 1)
            if tuple(tokens[start : start + size]) in self._names
            for token in tokens[start : start + size]
        }

    def names(self, text: str | Sequence[str]) -> list[str]:
        """The names of the phrases in a text, or in its `phrase_stems`, each once, in order."""
        tokens = phrase_stems(text) if isinstance(text, str) else text
        return list(dict.fromkeys(name for _, _, name in self._found(tokens)))


class Cues:
    """Finds which groups of phrases a text says, each looked for by itself: one phrase may stand in several groups."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        # By the stem that a phrase begins with: most stems begin none, and cost one look-up.
        self._beginning: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, phrases in groups.items():
            for phrase in phrases:
                key = tuple(phrase_stems(phrase))
                if key:
                    self._beginning.setdefault(key[0], []).append((key, name))

    def said(self, tokens: Sequence[str]) -> frozenset[str]:
        """The names of the groups of which a text says a phrase, by its `phrase_stems`."""
        return frozenset(
            name
            for start, token in enumerate(tokens)
            for key, name in self._beginning.get(token, ())
            if tuple(tokens[start : start + len(key)]) == key
        )
