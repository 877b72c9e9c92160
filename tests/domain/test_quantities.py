"""Quantities: the printed cell is kept word for word, and the number beside it is exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpbqa.domain import MEANINGS, Quantity

UNITS = st.sampled_from(["percent", "count", "rate", "days", "number", "pounds"])
NUMBERS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**9), 10**9), st.integers(0, 4)
)


def half_up(number: Decimal, places: int) -> int:
    """The number times ten to the `places`, rounded half away from zero: written without `decimal`'s rounding."""
    scaled = Fraction(number) * 10**places
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    return whole if scaled >= 0 else -whole


def places_of(text: str) -> int:
    """Digits after the point, counted in the text."""
    digits = text.strip("£% ")
    return len(digits.split(".")[1]) if "." in digits else 0


# --- what is printed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "unit", "places"),
    [
        ("45.0", "45.0", "number", 1),
        ("68.8%", "68.8", "percent", 1),
        ("62 %", "62", "percent", 0),
        ("100.0%", "100.0", "percent", 1),
        ("1,234", "1234", "number", 0),
        ("12,345,678.90", "12345678.90", "number", 2),
        ("£1,250.50", "1250.50", "pounds", 2),
        ("£ 3", "3", "pounds", 0),
        ("-4.2", "-4.2", "number", 1),
        ("0", "0", "number", 0),
        ("432.3", "432.3", "number", 1),
    ],
)
def test_numbers_are_exact(text: str, number: str, unit: str, places: int) -> None:
    quantity = Quantity.parse(text)
    assert (quantity.printed, str(quantity.number), quantity.unit) == (text, number, unit)
    assert (quantity.state, quantity.places) == ("number", places)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", "blank"),
        ("\N{NO-BREAK SPACE}", "blank"),
        ("c", "suppressed"),
        ("x", "suppressed"),
        ("*", "suppressed"),
        ("<5", "suppressed"),
        ("< 10%", "suppressed"),
        ("≤5", "suppressed"),
        ("n/a", "not applicable"),
        ("N/A", "not applicable"),
        ("-", "not applicable"),
        ("\N{EN DASH}", "not applicable"),
        ("..", "suppressed"),
        ("z", "not applicable"),
        ("Snapshot", "text"),
        ("1,23", "text"),
        ("1 234", "text"),
        ("1.2.3", "text"),
        ("12%%", "text"),
        (">5", "text"),
        ("5 of 13", "text"),
        ("c5", "text"),
    ],
)
def test_what_is_no_number_has_none(text: str, state: str) -> None:
    quantity = Quantity.parse(text, "percent")
    assert (quantity.printed, quantity.state, quantity.number) == (" ".join(text.split()), state, None)
    assert quantity.places == 0
    assert len(MEANINGS[quantity.state]) > 8


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("13", "percent", "number"),
        ("7.6", "percent", "number"),
        ("13%", "count", "percent"),
        ("£13", "percent", "pounds"),
        ("13", "count", "count"),
        ("43.1", "rate", "rate"),
        ("432.3", "days", "days"),
    ],
)
def test_the_row_says_the_unit_of_plain_numbers_but_not_percent(text: str, row: str, expected: str) -> None:
    assert Quantity.parse(text, row).unit == expected


@given(NUMBERS, st.booleans(), st.sampled_from(["", "%", " %"]), UNITS)
def test_a_printed_number_is_read_back_exactly(number: Decimal, commas: bool, percent: str, unit: str) -> None:
    text = f"{number:,f}{percent}" if commas else f"{number:f}{percent}"
    quantity = Quantity.parse(text, unit)
    assert (quantity.printed, quantity.state) == (text, "number")
    assert quantity.number is not None
    assert quantity.number.as_tuple() == Decimal(f"{number:f}").as_tuple()
    assert quantity.places == places_of(text)
    assert (quantity.unit == "percent") == bool(percent)


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_pounds_are_read_back_exactly(pounds: int, pence: int) -> None:
    quantity = Quantity.parse(f"£{pounds:,}.{pence:02d}", "percent")
    assert (quantity.printed, quantity.unit) == (f"£{pounds:,}.{pence:02d}", "pounds")
    assert quantity.number == Decimal(pounds * 100 + pence) / 100


@given(st.text(max_size=30), UNITS)
def test_any_cell_is_kept_word_for_word(text: str, unit: str) -> None:
    quantity = Quantity.parse(text, unit)
    assert quantity.printed == " ".join(text.split())
    assert (quantity.number is None) == (quantity.state != "number")
    assert (quantity.state == "blank") == (not text.split())
    assert Quantity.parse(quantity.printed, unit) == quantity


# --- comparing prints -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "agrees", "equals"),
    [
        ("52", "51.7", True, False),
        ("47", "46.8", True, False),
        ("46%", "46.2%", True, False),
        ("9%", "8.7%", True, False),
        ("7.1%", "7.2%", False, False),
        ("1.1%", "1.2%", False, False),
        ("8", "8.0", True, True),
        ("100%", "100.0%", True, True),
        ("173", "168", False, False),
        ("119", "108", False, False),
        ("94%", "91.5%", False, False),
        ("95%", "94.4%", False, False),
        ("0.5", "1", True, False),
        ("-0.5", "-1", True, False),
        ("2.5", "3", True, False),
        ("2.49", "3", False, False),
        ("1,000", "1000", True, True),
        ("c", "c", True, True),
        ("c", "<5", False, False),
        ("c", "5", False, False),
        ("", "", True, True),
    ],
)
def test_prints_that_agree_once_rounded_and_prints_that_are_equal(
    one: str, other: str, agrees: bool, equals: bool
) -> None:
    ours, theirs = Quantity.parse(one), Quantity.parse(other)
    assert (ours.agrees_with(theirs), ours.equals(theirs)) == (agrees, equals)
    assert (theirs.agrees_with(ours), theirs.equals(ours)) == (agrees, equals)


def test_a_share_never_equals_a_count() -> None:
    assert not Quantity.parse("13%").equals(Quantity.parse("13"))


@st.composite
def near_prints(draw: st.DrawFn) -> tuple[str, str]:
    """Two prints of numbers that lie close to each other, each with places of its own."""
    number = draw(st.integers(-20_000, 20_000))
    other = number + draw(st.sampled_from([0, 0, -1, 1, 4, 5, 6, -5, 49, 50, 51, -50, 500]))
    prints = []
    for value in (number, other):
        places = draw(st.integers(0, 3))
        rounded = half_up(Decimal(value).scaleb(-3), places)
        prints.append(f"{Decimal(rounded).scaleb(-places):f}" if places else str(rounded))
    return prints[0], prints[1]


@given(near_prints())
def test_agreement_is_rounding_half_up_to_the_coarser_print(prints: tuple[str, str]) -> None:
    one, other = prints
    places = min(places_of(one), places_of(other))
    expected = half_up(Decimal(one), places) == half_up(Decimal(other), places)
    ours, theirs = Quantity.parse(one), Quantity.parse(other)
    assert ours.agrees_with(theirs) is expected
    assert theirs.agrees_with(ours) is expected
    assert ours.equals(theirs) is (Fraction(one) == Fraction(other))
