"""What one process of the program takes. Each part runs alone, started by bench.py, and prints one JSON object.

probe.py warm INDEX CASES...          latency of passage replies, the encoder's share, memory after 500 questions
probe.py bare INDEX                   encoding the index's texts with sentence-transformers, once
probe.py grow INDEX FOLDER TIMES      write the corpus so many times over into FOLDER
probe.py grown INDEX FOLDER CASES...  open that, and answer
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpbqa.bot import Bot
from cpbqa.domain import Passage
from cpbqa.evaluation import read_cases
from cpbqa.passages.lexicon import Lexicon
from cpbqa.passages.search import LEXICON, PassageIndex
from cpbqa.snapshot import PASSAGES, Snapshot
from measuring import say, since_start, timed

QUESTIONS = 500
# A copy's vector is its original's and this much noise: a cosine of about 0.95.
NOISE = 0.33
_FILE = "passages.json"


def questions(paths: Sequence[str]) -> list[str]:
    return [case.question for path in paths for case in read_cases(Path(path)) if case.kind == "passage"]


def warm(index: str, *paths: str) -> None:
    bot = Bot(Snapshot.open(Path(index)))
    first, answer = timed(lambda: bot.ask(questions(paths)[0]))
    say(**latency(bot, questions(paths)), first_s=first, outcome=answer.outcome)


def latency(bot: Bot, asked: list[str], count: int = QUESTIONS) -> dict[str, Any]:
    """Medians in milliseconds over `count` questions, passage replies only; the first 30 warm up and do not count."""
    encoder = bot.snapshot.search.encoder
    encode, spent = encoder.encode, [0.0]

    def clocked(texts: Sequence[str], progress: Any = None) -> Any:
        seconds, vectors = timed(lambda: encode(texts, progress))
        spent[0] += seconds
        return vectors

    encoder.encode = clocked  # type: ignore[method-assign]
    whole, rest = [], []
    for number in range(count):
        spent[0] = 0.0
        seconds, answer = timed(lambda number=number: bot.ask(asked[number % len(asked)]))
        if number >= 30 and answer.outcome == "passages":
            whole.append(1000 * seconds)
            rest.append(1000 * (seconds - spent[0]))
    p50, p95 = np.quantile(whole, [0.5, 0.95])
    return {"p50_ms": p50, "p95_ms": p95, "rest_p50_ms": np.median(rest), "replies": len(whole)}


def bare(index: str) -> None:
    started = time.perf_counter()
    from cpbqa.passages.encoders import BuilderEncoder

    texts = Snapshot.open(Path(index)).search.texts
    model = BuilderEncoder().model
    loaded = time.perf_counter() - started
    encoding, _ = timed(lambda: model.encode(texts, normalize_embeddings=True, show_progress_bar=False))
    say(load_s=loaded, encode_s=encoding, texts=len(texts))


def copies(passages: Sequence[Passage], times: int) -> Iterator[Passage]:
    """The passages, and then each again with every sentence marked as that of a copy."""
    for copy in range(times):
        mark = f" [{copy}]" if copy else ""
        for p in passages:
            sentences = tuple(sentence + mark for sentence in p.sentences)
            yield replace(p, text=p.text + mark, sentences=sentences, id=f"{p.id}{mark}")


def noisy(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """The vectors with noise, unit rows again; seed 0 gives them as they are."""
    if not seed:
        return vectors
    noise = np.random.default_rng(seed).standard_normal(vectors.shape, dtype=np.float32)
    moved = vectors + NOISE / np.sqrt(vectors.shape[1]) * noise
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


def rows_of(search: PassageIndex) -> NDArray[np.float32]:
    """The vectors of a search's rows: passages, then sentences."""
    stored = search.vectors._index  # a flat index holds its rows as they are
    return np.asarray(stored.reconstruct_n(0, stored.ntotal), dtype=np.float32)


def grow(index: str, folder: str, times: str) -> None:
    snapshot = Snapshot.open(Path(index))
    base, rows = snapshot.search, rows_of(snapshot.search)
    passages = list(copies(snapshot.passages, int(times)))
    seconds, grown = timed(lambda: PassageIndex.plan(passages, snapshot.vocabulary, base.names))
    told, sentences = rows[: len(snapshot.passages)], rows[len(snapshot.passages) :]
    vectors = [noisy(told, seed) for seed in range(int(times))]
    # All passages come first, then all sentences, copy by copy.
    vectors += [noisy(sentences, seed) for seed in range(int(times))]
    vectors.append(np.load(snapshot.folder / "search" / "names.npy"))
    row_of = dict(zip(grown.texts, np.concatenate(vectors), strict=True))

    def stored(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([row_of[text] for text in texts])

    saving, _ = timed(lambda: grown.save(Path(folder), stored, stored))
    (Path(folder) / _FILE).write_bytes(PASSAGES.dump_json(tuple(passages)))
    size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    say(index_s=seconds + saving, passages=len(passages), disk_mb=size / 1e6)


def grown(index: str, folder: str, *paths: str) -> None:
    snapshot, place = Snapshot.open(Path(index)), Path(folder)
    passages = PASSAGES.validate_json((place / _FILE).read_bytes())
    names = [name for measure in snapshot.measures.values() for name in measure.names]
    search = PassageIndex.load(place, passages, snapshot.vocabulary, snapshot._open_encoder, names)
    lexicon = Lexicon.model_validate_json((place / LEXICON).read_bytes())
    snapshot.__dict__.update(passages=passages, search=search, lexicon=lexicon)
    # A copy stands in no report, and the guard says so each time: its work counts, its log is of no use here.
    logging.disable(logging.ERROR)
    bot, asked = Bot(snapshot), questions(paths)
    bot.ask(asked[0])
    first = since_start()
    say(**latency(bot, asked, 130), first_s=first, passages=len(passages), rows=len(search.vectors or ()))


if __name__ == "__main__":
    {"warm": warm, "bare": bare, "grow": grow, "grown": grown}[sys.argv[1]](*sys.argv[2:])
