"""A storm: many people ask in many channels, each event comes several times, and bots are killed meanwhile.

`make test` runs it small, `make faults` whole. What is held: each question is answered exactly once.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from slackdouble.delivery import Delivery
from slackdouble.double import SlackDouble, direct_channel
from slackdouble.process import BotProcess
from slackdouble.workspace import PERFORMANCE, Message

QUESTIONS = (
    "Number of Boats?",
    "Number of Boats in 2030/31?",
    "tell me about the garden in Elm Road",
    "Number of Boats moored at the north quay?",
    "what is the weather?",
)


@dataclass
class Weather:
    """How a storm went."""

    events: int
    deliveries: int
    attempts: int
    answered_once: int
    twice: int
    never: int
    kills: int
    seconds: float
    slowest_ack_ms: float


def storm(
    slack: SlackDouble, start: Callable[[], BotProcess], events: int, kills: int, seed: int = 7, patience: float = 240.0
) -> Weather:
    """Send so many questions, each 1 to 4 times and in random order, to two processes that are killed meanwhile."""
    rolls = random.Random(seed)
    began = time.monotonic()
    bots = [start(), start()]
    for bot in bots:
        bot.ready()
    slack.connected(2)
    people = [f"U0S{i:04d}" for i in range(max(5, events // 10))]
    channels = [slack.space.new_channel(rolls.choice(("channels", "groups"))) for _ in range(max(3, events // 40))]
    asked = [_ask(slack, rolls, people, channels) for _ in range(events)]
    turns = [message for message in asked for _ in range(rolls.randint(1, 4))]
    rolls.shuffle(turns)
    when = {len(turns) * (i + 1) // (kills + 1): i for i in range(kills)}
    first: dict[tuple[str, str], list[Delivery]] = {}
    for turn, message in enumerate(turns):
        key = (message.channel, message.ts)
        if key in first:
            for delivery in first[key]:
                slack.post.again(delivery, rolls.randint(1, 3))
        else:
            first[key] = slack.announce(message)
        if turn in when:
            # In the middle of it: some are acknowledged and not answered, some answered and not yet noted.
            slack.wait(lambda: sum(d.acked is not None for ds in first.values() for d in ds) > len(first) // 2, "acks")
            victim = when[turn] % 2
            bots[victim].kill()
            bots[victim] = start()
    for bot in bots:
        bot.ready()
    sent = [delivery for deliveries in first.values() for delivery in deliveries]
    answers = Counter[tuple[str, str]]()

    def done() -> bool:
        answers.clear()
        answers.update({(m.channel, m.ts): len(slack.space.replies(m)) for m in asked})
        return all(answers[m.channel, m.ts] for m in asked) and all(delivery.over for delivery in sent)

    slack.wait(done, f"{events} answers", patience)
    for bot in bots:
        assert bot.stop() == 0
    done()
    counts = Counter(answers.values())
    attempts = [attempt for delivery in sent for attempt in delivery.attempts]
    return Weather(
        events=events,
        deliveries=len(sent),
        attempts=len(attempts),
        answered_once=counts[1],
        twice=sum(count for times, count in counts.items() if times > 1),
        never=counts[0],
        kills=kills,
        seconds=round(time.monotonic() - began, 1),
        slowest_ack_ms=round(max(attempt.milliseconds or 0.0 for attempt in attempts), 1),
    )


def _ask(slack: SlackDouble, rolls: random.Random, people: list[str], channels: list[str]) -> Message:
    person, question = rolls.choice(people), rolls.choice(QUESTIONS)
    if rolls.random() < 0.5:
        return slack.written(question, direct_channel(person), person)
    return slack.written(f"<@U0REPORTS> {question}", rolls.choice(channels), person)


@dataclass
class Soak:
    """How a long run went: milliseconds from the event to the reply, megabytes of the process."""

    questions: int
    at_once: int
    p50_ms: float
    p99_ms: float
    slowest_ms: float
    megabytes_at_start: float
    megabytes_at_end: float
    seconds: float
    bot_cpu_seconds: float


def soak(slack: SlackDouble, bot: BotProcess, questions: int, at_once: int) -> Soak:
    """Ask so many questions, so many at a time, each in a direct message of its own.

    Raises:
        AssertionError: one was not answered exactly once.
    """
    import psutil

    assert bot.process is not None
    bot.ready()
    process = psutil.Process(bot.process.pid)
    took: list[float] = []
    open_: dict[int, Message] = {}
    warm = max(at_once, questions // 50)
    start_megabytes, asked, began = 0.0, 0, time.monotonic()

    def answered() -> list[int]:
        return [number for number, message in open_.items() if slack.space.replies(message)]

    while asked < questions or open_:
        while asked < questions and len(open_) < at_once:
            person = f"U0K{asked:06d}"
            open_[asked] = slack.direct(QUESTIONS[asked % len(QUESTIONS)], person)
            asked += 1
        for number in slack.wait(answered, "a reply"):
            message = open_.pop(number)
            (reply,) = slack.space.replies(message)
            took.append((reply.at - message.at) * 1000)
        if not start_megabytes and len(took) >= warm:
            start_megabytes = bot.megabytes()  # every library is loaded, every cache in use
        if len(took) % 500 == 0:
            slack.forget_old(keep=5 * at_once)
    took.sort()
    times = process.cpu_times()
    return Soak(
        questions=questions,
        at_once=at_once,
        p50_ms=round(took[len(took) // 2], 1),
        p99_ms=round(took[len(took) * 99 // 100], 1),
        slowest_ms=round(took[-1], 1),
        megabytes_at_start=round(start_megabytes, 1),
        megabytes_at_end=round(bot.megabytes(), 1),
        seconds=round(time.monotonic() - began, 1),
        bot_cpu_seconds=round(times.user + times.system, 1),
    )


@dataclass
class Acks:
    """How long acknowledgements took while questions waited for a bot whose pool was full, in milliseconds."""

    waiting: int
    commands: list[float]
    events: list[float]


def acks(slack: SlackDouble, bot: BotProcess, questions: int = 50, probes: int = 10) -> Acks:
    """Keep the pool of a bot busy with so many questions; send commands meanwhile, and open home tabs.

    A reply takes half a second to post, so that the queue stays long. All that was asked is answered in the end.

    Raises:
        AssertionError: the queue was shorter than half of the questions, so that nothing was shown.
    """
    bot.ready()
    first = slack.direct(QUESTIONS[0])
    slack.wait(lambda: slack.space.replies(first), "a reply")  # everything is loaded
    slack.space.slow["chat.postMessage"] = 0.5
    asked = [slack.direct(QUESTIONS[0], f"U0N{i}") for i in range(questions)]
    sent = []
    for i in range(probes):
        sent.append(slack.command(QUESTIONS[0], PERFORMANCE, f"U0P{i}"))
        slack.open_home(f"U0P{i}")
        slack.wait(lambda probe=sent[-1]: probe.acked)
    waiting = sum(not slack.space.replies(message) for message in asked)
    assert waiting > questions // 2
    slack.wait(lambda: all(delivery.acked for delivery in slack.post.deliveries))
    slack.space.slow.clear()
    for message in asked:
        slack.wait(lambda message=message: slack.space.replies(message), "a reply")
    # A reply's own event may just have been put on its way.
    slack.wait(lambda: all(delivery.acked for delivery in slack.post.deliveries))
    commands = sorted(probe.attempts[0].milliseconds or 1e9 for probe in sent)
    return Acks(waiting, commands, sorted(d.attempts[0].milliseconds or 1e9 for d in slack.post.deliveries))


def report(what: Weather | Soak | Acks, to: Path) -> None:
    """Print it, and write it to a file."""
    text = json.dumps(asdict(what), indent=1)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text + "\n", encoding="utf-8")
    print(f"{type(what).__name__}: {text}")
