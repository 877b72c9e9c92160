"""History: what a thread is about, what was replied to which message, and what people thought of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert

from cpbqa.domain import Answer

from .store import Store, contexts, feedback, jobs, replies


@dataclass(frozen=True)
class Posted:
    """A reply as it stands in Slack: its message (no ts where only the asker sees it) and the files sent beside it."""

    channel: str
    ts: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opinion:
    """One row of feedback, or one refusal, as `cpbqa feedback` lists it. `at` is in seconds since 1970."""

    at: float
    verdict: str
    outcome: str
    measures: tuple[str, ...]
    passages: tuple[str, ...]
    text: str = ""


class History:
    """What the bot remembers beyond a job. It holds names of measures and places in reports, and no question."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    # What a thread is about

    def memory(self, channel: str, thread: str, before: str) -> str | None:
        """How a thread stood before a message; see cpbqa.asking.remembering."""
        place = and_(contexts.c.channel == channel, contexts.c.thread == thread, contexts.c.ts < before)
        newest = select(contexts.c.memory).where(place).order_by(contexts.c.ts.desc()).limit(1)
        with self._store.reading() as connection:
            return connection.execute(newest).scalar_one_or_none() or None

    def latest_memory(self, channel: str, before: str, seconds: float) -> str | None:
        """How the newest thread of a channel stood before a message, where that was not long ago."""
        recent = and_(contexts.c.channel == channel, contexts.c.ts < before, contexts.c.at > self._clock() - seconds)
        newest = select(contexts.c.memory).where(recent).order_by(contexts.c.ts.desc()).limit(1)
        with self._store.reading() as connection:
            return connection.execute(newest).scalar_one_or_none() or None

    def remember(self, channel: str, thread: str, ts: str, memory: str | None) -> None:
        """Write down how a thread stands after a message; None where the next line has nothing to lean on."""
        row = insert(contexts).values(channel=channel, thread=thread, ts=ts, memory=memory or "", at=self._clock())
        newer = row.on_conflict_do_update(
            index_elements=["channel", "thread", "ts"], set_={"memory": row.excluded.memory, "at": row.excluded.at}
        )
        with self._store.writing() as connection:
            connection.execute(newer)

    # What was replied

    def replied(self, job: str, asked_ts: str, thread: str, posted: Posted, answer: Answer) -> None:
        """Write down a reply; again for the same job where it was changed."""
        told = {
            "channel": posted.channel,
            "asked_ts": asked_ts,
            "thread": thread,
            "ts": posted.ts,
            "files": " ".join(posted.files),
            "outcome": answer.outcome,
            "measures": json.dumps(measures_of(answer)),
            "passages": json.dumps(passages_of(answer)),
            "at": self._clock(),
        }
        with self._store.writing() as connection:
            row = insert(replies).values(job=job, **told)
            connection.execute(row.on_conflict_do_update(index_elements=["job"], set_=told))

    def reply_to(self, channel: str, asked_ts: str) -> tuple[str, Posted] | None:
        """`(job id, reply)` of a message, where it stands."""
        there = and_(replies.c.channel == channel, replies.c.asked_ts == asked_ts, replies.c.ts != "")
        with self._store.reading() as connection:
            row = connection.execute(select(replies).where(there).order_by(replies.c.number).limit(1)).one_or_none()
        return (row.job, Posted(row.channel, row.ts, tuple(row.files.split()))) if row else None

    def took_back(self, job: str, channel: str, thread: str, asked_ts: str) -> None:
        """A reply was deleted: it is forgotten, and so is what its thread had come to with it."""
        after = and_(contexts.c.channel == channel, contexts.c.thread == thread, contexts.c.ts == asked_ts)
        with self._store.writing() as connection:
            connection.execute(delete(replies).where(replies.c.job == job))
            connection.execute(delete(contexts).where(after))

    def answered_in(self, channel: str, thread: str) -> bool:
        """Whether the bot has a reply in a thread."""
        there = and_(replies.c.channel == channel, replies.c.thread == thread, replies.c.ts != "")
        with self._store.reading() as connection:
            return bool(connection.execute(select(exists().where(there))).scalar())

    def answers_in(self, channel: str, thread: str) -> bool:
        """Whether the bot has a reply in a thread, or is about to: a follow-up may come before the reply is noted."""
        begun = and_(jobs.c.channel == channel, jobs.c.thread == thread, jobs.c.state.in_(("waiting", "working")))
        with self._store.reading() as connection:
            if connection.execute(select(exists().where(begun))).scalar():
                return True
        return self.answered_in(channel, thread)

    # What people thought of it

    def judged(self, job: str, user_hash: str, verdict: str) -> str:
        """Write down an opinion, one a person a reply: the last one counts. Gives the key of the row."""
        key = f"{job}:{user_hash}"
        with self._store.writing() as connection:
            about = connection.execute(select(replies).where(replies.c.job == job)).one_or_none()
            told: dict[str, Any] = {"verdict": verdict, "at": self._clock()}
            if about is not None:
                told |= {"outcome": about.outcome, "measures": about.measures, "passages": about.passages}
            row = insert(feedback).values(key=key, job=job, **told)
            connection.execute(row.on_conflict_do_update(index_elements=["key"], set_=told))
        return key

    def keep_text(self, key: str, text: str) -> None:
        """Keep the text that goes with an opinion, since the person has ticked that it may be kept."""
        with self._store.writing() as connection:
            connection.execute(update(feedback).where(feedback.c.key == key).values(text=text))

    def job_at(self, channel: str, ts: str) -> str:
        """The job that a posted reply belongs to; empty where it is none of ours."""
        there = and_(replies.c.channel == channel, replies.c.ts == ts, replies.c.ts != "")
        with self._store.reading() as connection:
            return connection.execute(select(replies.c.job).where(there).limit(1)).scalar_one_or_none() or ""

    def asked_by(self, job: str) -> tuple[str, str, str] | None:
        """`(channel, thread, ts)` of the message that a reply answered."""
        with self._store.reading() as connection:
            row = connection.execute(select(replies).where(replies.c.job == job)).one_or_none()
        return (row.channel, row.thread, row.asked_ts) if row else None

    def opinions(self) -> list[Opinion]:
        """What was found unhelpful, and what was refused, oldest first."""
        unhelpful = select(feedback).where(feedback.c.verdict == "unhelpful")
        told = select(feedback.c.job).where(feedback.c.verdict == "unhelpful")
        refused = select(replies).where(replies.c.outcome == "refusal", replies.c.job.not_in(told))
        with self._store.reading() as connection:
            found = [_opinion(row, row.verdict, row.text) for row in connection.execute(unhelpful)]
            found += [_opinion(row, "refused", "") for row in connection.execute(refused)]
        return sorted(found, key=lambda opinion: opinion.at)


def _opinion(row: Any, verdict: str, text: str) -> Opinion:
    measures, passages = json.loads(row.measures), json.loads(row.passages)
    return Opinion(row.at, verdict, row.outcome, tuple(measures), tuple(passages), text)


def measures_of(answer: Answer) -> list[str]:
    """The ids of an answer's measures, each once."""
    return _once(figure.measure_id or figure.measure for figure in answer.figures)


def passages_of(answer: Answer) -> list[str]:
    """Where an answer's passages stand, each once."""
    return _once(f"{passage.citation.report} > {passage.citation.location}" for passage in answer.passages)


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
