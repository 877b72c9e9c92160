"""No test reaches a network: only sockets of this machine may connect. tests/conftest.py imports the fixture."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine, at once and by name."""
    with pytest.MonkeyPatch.context() as patch:
        connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

        def guarded_connect(self: socket.socket, address: Any) -> None:
            _check(self, address)
            connect(self, address)

        def guarded_connect_ex(self: socket.socket, address: Any) -> int:
            _check(self, address)
            return connect_ex(self, address)

        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


def _check(connection: socket.socket, address: Any) -> None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or address[0] == "localhost":
        return
    try:
        home = ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        home = False
    if not home:
        raise AssertionError(f"a test tried to reach the network: {address!r}")
