"""The program `cpbqa`: each command reads its options, calls the library, and shows what comes back.

What a command does not need it does not import: a question must not wait for pandas, tables or the builder.
Exit codes: 0 done (a refusal is an answer), 1 a bound not met or a fault of ours, 2 the caller's mistake or an index
that cannot be used, 130 interrupted, 141 nobody reads our output any more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer
from typer.main import get_command

# Importing a module of commands adds them to the program, in the order that --help shows.
from . import adding, asking, doctor, figures, rebuilding, slack  # noqa: F401
from .options import app

__all__ = ["main"]

USAGE, INTERRUPTED, PIPE_CLOSED = 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the number is the exit code."""
    from ..terminal import readable

    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = [readable(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    try:
        result = get_command(app).main(words or ["--help"], prog_name="cpbqa", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except SystemExit as stop:
        # typer turns a closed pipe into this.
        return _pipe_closed() if isinstance(stop.__context__, BrokenPipeError) else int(stop.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _explain(error)
    return result if isinstance(result, int) else 0


def _pipe_closed() -> int:
    """Whoever read our output has left: say nothing more, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _explain(error: Exception) -> int:
    """Tell a person in one sentence what went wrong; the number is the exit code."""
    from ..domain import CpbqaError
    from ..terminal import complain

    if os.environ.get("CPBQA_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    if isinstance(error, CpbqaError):
        complain(str(error))
        return USAGE
    if isinstance(error, typer.TyperException):
        complain(f"{error.format_message().rstrip('.')}. See: cpbqa --help")
        return USAGE
    complain(f"cpbqa could not finish: {error or type(error).__name__}; please report this.")
    return 1
