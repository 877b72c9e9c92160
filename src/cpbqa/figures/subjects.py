"""Rows whose label is no measure but a place (`England`) or a part of the year (`Q1`), and what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cpbqa.domain import Period, Row, Term, part_of

from .columns import Header
from .naming import CODE, Column, Role, is_council, meaning

_AUTHORITIES = re.compile(r"(?:local\s+)?authorit(?:y|ies)|las?|councils?|boroughs?", re.I)


@dataclass(frozen=True)
class Subject:
    """What such a row is about: the measure that it counts ("" where nothing names one), and its place or part."""

    measure: str
    place: str = ""
    role: Role = "value"
    part: Term | None = None

    def columns(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """The columns as they are meant in this row; those of another place are no part of it."""
        own = [c for c in columns if c.role == "value"] if self.place else list(columns)
        return tuple(self._meant(c) for c in own)

    def _meant(self, column: Column) -> Column:
        if self.part and column.period is not None:
            return replace(column, period=Period(start=column.period.start, term=self.part))
        return replace(column, role=self.role, place=self.place) if self.place else column


def subjects_of(rows: Sequence[Row], header: Header, authority: str, title: str) -> dict[int, Subject]:
    """The subjects of such rows below a header, by the row's `id`.

    A place belongs to the measure above it, or else to what the group's heading or the table's title names; so does a
    row of the authority itself beside other places, and so do all rows there.
    """
    found: dict[int, Subject] = {}
    yearly = all(c.period.kind == "year" for c in header.understood if c.period is not None)
    for heading, run in _runs(rows, header, title):
        labels = [label for _, label in run]
        known = [_place(label) for label in labels]
        ours = any(is_council(label, authority) for label in labels)
        listed = ours and (any(known) or _AUTHORITIES.fullmatch(header.first) is not None)
        last = ""
        for (row, label), place in zip(run, known, strict=True):
            part = part_of(label) if yearly else None
            if part:
                found[id(row)] = Subject(heading, part=part)
            elif listed and is_council(label, authority):
                found[id(row)] = Subject(heading)
            elif listed or place:
                role, name = place or ("place", label)
                found[id(row)] = Subject(heading if listed else last or heading, name, role)
            else:
                last = label
    return found


def _runs(rows: Sequence[Row], header: Header, title: str) -> Iterator[tuple[str, list[tuple[Row, str]]]]:
    """The rows of figures under one heading each, with their labels."""
    heading, run = title, list[tuple[Row, str]]()
    for row in rows:
        label = row.texts[header.label] if header.label < len(row.texts) else ""
        valued = any(c.index < len(row.texts) and row.texts[c.index] for c in header.understood)
        theme = row.texts[0] if header.label and not CODE.fullmatch(row.texts[0]) else ""
        above = theme if valued else row.texts[0]
        if above and above != heading and (theme or not valued):
            yield heading, run
            heading, run = above, []
        if valued and label:
            run.append((row, label))
    yield heading, run


def _place(label: str) -> tuple[Role, str] | None:
    """The place that a label is, and nothing beside it."""
    role, place = meaning(label)
    named = place and (role == "place" or len(label.split()) <= 3) and not re.search(r"\d", label)
    return (role, place) if named else None
