"""Questions that cannot be read at all: each gets one sentence that says why and what to do."""

from __future__ import annotations

import unicodedata

LONGEST = 2_000
_WHITE = "\t\n\r"


def unreadable(question: str) -> str | None:
    """Why a question cannot be answered, as a sentence for the person who asked; None where it can be read."""
    if not question.strip():
        return "The question is empty. Type a question, such as: how many children are in care?"
    if len(question) > LONGEST:
        return f"The question is too long: {len(question):,} characters, at most {LONGEST:,}. Ask in a sentence or two."
    if not question.isprintable() and any(_is_control(c) for c in question):
        return "The question holds control characters that cannot be read. Type it again as plain text."
    if not any(c.isalnum() for c in question):
        return "There are no words in the question. Type it in plain English."
    letters = [] if question.isascii() else [c for c in question if c.isalpha()]
    if letters and sum(_latin(c) for c in letters) < 0.6 * len(letters):
        return "The question is not in Latin script. The reports are in English: please ask in English."
    return None


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and character not in _WHITE


def _latin(letter: str) -> bool:
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")
