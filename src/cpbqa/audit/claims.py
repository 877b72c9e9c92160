"""Claims: what a sentence of the prose says of one number, and of nothing else.

`At 31 March 2026, 92 children were living with our foster carers` claims 92 of children living with foster carers. What
a sentence compares with (`down from 94`, `nine more than a year before`) is no part of the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpbqa.domain import Period, Quantity
from cpbqa.passages.sentences import split_sentences

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDED = {word: n for n, word in enumerate(_ONES, start=1)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_WORDS = rf"(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES[:9])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))}"
_NUMBER = re.compile(
    rf"(?<![\w.,/£–-])(?:\d+(?:,\d{{3}})*(?:\.\d+)?|{_WORDS})"
    r"(?P<percent>\s?%|\s+per\s?cent\b)?(?![\w–/%]|-\d|[.,]\d)",
    re.I,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"(?P<date>(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+|(?:the\s+)?(?:end|last\s+day)(?:\s+of)?\s+)?{_MONTH},?\s+20\d\d"
    r"|(?:autumn|spring|summer)(?:\s+term)?,?\s+20\d\d\s?[/–-]\s?(?:20)?\d\d|20\d\d\s?[/–-]\s?(?:20)?\d\d(?:,?\s+(?:autumn|spring|summer))?)\b",
    re.I,
)
# Words for the report's own year, which name no other.
_OWN_YEAR = re.compile(
    r"\b(?:(?:in|during|over|throughout|within|at|by)\s+)?(?:the\s+end\s+of\s+)?(?:the|this)\s+(?:financial\s+)?year\b"
    r"|\b(?:for\s+)?(?:the\s+)?year\s+(?:to|ending|ended)\b|\bat\s+(?:the\s+)?year[\s-]end\b",
    re.I,
)
# Behind these words stands what it was, or how much more that is.
_THEN = re.compile(
    r"[,;]?\s*[–-]?\s*\(?\b(?:(?:up|down|fell|rose|risen|fallen)\s+(?:from|on|by)\b|from\s+(?=\d)|compared\s+(?:with|to)\b"
    r"|against\s+(?=\d)|this\s+(?:was|is)\b|which\s+(?:was|is)\b"
    r"|(?:an?\s+)?(?:increase|decrease|rise|fall|drop|improvement|reduction)\s+(?:of|from|on)\b"
    r"|[\w.]+%?(?:\s+percentage)?(?:\s+points?)?\s+(?:more|fewer|less|higher|lower|better|worse)\s+than\b)",
    re.I,
)
# Another time or place, a part of what is counted, what is not so or not yet, or what others said.
_OTHER = re.compile(
    r"\b(?:last|previous|prior|next|coming|earlier|later|before|since|ago|then|former|quarters?|months?|weeks?|autumn"
    r"|spring|summer|winter|today|aims?|targets?|(?:plan(?:s|ned|ning)?|want)\s+to|will|would|should|could|can|hope|ambition|goal|cap"
    r"|expect(?:s|ed)?|forecast|we\s+want|if|not|no|never|without|except|england|national(?:ly)?|neighbours?|london|regions?"
    r"|regional|country|other|another|additional|extra|boys|girls|males?|females?|including|further|each|per|every"
    r"|survey(?:ed)?|asked|told|said|because|despite|although|but)\b"
    r"|\bof\s+(?:them|whom|these|those|which|the\s+(?=\d))",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:over|under|above|below|than|nearly|almost|around|about|approximately|approx\.?|some|least|most|up\s+to|roughly"
    r"|circa|another|further|aged?|page|year|years|phase|priority|section|of|for|by|to|top|first|last|next)\s*$",
    re.I,
)
# What a figure did before it came to be the number that follows.
_BECAME = re.compile(
    r"\b(?:(?:has|have|had)\s+)?(?:rose|risen|rises|grew|grown|increased|improved|fell|fallen|dropped|decreased|reduced|declined"
    r"|went|gone|came|come|up|down|stood|remained|stayed)\s+(?:(?:slightly|sharply|again|up|down)\s+)?(?:to|at)\s*$",
    re.I,
)
# Praise or blame of the number, its reason, or what else was.
_ASIDE = re.compile(
    r"(?:\s*[,;]|\s[–-])\s+(?:(?:(?:the|our|its|a)\s+)?(?:\w+est|best|worst|most|least|record)"
    r"|(?:mainly|largely|partly|mostly|chiefly)|because|which|who|whose|where|when|while|whilst|as|after|following|since|due|owing"
    r"|thanks|and|but|so|though|although|despite|with)\b.*$",
    re.I | re.S,
)
_MEASURED = re.compile(
    r"\s*(?:(?:working\s+)?(?:days?|weeks?|months?|years?|hours?|minutes?)|times|miles|points?)\b", re.I
)
# Characters: a longer sentence says more than one thing.
_LONGEST = 600
# Words that say nothing of what is counted.
_IDLE = re.compile(
    r"\b(?:there|total|altogether|overall|currently|now|all|still|also|own|been|being|be|am|who|that|which|them|they"
    r"|these|those|end|date|figures?|share|proportion|stood|was|headline|well|good|what|went|did|so|only|on)\b",
    re.I,
)


@dataclass(frozen=True)
class Claim:
    """One number of a sentence. `told` is the number as printed, `about` the words around it that are no date.

    `period` is the one that the sentence names, None where it names none. `other` are the words in it that may make it
    a claim about something else, unless the name of the measure has them too.
    """

    sentence: str
    told: str
    quantity: Quantity
    about: str
    period: Period | None
    other: tuple[str, ...]


def claims_of(text: str) -> Iterator[Claim]:
    """The claims in one paragraph, one for each number that is no part of a date, in printed order."""
    for sentence in split_sentences(text):
        # Most sentences hold no number, and dates take long to look for.
        if len(sentence) > _LONGEST or not _NUMBER.search(sentence):
            continue
        # What is blanked out keeps its length, so that the places of the numbers stay.
        bare = _blanked(_OWN_YEAR, _blanked(_DATE, sentence))
        then = _THEN.search(bare)
        for match in _NUMBER.finditer(bare[: then.start()] if then else bare):
            aside = _ASIDE.search(bare, match.end())
            end = min([len(bare), *(part.start() for part in (then, aside) if part)])
            claim = _claim(sentence, bare[:end], match)
            if claim is not None:
                yield claim


def _claim(sentence: str, head: str, match: re.Match[str]) -> Claim | None:
    """The claim of one number of the `head` of a sentence, in which dates are blanked out."""
    periods = {_period(date["date"]) for date in _DATE.finditer(sentence, 0, len(head))}
    if len(periods) > 1 or periods == {None}:
        return None
    before, after = head[: match.start()], head[match.end() :]
    became = _BECAME.search(before)
    if became:
        before = before[: became.start()]
    elif _ABOUT.search(before):
        return None
    told, other = sentence[match.start() : match.end()], [m[0] for m in _OTHER.finditer(before + after)]
    measured = _MEASURED.match(after)
    if measured:
        other.append(measured[0].strip())
    digits = _in_digits(match[0][: match.start("percent") - match.start()] if match["percent"] else match[0])
    quantity = Quantity.parse(f"{digits}%" if match["percent"] else digits)
    about = _NUMBER.sub(lambda number: f" {_in_digits(number[0])} ", _IDLE.sub(" ", f"{before} {after}"))
    period = next(iter(periods), None)
    return Claim(sentence, told, quantity, about, period, tuple(word.lower() for word in other))


def _in_digits(text: str) -> str:
    """`Forty-one` as `41`; what has digits stays as it is."""
    if any(map(str.isdigit, text)):
        return text
    return str(sum(_WORDED.get(word, 0) for word in re.findall(r"[a-z]+", text.lower())))


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _period(date: str) -> Period | None:
    return Period.heading(" ".join(re.sub(r"\bterm\b|,|\bthe\b", " ", date, flags=re.I).split()))
