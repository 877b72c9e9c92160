"""Lines put together again: which hyphens at their ends are the words' own, and which words were cut in two."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from .setting import Line, Word

# A line that ends in a hyphen behind a word.
BROKEN = re.compile(r"(?P<head>[^\W\d_]+)[-\u00ad\u2010]$")
_BEGINNING = re.compile(r"[^\W\d_]+")
# A value in a column too narrow for it: `58.` and `0%`, or `100` and `.0%`; never two numbers below each other.
_HALF_A_NUMBER = re.compile(r"(?<!\S)[£<]?\d[\d,]*\.\n\d+%?(?!\S)|(?<!\S)[£<]?\d[\d,.]*\n(?:\.\d+)?%(?!\S)")
_HALF_A_YEAR = re.compile(
    r"(?<!\d)(?:20\d\d|19\d\d)(?:[/\u2013-](?:20)?\d?\n\d{1,2}|\n[/\u2013-](?:20)?\d\d)(?![\d,.]*\d|\s?%)"
)
# Ends a line whose last word may have been cut there, since it is too long for its column.
CUT = "\x00"
# Begins no word: two consonants that none begins with.
_NO_BEGINNING = re.compile(
    r"(?!bl|br|by|c[hlry]|d[rwy]|f[lry]|g[hlnry]|h[y]|k[lnr]|l[ly]|my|ny|p[hlrsty]|r[hy]|s[chklmnpqtwy]|t[hrswy]|v[ly]|w[hry]|xy)"
    r"[b-df-hj-np-tv-xz][b-df-hj-np-tv-z]"
)
# What begins no word; letters that end none.
_CLOSING, _ENDS_NO_WORD = ",;:)]", "ijquv"
_ENDS_A_WORD = re.compile(r"(?:ment|[ts]ion|ness|ity|ing|ed|al|[ai]ble|ive|ous|ly|[ae]n(?:ce|t)|[ao]ry)$")
_MAY_END_A_WORD = re.compile(rf"{_ENDS_A_WORD.pattern}|(?:[esy]|[eo]r|th|w)$")
_ENDING = re.compile(
    r"(?:m?ents?|ness|ings?|[ts]?ions?|[ae]tions?|e[dr]s?|ly|[ai]lity|ities|[ai]ble|[ae]nces?|sive|tive)"
)
# What is a word, and may be the end of another one that was cut: `indicat` and `or`.
_ENDS_TOO = frozenset("or on our ours age able ally ant ate ion ions".split())
_SHORT, _LONG = 2, 5
_SMALL = frozenset(
    "a about after an and are as at before between be been by for from had has have i in into is it its no not of on "
    "or our out so than that the their they this to up us was we were who with within without".split()
)
# A list of numbers is no value.
_LISTED = re.compile(r"[(\[](?:\d+,)*\d*$")
# Before a hyphen these stay apart from what follows: self-esteem, long-term.
_APART = frozenset(
    "self non co multi semi long short well full part one two three four five six high low pre post mid cross ex "
    "end in out up on so to day face step much ever year age re".split()
)


def with_cuts(lines: Sequence[Line], x0: float, x1: float) -> list[str]:
    """The text of the lines of a cell between two edges; `CUT` ends a line where a word may have been cut in two.

    A word is cut only where it is too long for a whole line. So it begins a line of its own, or else what follows
    begins no word; and it is cut right where its next letter had no room.
    """
    cut = [_cut(line, following.words[0], x0, x1) for line, following in itertools.pairwise(lines)]
    return [line.text + CUT * is_cut for line, is_cut in zip(lines, [*cut, False], strict=False)]


def _cut(line: Line, first: Word, x0: float, x1: float) -> bool:
    last, width = line.words[-1], first.x1 - first.x0
    letter = width * _wide(first.text[0]) / sum(map(_wide, first.text))
    alone = len(line.words) == 1 or _NO_BEGINNING.match(first.text) is not None
    return alone and last.x1 + letter + 0.05 * last.size > x1 and last.x1 - last.x0 + width > x1 - x0


def _wide(letter: str) -> float:
    """About how wide a letter is beside the others of its word."""
    return 1.6 if letter in "mwMW" else 0.6 if letter in "fijlrt.,:;!|()'’" else 1.0


def joined(lines: Sequence[str], known: Collection[str] = ()) -> str:
    """The text of lines that go on from one to the next; a word broken at a line's end is whole again.

    A hyphen there is part of the word where the document writes it with one elsewhere, or parts two words.
    `known` are the document's own words, in lower case.
    """
    text = ""
    for line in lines:
        text = _with(text, line, known) if text else line
    return text.rstrip(CUT)


def _is_one_word(text: str, line: str, known: Collection[str]) -> bool:
    """Whether a line's last word, that filled its column, goes on in the next line.

    It does where what the next line begins with, or what this one ends with, is no word of the document nor looks like
    one.
    """
    if line[:1] in _CLOSING or (line[:1].isdigit() and _LISTED.search(text)):
        return True
    begun, after = re.search(r"[^\W\d_]+$", text), _BEGINNING.match(line)
    if begun is None or after is None or not after[0][0].islower():
        return False
    head, rest = begun[0].lower(), after[0]
    small = rest in _SMALL or (len(rest) > 1 and rest in known)
    if (len(rest) <= _SHORT and not small) or (_NO_BEGINNING.match(rest) and rest not in known):
        return True
    if head + rest in known or head in known or head in _SMALL:
        whole = head + rest in known or is_ending(rest)
        return whole and head not in _SMALL and not (head in known and rest in known)
    if small or (len(rest) >= _LONG and any(word.startswith(rest) for word in known)):
        return head[-1] in _ENDS_NO_WORD or (
            len(head) > _LONG and rest in _ENDS_TOO and not _MAY_END_A_WORD.search(head)
        )
    # The end of a word that was cut is seldom long.
    return not (_MAY_END_A_WORD if len(rest) >= _LONG and not is_ending(rest) else _ENDS_A_WORD).search(head)


def is_ending(text: str) -> bool:
    """Whether it is but the end of a word."""
    return _ENDING.fullmatch(text) is not None


def _with(text: str, line: str, known: Collection[str]) -> str:
    if text.endswith(CUT):
        text = text.rstrip(CUT)
        if _is_one_word(text, line, known):
            return text + line
    match, after = BROKEN.search(text), _BEGINNING.match(line)
    if match and after and after[0][0].islower():
        whole, kept = f"{match['head']}{after[0]}".lower(), f"{match['head']}-{after[0]}".lower()
        soft = text.endswith("\u00ad") or (whole in known and kept not in known)
        words = match["head"].lower() in known and after[0] in known
        apart = not soft and (kept in known or match["head"].lower() in _APART or words)
        return (text[:-1] + "-" if apart else text[:-1]) + line
    if re.search(r"\w-$", text) and re.match(r"\w", line):
        return text + line
    if _HALF_A_NUMBER.search(f"{text[-8:]}\n{line[:8]}") or _HALF_A_YEAR.search(f"{text[-8:]}\n{line[:8]}"):
        return text + line
    head = re.search(r"(?<![\w-])[^\W\d_]+$", text)
    if head and after and after[0][0].islower() and f"{head[0]}{after[0]}".lower() in known:
        # A column too narrow for the word.
        return f"{text} {line}" if head[0].lower() in known and after[0].lower() in known else text + line
    return f"{text} {line}"
