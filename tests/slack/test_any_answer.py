"""Whatever an Answer holds, what is sent for it is within Slack's limits, and nothing in it acts."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cpbqa.bot import Bot
from cpbqa.domain import Answer, Citation, EarlierPrint, Figure, QuotedPassage
from cpbqa.slack.layouts import pieces
from cpbqa.slack.plain import clean, cut, cut_middle, inert, shown, size
from cpbqa.slack.rendering import render
from cpbqa.slack.sources import Place, source_view
from validators import refused, texts

NASTY = (
    "", " ", "\n\n", "\t", "\x00", "\x1b[31m", "<!channel>", "<@U1>", "<https://example.org|here>", "*b* _i_ `code`",
    "&amp; < > &", "x" * 10_000, "word " * 3_000, "\n" * 4_000 + "z", "👩\u200d👩\u200d👧" * 400, "🏠" * 160,
    "שלום \u202e olleh", "=HYPERLINK(1)", "c", "<5", "n/a", "-", "1e999", "NaN", "45.0", "68.8%", "£1,000", ":smile:",
    "…", "\u2028", "\ufeff",
)  # fmt: skip
TEXT = st.sampled_from(NASTY) | st.text(max_size=60) | st.text(min_size=140, max_size=160)
PERIODS = st.sampled_from(["2020/21", "2021/22", "2022/23", "2023/24", "2024/25", "2023/24 Autumn"]) | TEXT
PLACES = st.sampled_from(["Tower Hamlets", "National", "Statistical Neighbours"]) | TEXT
CITATIONS = st.builds(Citation, report=st.sampled_from(["2023/24", "2024/25"]) | TEXT, location=TEXT, quote=TEXT)
FIGURES = st.builds(
    Figure,
    measure=TEXT,
    period=PERIODS,
    geography=PLACES,
    value=TEXT,
    citation=CITATIONS,
    restated_from=st.lists(st.builds(EarlierPrint, value=TEXT, report=TEXT), max_size=2).map(tuple),
    measure_id=st.sampled_from(["", "number-of-children-looked-after", "average-no-of-placement-moves", "m1", "m2"]),
    near=st.booleans(),
)


@st.composite
def passages(draw: st.DrawFn) -> QuotedPassage:
    text = draw(TEXT)
    ends = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    highlight = draw(st.just(text[ends[0] : ends[1]]) | TEXT)
    speaker, also = draw(st.none() | TEXT), draw(st.lists(TEXT, max_size=2).map(tuple))
    return QuotedPassage(text=text, highlight=highlight, citation=draw(CITATIONS), speaker=speaker, also_in=also)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    figures = draw(st.lists(FIGURES, max_size=6))
    figures *= draw(st.sampled_from([1, 1, 1, 1, 1, 50]))
    own = draw(st.booleans())
    figures = [
        f.model_copy(update={"period": f"{1700 + i}/{(1701 + i) % 100:02d}"} if own else {})
        for i, f in enumerate(figures)
    ]
    notes = draw(st.lists(TEXT, max_size=3))
    lines = draw(st.permutations([*notes, *(f"{f.measure}: {f.value}" for f in figures[:20]), draw(TEXT)]))
    return Answer(
        question=draw(TEXT),
        outcome=draw(st.sampled_from(["figures", "passages", "clarify", "refusal"])),
        text="\n".join(lines),
        figures=tuple(figures),
        passages=tuple(draw(st.lists(passages(), max_size=4))),
        options=tuple(draw(st.lists(TEXT, max_size=6))),
        notes=tuple(notes),
    )


@settings(max_examples=40)
@given(answer=answers(), shareable=st.booleans(), feedback=st.booleans())
def test_any_answer_is_within_the_limits(bot: Bot, answer: Answer, shareable: bool, feedback: bool) -> None:
    reply = render(answer, bot, shareable=shareable, feedback=feedback)
    assert 1 <= size(reply.text) <= 39_000
    for blocks in reply.variants:
        assert refused(blocks) == []
    for block in reply.variants[0]:
        if "accessory" in block and block["accessory"]["action_id"] == "cpbqa_source":
            view = source_view(block["accessory"]["value"], bot)
            assert refused(view["blocks"], "modal") == []
    assert {kind for blocks in reply.variants for block in blocks for kind in _kinds(block)} & ACTING == set()


ACTING = {"mrkdwn", "markdown", "link", "user", "usergroup", "channel", "broadcast", "emoji", "team", "date"}
"""Kinds of elements in which text could call somebody or lead somewhere."""


def _kinds(part: Any) -> list[str]:
    if isinstance(part, list):
        return [kind for item in part for kind in _kinds(item)]
    if isinstance(part, dict):
        return [part["type"], *_kinds(list(part.values()))] if "type" in part else _kinds(list(part.values()))
    return []


@given(value=TEXT | st.builds(lambda *parts: Place(*parts).value, TEXT, TEXT, TEXT, TEXT))
def test_any_value_of_a_button_opens_a_view(bot: Bot, value: str) -> None:
    view = source_view(value, bot)
    assert refused(view["blocks"], "modal") == []
    assert 1 <= len(view["title"]["text"]) <= 24


@given(text=TEXT | st.text(max_size=300), limit=st.integers(4, 200))
def test_text_is_cut_to_its_room(text: str, limit: int) -> None:
    for made in (cut(text, limit), cut_middle(text, limit)):
        assert size(made) <= limit
        assert made == text or (size(text) > limit and "…" in made)
    assert 1 <= size(shown(text, limit, "-")) <= limit
    assert shown(text, limit, "-").strip()


@given(text=TEXT | st.text(max_size=300))
def test_cleaned_text_keeps_every_letter(text: str) -> None:
    assert [c for c in clean(text) if c.isalnum()] == [c for c in text if c.isalnum()]
    assert clean(clean(text)) == clean(text)


@given(
    text=st.text(st.sampled_from("ab \n👩.") | st.characters(codec="utf-8"), max_size=9_000) | st.sampled_from(NASTY)
)
def test_pieces_hold_the_whole_text(text: str) -> None:
    made = pieces(text)
    assert all(0 < size(piece) <= 3000 for piece in made)
    assert "".join("".join(made).split()) == "".join(clean(text).split())


@given(text=st.text(st.sampled_from("<>&!@ab;|*_`"), max_size=40))
def test_text_that_slack_parses_is_escaped(text: str) -> None:
    made = inert(text)
    assert "<" not in made
    assert ">" not in made
    assert made.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_what_a_report_prints_comes_out_as_it_is(bot: Bot) -> None:
    tricks = "<!channel> <@U1> <https://example.org|here> *b* _i_ `c` & &amp; :smile:"
    citation = Citation(report="2024/25", location=tricks, quote=tricks)
    figure = Figure(measure=tricks, period="2024/25", geography="Tower Hamlets", value=tricks, citation=citation)
    passage = QuotedPassage(text=f"Before. {tricks} After.", highlight=tricks, citation=citation)
    for answer in (
        Answer(question=tricks, outcome="figures", text=tricks, figures=(figure,), notes=(tricks,)),
        Answer(question=tricks, outcome="passages", text=f"“{passage.text}”", passages=(passage,)),
        Answer(question=tricks, outcome="clarify", text=tricks, options=(tricks, "other")),
        Answer(question=tricks, outcome="refusal", text=tricks),
    ):
        for blocks in render(answer, bot).variants:
            assert tricks in "\n".join(texts(list(blocks)))


def test_the_judges_refuse_what_slack_refuses() -> None:
    good = {"type": "section", "text": {"type": "plain_text", "text": "x", "emoji": False}}
    assert refused([good]) == []
    assert refused([good] * 51) != []
    assert refused([good | {"text": {"type": "plain_text", "text": "x" * 3001}}]) != []
    assert refused([good | {"text": {"type": "plain_text", "text": "🏠" * 1501}}]) == [
        "[0].text: 3002 UTF-16 units, of 3000"
    ]
    assert refused([good | {"colour": "red"}]) != []
