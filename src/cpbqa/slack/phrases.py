"""What the bot says besides answers, one sentence or two each."""

from __future__ import annotations

STATUS = "is looking in the reports…"
"""Shown after the bot's name while it looks."""

LOADING = ("Looking in the tables…", "Reading the reports…")
"""Shown in turn beside the status; Slack takes at most ten."""

EMPTY = "Ask about a figure or a passage, for example: how many children are in care?"
"""To a command or a mention without a question."""

FAILED = "Something went wrong on our side and this question was not answered. Please try again."
"""Where an answer could not be made or sent. Never with a reason that only a programmer understands."""

AGAIN = "Try again"
SHARE = "Share in the channel"
SHARED = "Shared in the channel."
ALREADY_SHARED = "This reply was shared already."
THANKS = "Thank you. That helps us to find what the reports' readers need."
CHECKED = "I have looked at this message already; see its thread."
LOOKED_FOR = "What were you looking for?"
MAY_KEEP = "Keep my question and these words; there is no child's name in them"
"""Slack takes 75 characters here at most."""
PRIVACY = "Unless you tick this, nothing that was written is kept. What is kept shows us how staff say things."
GONE = "This place is not in the reports that are open now; they were probably replaced. Please ask again."
"""Where a button of an old reply names a place that a newer index does not hold."""


def queued(ahead: int) -> str:
    """`ahead` questions are answered first."""
    if ahead < 1:
        return "You are next; the answer comes here."
    return f"{ahead} {'question is' if ahead == 1 else 'questions are'} before yours; the answer comes here."


def slow_down(seconds: int) -> str:
    """A person or channel that asked too much in too short a time."""
    wait = max(1, seconds)
    return f"That is a lot of questions at once. Please ask again in {wait} {'second' if wait == 1 else 'seconds'}."


def not_for_guests(authority: str, contact: str = "") -> str:
    """To guests and to people of other organisations in a shared channel."""
    asked = f" Please ask {contact}." if contact else ""
    return f"Sorry, I answer only members of staff of {authority}.{asked}"


def refer(contact: str = "") -> str:
    """Whom to ask where the reports hold no answer; nothing where the settings name nobody."""
    return f"{contact} may know more." if contact else ""


def shared_by(user: str) -> str:
    """Above a reply that somebody shared; `user` is a Slack user id, and the mention is meant."""
    return f"Shared by <@{user}>"
