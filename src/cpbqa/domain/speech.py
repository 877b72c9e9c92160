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
    one figure each is wanted. `more` and `less` with one of `either` between them are two ends of one question.
    `of_whom` begins what says whom the rest is about, unless it holds one of `how_many`.
    """

    also: Sayings = ()
    either: Sayings = ()
    beside: Sayings = ()
    more: Sayings = ()
    less: Sayings = ()
    of_whom: Sayings = ()
    how_many: Sayings = ()


class Aside(_Section):
    """Words that set something aside: "(not agency)".

    `aside` begins it, after one of `after` perhaps, unless one of `unless` follows; `none` does within brackets or at
    the end, and `either_way` with the word before it ("updated or not"). `negative` are the words by which a measure's
    name says what is not. With one of `articles` between or not, `negative` before one of `percent`, or after one of
    `count`, tells which kind of number is not wanted.
    """

    aside: Sayings = ()
    after: Sayings = ()
    unless: Sayings = ()
    either_way: Sayings = ()
    none: Sayings = ()
    negative: Sayings = ()
    articles: Sayings = ()
    percent: Sayings = ()
    count: Sayings = ()


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
    stand for what the first half names. `prose` begin a question that no figure answers, `counting` speak for one.
    Between two values that are held against each other stands one of `held`.
    """

    words: Sayings = ()
    joined: Sayings = ()
    leaning: Sayings = ()
    prose: Sayings = ()
    counting: Sayings = ()
    held: Sayings = ()


class Speech(BaseModel):
    """All of `[speech]`. A section that is empty is not understood; nothing fails for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    joining: Joining = Joining()
    aside: Aside = Aside()
    follow: Follow = Follow()
    asking: Asking = Asking()

    def unsaid(self) -> Iterator[str]:
        """The keys that were not given, as `joining.also`: by these a file of an older version is known."""
        for section in type(self).model_fields:
            told: BaseModel = getattr(self, section)
            yield from (f"{section}.{key}" for key in type(told).model_fields if key not in told.model_fields_set)
