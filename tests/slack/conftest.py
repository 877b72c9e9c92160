"""A Slack of the tests' own for each test, which fails if the bot did anything that Slack would refuse or lose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from slackdouble.double import SlackDouble


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    with SlackDouble() as double:
        yield double
        assert double.faults == []
