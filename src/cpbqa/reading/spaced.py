"""The dialect of text that a PDF-to-text tool lays out: columns are kept apart by runs of spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .lines import Line

_GAP = re.compile(r"\S {3,}\S")
_LEAST_LINES = 3


def is_spaced(lines: Sequence[Line]) -> bool:
    """Told by gaps of several spaces inside lines, where tabs do not part the cells."""
    gaps = sum(_GAP.search(line.text) is not None for line in lines)
    tabs = sum("\t" in line.text for line in lines)
    return gaps >= _LEAST_LINES and gaps > 2 * tabs
