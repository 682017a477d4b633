"""Simulated clerks: each sits at a window, calls whose turn it is, and does what clerks do.

A clerk never polls: when nobody waits for the window, he waits for the hall to tell him of
somebody. Who is at the window is what the hall shows, not what the clerk remembers, so that an
undone step or a refusal leaves nobody behind.
"""

from __future__ import annotations

from asyncio import TaskGroup, gather
from dataclasses import dataclass
from random import Random

from ops.behaviour import Clerk, Visitor, lognormal
from ops.floor import Floor
from ops.visitors import come_back
from queue_server.domain.calling import MINUTE, SECOND
from queue_server.domain.facts import WindowView
from queue_server.domain.hall import Events, How, Value
from queue_server.domain.refusals import Refused, TooSoon
from queue_server.domain.tickets import State, Ticket
from queue_server.domain.view import HallView


@dataclass
class Desk:
    """One clerk at one window; `group` runs what goes on besides: a held visitor who fetches a
    paper, a missed one who turns up after all."""

    floor: Floor
    clerk: Clerk
    dice: Random
    group: TaskGroup
    lunch_is_over: bool = False

    @property
    def window(self) -> str:
        """The window's number."""
        return self.clerk.window

    def seat(self, view: HallView) -> WindowView:
        """The window as everybody sees it."""
        return view.windows.get(self.window) or WindowView(number=self.window)

    async def work(self) -> None:
        """From sitting down to the end of the day, with lunch where there is one."""
        await self.floor.sleep(self.clerk.late)
        await self._sit_down()
        while self.floor.view.state != "closed":
            if number := await self._next():
                await self._attend(number)
            await self._in_between()

    async def _sit_down(self) -> None:
        floor, window, who = self.floor, self.window, f"clerk-{self.window}"
        auto = self.clerk.auto
        told = await floor.say(
            lambda id_: floor.hall.open_window(window, clerk=who, auto=auto, by=who, command=id_)
        )
        await self._see(told)

    async def _see(self, told: Events) -> Events:
        """What we were told, when we can see it as well."""
        if told:
            await self.floor.until(lambda view: view.seq >= told[-1].seq)
        return told

    async def _do(self, verb: str, **words: Value) -> bool:
        """One command of this window; answers whether the hall agreed."""
        hall, who, window = self.floor.hall, f"clerk-{self.window}", self.window
        try:
            told = await self.floor.say(
                lambda id_: hall.do(verb, How(by=who, command=id_), window=window, **words)
            )
        except TooSoon:
            raise
        except Refused:
            return False
        await self._see(told)
        return True

    # --- who is next

    async def _next(self) -> str:
        """Whoever is at the window now, or comes when called; empty when it is time for else."""
        view = self.floor.view
        if (seat := self.seat(view)).ticket or seat.state == "paused":
            return seat.ticket
        if seat.state == "closed":
            await self._sit_down()
        if not self.clerk.auto and await self._call():
            return self.seat(self.floor.view).ticket

        def somebody(now: HallView) -> bool:
            waits = now.seq > view.seq and not self.clerk.auto and now.queue(self.seat(now))
            return now.state == "closed" or bool(self.seat(now).ticket or waits)

        await self.floor.until(somebody, self._lunch_at())
        return self.seat(self.floor.view).ticket

    async def _call(self) -> bool:
        """Call the next; some press twice, and one of the two presses is refused."""
        if self.dice.random() < 0.05:
            return any(await gather(self._do("call_next"), self._do("call_next")))
        return await self._do("call_next")

    # --- one visitor

    async def _attend(self, number: str) -> None:
        floor = self.floor
        await floor.until(lambda _: number in floor.people)
        visitor = floor.people[number]
        if (
            visitor.slip == "skip"
            and self.floor.first_time(number, "skip")
            and await self._do("skip")
        ):
            return
        if floor.missed[number] < visitor.misses:
            await self._wait_in_vain(number, visitor)
            return
        if visitor.recalled and self.floor.first_time(number, "recall"):
            await floor.sleep(25 * SECOND)
            await self._do("recall")
        await floor.sleep(visitor.walk)
        if self.seat(floor.view).ticket == number and await self._start(number, visitor):
            await self._serve(number, visitor)

    async def _start(self, number: str, visitor: Visitor) -> bool:
        if self.floor.view.tickets[number].state is State.SERVING:
            return True
        started = await self._do("start")
        # The wrong button: taken back at once, and pressed again.
        if started and self._slips(number, visitor, "start") and await self._do("undo"):
            return await self._do("start")
        return started

    def _slips(self, number: str, visitor: Visitor, verb: str) -> bool:
        return visitor.slip == "undo" and self.floor.first_time(number, f"undo {verb}")

    async def _wait_in_vain(self, number: str, visitor: Visitor) -> None:
        await self.floor.sleep(30 * SECOND)
        await self._do("recall")
        while self.seat(self.floor.view).ticket == number:
            await self.floor.sleep(20 * SECOND)
            try:
                missed = await self._do("no_show")
            except TooSoon:
                continue
            if not missed:
                return
            self.floor.missed[number] += 1
            if visitor.returns_after:
                self.group.create_task(come_back(self.floor, visitor, number))

    def _planned(self, ticket: Ticket) -> float:
        """The planned time of this stop, ms."""
        if ticket.steps:
            return ticket.steps[ticket.step - 1].minutes * MINUTE
        service = self.floor.view.plan.service.get(ticket.services[0])
        return (service.minutes if service else 10) * MINUTE

    async def _serve(self, number: str, visitor: Visitor) -> None:
        floor = self.floor
        ticket = floor.view.tickets[number]
        ends = floor.now + self._planned(ticket) * visitor.effort[ticket.step % 8]
        middle = round((floor.now + ends) / 2)
        if visitor.transferred and self.floor.first_time(number, "transfer"):
            await floor.sleep_until(middle)
            if await self._send_on(ticket):
                return
        if visitor.held and self.floor.first_time(number, "hold"):
            await floor.sleep_until(middle)
            if await self._do("hold", reason="a paper is missing"):
                self.group.create_task(self._bring_back(number, visitor))
                return
        if self.dice.random() < 0.03:
            await self._ask_for_help()
        await floor.sleep_until(round(ends))
        await self._finish(number, visitor)

    async def _finish(self, number: str, visitor: Visitor) -> None:
        if self._lunch_is_due():
            # A window that calls by itself must not call anybody now.
            await self._do("pause", reason="lunch")
        outcome = self.dice.choice(("accepted", "accepted", "accepted", "incomplete"))
        done = await self._do("finish", outcome=outcome)
        if done and self._slips(number, visitor, "finish") and await self._do("undo"):
            await self.floor.sleep(30 * SECOND)
            await self._do("finish", outcome=outcome)

    async def _send_on(self, ticket: Ticket) -> bool:
        """To another lane that somebody serves now; some are to come back afterwards."""
        view = self.floor.view
        lanes = [
            lane.id
            for lane in view.plan.lanes
            if lane.id != ticket.lane
            and any(w.number != self.window for w in view.open_windows(lane.id, ticket.class_))
        ]
        if not lanes:
            return False
        back, place = self.dice.random() < 0.3, self.dice.choice(("own", "own", "first", "end"))
        lane = self.dice.choice(lanes)
        return await self._do("transfer", lane=lane, place=place, come_back=back)

    async def _bring_back(self, number: str, visitor: Visitor) -> None:
        """The held visitor is back: at once at this window when it is free, or into the lane."""
        floor = self.floor
        await floor.sleep(visitor.held)
        if self.dice.random() < 0.5 and await self._do("unhold", ticket=number):
            return
        await floor.try_to(lambda id_: floor.hall.unhold(number, command=id_))

    async def _ask_for_help(self) -> None:
        if await self._do("assist", reason="a difficult case"):
            await self.floor.sleep(20 * SECOND)
            await self._do("assist_accept", helper="clerk-12")
            await self.floor.sleep(MINUTE)
            await self._do("assist_done")

    # --- what else there is

    def _lunch_at(self) -> int:
        """When this clerk leaves for lunch (Unix ms); 0 when he does not, or has."""
        lunch = self.clerk.lunch
        return self.floor.of_day(lunch[0]) if lunch and not self.lunch_is_over else 0

    def _lunch_is_due(self) -> bool:
        at = self._lunch_at()
        return 0 < at <= self.floor.now

    async def _in_between(self) -> None:
        seat = self.seat(self.floor.view)
        if seat.ticket or self.floor.view.state == "closed":
            return
        if self._lunch_is_due():
            await self._have_lunch()
        elif seat.state == "paused":
            await self._do("unpause")
        elif self.dice.random() < 0.02:
            await self._do("quick", persons=1)
        elif self.dice.random() < 0.02 and await self._do("pause", reason="a short break"):
            await self.floor.sleep(lognormal(self.dice, 6.0, 0.5) * MINUTE)
            await self._do("unpause")

    async def _have_lunch(self) -> None:
        if not await self._do("close_window"):
            return
        self.lunch_is_over = True
        assert self.clerk.lunch
        await self.floor.sleep_until(self.floor.of_day(self.clerk.lunch[1]))
        if self.floor.view.state != "closed":
            await self._sit_down()
