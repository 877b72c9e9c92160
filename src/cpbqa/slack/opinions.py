"""Opinions: what people found unhelpful and what was refused, listed so that the vocabulary can grow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from cpbqa.domain import UsageError
from cpbqa.terminal import readable

from .history import History, Opinion
from .store import Store


def show(database: Path, *, as_json: bool) -> None:
    """Print every opinion of the bot's database, oldest first.

    Raises:
        UsageError: there is no such database.
    """
    if not database.is_file():
        raise UsageError(f"There is no database {database}: name the bot's with CPBQA_SLACK_DATABASE.")
    store = Store(database)
    try:
        opinions = History(store).opinions()
    finally:
        store.close()
    if as_json:
        print(json.dumps([_told(opinion) for opinion in opinions], ensure_ascii=False, indent=1))
    elif not opinions:
        print("Nothing was found unhelpful, and nothing was refused.")
    else:
        for opinion in opinions:
            print(_line(opinion))


def _told(opinion: Opinion) -> dict[str, object]:
    return {
        "at": _at(opinion),
        "verdict": opinion.verdict,
        "outcome": opinion.outcome,
        "measures": list(opinion.measures),
        "passages": list(opinion.passages),
        "text": opinion.text,
    }


def _line(opinion: Opinion) -> str:
    about = "; ".join((*opinion.measures, *opinion.passages)) or "nothing was near"
    answered = f" ({opinion.outcome})" if opinion.verdict != "refused" and opinion.outcome else ""
    text = f"\n    “{' '.join(readable(opinion.text).split())}”" if opinion.text else ""
    return f"{_at(opinion)[:10]}  {opinion.verdict}{answered}: {about}{text}"


def _at(opinion: Opinion) -> str:
    return datetime.fromtimestamp(opinion.at, UTC).isoformat(timespec="seconds")
