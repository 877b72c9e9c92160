"""How far the tables of a section are read: the header that holds, the rows taken and the notes below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cpbqa.domain import Observation, Report, Row, without_marks

from .columns import Header
from .footnotes import Note, leading_to
from .likeness import same_label
from .lines import Line, observations_of
from .subjects import Subject

_PART = re.compile(r"(?:^|: )of (?:which|whom|these|those)\b", re.I)


@dataclass
class TableReading:
    """How far a table is read. A blank line or a stray heading inside a table does not end it: its header holds on."""

    header: Header = field(default_factory=Header)
    title: str = ""
    group: str = ""
    theme: str = ""
    where: str = ""
    number: int = 0
    above: Row | None = None
    rows: list[Line] = field(default_factory=list)
    notes: list[tuple[Note, int, int]] = field(default_factory=list)
    since: int = 0
    places: set[str] = field(default_factory=set)
    lists: dict[str, str] = field(default_factory=dict)
    subjects: dict[int, Subject] = field(default_factory=dict)

    def begins(self, place: str, group: str) -> None:
        """Rows are counted anew: a table begins, or a group in it. What a citation names is named once."""
        self.group, self.theme, self.number = group, "", 0
        name, count = ", ".join(part for part in (place, group) if part), 1
        self.where = name
        while self.where in self.places:
            count += 1
            self.where = f"{name}, table {count}"

    def whole_of(self, label: str, group: str) -> str:
        """The label of which a row is a part (`of which: aged 17 to 18`): that of the last whole row above it.

        Empty for any other row, and where no row stands above it under the same heading.
        """
        if not _PART.match(label):
            return ""
        above = (line for line in reversed(self.rows[self.since :]) if not _PART.search(line.label))
        whole = next(above, None)
        return without_marks(whole.label)[0] if whole is not None and whole.group == group else ""

    def takes(self, note: Note) -> bool:
        """Whether a line below the table is a note to it: without a mark, with a sign, or with a mark that is used."""
        if not note.mark or not note.mark.isalnum():
            return True
        labels = [without_marks(line.label, [note.mark])[1] for line in self.rows]
        values = [without_marks(text, [note.mark])[1] for line in self.rows for text in line.row.texts[1:]]
        return any(leading_to(marks, [note]) for marks in (*labels, *values, *(c.marks for c in self.header.columns)))

    def leads_far_to(self, note: Note) -> bool:
        """Whether a mark that can be nothing else leads to the note, wherever that stands: a sign, or a raised one.

        Not to an item of a list, `5. Homes`.
        """
        if not note.quote.startswith(note.mark) or note.quote[len(note.mark) :][:1] in (".", ")", ":"):
            return False
        labels = [without_marks(line.label)[1] for line in self.rows]
        values = [without_marks(text)[1] for line in self.rows for text in line.row.texts[1:]]
        marks = [*labels, *values, *(c.marks for c in self.header.columns)]
        return any(leading_to(told, [note]) for told in marks if not told.isascii() or not told.isalnum())

    def note(self, note: Note) -> None:
        """Keep a note with the rows of the table that it stands below."""
        self.notes.append((note, self.since, len(self.rows)))

    def observations(self, report: Report, authority: str) -> Iterator[Observation]:
        """The figures of the rows read so far, each with the notes that lead to it."""
        marks = [note.mark for note, _, _ in self.notes if note.mark]
        labels = {same_label(line.label) for line in self.rows}
        named = {note: {label for label in labels if label in same_label(note.words)} for note, _, _ in self.notes}
        for number, line in enumerate(self.rows):
            label = same_label(line.label)
            # A note without a mark is about the measure that it names; one that names none is about all its table.
            whole = [
                note
                for note, first, end in self.notes
                if not note.mark and (label in named[note] or (not named[note] and first <= number < end))
            ]
            yield from observations_of(report, line, authority, marks, [*self._marked(number), *whole])

    def _marked(self, number: int) -> list[Note]:
        """For each mark the note below the row; one mark may lead to another note below another table."""
        found: dict[str, tuple[Note, bool]] = {}
        for note, _, end in self.notes:
            if note.mark and not found.get(note.mark, (note, False))[1]:
                found[note.mark] = (note, end > number)
        return [note for note, _ in found.values()]


@dataclass
class SectionReading:
    """The tables of one section; those that other text ended too, since a note may stand at the foot of their page."""

    now: TableReading = field(default_factory=TableReading)
    ended: list[TableReading] = field(default_factory=list)

    def end(self) -> None:
        """Text ends the table that is read."""
        if self.now.rows:
            self.ended.append(self.now)
        self.now = TableReading()

    def takes(self, note: Note) -> bool:
        """Keep a note with the table whose mark leads to it, the nearest above it; False where it is no table's."""
        for reading in (self.now, *reversed(self.ended)):
            if note.mark and reading.leads_far_to(note):
                reading.note(note)
                return True
        if self.now.rows and self.now.takes(note):
            self.now.note(note)
            return True
        return False

    def observations(self, report: Report, authority: str) -> Iterator[Observation]:
        """The figures of all tables, in the order of the text."""
        for reading in (*self.ended, self.now):
            yield from reading.observations(report, authority)
