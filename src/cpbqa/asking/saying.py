"""Sentences of a reply, put together from free words and from pieces that carry what they say (see `domain.saying`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from cpbqa.domain import NATIONAL, NEIGHBOURS, CellRef, Measure, Observation, Passage, QuotedPassage, Said, Unit

from .wordings import label, source, value, when

Saying = tuple[Said, ...]


_CALLED = {NATIONAL: "national figure", NEIGHBOURS: "statistical neighbours' figure"}


def _row(o: Observation) -> str:
    return source(o).partition(", column ")[0]


def _column(o: Observation) -> str:
    return source(o).partition(", column ")[2].partition(", page ")[0]


def _page(o: Observation) -> str:
    return source(o).partition(", column ")[2].partition(", page ")[2]


ASPECTS: Mapping[str, Callable[[Observation, Unit], str]] = {
    "value": value,
    "printed": lambda o, _: o.quantity.printed,
    "label": lambda o, _: label(o),
    "name": lambda o, _: o.label,
    "when": lambda o, _: when(o),
    "period": lambda o, _: str(o.period),
    "place": lambda o, _: o.geography,
    "called": lambda o, _: _CALLED.get(o.geography, f"figure of {o.geography}"),
    "report": lambda o, _: o.report,
    "source": lambda o, _: source(o),
    "row": lambda o, _: _row(o),
    "column": lambda o, _: _column(o),
    "page": lambda o, _: _page(o),
}
"""What can be said of one printed value."""


def say(template: str, *parts: Said | Saying) -> Saying:
    """The template with each `{}` in it replaced by a part; what stands between is the program's own words."""
    first, *chunks = template.split("{}")
    said: list[Said] = [own_words(first)] if first else []
    for part, chunk in zip(parts, chunks, strict=True):
        said.extend(part if isinstance(part, tuple) else (part,))
        if chunk:
            said.append(own_words(chunk))
    return tuple(said)


@lru_cache(maxsize=1_000)
def own_words(text: str) -> Said:
    """Words of the program's own; there are few of them, and each is made once."""
    return Said(text=text)


def cell(aspect: str, o: Observation, unit: Unit = "number") -> Said:
    """One aspect of a printed value."""
    return Said(text=ASPECTS[aspect](o, unit), kind="cell", name=aspect, cells=(CellRef.of(o),))


def computed(name: str, text: str, *cells: Observation) -> Said:
    """What a computation makes of printed values, in their order."""
    return Said(text=text, kind="computed", name=name, cells=tuple(CellRef.of(o) for o in cells))


def note(text: str, o: Observation) -> Said:
    """A note that stands with a printed value."""
    return Said(text=text, kind="note", cells=(CellRef.of(o),))


def about(measure: Measure, text: str) -> Said:
    """The newest label of a measure."""
    return Said(text=text, kind="measure", measure=measure.id)


def quoted(text: str, passage: QuotedPassage | Passage) -> Said:
    """Words of a passage, or where it stands."""
    return Said(text=text, kind="quote", citation=passage.citation)


def joined(parts: Sequence[Said | Saying], between: str, last: str | None = None) -> Saying:
    """The parts with words between them: `a, b and c` with `last`."""
    out: list[Said] = []
    for index, part in enumerate(parts):
        if index:
            out.append(own_words(last if last is not None and index == len(parts) - 1 else between))
        out.extend(part if isinstance(part, tuple) else (part,))
    return tuple(out)


def listed_of(parts: Sequence[Said | Saying]) -> Saying:
    """`a, b and c`."""
    return joined(parts, ", ", " and ")


def lines_of(lines: Iterable[Saying]) -> Saying:
    """Lines, one below the other."""
    return joined(list(lines), "\n")


def text_of(saying: Saying) -> str:
    return "".join(said.text for said in saying)
