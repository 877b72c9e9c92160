"""Serving: the index that answers are made from. A newly published one is taken up while questions go on.

Each question is answered by the one Bot it began with. An index that cannot be opened whole is refused, and the one
that is open stays.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from cpbqa.bot import Bot, load
from cpbqa.domain import CpbqaError
from cpbqa.snapshot import Layout

log = structlog.get_logger(__name__)
LOOK_SECONDS = 2.0
"""How often to look whether another index was published."""
_AGAIN = 15
"""A refused index is tried again every so many looks: it may have been mended in place."""


class Serving:
    """The open index. `bot` may change between two questions and never within one."""

    def __init__(self, index: Path, refused: Callable[[], object] = lambda: None) -> None:
        """Open the published index, all of it.

        Raises:
            SnapshotError, EncoderError: there is none, or it is damaged.
        """
        self._index = index
        self._on_refusal = refused
        self._turn = threading.Lock()
        self._published = self._named()
        self._refused, self._looks = "", 0
        self.bot = _opened(index)
        self.built = self._built()

    def look(self) -> bool:
        """Take up the index that is published now, where it is another; True where one was taken up."""
        with self._turn:
            named = self._named()
            if named == self._published:
                return False
            if named == self._refused:
                self._looks += 1
                if self._looks % _AGAIN:
                    return False
            try:
                bot = _opened(self._index)
            except (CpbqaError, OSError, ValueError) as error:
                if named != self._refused:
                    log.error("the published index was refused, the old one stays", reason=str(error))
                    self._on_refusal()
                self._refused, self._looks = named, 0
                return False
            self.bot, self._published, self._refused = bot, named, ""
            self.built = self._built()
            log.info("another index was taken up", snapshot=bot.snapshot.manifest.id)
            return True

    def _named(self) -> str:
        try:
            return (self._index / Layout.current).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""

    def _built(self) -> datetime:
        """When the open index was written."""
        try:
            written = (self.bot.snapshot.folder / Layout.manifest).stat().st_mtime
        except OSError:
            return datetime.now(UTC)
        return datetime.fromtimestamp(written, UTC)


def _opened(index: Path) -> Bot:
    """A Bot that has read all it will ever need: the folder may be replaced under it."""
    bot = load(index)
    bot.prepare()
    return bot
