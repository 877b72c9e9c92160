"""People: who asks, known by a hash; and who may not ask."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from slack_sdk import WebClient

from cpbqa.domain import UsageError

from .calling import Refused, call

_KNOWN_SECONDS, _MOST_KNOWN = 600, 5000


class Hasher:
    """Names a user by a hash that nobody can compute without the salt of this installation."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt

    def __call__(self, user: str) -> str:
        """16 hexadecimal digits; empty for nobody."""
        return hmac.new(self._salt, user.encode(), hashlib.sha256).hexdigest()[:16] if user else ""

    @classmethod
    def from_file(cls, path: Path) -> Hasher:
        """With the salt of a file, which is made where there is none; only its owner may read it.

        Raises:
            UsageError: the file cannot be read or made.
        """
        try:
            path.absolute().parent.mkdir(parents=True, exist_ok=True)
            work = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
            if not path.exists():
                with os.fdopen(os.open(work, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
                    file.write(secrets.token_hex(32) + "\n")
                try:
                    os.link(work, path)  # fails where another process was first: then its salt is the salt
                except FileExistsError:
                    pass
                finally:
                    work.unlink()
            salt = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise UsageError(
                f"The salt file {path} cannot be used ({getattr(error, 'strerror', None) or 'it holds no salt'}): "
                "mend it, or remove it to start with new hashes."
            ) from None
        if len(salt) < 16:
            raise UsageError(f"The salt file {path} holds no salt: remove it to start with new hashes.")
        return cls(salt)


class People:
    """Tells members of staff from guests and people of other organisations; asks Slack once in ten minutes each."""

    def __init__(
        self, client: WebClient, team: str, enterprise: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._team = team
        self._enterprise = enterprise
        self._clock = clock
        self._known: dict[str, tuple[float, bool]] = {}

    def is_staff(self, user: str) -> bool:
        """Whether a user belongs to our workspace and is no guest in it. One whom Slack does not show us is not staff.

        Raises:
            TryLater: Slack could not be asked just now.
            Refused: it does not let us ask.
        """
        now = self._clock()
        told = self._known.get(user)
        if told and told[0] > now:
            return told[1]
        try:
            info: dict[str, Any] = call(self._client.users_info, user=user)["user"]
            staff = self._ours(info)
        except Refused as refusal:
            if refusal.reason not in ("user_not_found", "user_not_visible", "users_not_found"):
                raise
            staff = False
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[user] = (now + _KNOWN_SECONDS, staff)
        return staff

    def _ours(self, info: dict[str, Any]) -> bool:
        if any(info.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot")):
            return False
        grid = str((info.get("enterprise_user") or {}).get("enterprise_id") or "")
        return info.get("team_id") == self._team or bool(self._enterprise and grid == self._enterprise)
