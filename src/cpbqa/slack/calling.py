"""Calling: requests to Slack, and what each way of failing means for the job that needed them."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

LONGEST_WAIT = 30
"""Seconds of Retry-After that are waited out at once; a job that must wait longer goes back to the queue."""
_TRIES = 3
_TIMEOUT, _QUICK = 20, 5
_LATER = 5.0

_PASSING = frozenset(
    "ratelimited rate_limited service_unavailable fatal_error internal_error request_timeout team_added_to_org "
    "external_channel_migrating accesslimited".split()
)
_NOWHERE = frozenset(
    "channel_not_found is_archived not_in_channel user_not_in_channel thread_not_found message_not_found "
    "cant_update_message cant_delete_message edit_window_closed restricted_action restricted_action_read_only_channel "
    "restricted_action_thread_only_channel restricted_action_non_threadable_channel invalid_auth account_inactive "
    "token_revoked token_expired not_authed not_allowed_token_type missing_scope no_permission org_login_required "
    "ekm_access_denied team_not_found team_access_not_granted user_not_found messages_tab_disabled "
    "expired_trigger_id exchanged_trigger_id trigger_expired trigger_exchanged".split()
)


class TryLater(Exception):
    """Slack cannot be asked just now. Whether the request was carried out is not known.

    `after` is in seconds.
    """

    def __init__(self, reason: str, after: float = _LATER) -> None:
        super().__init__(reason)
        self.after = after


class Refused(Exception):
    """Slack will not do it, however often it is asked; `reason` is its word for why.

    `place` is True where nothing can be sent there (no such channel, no permission), so a simpler message is no help.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = reason in _NOWHERE


class BoundedRetryHandler(RateLimitErrorRetryHandler):
    """Waits as Retry-After says, where that is not too long."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        return _retry_after(response.headers) <= LONGEST_WAIT


def web_client(token: str, api_url: str, *, quick: bool = False) -> WebClient:
    """A client for calls that matter, or (`quick`) for those that are dropped where Slack is busy.

    Connection errors are never retried here: a message may have been posted before the line broke.
    """
    handlers = [] if quick else [BoundedRetryHandler(max_retry_count=_TRIES)]
    return WebClient(
        token,
        base_url=api_url,
        timeout=_QUICK if quick else _TIMEOUT,
        retry_handlers=list(handlers),
        logger=logging.getLogger("slack_sdk"),
    )


def call(method: Callable[..., Any], /, **arguments: Any) -> dict[str, Any]:
    """One request to the Web API; gives what Slack answers.

    Raises:
        TryLater: Slack is busy or cannot be reached.
        Refused: it says no.
    """
    try:
        told: dict[str, Any] = method(**arguments).data
    except SlackApiError as error:
        raise _meaning(error) from None
    except (OSError, HTTPException) as error:  # URLError and time-outs are OSErrors
        raise TryLater(type(error).__name__) from None
    except SlackClientError as error:
        raise TryLater(type(error).__name__) from None
    return told


def _meaning(error: SlackApiError) -> Exception:
    response = error.response
    status = getattr(response, "status_code", 200)
    code = str(response.get("error") or "") if hasattr(response, "get") else ""
    if status == 429:
        wait = _retry_after(getattr(response, "headers", {}) or {})
        return TryLater("ratelimited", wait + random.random())
    if status >= 500 or code in _PASSING or not code:
        return TryLater(code or f"status {status}")
    return Refused(code)


def _retry_after(headers: Any) -> float:
    """The seconds of a Retry-After header, whatever its case and whether it is one value or a list of them."""
    for name, value in dict(headers).items():
        if str(name).lower() == "retry-after":
            first = value[0] if isinstance(value, list | tuple) else value
            try:
                return float(first)
            except (TypeError, ValueError):
                return _LATER
    return _LATER
