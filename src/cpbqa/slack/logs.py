"""Logs: one JSON object a line on stderr, without tokens, and without text of questions unless a setting says so."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"\b(?:xox[a-z]|xapp|xwfp)-[\w.-]*|(?<=ticket=)[\w-]+|(?<=Bearer )\S+", re.I)
_HOOK = re.compile(r"(https?://[^\s\"']*/(?:commands|actions|app|services|response)/)[^\s\"']+")
_TEXT = frozenset(("question", "answer"))
"""The names under which a log call may give text that people have written or read."""


def configure_logs(*, log_text: bool, level: int = logging.INFO) -> None:
    """Set up structlog and route what libraries log through it. Called once, by the program."""

    def only_allowed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return event if log_text else {name: value for name, value in event.items() if name not in _TEXT}

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_allowed,
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_secrets,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # At INFO and below libraries write down what Slack sends and is sent, questions and answers with it.
    root.setLevel(logging.WARNING)
    logging.getLogger("cpbqa").setLevel(level)
    # Whatever keeps the bot from starting is told in one sentence, and not by its libraries first.
    hear_libraries(logging.CRITICAL)


def hear_libraries(level: int = logging.ERROR) -> None:
    """From which level on Slack's libraries are heard."""
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(level)
        for known in list(logging.Logger.manager.loggerDict):
            if known.startswith(f"{name}."):
                logging.getLogger(known).setLevel(level)


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with whatever looks like a token, a ticket or a response address blotted out."""
    return {name: _blotted(value) for name, value in event.items()}


def _blotted(value: Any) -> Any:
    if isinstance(value, str):
        return _HOOK.sub(r"\1[hidden]", _TOKEN.sub("[hidden]", value))
    if isinstance(value, dict):
        return {key: _blotted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(inner) for inner in value]
    return value
