"""Measuring: whole processes and this one, and the machine they run on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGES = ("torch", "sentence-transformers", "transformers", "faiss-cpu", "onnxruntime", "numpy", "txtai", "chromadb")


@dataclass(frozen=True)
class Run:
    """A process from its start to its end: seconds, the most memory it held in MB, what it printed."""

    seconds: float
    peak_mb: float
    printed: str


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end. Raises RuntimeError, with what it said, where it fails."""
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "ANONYMIZED_TELEMETRY": "False"}
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **quiet, **(env or {})}
    ) as process:
        printed, complaints = process.communicate()
        seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{complaints[-2000:]}")
    told = [line for line in printed.splitlines() if line.startswith("{")]
    peak = json.loads(told[-1]).get("peak_mb", 0.0) if told else 0.0
    return Run(seconds, peak, printed)


def told(command: Sequence[str], env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a command prints as its last JSON object, with `seconds` of the whole process."""
    done = run(command, env)
    last = [line for line in done.printed.splitlines() if line.startswith("{")][-1]
    return {**json.loads(last), "process_s": done.seconds}


def say(**measured: Any) -> None:
    """Print what a child has measured, with the memory it holds and the most it held, for `told`."""
    print(json.dumps({**measured, **memory()}))


def memory() -> dict[str, float]:
    """Resident memory of this process in MB: now, and at its highest."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return {name: int(lines[key].split()[0]) / 1024 for name, key in (("rss_mb", "VmRSS"), ("peak_mb", "VmHWM"))}


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run, by id."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def held_together(pid: int) -> float:
    """Resident memory of a process and of all that it has started, in MB; what they share counts in each of them."""
    lines: list[str] = []
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    own = sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return own / 1024 + sum(held_together(child) for child in children(pid))


def since_start() -> float:
    """Seconds since this process was started, to a hundredth."""
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what the work gave."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def available_mb() -> float:
    """Memory that may be taken without swapping, in MB."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) / 1024


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    cpu = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return {
        "processor": cpu[0] if cpu else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(total.split()[1]) / 1024**2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "day": time.strftime("%-d %B %Y"),
        "load": os.getloadavg()[0],
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """The versions of the packages that matter, as far as they are installed here."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def progress(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {what}", file=sys.stderr, flush=True)
