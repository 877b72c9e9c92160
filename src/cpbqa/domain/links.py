"""Link: two printed labels and what speaks for their naming one measure, or a question to a person whether they do."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from .figures import Source

LinkBasis = Literal["person", "wording", "wording and values"]


class PrintedLabel(BaseModel):
    """One label as one report prints it, under one heading."""

    model_config = ConfigDict(frozen=True)

    report: str
    source: Source
    group: str
    text: str


class Link(BaseModel):
    """Two labels of two reports, or of a headline section and a table, and what speaks for their being one measure.

    `wording` is how alike they are worded, 0 to 1. `shared` is how many values both print for the same period and
    place, `agreeing` how many of them are the same but for rounding. `confidence`, 0 to 1, ranks links by both; 1 is a
    person's word. `taken` is False for a question that a person should settle in `measures.toml`.
    """

    model_config = ConfigDict(frozen=True)

    older: PrintedLabel
    newer: PrintedLabel
    basis: LinkBasis
    wording: float
    shared: int
    agreeing: int
    confidence: float
    taken: bool

    @property
    def reason(self) -> str:
        """Why, in words for a person: `the wording is alike (0.73); 3 of 3 shared values agree`."""
        if self.basis == "person":
            return "confirmed by a person in measures.toml"
        alike = "the same" if self.wording >= 0.995 else "alike" if self.wording >= 0.5 else "little alike"
        told = f"the wording is {alike} ({self.wording:.2f})"
        if not self.shared:
            return f"{told}; no value is printed in both"
        return f"{told}; {self.agreeing} of {self.shared} shared values agree"

    @property
    def question(self) -> str:
        """What to ask a person."""
        return (
            f"Is “{self.newer.text}” ({self.newer.report} report) the same measure as “{self.older.text}” "
            f"({self.older.report} report)? Asked because {self.reason}."
        )
