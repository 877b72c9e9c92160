"""BuilderProcess: the builder's encoder in a process of its own.

Who has once imported sentence-transformers holds some 600 MB until the process ends. A build of many reports needs
that memory later, so another process encodes, and ends when that is done. It is this module, run as a program: pickles
go through one pipe, the requests `(what, argument)`, and the replies `(kind, told)`:

    "encode", texts     "progress", count    so many texts are finished, any number of times
    "export", folder    "done", result       of the request; the first of all is none's: the encoder is loaded
                        "failed", error      a CpbqaError, and the end

The process ends as soon as the other end of its pipe is gone, so that none is left where a build is killed.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import CpbqaError, EncoderError

from .encoders import BuilderEncoder, Progress, export

_AGAIN = "run `cpbqa build` again: it goes on where it was"


class BuilderProcess:
    """What a `BuilderEncoder` does, done by another process; one thread asks at a time.

    Each method raises EncoderError where the encoder cannot be loaded or fails, and where that process ends.
    """

    def __init__(self, connection: Connection[Any, Any], process: subprocess.Popen[bytes]) -> None:
        self._connection, self._process = connection, process
        self._loaded = False

    def loaded(self) -> None:
        """Wait until the encoder is loaded, as every request does."""
        if not self._loaded:
            self._result()
            self._loaded = True

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows, float32 (n, dimension), as `BuilderEncoder.encode`."""
        self._send("encode", list(texts))
        vectors: NDArray[np.float32] = self._result(progress)
        return vectors

    def export(self, folder: Path) -> None:
        """Write the encoder to `folder` for serving, see `exporting.export`."""
        self._send("export", folder)
        self._result()

    def _send(self, what: str, argument: Any) -> None:
        self.loaded()
        try:
            self._connection.send((what, argument))
        except OSError:
            raise self._ended() from None

    def _result(self, progress: Progress | None = None) -> Any:
        while True:
            try:
                kind, told = self._connection.recv()
            except (EOFError, OSError):
                raise self._ended() from None
            if kind == "failed":
                raise told
            if kind == "done":
                return told
            if progress:
                progress(told)

    def _ended(self) -> EncoderError:
        code = self._process.wait()
        if code == -signal.SIGKILL:
            return EncoderError(
                f"The process that embeds was killed, as systems do where memory runs out: make room, then {_AGAIN}."
            )
        return EncoderError(f"The process that embeds ended before it was done (exit code {code}): {_AGAIN}.")


@contextmanager
def builder_process(threads: int, program: str = "cpbqa.passages.process") -> Iterator[BuilderProcess]:
    """A process that loads the builder's encoder, to work in so many threads; it ends with the block. `program` is a
    module that serves. Raises EncoderError where no process can be started."""
    ours, theirs = Pipe()
    with ours:
        with theirs:
            process = _started(program, theirs.fileno(), threads)
        try:
            yield BuilderProcess(ours, process)
        finally:
            # It writes nothing but exports, and those whole or not at all.
            process.kill()
            process.wait()


def _started(program: str, handle: int, threads: int) -> subprocess.Popen[bytes]:
    places = os.pathsep.join(place for place in sys.path if place)
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", program, str(handle)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[handle],
            # How many threads torch may have is read when it is loaded.
            env={**os.environ, "PYTHONPATH": places, "OMP_NUM_THREADS": str(threads)},
            # Ctrl-C in a terminal is for the build alone.
            process_group=0,
        )
    except OSError as error:
        raise EncoderError(
            f"No process can be started to embed in ({error.strerror or error}): make room, then {_AGAIN}."
        ) from error


def serve(connection: Connection[Any, Any], load: Callable[[], BuilderEncoder] = BuilderEncoder) -> None:
    """Load the encoder and do what is asked for; the process ends with the other end of the connection."""
    requests: SimpleQueue[tuple[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, requests), daemon=True).start()
    # Where nobody listens any more, there is nobody to tell.
    with suppress(OSError):
        try:
            builder = _without_collecting(load)
            connection.send(("done", None))
            while True:
                connection.send(("done", _done(builder, *requests.get(), connection)))
        except CpbqaError as error:
            connection.send(("failed", error))
        except Exception as error:  # Whatever the libraries raise, it is told here or nowhere.
            problem = EncoderError(f"The encoder failed ({type(error).__name__}: {error}); please report this.")
            connection.send(("failed", problem))


def _without_collecting(load: Callable[[], BuilderEncoder]) -> BuilderEncoder:
    """Load without looking for what could be freed: the libraries make a million objects that stay, and to go through
    them again and again takes a quarter of the time that they need."""
    gc.disable()
    try:
        return load()
    finally:
        gc.freeze()
        gc.enable()


def _done(builder: BuilderEncoder, what: str, argument: Any, connection: Connection[Any, Any]) -> Any:
    if what == "export":
        export(builder, argument)
        return None
    return builder.encode(argument, lambda count: connection.send(("progress", count)))


def _listen(connection: Connection[Any, Any], requests: SimpleQueue[tuple[str, Any]]) -> None:
    """Take in requests; end this process, whatever it is at, when the one that asks has ended."""
    with suppress(EOFError, OSError):
        while True:
            requests.put(connection.recv())
    os._exit(1)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
