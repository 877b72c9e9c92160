"""What the name of a column means: a period, a place, our own figures, a basis, notes, or nothing that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cpbqa.domain import NATIONAL, NEIGHBOURS, Period, without_marks

Role = Literal["value", "basis", "national", "neighbours", "place", "note", "unknown"]
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "unknown",
        re.compile(
            r"target|\brag\b|direction|travel|\btrend\b|status|change|variance|difference|rank|quartile|quintile|decile"
            r"|percentile|budget|forecast|projected|ambition|goal|threshold|\bgap\b|\bvs?\b|versus|compared"
            r"|against|distance|above|below|better|worse|\bthan\b|\?|\+\s*/\s*-",
            re.I,
        ),
    ),
    ("note", re.compile(r"^(?:foot)?notes?$|^comments?$|^commentary$", re.I)),
    ("neighbours", re.compile(r"neighbour|nearest|similar|\bnbrs?\b|\bsns?\b|\bnn\b", re.I)),
    ("national", re.compile(r"national|\bnat\b|(?<!east of )\beng(?:land(?! (?:and|&) wales))?\b", re.I)),
    ("basis", re.compile(r"period|basis|frequency", re.I)),
)
# Places that statistics of England are printed for; what another column means, only a person knows.
_PLACE = re.compile(
    r"(?:(?:inner|outer|greater)\s+)?london(?:\s+boroughs?)?|(?:the\s+)?(?:north|south)\s*(?:east|west)|(?:east|west)\s+midlands"
    r"|yorkshire(?:\s+(?:and|&)\s+(?:the\s+)?humber)?|east\s+of\s+england|england\s+(?:and|&)\s+wales|wales|scotland"
    r"|northern\s+ireland|great\s+britain|united\s+kingdom|uk|region(?:al)?"
    r"|yorks\.?\s+(?:and|&)\s+(?:the\s+)?humber|core\s+cities|family\s+group|virtual\s+comparator|peer\s+group"
    r"|(?:(?:north|south)[\s-]*(?:east|west)|(?:east|west)\s+midlands|eastern)\s+region",
    re.I,
)
# The short names of regions, which are capitals: `se` may be anything.
_REGION = re.compile(r"(?:NE|NW|Y ?& ?H|WM|E\.? Mids|W\.? Mids|EoE|SE|SW)(?: region)?")
# The nation's figure for others than those that a report is about.
_EVERYBODY = re.compile(r"\ball\s+(?:children|pupils|young people|cyp)\b|\bnon[- ](?:cla|lac|cic)\b", re.I)
# `All pupils`, `All Anytown leavers`: others than those that a report is about, beside them.
_ALL = re.compile(
    r"all\s+(?:other\s+)?(?:(?:school|secondary|primary)\s+)?(?:children|pupils|learners|leavers|students|young\s+people)",
    re.I,
)
# Of a report on children in care, `All children` may be all of them; pupils and leavers are everybody's.
_IN_SCHOOL = re.compile(r"\b(?:school|secondary|primary|pupils|learners|leavers|students)\b", re.I)
# Those that a report is about: beside a year they part nothing, and beside a place they are that place's.
_PEOPLE = (
    r"(?:our\s+)?(?:cla|lac|cic|looked[\s-]+after\s+(?:children|pupils|learners|leavers|young\s+people)"
    r"|children\s+(?:looked\s+after|in\s+(?:our\s+)?care)|care[\s-]+experienced\s+(?:children|pupils|young\s+people))"
)
_PEOPLES = re.compile(_PEOPLE, re.I)
_OF_PEOPLE = re.compile(rf"^{_PEOPLE}(?:\s+in\b|\s*[,–-])?\s+|[\s,–-]+{_PEOPLE}$", re.I)
# A column of figures of another place, which is told by the first of its words: `Wales rate`, `Scottish average`.
_OTHERS = re.compile(
    r"(?:all[\s-]+)?(?:wales|welsh|scotland|scottish|england|english|british|uk|region(?:al)?|london)\b.*"
    r"\b(?:rates?|averages?|avg|mean|median|figures?|totals?|results?|numbers?|percentages?)\b.*",
    re.I,
)
KEYWORD = _ROLES[0][1]
_OWN = re.compile(
    r"(?:(?:final|year[- ]end|full[- ]year|annual|published)\s+)?"
    r"(?:actuals?|out-?turn|results?|performance|our(?:s| figure)?|values?|council|local authority|la)"
    r"|final|year[- ]end|full[- ]year|annual|published",
    re.I,
)
# What may stand behind the authority's own name, as in `Anytown CLA 2023/24`.
_COUNCIL = re.compile(
    r"(?:\s*\b(?:county|city|borough|district|metropolitan|council|mbc|la|cla|lac|cic|cioc|actual|outturn|average)\b)*",
    re.I,
)
# What a label's figures are, where its columns print two kinds of them.
_KIND = re.compile(
    r"no|nos|numbers?|#|count|%|per\s?cent|percentages?|rates?|n|cost|£(?:\s?(?:m|k|millions?|['’]?000s?))?", re.I
)
# Words for how much of something: `Weekly allowance`, `Total spend`, `Number of children`. A name of a place is none.
_AMOUNT = r"numbers?|costs?|spend(?:ing)?|expenditure|allowances?|fees?|rates?|percentages?|scores?|amounts?"
_AMOUNTS = re.compile(
    rf"(?:(?:weekly|daily|monthly|annual|yearly|average|mean|median|total|unit|net|gross|%|no\.?|{_AMOUNT}"
    r"|of|per|for|the|a|week|day|month|year|child(?:ren)?|pupils?|cases|placements?)\s*)+",
    re.I,
)
_SHARE = re.compile(
    r"(?:share|proportion|percentage|per\s?cent|%)\s+of\s+(?:all|the|total|our|children|pupils|young|people|cohort|in|care"
    r"|cases|placements|looked|after|whole|\s)+",
    re.I,
)
_RELATIVE = re.compile(
    r"(?:(?:last|this|previous|prior|current|latest|reporting)\s+year|previous|current|latest)", re.I
)
_WHOLE = re.compile(
    r"(?:(?:year|annual|full[- ]year|yearly|grand)\s+)?total|(?:full|whole)[- ]year|year|annual"
    r"|(?:year[- ]end\s+)?outturn|ytd|year\s+to\s+date|year[- ]end",
    re.I,
)
_TO_DATE = re.compile(r"\bytd\b|\byear\s+to\s+date\b", re.I)
# A whole financial year by its first and its last day.
_FROM_TO = re.compile(
    r"\b1(?:st)?\s+apr(?:il)?,?\s+20\d\d\s*(?:-|–|to|and|until)\s*31(?:st)?\s+mar(?:ch)?,?\s+20\d\d\b", re.I
)
_KIND_OF_PLACE = re.compile(r"(?P<place>.*\w)\s*\(?(?P<kind>%|no\.?|number|rate|percentage)\)?", re.I)
_IN_KIND = re.compile(r"\s*\((?P<kind>[^()]+)\)$")
VALUED: tuple[Role, ...] = ("value", "national", "neighbours", "place")
YEAR = re.compile(
    r"\(?\b(?:(?:31(?:st)?\s+)?mar(?:ch)?[\s'’-]+(?:20)?\d\d|31[./-]0?3[./-](?:20)?\d\d"
    r"|20\d\d(?:\s*[/–-]\s*(?:20)?\d\d)?|\d\d\s*[/–-]\s*\d\d)\b\)?",
    re.I,
)
_PART = r"(?:q(?:uarter|tr)?\s*[1-4]|h[12])"
_YEARS = r"(?:20)?\d\d\s*[/–-]\s*(?:20)?\d\d"
PART_YEAR = re.compile(rf"\b{_PART}[\s,(]*{_YEARS}\b\)?|\(?\b{_YEARS}\)?\s*{_PART}\b", re.I)
_BROKEN_YEAR = re.compile(r"(?<!\d)2\s?0\s?\d\s?\d\s?[/–-]\s?(?:2\s?0\s?)?\d\s?\d(?!\d)")
_BROKEN_WORD = re.compile(r"(?<=[A-Za-z]{2})\s(?=[a-z]{1,3}\b)")
_AT = re.compile(r"^(?:(?:as\s+)?(?:at|on)|(?:at\s+)?(?:the\s+)?end\s+of|years?\s+(?:to|end(?:ing|ed)?))\b\s*", re.I)
_AVERAGE = re.compile(r"\s*\b(?:average|avg\.?|mean|median)\b\s*", re.I)
_STANDING = re.compile(r"\s*\(\s*(?P<word>provisional|revised|draft|estimated|to date|p|r|e)\s*\)$", re.I)
MONTH = re.compile(r"\b(?:jan|feb|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\b", re.I)
MARCH = re.compile(r"\bmar(?:ch)?\b", re.I)
CODE = re.compile(r"(?:[A-Za-z]{1,6}[/._-])?[A-Za-z]{0,8}[\s._/-]?\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?\.?")
QUARTER = re.compile(r"\bq(?:uarter|tr)?\s*[1-4]\b|\b[1-4]q\b", re.I)


@dataclass(frozen=True)
class Column:
    """One column of a KPI table: `name` for citations, and a period, a place, both, or the basis.

    `place` is the geography of a place that the header names; "" is the report's own. `marks` are those of footnotes
    at the end of its name, `standing` a word in brackets there, such as "provisional", and `said` that word as it is
    printed, perhaps broken by a narrow column. `kind` tells the figures of one
    label apart where the columns print several kinds of them: `No.`, `%`.
    """

    index: int
    name: str
    period: Period | None = None
    role: Role = "value"
    place: str = ""
    marks: str = ""
    standing: str = ""
    kind: str = ""
    said: str = ""

    @property
    def is_target(self) -> bool:
        """It names a target, a change, a rank or the like: what it prints is no figure of a measure."""
        return KEYWORD.search(self.name) is not None


# Each cell of each table is asked, since any may be a header's, and the same report is read several times in a build.
@lru_cache(10_000)
def column_of(index: int, text: str, authority: str = "") -> Column:
    """What a column means by its name alone."""
    printed, text = text, _mended(text, authority)
    standing = _STANDING.search(text)
    bare, found = without_marks(text[: standing.start()] if standing else text)
    period = Period.heading(bare)
    if period:
        said = printed[printed.rfind("(") + 1 : -1] if standing else ""
        return Column(index, str(period), period, marks=found, standing=standing["word"] if standing else "", said=said)
    dated = PART_YEAR.search(bare) or YEAR.search(bare)
    rest = _AT.sub("", " ".join(bare.replace(dated[0], " ").split())).strip(" -–:,") if dated else bare
    ending = _KIND_OF_PLACE.fullmatch(rest)
    role, place = meaning(ending["place"] if ending else rest)
    kind = ending["kind"] if ending and place else ""
    named = bool(authority) and authority.casefold() in rest.casefold()
    if is_everybody(rest, authority) and (named or (dated and _IN_SCHOOL.search(rest))):
        role, place, kind = "place", rest, ""
    if not dated:
        if role == "neighbours" or not (place and (MONTH.search(rest) or QUARTER.search(rest))):
            return Column(index, text, role=role, place=place, marks=found, kind=kind)
        return Column(index, text, role="unknown")
    period = Period.heading(dated[0].replace("(", " ").replace(")", " ").strip())
    if QUARTER.search(rest):
        return Column(index, text, role="unknown")
    if period is not None and (is_own(rest, authority) or _RELATIVE.fullmatch(rest)):
        return Column(index, text, period, marks=found)
    inside = _IN_KIND.search(rest)
    if period is not None and inside and says_kind(inside["kind"]) and is_own(rest[: inside.start()], authority):
        return Column(index, text, period, marks=found, kind=inside["kind"])
    if period is not None and (says_kind(rest) or says_amount(rest) or says_people(rest) or says_share(rest)):
        return Column(index, text, period, marks=found, kind=rest.strip("() "))
    # A year beside anything but a place (a target, a quarter, a calendar year) is no year's figure.
    if period is None or not place:
        return Column(index, text, role="unknown")
    return Column(index, text, period, role, place, marks=found, kind=kind)


def over_columns(text: str, authority: str) -> Column:
    """What a name over or below a period means: our own figures, a place, or something else."""
    if is_everybody(text, authority):
        return Column(0, text, role="place", place=text)
    return Column(0, text) if is_own(text, authority) or says_people(text) else column_of(0, text)


def _mended(text: str, authority: str) -> str:
    """A name whose years or words a narrow column broke (`Englan d 2024/2 5`), whole where that makes it known."""
    packed = _BROKEN_YEAR.sub(lambda match: _packed(match[0]), text)
    whole = _BROKEN_WORD.sub("", packed)
    if whole == packed or KEYWORD.search(packed):
        return packed
    standing = _STANDING.search(whole)
    rest = " ".join(YEAR.sub(" ", whole[: standing.start()] if standing else whole).split())
    known = KEYWORD.search(rest) or _PLACE.fullmatch(rest) or _ROLES[3][1].fullmatch(rest) or is_own(rest, authority)
    return whole if known or (standing and not rest) else packed


def _packed(text: str) -> str:
    packed = "".join(text.split())
    return packed if Period.heading(packed) else text


def is_own(text: str, authority: str) -> bool:
    """Words for the report's own figures: `Outturn`, the authority's name."""
    return is_council(text, authority) or _OWN.fullmatch(text) is not None


def is_council(text: str, authority: str) -> bool:
    """The authority's own name: `Anytown`, `Anytown Council`."""
    name = authority.casefold()
    return bool(name) and text.casefold().startswith(name) and _COUNCIL.fullmatch(text[len(name) :]) is not None


def year_in(title: str) -> Period | None:
    """The one year that a title names; None where it names none, or several."""
    title = _FROM_TO.sub(lambda match: str(Period.parse(match[0]) or match[0]), title)
    found = {Period.heading(match[0].strip("() ")) for match in YEAR.finditer(title)}
    return found.pop() if len(found) == 1 else None


def says_kind(text: str) -> bool:
    """The name of a column says what kind its figures are, and nothing of what they count: `No.`, `%`."""
    return _KIND.fullmatch(text.strip("().: ")) is not None


def says_amount(text: str) -> bool:
    """It names how much of something, and no place: `Weekly allowance`, `Total spend`."""
    return (
        _AMOUNTS.fullmatch(text.strip("().: ")) is not None and re.search(rf"\b(?:{_AMOUNT})\b", text, re.I) is not None
    )


def says_people(text: str) -> bool:
    """It names those that a report is about: `CLA`, `Looked after leavers`."""
    return _PEOPLES.fullmatch(text.strip("():, ")) is not None


def is_everybody(text: str, authority: str) -> bool:
    """It names all children, pupils or leavers, of the authority's area or of nowhere that is said."""
    bare = re.sub(re.escape(authority), " ", text, flags=re.I) if authority else text
    return _ALL.fullmatch(re.sub(r"\s+in\s*$", "", " ".join(bare.split()))) is not None


def is_of_others(text: str) -> bool:
    """It prints the figures of another place, whatever else its name says: `Scottish average`."""
    return _OTHERS.fullmatch(text) is not None


def says_share(text: str) -> bool:
    """It names the share that a count is of all: `Share of all children`, `% of total`."""
    return _SHARE.fullmatch(text.strip("().: ")) is not None


def is_whole(text: str) -> bool:
    """The name of a column for the whole of a year beside its parts: `Total`, `YTD`."""
    return _WHOLE.fullmatch(text) is not None


def is_to_date(text: str) -> bool:
    """The name of a column for all of a year that has been counted: `Year to date`, `YTD 2025/26`."""
    return _TO_DATE.search(text) is not None


def meaning(text: str) -> tuple[Role, str]:
    """The role of a column by its name without a year, and the place where that is one."""
    name = " ".join(_OF_PEOPLE.sub("", _AVERAGE.sub(" ", text)).split())
    role = next((role for role, pattern in _ROLES if pattern.search(text)), None)
    # A narrow column may break inside a word: `Statisti cal Neigh bours`.
    role = role or next((role for role, pattern in _ROLES[2:] if pattern.search("".join(text.split()))), None)
    if role == "national" and _EVERYBODY.search(text):
        return "place", name
    if role is not None:
        return role, {"national": NATIONAL, "neighbours": NEIGHBOURS}.get(role, "")
    return ("place", name) if _PLACE.fullmatch(name) or _REGION.fullmatch(name) else ("unknown", "")
