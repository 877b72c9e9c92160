"""Line: the connection of Socket Mode, watched.

Where the other side ends it without a word (a proxy, a firewall), slack_sdk's own client reads the end of it again and
again, with all of a processor, and only notices a minute later. Here it is noticed within a second.
"""

from __future__ import annotations

import select
import socket

import structlog
from slack_sdk.socket_mode.builtin import SocketModeClient

log = structlog.get_logger(__name__)
LOOK_SECONDS = 1.0
_GONE = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


def mend(client: SocketModeClient) -> bool:
    """Open another line where this one was cut; True where it was. If none opens, the client tries again by itself."""
    session = client.current_session
    line = session.sock if session else None
    if session is None or line is None or client.closed or not _is_cut(line):
        return False
    log.warning("the line to Slack was cut, another is opened")
    session.disconnect()
    client.connect_to_new_endpoint()
    return True


def _is_cut(line: socket.socket) -> bool:
    """Whether the other side has ended it, whatever is still to be read."""
    poll = select.poll()
    try:
        poll.register(line.fileno(), _GONE)
        return bool(poll.poll(0))
    except (OSError, ValueError):  # it was closed on our side meanwhile
        return False
