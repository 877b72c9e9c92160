"""Mention: a time that a question names, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from cpbqa.domain import Period, Term


@dataclass(frozen=True)
class Mention:
    """A period that a question names: one period, or a year counted back from the newest report (`back`).

    "This year" is strict; "latest" takes the newest value there is. "The year before" also says a `step` in years from
    whatever was spoken of. `months` holds a month and year that is no period
    of the tables (`october`, `2023`). `base` is True where another period is held against this one ("since 2021/22").
    """

    start: int
    end: int
    period: Period | None = None
    back: int | None = None
    term: Term | None = None
    months: tuple[str, ...] = ()
    strict: bool = False
    step: int = 0
    base: bool = False


def blank(text: str, start: int, end: int) -> str:
    """The text without the letters from start to end."""
    return text[:start] + "\x00" * (end - start) + text[end:]
