"""Passage: a piece of prose that can be quoted by itself."""

from __future__ import annotations

from typing import Literal

from pydantic.dataclasses import dataclass

from .figures import Citation
from .sharing import Shared

PassageKind = Literal["paragraph", "list", "item", "quote", "case study", "person", "agenda"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Whole sentences that stand in one place of a report.

    `text` is at most 1,200 characters. `sentences` are its parts, in order, each of them quotable alone.
    `context` is what a reader of the report sees above it (section path, lead-in) and the search may use;
    it is never quoted as part of the text.
    """

    id: str
    report: Shared
    kind: PassageKind
    text: Shared
    sentences: tuple[Shared, ...]
    section: tuple[Shared, ...]
    context: Shared
    citation: Citation
    speaker: str | None = None
