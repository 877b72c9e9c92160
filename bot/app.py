"""Runs the Slack bot: the same as `cpbqa slack`, for the Slack CLI and for platforms that want a file to start."""

import sys

from cpbqa.cli import main

if __name__ == "__main__":
    sys.exit(main(["slack", *sys.argv[1:]]))
