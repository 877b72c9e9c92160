"""The guard: a reply of which any piece is not what the reports say does not leave."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cpbqa.asking.guard import Guard
from cpbqa.asking.lookup import FigureTable
from cpbqa.asking.saying import say, text_of
from cpbqa.bot import Bot
from cpbqa.domain import Answer, Figure, Said
from cpbqa.evaluation import Case

Asked = Mapping[str, Sequence[tuple[Case, Answer]]]
Corrupt = Callable[[Answer, random.Random], Answer | None]
MANY = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
MOST = settings(deadline=None, max_examples=10_000, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="session")
def guard(bot: Bot) -> Guard:
    snapshot = bot.snapshot
    reports = [source.id for source in snapshot.manifest.sources]
    return Guard(snapshot, FigureTable(snapshot.observations, reports, snapshot.manifest.authority))


@pytest.fixture(scope="session")
def answers(asked: Asked) -> list[Answer]:
    return [answer for cases in asked.values() for _, answer in cases]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", logger="cpbqa.asking.guard")


def test_untouched_replies_pass(guard: Guard, answers: list[Answer]) -> None:
    assert len(answers) > 400
    assert [(answer.question, found) for answer in answers if (found := guard.problems(answer))] == []
    assert all(guard.guarded(answer) is answer for answer in answers)


def test_every_number_of_a_reply_has_a_source(answers: list[Answer]) -> None:
    for answer in answers:
        assert "".join(said.text for said in answer.said) == answer.text
        assert not any(re.search(r"\d", said.text) for said in answer.said if said.kind == "words")


# --- corruptions: the text alone, or the text and its pieces alike -----------------------------------------------


def with_pieces(answer: Answer, said: Sequence[Said]) -> Answer:
    """The answer with other pieces, and the text that they make: as if the reply had been written so."""
    return answer.model_copy(update={"said": tuple(said), "text": text_of(tuple(said))})


def with_text(answer: Answer, number: int, text: str) -> Answer:
    said = list(answer.said)
    said[number] = said[number].model_copy(update={"text": text})
    return with_pieces(answer, said)


def a_piece(answer: Answer, chance: random.Random, fits: Callable[[Said], object]) -> int | None:
    numbers = [number for number, said in enumerate(answer.said) if fits(said)]
    return chance.choice(numbers) if numbers else None


def a_digit(text: str, chance: random.Random) -> str:
    """The text with one digit changed, put in or left out."""
    at = chance.choice([match.start() for match in re.finditer(r"\d", text)])
    other = chance.choice([digit for digit in "0123456789" if digit != text[at]])
    return chance.choice(
        [text[:at] + other + text[at + 1 :], text[:at] + other + text[at:], text[:at] + text[at + 1 :]]
    )


def digit_in_text(answer: Answer, chance: random.Random) -> Answer | None:
    if not re.search(r"\d", answer.text):
        return None
    return answer.model_copy(update={"text": a_digit(answer.text, chance)})


def digit_in_piece(answer: Answer, chance: random.Random) -> Answer | None:
    number = a_piece(answer, chance, lambda said: re.search(r"\d", said.text))
    return None if number is None else with_text(answer, number, a_digit(answer.said[number].text, chance))


def number_in_words(answer: Answer, chance: random.Random) -> Answer | None:
    number = a_piece(answer, chance, lambda said: said.kind == "words" and len(said.text) > 3)
    if number is None:
        return None
    more = chance.choice([" 7", " seven", " half", " 12%", " twice", " £3", " hundreds"])
    return with_text(answer, number, answer.said[number].text + more)


def two_texts_swapped(answer: Answer, chance: random.Random) -> Answer | None:
    return swapped(answer, chance, whole=False)


def two_pieces_swapped(answer: Answer, chance: random.Random) -> Answer | None:
    """Two values, periods, reports or labels with all that they carry, as a slip in the code would do."""
    return swapped(answer, chance, whole=True)


# Source lines and their columns say the same in another order.
_IN_ANY_ORDER = ("row", "column", "option")


def swapped(answer: Answer, chance: random.Random, whole: bool) -> Answer | None:
    one = a_piece(answer, chance, lambda said: said.kind in ("cell", "computed") and said.name not in _IN_ANY_ORDER)
    if one is None:
        return None
    kind, name, text = answer.said[one].kind, answer.said[one].name, answer.said[one].text
    other = a_piece(answer, chance, lambda said: (said.kind, said.name) == (kind, name) and said.text != text)
    if other is None:
        return None
    if not whole:
        changed = with_text(answer, one, answer.said[other].text)
        return with_text(changed, other, text)
    said = list(answer.said)
    said[one], said[other] = said[other], said[one]
    return with_pieces(answer, said)


FLIPPED = {
    "up": "down", "down": "up", "more": "fewer", "fewer": "more", "better": "worse", "worse": "better",
    "above": "below", "below": "above", "highest": "lowest", "lowest": "highest", "points": "point",
}  # fmt: skip


def direction_flipped(answer: Answer, chance: random.Random) -> Answer | None:
    flips = re.compile(rf"\b(?:{'|'.join(FLIPPED)})\b")
    number = a_piece(answer, chance, lambda said: said.kind == "computed" and flips.search(said.text))
    if number is None:
        return None
    return with_text(answer, number, flips.sub(lambda match: FLIPPED[match[0]], answer.said[number].text, count=1))


def word_of_a_quote(answer: Answer, chance: random.Random) -> Answer | None:
    number = a_piece(answer, chance, lambda said: said.kind in ("quote", "note") and said.text)
    if number is None:
        return None
    words = re.split(r"(\s)", answer.said[number].text)
    at = chance.choice([index for index, word in enumerate(words) if word.strip()])
    other = "never" if words[at] == "not" else "not"
    words[at] = chance.choice([words[at] + "s", other, words[at][:-1], words[at].swapcase() + "x"])
    return with_text(answer, number, "".join(words))


def passage_changed(answer: Answer, chance: random.Random) -> Answer | None:
    """A quotation changed in the evidence and in the text alike."""
    if not answer.passages:
        return None
    number = chance.randrange(len(answer.passages))
    passage = answer.passages[number]
    word = chance.choice(passage.text.split())
    text = passage.text.replace(word, word + "ly", 1)
    passages = list(answer.passages)
    passages[number] = passage.model_copy(update={"text": text, "highlight": text})
    said = [
        s.model_copy(update={"text": text}) if s.kind == "quote" and s.text == passage.text else s for s in answer.said
    ]
    return with_pieces(answer.model_copy(update={"passages": tuple(passages)}), said)


def figure_changed(answer: Answer, chance: random.Random) -> Answer | None:
    """A figure's value, period, place, label or earlier print changed, while the text stays."""
    if not answer.figures:
        return None
    number = chance.randrange(len(answer.figures))
    figure = answer.figures[number]
    changes: list[dict[str, object]] = [
        {"value": a_digit(figure.value, chance) if re.search(r"\d", figure.value) else "5"},
        {"value": figure.value + "%"},
        {"period": a_digit(figure.period, chance)},
        {"geography": "National" if figure.geography != "National" else "Statistical Neighbours"},
        {"measure": figure.measure + "s"},
        {"measure_id": figure.measure_id + "-2"},
        {"citation": replace(figure.citation, location=a_digit(figure.citation.location, chance))}
        if re.search(r"\d", figure.citation.location) else {"value": "5"},
        {"citation": replace(figure.citation, quote=figure.citation.quote + "\t1")},
        {"restated_from": tuple(e.model_copy(update={"value": e.value + "1"}) for e in figure.restated_from)},
    ]  # fmt: skip
    changed = figure.model_copy(update=chance.choice(changes))
    if changed == figure:
        return None
    figures = [*answer.figures[:number], changed, *answer.figures[number + 1 :]]
    return answer.model_copy(update={"figures": tuple(figures)})


def other_cell(answer: Answer, chance: random.Random) -> Answer | None:
    """A piece that carries another cell of the reply, and says what that one says."""
    one = a_piece(
        answer, chance, lambda said: said.kind == "cell" and said.name in ("value", "printed", "when", "period")
    )
    if one is None:
        return None
    name, text = answer.said[one].name, answer.said[one].text
    other = a_piece(answer, chance, lambda said: said.kind == "cell" and said.name == name and said.text != text)
    if other is None:
        return None
    said = list(answer.said)
    said[one] = answer.said[other]
    return with_pieces(answer, said)


CORRUPTIONS: tuple[Corrupt, ...] = (
    digit_in_text, digit_in_piece, number_in_words, two_texts_swapped, two_pieces_swapped, direction_flipped,
    word_of_a_quote, passage_changed, figure_changed, other_cell,
)  # fmt: skip


def caught(guard: Guard, answers: list[Answer], corrupt: Corrupt, which: int, seed: int) -> None:
    answer = answers[which % len(answers)]
    wrong = corrupt(answer, random.Random(seed))
    assume(wrong is not None)
    assert wrong is not None
    assert guard.problems(wrong), (answer.question, wrong.text, wrong.figures)
    safe = guard.guarded(wrong)
    assert guard.problems(safe) == []
    assert safe.text != wrong.text or safe.figures != wrong.figures


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__)
@MANY
@given(which=st.integers(0, 10**6), seed=st.integers(0, 10**9))
def test_every_corruption_is_caught(
    guard: Guard, answers: list[Answer], corrupt: Corrupt, which: int, seed: int
) -> None:
    caught(guard, answers, corrupt, which, seed)


@pytest.mark.faults
@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__)
@MOST
@given(which=st.integers(0, 10**6), seed=st.integers(0, 10**9))
def test_every_corruption_is_caught_in_large_numbers(
    guard: Guard, answers: list[Answer], corrupt: Corrupt, which: int, seed: int
) -> None:
    caught(guard, answers, corrupt, which, seed)


# --- what is left -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def told(answers: list[Answer]) -> Answer:
    """A reply with a value, the year before it and a source."""
    return next(a for a in answers if a.outcome == "figures" and "the year before" in a.text and len(a.figures) == 2)


def test_a_reply_that_fails_is_replaced_by_its_evidence(guard: Guard, told: Answer) -> None:
    safe = guard.guarded(told.model_copy(update={"text": told.text + " 99%"}))
    assert (safe.outcome, safe.figures, safe.notes) == ("figures", told.figures, ())
    assert [line.split(" (")[0] for line in safe.text.split("\n")] == [
        f"{figure.measure}, {figure.geography}, {figure.period}: {figure.value}" for figure in told.figures
    ]
    assert guard.guarded(safe) is safe


def test_evidence_that_does_not_hold_is_left_out(guard: Guard, told: Answer) -> None:
    wrong = told.figures[0].model_copy(update={"value": "99%"})
    safe = guard.guarded(told.model_copy(update={"figures": (wrong, told.figures[1])}))
    assert safe.figures == told.figures[1:]
    assert "99%" not in safe.text
    assert guard.guarded(safe) is safe
    none = guard.guarded(told.model_copy(update={"figures": (wrong,)}))
    assert (none.outcome, none.figures) == ("refusal", ())
    assert none.text == "The reply could not be checked and is withheld; please report this."


def test_a_reply_without_pieces_is_withheld(guard: Guard) -> None:
    for outcome in ("figures", "passages", "clarify", "refusal"):
        safe = guard.guarded(Answer(question="?", outcome=outcome, text="The last figure printed is 9.1%."))  # type: ignore[arg-type]
        assert (safe.outcome, "9.1" in safe.text) == ("refusal", False)


@pytest.mark.parametrize("words", ["It is 5.", "About seven.", "Half of them", "12%", "Twice as many", "£", "dozens"])
def test_free_words_hold_no_number(guard: Guard, words: str) -> None:
    said = (Said(text=words),)
    assert guard.problems(Answer(question="?", outcome="refusal", text=words, said=said))


@pytest.mark.parametrize("question", ["has the national dental check % gone up?", "national dental check %"])
def test_a_value_of_another_place_must_say_so(guard: Guard, bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    place = next(i for i, said in enumerate(answer.said) if said.name == "place")
    assert guard.problems(answer) == []
    without = with_pieces(answer, [*answer.said[: place - 1], *answer.said[place + 1 :]])
    assert guard.problems(without) == ["a value of another place stands as ours"]


def test_what_is_said_to_be_missing_must_be_missing(guard: Guard, bot: Bot) -> None:
    measure = next(iter(bot.snapshot.measures.values()))
    asked = [("2023/24", "", True), ("2001/02", "", False), ("2001/02", "1999/00", False)]
    # A year of the last century may be asked for; what is no year is said of nothing.
    asked += [("1997/98", "", False), ("1999/00", "", False), ("1997/99", "", True), ("806", "", True)]
    for period, report, wrong in asked:
        missing = Said(text=period, kind="absent", name="period", measure=measure.id,
                       geography=bot.snapshot.manifest.authority, period=period, report=report)  # fmt: skip
        said = say("It is not printed for {}.", missing)
        answer = Answer(question="?", outcome="refusal", text=text_of(said), said=said)
        assert bool(guard.problems(answer)) is wrong


def test_what_was_withheld_stays_out_of_the_log(guard: Guard, told: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="cpbqa.asking.guard")
    guard.guarded(told.model_copy(update={"question": "call 07700900123", "text": "It is 07700900123."}))
    assert len(caplog.records) == 1
    assert re.search(r"\d{3}|call", caplog.text.split("guard:")[1]) is None


def test_pieces_are_no_part_of_the_json(told: Answer) -> None:
    assert "said" not in told.to_json()


def test_a_figure_is_the_cell_in_its_row_and_column(guard: Guard, told: Answer) -> None:
    """The value of the column beside it, with that column's citation but this one's period, is caught."""
    one, other = told.figures
    mixed: Figure = one.model_copy(update={"value": other.value, "citation": other.citation})
    assert guard.problems(told.model_copy(update={"figures": (mixed, other)}))
    assert not guard.problems(told.model_copy(update={"figures": (other, one)}))
