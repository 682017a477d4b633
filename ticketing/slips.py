"""Plan a slip: what stands on the paper that a visitor takes along.

Pure: a view and the time come in, a `Slip` comes out, which knows nothing of dots or bytes
(`drawing.py` and `printers/` do). No name, ID number or note of a visitor ever stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from queue_server.domain.facts import WindowView
from queue_server.domain.layout import ORDINARY, Class, Lane, Layout, Service
from queue_server.domain.predictors import for_ticket
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView
from ticketing.missed_calls import sentences
from ticketing.slip_words import LANGUAGES, SPOILT, Words, known


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `size` is 1, or 3 for the number. A `small` one translates what is above."""

    words: str
    size: int = 1
    bold: bool = False
    centred: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that must not be overlooked: 绿色通道, 预约, 补打."""

    words: str


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code of `data`."""

    data: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


Part = Text | Mark | Code | Rule


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip, from its top to its bottom. `copy`: it is marked 补打."""

    day: str
    number: str
    copy: bool
    parts: tuple[Part, ...]


#: What is printed over a piece of a slip that must not be used.
SPOIL = Slip("", "", False, (Rule(), Mark(SPOILT), Rule()))


def slip(
    view: HallView,
    number: str,
    *,
    link: str,
    now: int,
    copy: bool = False,
    languages: tuple[str, ...] = (),
) -> Slip:
    """The slip of a ticket at `now` (Unix ms); raises LookupError for an unknown one.

    `link` is the absolute address of the ticket's page (none: no QR code). `languages` replaces
    the hall's; the visitor's own comes first.
    """
    ticket = view.tickets[number]
    spoken = known((ticket.language, *(languages or view.plan.languages)))
    return Slip(view.day, number, copy, tuple(_parts(Page(view, ticket, spoken), link, now, copy)))


@dataclass(frozen=True, slots=True)
class Page:
    """Whose slip it is, and in which languages, the first of them first."""

    view: HallView
    ticket: Ticket
    languages: tuple[str, ...]

    @property
    def plan(self) -> Layout:
        """The hall's plan."""
        return self.view.plan

    def name(self, thing: Layout | Lane | Service | Class, language: str) -> str:
        """What the hall calls it in a language."""
        return thing.name if language == "zh-CN" else thing.name_en or thing.name

    def names(self, services: tuple[str, ...], language: str) -> str:
        """The names of services, by their codes."""
        plan = self.plan.service
        return LANGUAGES[language].comma.join(
            self.name(plan[code], language) if code in plan else code for code in services
        )

    def lane(self, lane: str, language: str) -> str:
        """The name of a lane."""
        return self.name(self.plan.lane[lane], language) if lane in self.plan.lane else ""

    def each(self, *lines: str, centred: bool = False, bold: bool = False) -> Iterator[Text]:
        """One line in every language; what says the same again is left out."""
        for at, words in enumerate(dict.fromkeys(filter(None, lines))):
            yield Text(words, centred=centred, bold=bold, small=at > 0)


def _parts(page: Page, link: str, now: int, copy: bool) -> Iterator[Part]:
    yield from page.each(
        *(page.name(page.plan, language) for language in page.languages), centred=True, bold=True
    )
    yield from _marks(page, copy)
    yield Text(page.ticket.number, size=3, bold=True, centred=True)
    yield Rule()
    yield from _facts(page, now)
    yield Rule()
    service = page.plan.service.get(page.ticket.services[0])
    yield from page.each(
        *(sentences(page.plan.rule, service, LANGUAGES[language]) for language in page.languages)
    )
    if link:
        yield Code(link)
        scan = (LANGUAGES[language].scan for language in page.languages)
        yield from page.each(*scan, centred=True)
    if phone := page.plan.complaint_phone:
        told = (LANGUAGES[language].complaint.format(phone=phone) for language in page.languages)
        yield from page.each(*told, centred=True)


def _marks(page: Page, copy: bool) -> Iterator[Mark]:
    for class_ in page.plan.classes:
        if class_.id == page.ticket.class_ != ORDINARY:
            yield Mark(_together(page.name(class_, language) for language in page.languages))
    if copy:
        yield Mark(_together(LANGUAGES[language].copy for language in page.languages))


def _together(words: Iterator[str]) -> str:
    return " ".join(dict.fromkeys(words))


def _facts(page: Page, now: int) -> Iterator[Text]:
    lines = zip(*(_told(page, language, now) for language in page.languages), strict=True)
    for translations in lines:
        yield from page.each(*translations)
    if page.ticket.steps:
        for language in page.languages[:1]:
            yield from (Text(line) for line in _steps(page, language))


def _told(page: Page, language: str, now: int) -> list[str]:
    """The facts, line by line; the same lines in each language."""
    words, ticket = LANGUAGES[language], page.ticket
    taken = datetime.fromtimestamp(ticket.taken / 1000, page.plan.zone())
    return [
        words.service.format(names=page.names(ticket.services, language)),
        words.lane.format(name=name) if (name := page.lane(ticket.lane, language)) else "",
        words.windows.format(numbers=numbers) if (numbers := _windows(page, words)) else "",
        *_waiting(page, words, now),
        words.taken.format(time=f"{taken:%Y-%m-%d %H:%M}"),
    ]


def _waiting(page: Page, words: Words, now: int) -> Iterator[str]:
    if page.ticket.state is State.CALLED:
        yield words.called.format(window=page.ticket.window)
    if page.ticket.state is not State.WAITING:
        return
    yield words.ahead.format(people=page.view.ahead(page.ticket))
    if estimate := for_ticket(page.view, page.ticket, now):
        low, high = estimate.outward()
        yield words.wait.format(low=low, high=high)
    else:
        yield words.wait_unknown


def _windows(page: Page, words: Words) -> str:
    """The windows that may call it; three and more in a row are written 1-3."""
    ticket, view = page.ticket, page.view
    numbers = [
        number
        for number in view.plan.window
        if view.serves(
            view.windows.get(number, WindowView(number=number)), ticket.lane, ticket.class_
        )
    ]
    return words.comma.join(_rows(numbers))


def _rows(numbers: list[str]) -> Iterator[str]:
    rows: list[list[str]] = []
    for number in numbers:
        if rows and number.isdigit() and rows[-1][-1] == str(int(number) - 1):
            rows[-1].append(number)
        else:
            rows.append([number])
    for row in rows:
        yield from (f"{row[0]}-{row[-1]}",) if len(row) > 2 else row


def _steps(page: Page, language: str) -> Iterator[str]:
    yield LANGUAGES[language].steps
    done = page.ticket.done.ljust(len(page.ticket.steps), "0")
    for at, step in enumerate(page.ticket.steps):
        names, lane = page.names(step.services, language), page.lane(step.lane, language)
        yield f"{'√' if done[at] == '1' else f'{at + 1}.'} {lane} {names}"
