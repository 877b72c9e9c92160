"""Find headings where the file marks none.

A heading is a short line without a sentence's end that something follows. Its level comes from the contents list,
from the printed form ("Priority One: ...", "Appendix B"), from recurring under several sections ("Key achievements
in ..."), and otherwise it is the lowest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from cpbqa.domain import caption

from .pieces import Piece

SECTION, PART, TOPIC = 0, 1, 2

_FORM = re.compile(
    r"(foreword|introduction|executive summary|governance|conclusion|contents|"
    r"appendix\s+[a-z0-9]{1,2}\b|annex\s+[a-z0-9]{1,2}\b|(priority|section|part|chapter)\s+\w+\s*:)",
    re.I,
)
_WITH_MOTTO = re.compile(r"(?P<title>[^:]{3,30}: [^:]{3,60}?)(?: [-–] |: )\S")
_ALWAYS = re.compile(r"\s*(\[bookmark: [^\]]*\])*\s*(appendix|annex)\s+[a-z0-9]{1,2}\s*[:–—-]", re.I)
_SMALL = frozenset("a an and as at by for from in into of on or the to with & -".split())
_MOST_WORDS, _SAME_TITLE = 14, 90


def stem(title: str) -> str:
    """A title without what changes from year to year: numbers, what follows a colon, case and punctuation."""
    words = re.findall(r"[a-z]+", title.split(":")[0].lower())
    return " ".join(word.removesuffix("s") for word in words)


def short_title(text: str) -> str:
    """A title without the motto after it: `Priority One: Safe homes`, not `Priority One: Safe homes - ensuring ...`."""
    match = _WITH_MOTTO.match(text)
    return match["title"] if match else text


def always_section(text: str) -> bool:
    """True for a line that opens a section whatever stands around it, even inside a table."""
    return bool(_ALWAYS.match(text))


def find_title(text: str, outline: Iterable[str]) -> str | None:
    """The title of the outline that this line prints, small differences aside; None where there is none."""
    ours = _plain(short_title(text))
    scored = [(fuzz.ratio(ours, _plain(title)), title) for title in outline]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _SAME_TITLE else None


def could_be_heading(piece: Piece) -> bool:
    """Short, starts like a title, and does not end like a sentence, a list's lead-in or a signature."""
    text = piece.text
    if not piece.is_text or not text or caption(text) or not (text[0].isupper() or text[0] in "'‘’\"“"):
        return False
    words = text.split()
    if len(words) > _MOST_WORDS or re.search(r"[.;:!?]['’\"”]?$|:\s*[£\d<][\d,.%]*$", text):
        return False
    if text.endswith(","):
        return sum(w[0].isupper() for w in words if w not in _SMALL) >= len(words) - 2
    return True


def levels(pieces: Sequence[Piece], outline: Sequence[str]) -> dict[int, int]:
    """Which pieces are headings, by index, and at which level (SECTION, PART or TOPIC).

    `outline` holds the titles of the sections, from this report's contents list or another year's; it may be empty.
    """
    found: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        if _opens_section(piece, outline):
            found[index] = SECTION
    for index, piece in enumerate(pieces):
        if index not in found and could_be_heading(piece) and _leads_to_text(pieces, index, found):
            found[index] = TOPIC
    return _raise_recurring(pieces, found)


def _opens_section(piece: Piece, outline: Sequence[str]) -> bool:
    """Known from the outline, of a form that only sections have, or (without an outline) after a page's blank end."""
    if not piece.is_text or len(piece.text.split()) > 2 * _MOST_WORDS:
        return False
    title = short_title(piece.text)
    if title.endswith((".", ";")):
        return False
    known = find_title(title, outline) is not None or _FORM.match(title) is not None
    return known or (not outline and piece.blank_before >= 4 and could_be_heading(piece))


def _leads_to_text(pieces: Sequence[Piece], index: int, found: dict[int, int]) -> bool:
    """The next piece is prose, or a heading that is itself followed by prose; a run of short lines is a list."""
    following = pieces[index + 1 : index + 3]
    if not following or index + 1 in found:
        return False
    in_a_run = pieces[index].blank_before == 0 and could_be_heading(pieces[index - 1]) and index - 1 not in found
    if in_a_run:
        return False
    if not could_be_heading(following[0]):
        return True
    # Two short lines in a row: a part and its first topic, unless another short line, or nothing, comes after them.
    below = len(following) > 1 and index + 2 not in found and not could_be_heading(following[1])
    return below and (index - 1 in found or not could_be_heading(pieces[index - 1]))


def _raise_recurring(pieces: Sequence[Piece], found: dict[int, int]) -> dict[int, int]:
    """A heading that comes back under several sections names a part of each of them, not a topic."""
    section, homes = -1, defaultdict(set)
    for index in sorted(found):
        if found[index] == SECTION:
            section = index
        else:
            homes[stem(pieces[index].text)].add(stem(pieces[section].text if section >= 0 else ""))
    sections = {stem(pieces[i].text) for i, level in found.items() if level == SECTION}
    recurring = {name for name, where in homes.items() if len(where & sections) >= 2}
    return {
        index: PART if level == TOPIC and stem(pieces[index].text) in recurring else level
        for index, level in found.items()
    }


def _plain(title: str) -> str:
    return " ".join(word.removesuffix("s") for word in re.findall(r"[a-z0-9]+", title.lower()))
