"""Answers from Corporate Parenting Board annual reports: printed figures, quoted passages, and where they stand.

    import cpbqa
    cpbqa.build("corpus", "index")
    bot = cpbqa.load("index")
    print(bot.ask("how many kids in care do we have?").text)

Importing the package costs next to nothing: each name below brings in what it needs when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bot import Bot, load
    from .building import build
    from .domain import Answer

__all__ = ["Answer", "Bot", "__version__", "build", "load"]

__version__ = "0.1.0"

_HOMES = {"Answer": ".domain", "Bot": ".bot", "build": ".building", "load": ".bot"}


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use, and keep it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
