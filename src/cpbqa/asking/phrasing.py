"""Phrasing: the patterns in which the words of `[speech]` (`vocabulary.toml`) stand. Compiled once, with the index."""

from __future__ import annotations

import re

from cpbqa.domain.speech import Aside, Asking, Follow, Joining, Speech

from .patterns import one_of, written
from .times import Times

# Not the comma of a number, "rate per 10,000", nor the stroke of "w/".
_STROKE = r"(?<!\bw)/"
_SIGNS = rf"[;+]|{_STROKE}|,(?!\d{{3}}\b)"
_CLAUSE = r"(?:^|[(,;:?!.]|\s-)\s*"
_PAUSE = re.compile(r"[,;:?!()]|\.(?:\s|$)|\s[-\u2013\u2014]\s")


def clauses(text: str) -> list[str]:
    """The parts of a text between its pauses; the point of a number is none."""
    return _PAUSE.split(text)


class Joints:
    """What joins the things that a question asks for: see `Joining`."""

    def __init__(self, said: Joining) -> None:
        either, lists = one_of(said.either), one_of(said.also, said.either)
        self.versus = re.compile(rf"\s{either}\.?\s", re.I)
        self.listed = re.compile(rf"\s{lists}\.?\s|{_SIGNS}", re.I)
        self.joined = re.compile(rf"\s{one_of(said.also, said.either, said.beside)}\.?\s|{_SIGNS}", re.I)
        # One figure for each of two things is asked for: they are held against one another, or joined by a sign.
        self.apart = re.compile(rf"\s{either}\.?\s|\+|{_STROKE}", re.I)
        # "Of the children who left care, % adopted": whom the rest is about.
        counted = rf"(?!.*{one_of(said.how_many)})" if said.how_many else ""
        self.of_whom = re.compile(rf"\s*(?:{one_of(said.also)}\s+)?{one_of(said.of_whom)}{counted}", re.I)
        # "More or less", "up or down": two ends of one question. "A year or more" is no list either.
        more, end = one_of(said.more), one_of(said.more, said.less)
        # Each looks back by itself: what looks back has one length.
        after_time = f"(?:{'|'.join(f'(?<={re.escape(unit)})' for unit in said.times) or '(?!)'})"
        self.ends = re.compile(rf"{more}\s+{either}\s+{one_of(said.less)}|{after_time}\s+{either}\s+{end}", re.I)


class SetAside:
    """What a question sets aside in so many words: see `Aside`.

    `excluded` finds what is not asked for, "(not adoptions and SGOs)", "not agency: ..."; `words` that, and what an
    answer is for, "for the fostering panel".
    """

    def __init__(self, said: Aside) -> None:
        after, none, negative = (one_of(group) for group in (said.after, said.none, said.negative))
        excluded = (
            rf"{_CLAUSE}(?:{after}\s+)?{one_of(said.aside)}\.?\s+(?!{one_of(said.unless)})"
            rf"[^,;:)?]*?(?=[,;:)?]|\s[-\u2013\u2014]\s|$)"
            rf"|,?\s\w+\s+{one_of(said.either_way)}|\((?:{after}\s+)?{none}\s+[^)]*\)"
            rf"|,\s*{none}\s+[a-z]+(?:\s+{one_of(said.needed)})?\W*$"
            rf"|{_CLAUSE}[^,;:?!.)]*\s{one_of(said.put_by)}(?=\W|$)"
            rf"|{one_of(said.leave)}\s[^,;:?!.)]*?\s{one_of(said.out)}(?=\W|$)|\s{one_of(said.anywhere)}\s[^,;:?!.)]*"
        )
        to_its_end = r"(?:(?!\s[-\u2013\u2014]\s)[^,;:?!.)])*"
        purpose = (
            rf"{one_of(said.purpose)}\s{to_its_end}|{one_of(said.use)}\s{to_its_end}?{one_of(said.papers)}{to_its_end}"
            rf"|(?:\w+\s+){{0,3}}{one_of(said.papers)}\s+{one_of(said.due)}{to_its_end}"
        )
        self.excluded = re.compile(excluded, re.I)
        self.words = re.compile(rf"{excluded}|{_CLAUSE}(?:{purpose})", re.I)
        percent = rf"{negative}\s+(?:{one_of(said.articles)}\s+)?{one_of(said.percent)}"
        self.percent = re.compile(rf"{percent}|{one_of(said.count)},?\s+{negative}", re.I)


class Turns:
    """How a line leans on the one before it, or chooses of its options; see `Follow`."""

    def __init__(self, said: Follow) -> None:
        self.marked = re.compile(rf"^\s*{one_of(said.leading)}", re.I)
        self.ordinals = [re.compile(one_of([name]), re.I) for name in said.ordinals]
        named = "|".join(map(written, said.choice))
        self.choice = re.compile(rf"^\W*(?:(?:{named})\.?)?\s*(?P<digit>[1-4])\W*$", re.I)
        self.of_them = re.compile(one_of(said.them), re.I)
        self.everything = re.compile(
            rf"^\W*(?:{one_of(said.opening)}\s+)?{one_of(said.everything)}\W*(?:{one_of(said.them)})?\W*"
            rf"(?:{one_of(said.closing)})?\W*$",
            re.I,
        )


class Asks:
    """How a question asks; see `Asking`."""

    def __init__(self, said: Asking) -> None:
        word = one_of(said.words)
        # A joining word, or the end of a sentence, before a word that asks.
        self.joint = re.compile(
            rf"(?:\s*[,;:?!.]+|\s+[-\u2013])?\s+{one_of(said.joined)}\s+(?={word})|\s*[?!;.]+\s+(?={word})", re.I
        )
        self.leaning = re.compile(one_of(said.leaning), re.I)
        self.prose = re.compile(rf"\W*{one_of(said.prose, said.where)}", re.I)
        self.counting = re.compile(one_of(said.counting), re.I)
        self.sentence = re.compile(one_of(said.sentence), re.I)
        self.held = re.compile(one_of(said.held), re.I)


class Phrasing:
    """All patterns of one vocabulary."""

    def __init__(self, speech: Speech) -> None:
        self.joints = Joints(speech.joining)
        self.set_aside = SetAside(speech.aside)
        self.turns = Turns(speech.follow)
        self.asks = Asks(speech.asking)
        self.times = Times(speech.time, speech.report)
