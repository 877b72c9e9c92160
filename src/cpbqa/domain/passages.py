"""Passage: a piece of prose that can be quoted by itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from .figures import Citation

PassageKind = Literal["paragraph", "list", "item", "quote", "case study", "person", "agenda"]


class Passage(BaseModel):
    """Whole sentences that stand in one place of a report.

    `text` is at most 1,200 characters. `sentences` are its parts, in order, each of them quotable alone.
    `context` is what a reader of the report sees above it (section path, lead-in) and the search may use;
    it is never quoted as part of the text.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    report: str
    kind: PassageKind
    text: str
    sentences: tuple[str, ...]
    section: tuple[str, ...]
    context: str
    citation: Citation
    speaker: str | None = None
