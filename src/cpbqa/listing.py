"""Listing: the snapshots of an index, as `cpbqa snapshots` shows them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from cpbqa.domain import SnapshotError
from cpbqa.history import publications
from cpbqa.snapshot import Snapshot, published_name, snapshot_names


class Listed(BaseModel):
    """One snapshot: when it was last published (never: None), what it holds, and whether it can be used."""

    model_config = ConfigDict(frozen=True)

    id: str
    current: bool
    published: datetime | None
    reports: tuple[str, ...] = ()
    figures: int = 0
    passages: int = 0
    problem: str = ""


_ROWS = TypeAdapter(list[Listed])


def listed(index: Path) -> list[Listed]:
    """Every snapshot, the last published first, those never published last. Raises SnapshotError without an index."""
    current = published_name(index)
    when = {publication.id: publication.at for publication in publications(index)}
    rows = [_row(index, name, name == current, when.get(name)) for name in snapshot_names(index)]
    return sorted(rows, key=lambda row: (row.current, row.published.timestamp() if row.published else 0), reverse=True)


def _row(index: Path, name: str, current: bool, published: datetime | None) -> Listed:
    try:
        manifest = Snapshot.open(index, name).manifest
    except SnapshotError as error:
        return Listed(id=name, current=current, published=published, problem=str(error))
    reports = tuple(source.id for source in manifest.sources)
    return Listed(
        id=name, current=current, published=published, reports=reports, figures=manifest.figures,
        passages=manifest.passages,
    )  # fmt: skip


def as_lines(rows: list[Listed]) -> list[str]:
    """A line a snapshot; dates in local time."""
    return [
        f"{'*' if row.current else ' '} {row.id}  "
        + (f"{row.published.astimezone():%Y-%m-%d %H:%M}" if row.published else "not published   ")
        + (
            f"  {row.problem}"
            if row.problem
            else f"  {row.figures} figures, {row.passages} passages  {', '.join(row.reports)}"
        )
        for row in rows
    ] + ["* is the current one. `cpbqa diff A B` compares two, `cpbqa rollback ID` publishes one again."]


def as_json(rows: list[Listed]) -> str:
    """The rows as a JSON array."""
    return _ROWS.dump_json(rows).decode()
