"""Store: one SQLite file that several processes share, through SQLAlchemy Core.

No table holds a name or an e-mail address. `jobs.payload` is the one place where the text of a question stands, and it
is emptied as soon as the job is finished; `feedback.text` holds what a person has ticked that it may. User ids are
hashed (`people.Hasher`). docs/privacy.md lists every column.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DatabaseError

from cpbqa.domain import UsageError

tables = MetaData()

seen = Table(
    "seen",
    tables,
    Column("key", String, primary_key=True),  # an event id, or what makes a deed happen once
    Column("at", Float, nullable=False),
)

jobs = Table(
    "jobs",
    tables,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),  # in the metadata of the reply
    Column("key", String, nullable=False, unique=True),  # one job for one message, command or button
    Column("kind", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("ts", String, nullable=False),  # of the message that asks
    Column("thread", String, nullable=False),  # where the reply goes; empty for what only the asker sees
    Column("user", String, nullable=False),  # hashed
    Column("state", String, nullable=False),  # waiting, working, done
    Column("outcome", String, nullable=False, default=""),
    Column("created", Float, nullable=False),
    Column("not_before", Float, nullable=False, default=0.0),
    Column("finished", Float),
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String, nullable=False, default=""),
    Column("lease", Float, nullable=False, default=0.0),
    Column("payload", Text, nullable=False, default=""),  # JSON; emptied when the job is finished
)
Index("jobs_open", jobs.c.state, jobs.c.number)
Index("jobs_place", jobs.c.channel, jobs.c.thread, jobs.c.state)
Index("jobs_user", jobs.c.user, jobs.c.created)
Index("jobs_channel", jobs.c.channel, jobs.c.created)

contexts = Table(
    "contexts",
    tables,
    Column("channel", String, primary_key=True),
    Column("thread", String, primary_key=True),
    Column("ts", String, primary_key=True),  # of the message after which the thread stood so
    Column("memory", Text, nullable=False),  # see cpbqa.asking.remembering: names only
    Column("at", Float, nullable=False),
)

replies = Table(
    "replies",
    tables,
    Column("number", Integer, primary_key=True),
    Column("job", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("asked_ts", String, nullable=False),
    Column("thread", String, nullable=False),
    Column("ts", String, nullable=False),  # of the reply; empty where Slack gives none
    Column("files", String, nullable=False, default=""),  # ids of files sent beside it, by spaces
    Column("outcome", String, nullable=False),
    Column("measures", Text, nullable=False, default="[]"),  # JSON list of measure ids
    Column("passages", Text, nullable=False, default="[]"),  # JSON list of "report > place"
    Column("at", Float, nullable=False),
)
Index("replies_asked", replies.c.channel, replies.c.asked_ts)
Index("replies_posted", replies.c.channel, replies.c.ts)
Index("replies_thread", replies.c.channel, replies.c.thread)

feedback = Table(
    "feedback",
    tables,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # one opinion a person a reply
    Column("job", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("outcome", String, nullable=False, default=""),
    Column("measures", Text, nullable=False, default="[]"),
    Column("passages", Text, nullable=False, default="[]"),
    Column("text", Text, nullable=False, default=""),  # only where the person ticked that it may be kept
    Column("at", Float, nullable=False),
)

_WAIT_SECONDS = 15


class Store:
    """The open database, through `reading()` and `writing()`. Safe between threads and between processes."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it where there is none.

        Raises:
            UsageError: it cannot be opened or written, or it is not a database.
        """
        self.path = path
        self._one_writer = threading.Lock()  # SQLite lets one write at a time and waits unfairly
        try:
            path.absolute().parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            _write_ahead(path)
            self._engine = create_engine(
                f"sqlite:///{path.absolute()}",
                pool_size=40,
                max_overflow=40,
                connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False},
            )
            event.listen(self._engine, "connect", _prepare)
            event.listen(self._engine, "begin", _begin)
            self._writer = self._engine.execution_options(cpbqa_writing=True)
            with self.writing() as connection:
                tables.create_all(connection)
        except (OSError, DatabaseError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or getattr(error, "orig", None) or error
            raise UsageError(f"The bot's database {path} cannot be used ({reason}): mend it or name another.") from None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its beginning: what it reads stays true until its end."""
        with self._one_writer, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Statements that each see the database as it is at their moment."""
        with self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    def first(self, key: str, now: float) -> bool:
        """True once for each key, whichever process asks."""
        with self.writing() as connection:
            return claim_key(connection, key, now)

    def forget_older(self, than: float) -> int:
        """Delete every row older than a moment; gives how many."""
        count = 0
        with self.writing() as connection:
            for table in (seen, contexts, replies, feedback):
                count += connection.execute(delete(table).where(table.c.at < than)).rowcount
            count += connection.execute(delete(jobs).where(jobs.c.created < than)).rowcount
        return count

    def tidy(self) -> None:
        """Empty the write-ahead log, in which deleted rows would stand a while longer."""
        with self._one_writer, self._engine.connect() as connection:
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def claim_key(connection: Connection, key: str, now: float) -> bool:
    """True where the key was not there; it is now."""
    told = sqlite_insert(seen).values(key=key, at=now).on_conflict_do_nothing()
    return connection.execute(told).rowcount == 1


def _write_ahead(path: Path) -> None:
    """Put the file into the mode in which readers and a writer do not stop each other; it stays so.

    SQLite does not wait for the lock that the change needs, so where two processes open a new file together, one of
    them is turned away at once: it asks again until the time is over.
    """
    end = time.monotonic() + _WAIT_SECONDS
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.01)


def _prepare(connection: Any, _record: object) -> None:
    # Transactions are begun by _begin; the driver would begin them late and without the lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("cpbqa_writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
