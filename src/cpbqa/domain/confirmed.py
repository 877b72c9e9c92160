"""ConfirmedMeasure: what a person has confirmed about a measure, from `measures.toml`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from .figures import Better
from .quantities import Unit


class ConfirmedMeasure(BaseModel):
    """`label` is a label as any report prints it; `also` confirms links to other labels, `never` undoes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    aliases: tuple[str, ...] = ()
    better: Better | None = None
    unit: Unit | None = None
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
