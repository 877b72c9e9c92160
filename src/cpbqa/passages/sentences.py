"""Where a sentence ends."""

from __future__ import annotations

import re

_END = re.compile(r"(?:[.!?]+[)\]'’\"”]*|…+)\s+(?=[\"'‘’“(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:no|nos|incl|excl|e\.g|i\.e|etc|dr|mr|mrs|ms|st|yr|approx|vs|fig|p|pp)|\b[A-Z]|^\d{1,2})\.$", re.I
)


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of one paragraph, in order; joined by single spaces they are the paragraph again."""
    sentences, start = [], 0
    for match in _END.finditer(text):
        before = text[start : match.end()].strip()
        if _ABBREVIATION.search(before):
            continue
        sentences.append(before)
        start = match.end()
    if text[start:].strip():
        sentences.append(text[start:].strip())
    return tuple(sentences)
