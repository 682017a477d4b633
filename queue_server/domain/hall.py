"""The port: everything that can be said to a hall, and how to listen to one.

Each verb is one command, one atomic step; it answers with the events it caused or raises
`Refused`. Implementations say how a command travels (`do`) and how events come back (`follow`);
the verbs themselves are the same everywhere. Times are Unix ms unless a name says otherwise.

Every verb takes `by` (who does it, for the log) and `command` (the command's id: the same id
again answers with the events of the first time; one is made up when it is not given).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, TypedDict, Unpack

from queue_server.domain.events import Event
from queue_server.domain.view import HallView

Value = str | int | bool | Sequence[str]
Events = list[Event]


class Position(NamedTuple):
    """A place in a hall's events: after event `seq` of `day`."""

    day: str
    seq: int

    def __str__(self) -> str:
        return f"{self.day}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """`2026-11-21:41` → Position; raises ValueError."""
        day, _, seq = text.rpartition(":")
        if not day or not seq.isascii() or not seq.isdigit():
            raise ValueError("a position is written day:seq, for example 2026-11-21:41")
        return cls(day, int(seq))


class How(TypedDict, total=False):
    """What every verb takes besides its own words."""

    by: str
    command: str


class Hall(ABC):
    """One service hall."""

    id: str

    @abstractmethod
    async def do(self, verb: str, /, how: How, **words: Value) -> Events:
        """Carry out one command; raises `Refused`."""

    @abstractmethod
    def follow(self, after: Position | None = None) -> AsyncIterator[Events]:
        """Events in order, in batches, without end; from now on when `after` is None.

        An unknown day means: from the start of the present one.
        """

    @abstractmethod
    async def view(self) -> HallView:
        """The hall as it is now: every event told so far is in it."""

    @abstractmethod
    async def now(self) -> int:
        """The hall's own time; a drill's clock may run faster than ours."""

    @abstractmethod
    async def link(self, ticket: str) -> str:
        """The path of the ticket's own page, which nobody can guess; raises `NoTicket`."""

    @abstractmethod
    async def salt(self) -> bytes:
        """What is mixed into a person's number before it is hashed, another every day."""

    # --- the day

    async def open_day(
        self,
        day: str = "",
        layout: str = "",
        speed: int = 1,
        starts: int = 0,
        **how: Unpack[How],
    ) -> Events:
        """Open the hall; a day closed by hand opens again and goes on with its numbers.

        Without `layout` (JSON) the published one holds. `speed` over 1 makes it a drill, whose
        clock starts at `starts` and runs that many times as fast.
        """
        return await self.do("open_day", how, day=day, layout=layout, speed=speed, starts=starts)

    async def close_day(self, policy: str = "", **how: Unpack[How]) -> Events:
        """Take no more tickets. `wait`: close when the last visitor has gone; `expire`: tickets
        that wait expire now; `force`: everything does. Without a policy, the layout's."""
        return await self.do("close_day", how, policy=policy)

    async def set_mode(self, mode: str, notice: str = "", **how: Unpack[How]) -> Events:
        """`normal`, `appointment_only` or `closed`, with a notice for the public."""
        return await self.do("set_mode", how, mode=mode, notice=notice)

    async def broadcast(
        self, text: str, zone: str = "", until: int = 0, **how: Unpack[How]
    ) -> Events:
        """Say and show something to everybody (in one zone, when given)."""
        return await self.do("broadcast", how, text=text, zone=zone, until=until)

    async def change_layout(self, layout: str = "", **how: Unpack[How]) -> Events:
        """Let a new plan hold at once; waiting tickets keep their places."""
        return await self.do("change_layout", how, layout=layout)

    # --- tickets

    async def take(
        self,
        service: str = "",
        *,
        services: Sequence[str] = (),
        class_: str = "",
        reason: str = "",
        person: str = "",
        on_behalf: str = "",
        booking: str = "",
        appointed: int = 0,
        source: str = "",
        language: str = "",
        **how: Unpack[How],
    ) -> Events:
        """Give a number. `person` is a keyed hash, never an ID number; `appointed` is when.

        `reason` says why the class, for instance green, is given. A booking gives one number a
        day.
        """
        return await self.do(
            "take",
            how,
            services=services or (service,),
            class_=class_,
            reason=reason,
            person=person,
            on_behalf=on_behalf,
            booking=booking,
            appointed=appointed,
            source=source,
            language=language,
        )

    async def cancel(self, ticket: str, reason: str = "", **how: Unpack[How]) -> Events:
        """The visitor gives up."""
        return await self.do("cancel", how, ticket=ticket, reason=reason)

    async def reinstate(self, ticket: str, **how: Unpack[How]) -> Events:
        """A missed visitor has come: back in the lane, behind the next ones (过号)."""
        return await self.do("reinstate", how, ticket=ticket)

    async def away(self, ticket: str, **how: Unpack[How]) -> Events:
        """The visitor steps out; the place is kept."""
        return await self.do("away", how, ticket=ticket)

    async def back(self, ticket: str, **how: Unpack[How]) -> Events:
        """The visitor who stepped out is back."""
        return await self.do("back", how, ticket=ticket)

    async def reclassify(self, ticket: str, class_: str, reason: str, **how: Unpack[How]) -> Events:
        """Give a ticket another class, for instance green, and say why."""
        return await self.do("reclassify", how, ticket=ticket, class_=class_, reason=reason)

    async def rate(
        self,
        ticket: str,
        score: int,
        reasons: Sequence[str] = (),
        source: str = "",
        **how: Unpack[How],
    ) -> Events:
        """The visitor's opinion, 1 to 5; one per visit."""
        return await self.do(
            "rate", how, ticket=ticket, score=score, reasons=reasons, source=source
        )

    # --- windows

    async def open_window(
        self,
        window: str,
        clerk: str = "",
        lanes: Sequence[str] = (),
        auto: bool = False,
        lease: int = 0,
        take_over: bool = False,
        **how: Unpack[How],
    ) -> Events:
        """Sit down. `lanes` replaces the layout's for this sitting; `auto` calls by itself.

        With a `lease` (ms), a window that stays silent that long counts as lost. `take_over`
        hands an open window with its ticket to another clerk (AB岗).
        """
        return await self.do(
            "open_window",
            how,
            window=window,
            clerk=clerk,
            lanes=lanes,
            auto=auto,
            lease=lease,
            take_over=take_over,
        )

    async def close_window(self, window: str, **how: Unpack[How]) -> Events:
        """Leave; refused while a ticket is there."""
        return await self.do("close_window", how, window=window)

    async def pause(self, window: str, reason: str = "", **how: Unpack[How]) -> Events:
        """Call nobody for a while (暂停服务); an open ticket may be finished."""
        return await self.do("pause", how, window=window, reason=reason)

    async def unpause(self, window: str, **how: Unpack[How]) -> Events:
        """Go on."""
        return await self.do("unpause", how, window=window)

    async def call_next(self, window: str, lane: str = "", **how: Unpack[How]) -> Events:
        """Call whose turn it is (in one lane only, when given)."""
        return await self.do("call_next", how, window=window, lane=lane)

    async def call(self, window: str, ticket: str, **how: Unpack[How]) -> Events:
        """Call this number, whoever's turn it is."""
        return await self.do("call", how, window=window, ticket=ticket)

    async def recall(self, window: str, **how: Unpack[How]) -> Events:
        """The same call once more."""
        return await self.do("recall", how, window=window)

    async def start(self, window: str, **how: Unpack[How]) -> Events:
        """The visitor is here."""
        return await self.do("start", how, window=window)

    async def finish(
        self,
        window: str,
        outcome: str = "",
        services: Sequence[str] = (),
        persons: int = 1,
        note: str = "",
        **how: Unpack[How],
    ) -> Events:
        """Done; a one-thing ticket goes to its next step."""
        return await self.do(
            "finish",
            how,
            window=window,
            outcome=outcome,
            services=services,
            persons=persons,
            note=note,
        )

    async def no_show(self, window: str, **how: Unpack[How]) -> Events:
        """The visitor did not come; refused before the grace and the calls have passed."""
        return await self.do("no_show", how, window=window)

    async def hold(
        self, window: str, reason: str = "", until: int = 0, **how: Unpack[How]
    ) -> Events:
        """Put the ticket aside (until a time, when given)."""
        return await self.do("hold", how, window=window, reason=reason, until=until)

    async def unhold(self, ticket: str, window: str = "", **how: Unpack[How]) -> Events:
        """Back into its lane, or, with `window`, called there at once."""
        return await self.do("unhold", how, ticket=ticket, window=window)

    async def requeue(
        self, window: str, place: str = "same", after: int = 0, **how: Unpack[How]
    ) -> Events:
        """Back into the lane: `same` place or the `end`, and not before `after` minutes."""
        return await self.do("requeue", how, window=window, place=place, after=after)

    async def skip(self, window: str, **how: Unpack[How]) -> Events:
        """Not this one, the next please; the skipped one keeps its place."""
        return await self.do("skip", how, window=window)

    async def transfer(
        self,
        window: str = "",
        ticket: str = "",
        lane: str = "",
        to_window: str = "",
        place: str = "own",
        note: str = "",
        come_back: bool = False,
        **how: Unpack[How],
    ) -> Events:
        """Send the window's ticket (or a waiting `ticket`) to a lane or to another window.

        `place` is `first`, `own` or `end`. With `come_back` it returns to `window` afterwards.
        """
        return await self.do(
            "transfer",
            how,
            window=window,
            ticket=ticket,
            lane=lane,
            to_window=to_window,
            place=place,
            note=note,
            come_back=come_back,
        )

    async def add_step(self, ticket: str, service: str, **how: Unpack[How]) -> Events:
        """One more service in the same visit, at the window of its lane."""
        return await self.do("add_step", how, ticket=ticket, service=service)

    async def quick(
        self,
        window: str,
        service: str = "",
        outcome: str = "",
        persons: int = 1,
        **how: Unpack[How],
    ) -> Events:
        """Somebody was served in passing, without a ticket."""
        return await self.do(
            "quick", how, window=window, service=service, outcome=outcome, persons=persons
        )

    async def assist(self, window: str, reason: str = "", **how: Unpack[How]) -> Events:
        """Ask for a colleague."""
        return await self.do("assist", how, window=window, reason=reason)

    async def assist_accept(self, window: str, helper: str = "", **how: Unpack[How]) -> Events:
        """I am coming to that window."""
        return await self.do("assist_accept", how, window=window, helper=helper)

    async def assist_done(self, window: str, **how: Unpack[How]) -> Events:
        """The help is over."""
        return await self.do("assist_done", how, window=window)

    async def undo(self, window: str, **how: Unpack[How]) -> Events:
        """Take the window's last command back (within 10 s, if nobody acted on it since)."""
        return await self.do("undo", how, window=window)

    # --- devices

    async def announced(
        self, ticket: str, call: int, device: str, delay: int = 0, **how: Unpack[How]
    ) -> Events:
        """A voice said call number `call` of this ticket, `delay` ms after it was made."""
        return await self.do("announced", how, ticket=ticket, call=call, device=device, delay=delay)

    async def shown(
        self, ticket: str, call: int, device: str, delay: int = 0, **how: Unpack[How]
    ) -> Events:
        """A screen showed call number `call` of this ticket, `delay` ms after it was made."""
        return await self.do("shown", how, ticket=ticket, call=call, device=device, delay=delay)

    async def printed(
        self, ticket: str, device: str, copy: bool = False, **how: Unpack[How]
    ) -> Events:
        """The slip is on paper."""
        return await self.do("printed", how, ticket=ticket, device=device, copy=copy)

    async def print_failed(
        self, ticket: str, device: str, error: str, **how: Unpack[How]
    ) -> Events:
        """The slip is not on paper, and why."""
        return await self.do("print_failed", how, ticket=ticket, device=device, error=error)

    async def reprint(
        self, ticket: str, device: str = "", reason: str = "", **how: Unpack[How]
    ) -> Events:
        """Print the slip once more, marked 补打 (on this printer, when given)."""
        return await self.do("reprint", how, ticket=ticket, device=device, reason=reason)

    async def device_seen(
        self,
        device: str,
        sort: str = "",
        state: str = "ok",
        error: str = "",
        window: str = "",
        **how: Unpack[How],
    ) -> Events:
        """A sign of life; it is an event only when `state` or `error` changed."""
        return await self.do(
            "device_seen", how, device=device, sort=sort, state=state, error=error, window=window
        )
