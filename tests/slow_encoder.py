"""An encoder's process that is loaded at once, and does what the first text says. See passages/test_process.py.

python slow_encoder.py WHAT     uses such a process, and tells on stdout when that is at work
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import EncoderError
from cpbqa.passages.encoders import Progress
from cpbqa.passages.process import builder_process, serve

WAIT, KILLED, REFUSED, FAULT = "wait", "killed", "refused", "fault"


class SlowEncoder:
    """Row i is the length of text i, twice."""

    id, dimension = "slow", 2

    def encode(self, texts: Sequence[str], progress: Progress) -> NDArray[np.float32]:
        progress(1)
        if texts[0] == WAIT:
            time.sleep(600)
        if texts[0] == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        if texts[0] == REFUSED:
            raise EncoderError("There is no such model: name another one.")
        if texts[0] == FAULT:
            raise RuntimeError("could not create a primitive")
        progress(len(texts) - 1)
        return np.array([[len(text)] * 2 for text in texts], dtype=np.float32)


def main() -> None:
    # Ctrl-C counts even where the tests are a background job, which ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with builder_process(1, "slow_encoder") as builder:
        builder.encode([sys.argv[1]], lambda count: print("at work", flush=True))


if __name__ == "__main__":
    if sys.argv[1].isdigit():
        load: Any = SlowEncoder
        serve(Connection(int(sys.argv[1])), load)
    else:
        main()
