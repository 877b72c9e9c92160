"""What kind of thing a question wants to hear (a number, a date, a person, ...), and whether a text has one to tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cpbqa.domain import Vocabulary
from cpbqa.domain.wording import Cues, phrase_stems

from .mentions import MONTHS

_WORDED = (
    r"\b(?:once|twice|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand"
    r"|daily|weekly|fortnightly|monthly|quarterly|annual(?:ly)?)\b"
)
_MONTHS = rf"\b(?:{'|'.join(MONTHS)})\b"
_TELLS: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(rf"\d|{_WORDED}", re.I),
    "date": re.compile(rf"{_MONTHS}|\b(?:spring|summer|autumn|winter|20\d\d|\w+day)\b", re.I),
    "person": re.compile(r"\b(?:[A-Z][a-z]+|[A-Z]{2,})\s+[A-Z][\w'’-]+"),
}


# What no figure of a table can tell: why, which child, what a word means, what is aimed at.
BEYOND_FIGURES = ("reason", "individual", "definition", "aim")


class Wants:
    """Reads what a question wants from `vocabulary.toml`; the code knows what an answer of each kind looks like."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        known = (*_TELLS, *BEYOND_FIGURES)
        self._cues = Cues({name: phrases for name, phrases in vocabulary.wants.items() if name in known})

    def of(self, question: str | Sequence[str]) -> frozenset[str]:
        """The kinds of thing that a question, or its `phrase_stems`, asks for; often none."""
        return self._cues.said(phrase_stems(question) if isinstance(question, str) else question)

    @staticmethod
    def told(kind: str, text: str) -> bool:
        """Whether a text has a thing of this kind to tell."""
        return bool(_TELLS[kind].search(text))
