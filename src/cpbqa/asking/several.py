"""One measure, several at once, or a tie: reading a ranked list of matches.

Several are meant where each of them explains words that the others leave ("health check and dental check"), a tie is
where several explain the same words equally well ("care leavers percentage").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .asked import Asked, Kind
from .matching import Match, MeasureMatcher

_DASH = re.compile(r"\s[-\u2013\u2014]+\s")
_SENTENCE_END = re.compile(r"(?<=[?!.])\s+")
_MOST = 4
# Near enough to be a tie, as a share of the best score, where the best one's name was not said whole.
_TIE, _WHOLE = 0.78, 0.95
# A word that more measures share than this says whom they are about ("looked after"), and is no subject of its own.
_FAMILY = 9
# In a list, a part of words that more measures share than this says whom the other parts are about: "care leavers".
_SHARED = 2
# A further measure must have most of its name said, and explain this much of what is left.
_NAME_SAID, _REST_EXPLAINED = 0.8, 0.6
# How far into the next part the noun may stand that two parts share.
_NOUN = 3
# A part of a question between two joining words is a question of its own where it names its measure this well.
_PART_SCORE = 0.85


@dataclass(frozen=True)
class Several:
    """The measures that a question asks for.

    `rivals` tie with the first of `matches`, where that is only one. `instead` is another reading of the same words,
    for where these are not printed: one measure of both things, or each of the things by itself.
    """

    matches: tuple[Match, ...] = ()
    rivals: tuple[Match, ...] = ()
    instead: tuple[Match, ...] = ()


def several(
    text: str, asked: Asked, ranked: Sequence[Match], matcher: MeasureMatcher, cues: Collection[str]
) -> Several:
    """The measures that are asked for: one, several, or a tie.

    `cues` are operations of the question. "breakdown" asks for all that tie. "overview" asks how a whole subject stands
    ("adoption figures"): then every measure ties that explains as much as the first, though the first may have that
    subject for a name ("adoptions"). "together" asks for one figure of two things, "separate" for one of each.
    """
    if not ranked:
        return Several()
    text = _of_measures(matcher.phrasing.joints.ends.sub(" ", matcher.kept(text)), matcher)
    if "headline" in cues and (told := _of_headline(ranked, asked)):
        return Several((told,))
    best = ranked[0]
    tied = _tied(best, ranked)
    if best.covered >= _WHOLE:
        # "The most moves": of names that are said whole, the one that also holds "most" is meant. So is the one that
        # says more of the question: "adopted, of all exits" is no question of adoptions at large.
        best = max(tied, key=lambda match: (len(match.words), len(match.named & asked.needed)))
        named = best.named & asked.needed
        tied = [match for match in tied if match.words >= best.words and match.named & asked.needed >= named]
    breakdown = "breakdown" in cues
    if "overview" in cues and not breakdown:
        family = [match for match in ranked if match.words & asked.needed >= best.words & asked.needed]
        tied = family if len(family) <= _FAMILY else tied
    if breakdown and 2 <= len(tied) <= 6:
        return Several(tuple(sorted(tied, key=lambda match: matcher.measures.index(match.measure))))
    rivals = tuple(match for match in tied if match.measure.id != best.measure.id)
    if "all of them" in cues and not rivals and (wider := _of_all(best, asked, matcher)):
        return Several((best, *wider))
    whole = best.explained > _WHOLE
    joints = matcher.phrasing.joints
    if joints.listed.search(text) or (joints.joined.search(text) and (not whole or "compare" in cues)):
        apart = "separate" in cues or bool(joints.apart.search(text))
        # "Moving in with adopters" is one measure's name, and no two things.
        single = whole and best.covered >= _WHOLE and "compare" not in cues
        parts = tuple(_segments(text, matcher, asked, best, apart, single) or _parts(text, asked, matcher, best))
        if len(parts) > 1 and "together" in cues and whole and "separate" not in cues:
            return Several((best,), rivals, instead=parts)
        if len(parts) > 1:
            return Several(parts, instead=(best,) if whole and not apart else ())
    return Several((best,), rivals)


def _of_measures(text: str, matcher: MeasureMatcher) -> str:
    """A text without its sentences that name no measure at all: "... and how many came back? Looks high to me"."""
    told = [sentence for sentence in _SENTENCE_END.split(text) if matcher.match(matcher.asked(sentence))]
    return " ".join(told) or text


def _of_headline(ranked: Sequence[Match], asked: Asked) -> Match | None:
    """The measure of the headline section that holds as much of the question as the best one, where that is of a table.

    It is as surely meant: whole sentences stand in that section, and no question says one in full.
    """
    best = ranked[0]
    if best.measure.headline:
        return None
    said = best.words & asked.needed
    told = next((match for match in ranked if match.measure.headline and match.words >= said), None)
    return told._replace(score=best.score, explained=best.explained, covered=best.covered) if told else None


def _tied(best: Match, ranked: Sequence[Match]) -> list[Match]:
    """The measures that hold the same words as the best one and fit as well; of names said whole, words decide."""
    if best.covered >= _WHOLE:
        return [match for match in ranked if match.worded >= best.worded * 0.999 and match.words >= best.words]
    return [match for match in ranked if match.score >= best.score * _TIE and match.words >= best.words]


def _segments(text: str, matcher: MeasureMatcher, asked: Asked, best: Match, apart: bool, single: bool) -> list[Match]:
    """One measure for each part between joining words, where every part names one of its own; else nothing.

    Where a `single` name says all, only words that always list part it. What stands before a colon says what the list
    is about: "virtual school: PEP meetings and green PEPs".
    """
    joints = matcher.phrasing.joints
    joined, of_whom = joints.listed if single else joints.joined, joints.of_whom
    for about, listed in _lists(text):
        items = joints.listed.split(listed)
        one = not apart and _is_one(items, matcher, best)
        # "Health and dental checks %" means both; "new entries and repeat entries %" the last alone, unless it is one
        # measure: "new into care and had their health assessment, %".
        kinds = (asked.kind,) if one else (asked.kind, None)
        for told in dict.fromkeys((tuple(items), tuple(joined.split(listed)))):
            parts = [part for part in told if matcher.asked(part).needed and not of_whom.match(part)]
            if found := _each(parts, about, kinds, matcher):
                return found
        if not one and (own := _by_own_words(items, asked, matcher)):
            return own
    return []


def _each(parts: Sequence[str], about: str, kinds: Sequence[Kind | None], matcher: MeasureMatcher) -> list[Match]:
    """The measure that each part names, each once; nothing where a part names none, or all the same.

    A part that names none may lack what its neighbours say: the noun ("health v dental checks"), or the kind of number
    ("adoptions or SGOs" counts both).
    """
    if len(parts) < 2:
        return []
    found = [_part((part, f"{about} {part}") if about else (part,), kinds, matcher) for part in parts]
    told = [_kind_of(match) for match in found if match]
    for number, match in enumerate(found):
        if match is None and told:
            noun = [f"{parts[number]} {word}" for word in (*parts, "")[number + 1].split()[:_NOUN]]
            taken = {one.measure.id for one in found if one}
            found[number] = _part((parts[number], *noun), told, matcher, taken)
    chosen = {match.measure.id: match for match in found if match}
    return list(chosen.values()) if None not in found and 2 <= len(chosen) <= _MOST else []


def _kind_of(match: Match) -> Kind:
    return "percent" if match.measure.unit == "percent" else "count"


def _is_one(parts: Sequence[str], matcher: MeasureMatcher, best: Match) -> bool:
    """Whether the words of several parts call one measure that explains all of them, and only one kind is told."""
    told = [matcher.asked(part) for part in parts]
    called = sum(bool(one.needed & best.named) for one in told)
    explained = best.explained > _WHOLE and all(matcher.telling(one) <= best.words for one in told)
    kinds = [one.kind for one in told if one.kind]
    return explained and called > 1 and len(kinds) < 2 and all(kind == _kind_of(best) for kind in kinds)


def _lists(text: str) -> Iterator[tuple[str, str]]:
    """What may be a list, and what stands before it: after a colon, after a dash, before one."""
    about, _, listed = text.rpartition(":")
    yield about, listed
    parts = _DASH.split(listed)
    if len(parts) > 1:
        yield f"{about} {parts[0]}", " ".join(parts[1:])
        yield about, parts[0]


def _part(
    texts: Sequence[str], kinds: Sequence[Kind | None], matcher: MeasureMatcher, taken: Collection[str] = ()
) -> Match | None:
    """The measure that a part of a question names for itself, of the kind that it tells, or else of one of `kinds`."""
    for text in texts:
        told = matcher.asked(text)
        for kind in (told.kind,) if told.kind else dict.fromkeys(kinds):
            matches = [m for m in matcher.match(told.of_kind(kind)) if m.measure.id not in taken]
            if matches and matches[0].score >= _PART_SCORE and matches[0].covered >= _NAME_SAID:
                return matches[0]
    return None


def _by_own_words(parts: Sequence[str], asked: Asked, matcher: MeasureMatcher) -> list[Match]:
    """One measure for each part by its own words and those of the whole question: "placement moves, avg/max".

    A part that names none, of words that many measures share, says whom the others are about. Nothing where a part
    fits no measure.
    """
    chosen: dict[str, Match] = {}
    for number, part in enumerate(parts):
        own = matcher.telling(matcher.asked(part))
        if not own or matcher.phrasing.joints.of_whom.match(part):
            continue
        named = _part((part,), (asked.kind, None), matcher)
        shared = matcher.is_family(own, _SHARED)
        if named is None and not shared:
            named = _part((part,), [_kind_of(match) for match in chosen.values()], matcher)
        about = named is None and shared
        if about and not number:
            continue
        one = named if named and named.measure.id not in chosen else _fitting(part, own, asked, matcher, chosen)
        if one is None or (about and not one.named - own):
            if about:
                continue
            return []
        chosen[one.measure.id] = one
    return list(chosen.values()) if 2 <= len(chosen) <= _MOST else []


def _fitting(
    part: str, own: frozenset[str], asked: Asked, matcher: MeasureMatcher, taken: Collection[str]
) -> Match | None:
    """The measure that holds all of a part's own words, and whose name the whole question says."""
    kind = matcher.asked(part).kind or asked.kind
    fitting = [
        match
        for match in matcher.match(Asked(asked.needed, asked.optional, kind), own)
        if own <= match.words and match.covered >= _NAME_SAID and match.measure.id not in taken
    ]
    return max(fitting, key=lambda match: (matcher.weigh(match.named & own), match.score), default=None)


def _parts(text: str, asked: Asked, matcher: MeasureMatcher, best: Match) -> list[Match]:
    """Measures that explain the question together, each by words of its own; they may share a noun at the end."""
    # Not between two places or years: "us versus England".
    either = any(
        matcher.asked(text[: joint.start()]).needed and matcher.asked(text[joint.end() :]).needed
        for joint in matcher.phrasing.joints.versus.finditer(text)
    )
    if best.explained > _WHOLE and not either:
        return [best]
    candidates = [
        match
        for match in matcher.match(asked)
        if match.covered >= _NAME_SAID
        and not (either and match.measure.id == best.measure.id and best.explained > _WHOLE)
    ]
    chosen: list[Match] = []
    left = asked.needed
    while left and len(chosen) < _MOST:
        fresh = [match for match in candidates if _own(match, left, matcher) > 0 and match not in chosen]
        if not fresh:
            break
        next_one = max(fresh, key=lambda match: (_own(match, left, matcher), match.covered, match.score))
        if chosen and _own(next_one, left, matcher) < _REST_EXPLAINED * matcher.weigh(left):
            break
        chosen.append(next_one)
        left = left - next_one.words
    chosen.sort(key=lambda match: _position(text, match, matcher))
    return chosen if all(_are_parted(text, a, b, matcher) for a, b in pairwise(chosen)) else [best]


def _are_parted(text: str, one: Match, other: Match, matcher: MeasureMatcher) -> bool:
    """Whether a joining word stands between what names two measures: not in "entries to care that were 16 or 17"."""
    own, others = _said_of(one, matcher), _said_of(other, matcher)
    for joint in matcher.phrasing.joints.joined.finditer(text):
        left, right = (frozenset(matcher.phrases.replace(t)) for t in (text[: joint.start()], text[joint.end() :]))
        if left & (own - others) and right & (others - own):
            return True
    return False


def _said_of(match: Match, matcher: MeasureMatcher) -> frozenset[str]:
    """The question's words that the match's own best name says."""
    return frozenset(matcher.phrases.replace(match.name)) & match.words


def _own(match: Match, left: frozenset[str], matcher: MeasureMatcher) -> float:
    return matcher.weigh(_said_of(match, matcher) & left)


def _position(text: str, match: Match, matcher: MeasureMatcher) -> int:
    """Where in the question the measure's telling word stands."""
    tokens = matcher.phrases.replace(text)
    told = max(_said_of(match, matcher), key=lambda word: (matcher.weight(word), word), default="")
    return tokens.index(told) if told in tokens else len(tokens)


def _of_all(best: Match, asked: Asked, matcher: MeasureMatcher) -> list[Match]:
    """The measure of everyone that goes with one of some: "BME children adopted, against all children"."""
    wider = [
        match
        for match in matcher.match(asked)
        if match.words < best.words and match.covered >= _WHOLE and match.measure.unit == best.measure.unit
    ]
    return wider[:1]
