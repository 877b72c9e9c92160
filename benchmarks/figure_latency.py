"""How long a figure question takes in a warm process: p50 and p99 over the development cases that words decide.

    python benchmarks/figure_latency.py [--index DIR] [--rounds N]

Wall clock and CPU time in milliseconds, and each as a multiple of a fixed loop on the same machine, so that the figures
mean something elsewhere: a loop of 100,000 additions took 2 to 4 ms where they were first written down.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import cpbqa
from cpbqa.bot import Bot
from cpbqa.evaluation import FIGURE_KINDS, read_cases

ROOT = Path(__file__).resolve().parent.parent


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of wall clock and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def loop() -> int:
    total = 0
    for number in range(100_000):
        total += number
    return total


def asks_the_encoder(bot: Bot, question: str) -> bool:
    """Whether words leave a question open, so that its meaning is looked at."""
    encoder = bot.snapshot.search.encoder
    with mock.patch.object(encoder, "encode", wraps=encoder.encode) as encode:
        bot.ask(question)
    return bool(encode.called)


def at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    bot = cpbqa.load(chosen.index)
    everything = [c for c in read_cases(ROOT / "tests" / "gold" / "dev.jsonl") if c.kind in FIGURE_KINDS]
    for case in everything:
        bot.ask(case.question)
    cases = [case for case in everything if not asks_the_encoder(bot, case.question)]
    measured = [timed(lambda q=case.question: bot.ask(q)) for _ in range(chosen.rounds) for case in cases]  # type: ignore[misc]
    loops = [timed(loop) for _ in range(20)]
    print(f"{len(cases)} of {len(everything)} questions are decided by words; {chosen.rounds} rounds")
    for name, side in (("wall clock", 0), ("CPU", 1)):
        times, unit = [m[side] for m in measured], at([m[side] for m in loops], 0.5)
        p50, p99 = at(times, 0.5), at(times, 0.99)
        print(f"{name}: p50 {p50:.2f} ms ({p50 / unit:.2f} loops), p99 {p99:.2f} ms ({p99 / unit:.2f} loops)")


if __name__ == "__main__":
    main()
