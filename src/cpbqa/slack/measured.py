"""The figures of an Answer, measure by measure, each with what the index knows of it: its unit, its year before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cpbqa.asking.drafts import notes_on
from cpbqa.asking.lookup import FigureTable, Found
from cpbqa.asking.saying import text_of
from cpbqa.asking.wordings import difference, label, value, verdict, when
from cpbqa.bot import Bot
from cpbqa.charting import Series, series_of
from cpbqa.domain import Figure, Measure, Period

NOT_REPORTED = "not reported"


@dataclass(frozen=True)
class Known:
    """One figure; `found` is None where the index does not hold it as the answer has it, and nothing is added then."""

    figure: Figure
    measure: Measure | None = None
    found: Found | None = None

    @property
    def label(self) -> str:
        return label(self.found.observation) if self.found else self.figure.measure

    @property
    def value(self) -> str:
        """The printed value, with days where it counts days and the meaning of a sign."""
        if self.found and self.measure:
            return value(self.found.observation, self.measure.unit)
        return self.figure.value if self.figure.value.strip() else NOT_REPORTED

    @property
    def large(self) -> str:
        """The printed value alone, with its unit."""
        number = self.found is not None and self.found.observation.quantity.number is not None
        return self.value if number or not self.figure.value.strip() else self.figure.value

    @property
    def meaning(self) -> str:
        """What a sign in place of a number means; nothing for a number."""
        return "" if self.large == self.value else self.value.removeprefix(self.large).strip(" ()")

    @property
    def when(self) -> str:
        return when(self.found.observation) if self.found else self.figure.period

    @property
    def period(self) -> Period | None:
        return Period.parse(self.figure.period)


@dataclass(frozen=True)
class Group:
    """What an answer holds of one measure, in its order; the first leads."""

    figures: tuple[Known, ...]
    table: FigureTable

    @property
    def lead(self) -> Known:
        return self.figures[0]

    @property
    def own(self) -> tuple[Known, ...]:
        """The figures of the place that leads."""
        return tuple(known for known in self.figures if known.figure.geography == self.lead.figure.geography)

    @property
    def places(self) -> list[str]:
        return list(dict.fromkeys(known.figure.geography for known in self.figures))

    @cached_property
    def before(self) -> Known | None:
        """The same a year before the lead, in the prints that the lead was taken from; of our own place only.

        None across a break in the series: what a footnote says cannot be compared is not.
        """
        lead = self.lead
        if not lead.found or not lead.measure or lead.figure.geography != self.table.authority:
            return None
        earlier = lead.found.observation.period.shifted(-1)
        if lead.measure.break_between(earlier, lead.found.observation.period):
            return None
        held = next((known for known in self.own if known.period == earlier), None)
        if held or len(self.own) == 2:
            return held  # Two years that are compared are the ones that were asked for.
        found = self.table.find(lead.measure, earlier, lead.figure.geography)
        return Known(found.figure, lead.measure, found) if found else None

    @property
    def change(self) -> str:
        """How the lead differs from the year before, computed from the two cells; else the year before alone."""
        before = self.before
        if not before or not before.found or not self.lead.found or not self.lead.measure:
            return ""
        newer, older = self.lead.found.observation, before.found.observation
        computed = difference(newer, older, self.lead.measure)
        if not computed:
            return f"The year before: {before.value}"
        judged = verdict(newer, older, self.lead.measure)
        than = "than" if computed[0].endswith((" more", " fewer")) else "on"
        return (
            f"{_capital(computed[0])} {than} the year before ({before.value}){f', which is {judged}' if judged else ''}"
        )

    @property
    def restatement(self) -> list[str]:
        """The notes on the lead that tell of another number printed first; one of the same number is small print."""
        found = self.lead.found
        if not found:
            return []
        now = found.observation.quantity
        other = tuple(earlier for earlier in found.earlier if not earlier.quantity.agrees_with(now))
        plain = Found(replace(found.observation, notes=()), earlier=other, later=found.later)
        return [text_of(told) for told in notes_on(plain)]

    @cached_property
    def series(self) -> Series | None:
        """The run of years, of the reports that the figures were taken from."""
        return series_of(self.lead.measure, self.table) if self.lead.found and self.lead.measure else None


def grouped(figures: Sequence[Figure], bot: Bot) -> list[Group]:
    """The figures that were asked for, by measure."""
    by_measure: dict[str, list[Figure]] = {}
    for figure in figures:
        if not figure.near:
            by_measure.setdefault(figure.measure_id or figure.measure, []).append(figure)
    return [_group(some, bot) for some in by_measure.values()]


def known(figure: Figure, bot: Bot) -> Known:
    """The figure as the index holds it, where it does, to the letter."""
    measure = bot.snapshot.measures.get(figure.measure_id)
    period = Period.parse(figure.period)
    if measure and period:
        found = bot.table.find(measure, period, figure.geography, figure.citation.report)
        o = found.observation if found else None
        if o and o.quantity.printed == figure.value and o.citation.location == figure.citation.location:
            return Known(figure, measure, found)
    return Known(figure)


def known_in(group: Group, figure: Figure) -> Known:
    """A figure of the group's run, as the prints that the group is of hold it."""
    held = next((known for known in group.figures if known.figure == figure), None)
    measure, period = group.lead.measure, Period.parse(figure.period)
    if held or not measure or not period:
        return held or Known(figure)
    found = group.table.find(measure, period, figure.geography)
    return Known(figure, measure, found) if found and found.figure == figure else Known(figure)


def _group(figures: Sequence[Figure], bot: Bot) -> Group:
    told = [known(figure, bot) for figure in figures]
    return Group(tuple(told), _prints(told[0], bot))


def _prints(lead: Known, bot: Bot) -> FigureTable:
    """All prints; or one report's alone, where the answer holds an older print than the one that leads."""
    if not lead.found or not lead.measure:
        return bot.table
    o = lead.found.observation
    newest = bot.table.find(lead.measure, o.period, o.geography)
    if newest is None or newest.observation == o:
        return bot.table
    printed = [other for other in bot.snapshot.observations if other.report == o.report]
    return FigureTable(printed, [o.report], bot.table.authority)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
