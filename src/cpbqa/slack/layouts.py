"""How each kind of answer is laid out: figures, passages, options, refusals. The parts are put together elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cpbqa.bot import Bot
from cpbqa.domain import Answer, QuotedPassage

from .blocks import BUTTON, SECTION, VALUE, Span, bullets, button, context, header, prose, quotation, section
from .measured import Group, Known, grouped
from .plain import CUT, clean, cut
from .reply import Action, Attachment, Block
from .sources import Place, passage_line, place_of, source_lines, sourced
from .years import Years, as_csv, charts, picture, years

_HEADED, _SOURCES, _LISTED, _ITEMS, _WHOLE = 2, 4, 3, 30, 350
# Words that join what is told; a line of nothing but these and of what is shown already is not said twice.
_JOINING = frozenset("all years latest first the year before and".split())
_WORD = re.compile(r"[\w%£.,/-]*\w[\w%£]*")
_NUMBERED = re.compile(r"\d+\. ")


@dataclass
class Parts:
    """A reply while it is laid out; `told` and `sources` are what its text says besides the answer's own lines."""

    body: list[Block] = field(default_factory=list)
    charts: list[Block] = field(default_factory=list)
    years: Years | None = None
    small: list[Block] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)


def laid_out(answer: Answer, bot: Bot) -> Parts:
    """The parts of a reply: what leads, charts, the table of years, small print with the sources."""
    groups = grouped(answer.figures, bot) if answer.outcome == "figures" else []
    if groups:
        return _figures(answer, groups)
    if answer.outcome == "clarify" and any(clean(option).strip() for option in answer.options):
        return _options(answer)
    return _passages(answer)


def _figures(answer: Answer, groups: Sequence[Group]) -> Parts:
    parts = Parts(years=years(groups))
    parts.charts, pictures = charts(groups)
    parts.files += [picture(series) for series in pictures]
    said = _said(answer, groups, parts.years)
    restated = [[note for note in group.restatement if note in answer.notes] for group in groups]
    lines = [list(dict.fromkeys(a + b)) for a, b in zip(said, restated, strict=True)]
    if len(groups) <= _HEADED:
        for group, some in zip(groups, lines, strict=True):
            below = "".join(parts.years.notes) if parts.years else ""
            parts.body += [header(group.lead.large), _caption(group, _beside(group, some), below)]
            parts.body += [section("\n".join(some))] if some else []
    else:
        parts.body.append(bullets(_item(*pair) for pair in list(zip(groups, lines, strict=True))[:_ITEMS]))
    shown = {line for some in lines for line in some}
    notes = [note for note in answer.notes if note not in shown]
    notes += [note for note in (parts.years.notes if parts.years else ()) if note not in answer.notes]
    parts.small += [context(*notes)] if notes else []
    sources = source_lines(answer.figures)
    others = _other_years(answer, parts.years)
    parts.small += [*_sources(sources), *([context(*others)] if others else [])]
    parts.sources += [*(line for line, _ in sources), *others]
    parts.small += _rest(answer)
    changes = [(group.change, f"{group.lead.label}: " * (len(groups) > 1)) for group in groups[:_HEADED]]
    parts.told += [f"{whose}{change}." for change, whose in changes if change]
    parts.told += [*(parts.years.notes if parts.years else ())]
    parts.told += parts.years.text if parts.years and not _tells(answer.text, parts.years) else []
    if len(groups) > _ITEMS:
        parts.files.append(as_csv(answer.figures, "The figures of this reply"))
    return parts


def of_figures(text: str) -> tuple[str, str]:
    """What the text of a reply with figures says of them, and what stands below: a passage that explains them."""
    said, _, rest = text.partition("\n\n")
    return said, rest


def _rest(answer: Answer) -> list[Block]:
    """What a reply says below its figures, with the passage as a quotation."""
    said = _left(of_figures(answer.text)[1], _held(answer.passages))
    blocks = [section(piece) for piece in pieces(said)] if said else []
    for passage in answer.passages:
        blocks += [quotation(*_quoted(passage, whole=True)), _place(passage)]
    return blocks


def _other_years(answer: Answer, table: Years | None) -> list[str]:
    """Where the years of the table stand that the answer itself does not cite."""
    cited = {(figure.citation.report, figure.citation.location) for figure in answer.figures}
    more = [f for f in (table.figures if table else ()) if (f.citation.report, f.citation.location) not in cited]
    return [line.replace("Source: ", "Other years: ", 1) for line, _ in source_lines(more)]


def _beside(group: Group, lines: Sequence[str]) -> list[Known]:
    """The figures to list under the one that leads: what no sentence tells, and no table better."""
    few = len(group.own) <= _LISTED + 1
    return [
        known
        for known in group.figures[1:]
        if (known not in group.own or (few and not (group.change and known is group.before)))
        and not any(known.value in line and known.when in line for line in lines)
    ]


def _caption(group: Group, beside: Sequence[Known], below: str) -> Block:
    """The measure, its place and period, the change; then the other figures that were asked for.

    `below` is small print: where it names a place, it says of which year that place's values are.
    """
    lead = group.lead
    spans = [Span(lead.label, bold=True), Span(f"\n{lead.figure.geography}, {lead.when}")]
    spans += [Span(f"\n{_capital(lead.meaning)}", italic=True)] if lead.meaning else []
    spans += [Span(f"\n{group.change}")] if group.change else []
    for known in beside:
        own = known.figure.geography == lead.figure.geography
        name, more = (_capital(known.when), "") if own else (known.figure.geography, f" {known.when}")
        more = "" if known.figure.geography in below else more
        spans += [Span(f"\n{name}: "), Span(known.value, bold=True), Span(more)]
    return prose(*(span for span in spans if span.text))


def _item(group: Group, lines: Sequence[str]) -> list[Span]:
    """One measure of many, on a line."""
    spans = [Span(f"{group.lead.label}: ")]
    for number, known in enumerate([group.lead, *_beside(group, lines)]):
        place = "" if known.figure.geography == group.table.authority else f" {known.figure.geography}"
        spans += [Span("; " if number else ""), Span(known.value, bold=True), Span(f"{place} {known.when}")]
    return [span for span in (*spans, *(Span(f". {line}") for line in lines)) if span.text]


def _said(answer: Answer, groups: Sequence[Group], table: Years | None) -> list[list[str]]:
    """For each measure, the answer's sentences on it that say more than the figures shown.

    A sentence without the measure's name belongs to the measure named last.
    """
    facts = {word for group in groups for word in _words(group.change)} | _JOINING
    for group in groups:
        held = [group.lead, *_beside(group, ()), *([group.before] if group.before and group.change else [])]
        held += group.own if table and not table.is_cut else ()
        facts |= {word for known in held for word in _words(_fact(known))}
    sources = tuple(line.partition(", column")[0].rstrip(".") for line, _ in source_lines(answer.figures))
    said: list[list[str]] = [[] for _ in groups]
    last = 0
    for line in of_figures(answer.text)[0].split("\n"):
        named = [
            i for i, group in enumerate(groups) if line.startswith((f"{group.lead.label}: ", f"{group.lead.label}, "))
        ]
        last = named[0] if named else last
        if line.strip() and line not in answer.notes and not line.startswith(sources) and not _words(line) <= facts:
            said[last].append(_capital(line.removeprefix(f"{groups[last].lead.label}: ")))
    return said


def _fact(known: Known) -> str:
    f = known.figure
    return " ".join((known.label, f.measure, f.geography, f.period, known.value, known.when))


def _tells(text: str, table: Years) -> bool:
    """Whether a text holds every cell of a table."""
    return all(cell in text for row in table.rows[1:] for cell in row)


def _sources(lines: Sequence[tuple[str, Place]]) -> list[Block]:
    blocks = [sourced(line, place) for line, place in lines[:_SOURCES]]
    return blocks + ([context(*(line for line, _ in lines[_SOURCES:]))] if len(lines) > _SOURCES else [])


def _options(answer: Answer) -> Parts:
    """Each option with the years it is printed for, and a button that completes the question.

    Slack cuts a button's own text after some 30 characters on a telephone, where the labels differ later.
    """
    lines = [line for line in answer.text.split("\n") if line.strip()]
    body = [
        section(_left("\n".join(lines), [line for line in lines if _NUMBERED.match(line)]) or "Which one is meant?")
    ]
    for number, option in enumerate((o for o in answer.options[:4] if clean(o).strip()), 1):
        told = next((line for line in lines if line.startswith(f"{number}. {option}")), f"{number}. {option}")
        press = button(f"Choose {number}", f"{Action.OPTION}_{number}", cut(clean(option), VALUE), cut(option, BUTTON))
        body.append(section(told, press))
    return Parts(body=body)


def _passages(answer: Answer) -> Parts:
    """What is said, then each passage as a quotation; figures that are near are told with their sources."""
    parts = Parts()
    sources = source_lines(answer.figures)
    said = _left(answer.text, [*(line for line, _ in sources if line), *_held(answer.passages)])
    parts.body += [section(piece) for piece in pieces(said)] if said else []
    for number, passage in enumerate(answer.passages):
        parts.body += [quotation(*_quoted(passage, whole=number == 0)), _place(passage)]
    parts.small += _sources(sources)
    return parts


def _held(passages: Iterable[QuotedPassage]) -> list[str]:
    """What a text says of its passages, which blocks of their own show."""
    held: list[str] = []
    for passage in passages:
        held += [f"“{passage.highlight}”", f"“{passage.text}”", f" ({passage.speaker})", passage_line(passage)]
    return [text for text in held if text]


def _place(passage: QuotedPassage) -> Block:
    # Some passages end in the name of who says it.
    speaker = f"{passage.speaker}\n" if passage.speaker and not passage.highlight.endswith(passage.speaker) else ""
    return sourced(f"{speaker}{passage_line(passage)}", place_of(passage))


def _quoted(passage: QuotedPassage, whole: bool) -> list[Span]:
    """The passage with the words that answer in bold; of a long one that only comes after, these words alone."""
    if not passage.highlight.strip() or passage.highlight not in passage.text:
        return [Span(passage.text)]
    before, found, after = passage.text.partition(passage.highlight)
    if not whole and len(passage.text) > _WHOLE and len(passage.highlight) < len(passage.text) * 0.8:
        before, after = "… " if before.strip() else "", " …" if after.strip() else ""
    return [span for span in (Span(before), Span(found, bold=bool(before or after)), Span(after)) if span.text]


def _left(text: str, held: Iterable[str]) -> str:
    """What a text says besides these pieces of it, each taken out once."""
    for piece in held:
        text = text.replace(piece, "", 1)
    return "\n".join(line for line in text.split("\n") if any(character.isalnum() for character in line))


def pieces(text: str) -> list[str]:
    """A text in parts that each fit into a section, cut at the end of a line or of a word."""
    rest = clean(text)
    parts: list[str] = []
    while rest.strip():
        part = cut(rest, SECTION)
        if part == rest:
            return [*parts, rest]
        part = part.removesuffix(CUT)
        line = part.rfind("\n")
        part = part[:line] if line > SECTION // 2 else part
        parts += [part] if part.strip() else []
        # What was cut off may begin with more blanks than a part holds.
        rest = rest[len(part) :].lstrip()
    return parts


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
