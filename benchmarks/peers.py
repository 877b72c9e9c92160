"""Two ready-made searches over the same passages and weights; runs in the benchmark environment, without cpbqa.

    peers.py NAME build FILE FOLDER TIMES    NAME is hybrid or chromadb
    peers.py NAME serve FILE FOLDER TIMES    NAME may be txtai too

FILE is JSON: `weights` (a folder), `passages` (texts) and `questions`. `hybrid` is txtai's ready-made mixture of
vectors and BM25; `txtai` asks the same index for its vectors alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import say, since_start, timed, versions

SHOWN = 3
_BATCH = 2_000
Search = Callable[[str], list[int]]


def texts_of(told: dict[str, Any], times: int) -> list[str]:
    return [text + (f" [{copy}]" if copy else "") for copy in range(times) for text in told["passages"]]


def txtai_build(told: dict[str, Any], folder: Path, times: int) -> None:
    from txtai import Embeddings

    embeddings = Embeddings(path=told["weights"], hybrid=True, gpu=False)
    embeddings.index(list(enumerate(texts_of(told, times))))
    embeddings.save(str(folder / "index"))


def txtai_open(folder: Path, weight: float) -> Search:
    """`weight` is that of the vectors, against BM25; 0.5 is the library's own."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(folder / "index"))
    return lambda question: [int(found[0]) for found in embeddings.search(question, SHOWN, weights=weight)]


def chroma_collection(told: dict[str, Any], folder: Path) -> Any:
    import chromadb
    from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

    function = SentenceTransformerEmbeddingFunction(model_name=told["weights"], device="cpu", normalize_embeddings=True)
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder / "index"), settings=settings)
    return client.get_or_create_collection(
        "passages", embedding_function=function, configuration={"hnsw": {"space": "cosine"}}
    )


def chroma_build(told: dict[str, Any], folder: Path, times: int) -> None:
    collection, texts = chroma_collection(told, folder), texts_of(told, times)
    for start in range(0, len(texts), _BATCH):
        numbers = range(start, min(start + _BATCH, len(texts)))
        collection.add(ids=[str(i) for i in numbers], documents=[texts[i] for i in numbers])


def chroma_open(told: dict[str, Any], folder: Path) -> Search:
    collection = chroma_collection(told, folder)
    return lambda question: [int(i) for i in collection.query(query_texts=[question], n_results=SHOWN)["ids"][0]]


def main(name: str, what: str, file: str, place: str, times: str) -> None:
    told, folder = json.loads(Path(file).read_text(encoding="utf-8")), Path(place)
    if what == "build":
        made = chroma_build if name == "chromadb" else txtai_build
        seconds, _ = timed(lambda: made(told, folder, int(times)))
        say(build_s=seconds)
        return
    weight = 1.0 if name == "txtai" else 0.5
    search = chroma_open(told, folder) if name == "chromadb" else txtai_open(folder, weight)
    search(told["questions"][0])
    first = since_start()
    taken, found = [], []
    for question in told["questions"]:
        seconds, numbers = timed(lambda question=question: search(question))
        taken.append(1000 * seconds)
        found.append([number % len(told["passages"]) for number in numbers])
    taken.sort()
    say(first_s=first, p50_ms=taken[len(taken) // 2], found=found, versions=versions())


if __name__ == "__main__":
    main(*sys.argv[1:])
