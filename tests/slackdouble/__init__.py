"""A Slack of the tests' own (not in a folder called slack: slack_sdk brings a package of that name)."""
