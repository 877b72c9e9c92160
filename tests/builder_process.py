"""A real build in a process of its own, that a test can count, kill, or run out of disk, at any of its moments.

    python builder_process.py CORPUS INDEX count            builds, and prints how many moments there were
    python builder_process.py CORPUS INDEX kill K           is killed by SIGKILL at moment K
    python builder_process.py CORPUS INDEX full K           from moment K on, no file below INDEX takes another byte
    python builder_process.py CORPUS INDEX plain            builds

A moment is each time that Python opens, makes, renames or removes a file or folder below INDEX, and each stage that the
build reports. It exits with 0, or with 3 where the build raised one of our errors, which it prints.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any

WATCHED = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate"}


class Moments:
    """Counts moments, and does what is asked for when the time has come."""

    def __init__(self, index: str, what: str, at: int) -> None:
        self.index, self.what, self.at, self.seen = index, what, at, 0

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        path = str(arguments[0]) if event in WATCHED and arguments else ""
        if path.startswith(self.index):
            writes = event != "open" or not isinstance(arguments[2], int) or bool(arguments[2] & os.O_ACCMODE)
            self.moment(writes)

    def moment(self, writes: bool = False) -> None:
        self.seen += 1
        if self.seen < self.at:
            return
        if self.what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.what == "full" and writes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def main() -> int:
    corpus, index, what, *rest = sys.argv[1:]
    import cpbqa
    from cpbqa.domain import CpbqaError

    moments = Moments(index, what, int(rest[0]) if rest else 1_000_000)
    if what != "plain":
        sys.addaudithook(moments.hook)
    try:
        cpbqa.build(corpus, index, lambda stage, done, total: moments.moment(), kept=2)
    except CpbqaError as error:
        print(error)
        return 3
    print(moments.seen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
