"""The service of hardware callers: presses become commands, displays follow the hall.

A caller is one more pair of hands for a window: it does what the console's buttons do, and knows
nothing that the hall doesn't. The line is served by a thread; a slow hall never stops it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from functools import partial
from itertools import count

from queue_server.client.device import AGAIN, Device, views
from queue_server.client.own_thread import OwnThread
from queue_server.domain.hall import Hall, How
from queue_server.domain.refusals import Refused, Unavailable
from queue_server.domain.view import HallView
from ticketing.caller import RATING, Bus, Frame, ask_rating, beep, show
from ticketing.keys import Acts, Key, Keys, face, key_of, rated
from ticketing.troubles import Gone

#: An unplugged line is tried again after so long (s), then half as often each time.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
#: A device that was switched off for a while shows what it should again after this (s).
REFRESH = 30.0
#: So many frames are said in one turn: a press must not wait for sixty displays.
FRAMES = 4
#: Between the two tones that say no (s).
TONES = 0.3
#: How often a rating is told to a hall that is away.
TRIES = 20

log = logging.getLogger(__name__)


class Calling:
    """One line with callers and raters; `addresses` says at which window each address stands."""

    def __init__(
        self,
        hall: Hall,
        bus: Bus,
        addresses: Mapping[int, str],
        device: Device,
        keys: Keys | None = None,
    ) -> None:
        self.hall = hall
        self.bus = bus
        self.addresses = dict(addresses)
        self.device = device
        self.keys = keys or Keys()
        self._view = HallView()
        self._drawn: HallView | None = None
        self._faces: dict[int, Frame] = {}
        self._shown: dict[int, Frame] = {}
        self._shown_at = 0.0
        self._sounds: list[Frame] = []
        self._busy: set[str] = set()
        self._made_up = map(f"{secrets.token_hex(6)}-{{}}".format, count())

    async def run(self) -> None:
        """Serve the line, and report its health, until cancelled."""
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self.device.run(), name=f"health of {self.device.id}")
            self._tasks.create_task(self._follow(), name=f"view of {self.device.id}")
            self._tasks.create_task(self._serve(), name=f"line of {self.device.id}")

    async def _follow(self) -> None:
        async for view, _ in views(self.hall):
            self._view = view

    # --- the line

    async def _serve(self) -> None:
        thread, pause = OwnThread(self.device.id), FIRST_PAUSE
        try:
            while True:
                try:
                    await self._turn(thread)
                    pause = FIRST_PAUSE
                except Gone as gone:
                    self.device.has_trouble(gone)
                    self._shown.clear()
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            thread.end(self.bus.close)

    async def _turn(self, thread: OwnThread) -> None:
        say = self._due()
        heard = await thread.do(partial(self.bus.turn, say))
        self.device.is_well()
        for frame in say:
            if frame == self._faces.get(frame.address):
                self._shown[frame.address] = frame
        for frame in heard:
            self._heard(frame)

    def _due(self) -> list[Frame]:
        """What must be said: tones first, then displays that show what is over."""
        now = asyncio.get_running_loop().time()
        if now - self._shown_at > REFRESH:
            self._shown.clear()
            self._shown_at = now
        if self._view is not self._drawn:
            self._drawn = self._view
            self._faces = {
                address: show(address, face(self._drawn, window))
                for address, window in self.addresses.items()
            }
        changed = [f for address, f in self._faces.items() if self._shown.get(address) != f]
        sounds, self._sounds = self._sounds[:FRAMES], self._sounds[FRAMES:]
        return sounds + changed[: FRAMES - len(sounds)]

    def _heard(self, frame: Frame) -> None:
        window = self.addresses.get(frame.address)
        if window is None:
            log.warning("%s: no window has caller %d", self.device.id, frame.address)
        elif frame.function == RATING:
            self._tasks.create_task(self._rate(window, frame))
        elif key := key_of(frame):
            self._tasks.create_task(self._press(window, frame.address, key))

    # --- presses

    async def _press(self, window: str, address: int, key: Key) -> None:
        # Presses that pile up while the hall is slow must not all be carried out later.
        done = False
        if window not in self._busy:
            self._busy.add(window)
            try:
                done = await self._carry_out(window, address, key)
            finally:
                self._busy.discard(window)
        await self._answer(address, done)

    async def _carry_out(self, window: str, address: int, key: Key) -> bool:
        """Whether the hall did what the key means."""
        try:
            view, now = await self.hall.view(), await self.hall.now()
            if key is Key.RATE:
                return self._ask_rating(address, rated(view, window, now) is not None)
            return await self._do(self.keys.acts(key, view, window, now))
        except Refused as refused:
            log.info("%s: %s at window %s: %s", self.device.id, key.name, window, refused)
            return False

    def _ask_rating(self, address: int, somebody: bool) -> bool:
        if somebody:
            self._sounds.append(ask_rating(address))
        return somebody

    async def _do(self, acts: Acts) -> bool:
        for place, act in enumerate(acts):
            try:
                await self.hall.do(act.verb, self._how(), **act.words)
            except Refused:
                if place == 0:
                    raise
                # The visit before is over either way; that nobody comes now is no mistake.
                break
        return bool(acts)

    async def _answer(self, address: int, done: bool) -> None:
        """One tone for yes, two for no."""
        self._sounds.append(beep(address))
        if not done:
            await asyncio.sleep(TONES)
            self._sounds.append(beep(address))

    async def _rate(self, window: str, frame: Frame) -> None:
        score, how = self.keys.score(frame), self._how()
        ticket = None
        for _ in range(TRIES if score else 0):
            try:
                if ticket is None:
                    ticket = rated(await self.hall.view(), window, await self.hall.now())
                if ticket:
                    # By the window's device: who rated is nobody's business.
                    await self.hall.rate(ticket.number, score, source="window_device", **how)
                return
            except Unavailable:
                await asyncio.sleep(AGAIN)
            except Refused as refused:
                log.info("%s: rating at window %s: %s", self.device.id, window, refused)
                return

    def _how(self) -> How:
        return {"by": self.device.id, "command": next(self._made_up)}
