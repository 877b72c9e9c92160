"""Shared: texts that models hold once and not many times. A row's quote stands in each of its figures."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator


@lru_cache(maxsize=4_096)
def _seen(text: str) -> str:
    """The equal text that was lately seen, or this one. What is the same stands close together in a report."""
    return text


Shared = Annotated[str, AfterValidator(_seen)]
"""A text of a model that others hold too."""
