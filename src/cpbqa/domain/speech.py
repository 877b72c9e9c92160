"""Speech: the words by which a question joins, sets aside, leans on what was said before, or counts.

They stand in `[speech]` of `vocabulary.toml`, since how people speak is data. The code knows only how such words stand
together: that a joining word parts two things, that a leading one makes a line lean on the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _as_matched(phrase: str) -> str:
    """One phrase as it is matched: in lower case, with single blanks."""
    told = " ".join(phrase.lower().split())
    if not told:
        raise ValueError("a phrase is blank; write a word, or take it out")
    return told


Sayings = tuple[Annotated[str, AfterValidator(_as_matched)], ...]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Joining(_Section):
    """Words between two things that are asked for.

    `also` and `either` always list, `beside` may belong to a measure's own name ("moved in with adopters"). Of `either`
    one figure each is wanted. `more` and `less` with one of `either` between them are two ends of one question, and no
    list is one of them after one of `times` ("a year or more").
    `of_whom` begins what says whom the rest is about, unless it holds one of `how_many`.
    """

    also: Sayings = ()
    either: Sayings = ()
    beside: Sayings = ()
    more: Sayings = ()
    less: Sayings = ()
    times: Sayings = ()
    of_whom: Sayings = ()
    how_many: Sayings = ()


class Aside(_Section):
    """Words that set something aside: "(not agency)".

    `aside` begins it, after one of `after` perhaps, unless one of `unless` follows; `none` does within brackets or at
    the end, with one of `needed` behind it or not, and `either_way` with the word before it ("updated or not");
    `put_by` ends it ("costs aside"), one of `leave` and one of `out` stand about it, and one of `anywhere` begins it
    without a pause before it. What begins with one of `purpose`, or with one of `use` and holds one of `papers`,
    says what an answer is for ("for the fostering panel"), as one of `papers` does that is `due` ("the pack goes at
    4"). `negative` are the words by which a measure's name says what is not. With one of `articles` between or not,
    `negative` before one of `percent`, or after one of `count`, tells which kind of number is not wanted. One of `only`
    tells that what stands before or behind it is meant alone. By one of `taken_in` a label or a question says what a
    number includes, "(incl. family & friends)", by one of `left_out` what it does not.
    """

    aside: Sayings = ()
    after: Sayings = ()
    unless: Sayings = ()
    anywhere: Sayings = ()
    leave: Sayings = ()
    out: Sayings = ()
    either_way: Sayings = ()
    none: Sayings = ()
    negative: Sayings = ()
    articles: Sayings = ()
    percent: Sayings = ()
    count: Sayings = ()
    needed: Sayings = ()
    put_by: Sayings = ()
    purpose: Sayings = ()
    use: Sayings = ()
    papers: Sayings = ()
    due: Sayings = ()
    only: Sayings = ()
    taken_in: Sayings = ()
    left_out: Sayings = ()


class Follow(_Section):
    """Words of a line that leans on the one before it.

    `leading` begin one. Options are chosen by `ordinals` (in order), by a number after one of `choice`, or all of them
    by `everything`, with `opening` before and `them` and `closing` after it.
    """

    leading: Sayings = ()
    ordinals: Sayings = ()
    choice: Sayings = ()
    opening: Sayings = ()
    everything: Sayings = ()
    them: Sayings = ()
    closing: Sayings = ()


class Asking(_Section):
    """Words that ask.

    A question's second half begins with one of `words`, after one of `joined` or the end of a sentence; `leaning` words
    stand for what the first half names. `prose` and `orders` begin a question that no figure answers; `where`, too, a
    few words behind a figure. `counting` speak for one. Between two values that are held against each other stands one
    of `held`. A sentence has one of `sentence`.
    """

    words: Sayings = ()
    joined: Sayings = ()
    leaning: Sayings = ()
    prose: Sayings = ()
    orders: Sayings = ()
    where: Sayings = ()
    counting: Sayings = ()
    held: Sayings = ()
    sentence: Sayings = ()


class Time(_Section):
    """Words that name a period from where we stand. Dates and years as they are written need none of them.

    A `year` may be of one of `kinds`. It is counted back by `last`, or from `one` to `five` of them `ago`, or stands
    `before_last`; `year_ago` says that in whole. A `past` one, or `twelve` months, after one of `over` is the newest.
    `this`, `now` and `newest` (of one of `newest_of`) are the newest report's, `next` and `after` the one after it;
    `same` may stand before `last`. From what was spoken of count those that hold one of `from_there`. A period that
    stands after one of `held`, with any of `between`, is one that another is held against, but not after one of
    `whole`, nor a day after one of `on`; two with one of `to` between them are the ends of a run. A `quarter` or `half`
    is the `first`, `second`, `third` or `fourth`, or stands before one of `numerals` (in order), and may have one of
    `of_year` before its year. Terms need no year after one of `recent`, before one of `earlier` (behind which no report
    is named, either), joined by one of `joins`, or at the end. No year is a number before one of `people`. A month
    without its year stands after one of `within`.
    """

    the: Sayings = ()
    year: Sayings = ()
    kinds: Sayings = ()
    last: Sayings = ()
    one: Sayings = ()
    two: Sayings = ()
    three: Sayings = ()
    four: Sayings = ()
    five: Sayings = ()
    ago: Sayings = ()
    before_last: Sayings = ()
    year_ago: Sayings = ()
    over: Sayings = ()
    past: Sayings = ()
    twelve: Sayings = ()
    same: Sayings = ()
    this: Sayings = ()
    within: Sayings = ()
    now: Sayings = ()
    newest: Sayings = ()
    newest_of: Sayings = ()
    next: Sayings = ()
    after: Sayings = ()
    from_there: Sayings = ()
    held: Sayings = ()
    between: Sayings = ()
    whole: Sayings = ()
    on: Sayings = ()
    to: Sayings = ()
    quarter: Sayings = ()
    half: Sayings = ()
    first: Sayings = ()
    second: Sayings = ()
    third: Sayings = ()
    fourth: Sayings = ()
    numerals: Sayings = ()
    of_year: Sayings = ()
    term: Sayings = ()
    recent: Sayings = ()
    earlier: Sayings = ()
    joins: Sayings = ()
    people: Sayings = ()


class Reports(_Section):
    """Words that name a report: one of `words` (`plural`), of any `kinds`, with a year beside it or after one of `of`.

    By its age it is one of `oldest`, `previous` or `newest`; the oldest also by one of `at_first` and one of `printed`.
    """

    words: Sayings = ()
    plural: Sayings = ()
    kinds: Sayings = ()
    of: Sayings = ()
    oldest: Sayings = ()
    previous: Sayings = ()
    newest: Sayings = ()
    at_first: Sayings = ()
    printed: Sayings = ()


class PlaceWords(_Section):
    """How places are said: a printed one, without any word for `average`, also in each of `forms`, in place of `{}`.

    `ours` are words for us, unless one of the next two begins as one of `others` does.
    """

    average: Sayings = ()
    forms: Sayings = ()
    ours: Sayings = ()
    others: Sayings = ()


class Marking(_Section):
    """Words by which a figure is asked to have passed a number: "did we ever go over 300?".

    Such a question holds one of `asks`. The number stands after one of `above`, `below` or `reach`, with any of
    `between` about that, not before one of `counted`, what other numbers count ("over 20 miles"), nor after one of
    `ages`.
    """

    asks: Sayings = ()
    above: Sayings = ()
    below: Sayings = ()
    reach: Sayings = ()
    between: Sayings = ()
    counted: Sayings = ()
    ages: Sayings = ()


class Thread(_Section):
    """Words of a line that nobody says to the bot, in a thread where it has answered.

    It is a question where it begins with one of `opens`, after any of `before`, and none of the bot's business where it
    holds one of `thanks`.
    """

    before: Sayings = ()
    opens: Sayings = ()
    thanks: Sayings = ()


class Speech(BaseModel):
    """All of `[speech]`. A section that is empty is not understood; nothing fails for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    joining: Joining = Joining()
    aside: Aside = Aside()
    follow: Follow = Follow()
    asking: Asking = Asking()
    time: Time = Time()
    report: Reports = Reports()
    place: PlaceWords = PlaceWords()
    marking: Marking = Marking()
    thread: Thread = Thread()

    def unsaid(self) -> Iterator[str]:
        """The keys that were not given, as `joining.also`: by these a file of an older version is known."""
        for section in type(self).model_fields:
            told: BaseModel = getattr(self, section)
            yield from (f"{section}.{key}" for key in type(told).model_fields if key not in told.model_fields_set)
