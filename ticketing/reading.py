"""The service of one reader: what was laid there goes to the kiosk's page, and nowhere else.

What a card says ends here: the page gets the person's key of the day and whether to offer the
green channel. Taking the ticket is the page's business.
"""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from queue_server.client.device import Device
from queue_server.client.own_thread import OwnThread
from queue_server.domain.civil import date_of
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refused
from ticketing.identity import GREEN_AGE, Identity, card
from ticketing.local_line import LocalLine, Message
from ticketing.reader import Reader, Scan
from ticketing.scan import meaning
from ticketing.troubles import CardTrouble, Gone, Trouble

#: An unplugged reader is tried again after so long (s), then half as often each time.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
#: So long (s) a visitor has to read what is wrong with the card, unless another is laid there.
SENTENCE = 3.0
#: Birthdays on Chinese ID cards begin at midnight in China.
CHINA = ZoneInfo("Asia/Shanghai")

READY: Message = {"kind": "ready"}


class Reading:
    """Reads for ever; `green_age` is in years. A broken reader stops nobody but itself."""

    def __init__(
        self,
        hall: Hall,
        reader: Reader,
        device: Device,
        line: LocalLine,
        *,
        green_age: int = GREEN_AGE,
    ) -> None:
        self.hall = hall
        self.reader = reader
        self.device = device
        self.line = line
        self.green_age = green_age
        self._pause = FIRST_PAUSE
        self._ready_at = 0.0

    async def run(self) -> None:
        """Read, tell, and report the reader's health until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.device.run(), name=f"health of {self.device.id}")
            tasks.create_task(self._read_for_ever(), name=f"reading of {self.device.id}")

    async def _read_for_ever(self) -> None:
        thread = OwnThread(self.device.id)
        try:
            while True:
                await self._read(thread)
        finally:
            thread.end(self.reader.close)

    async def _read(self, thread: OwnThread) -> None:
        try:
            found = await thread.do(self.reader.read)
            message = await self._message(found)
        except Trouble as trouble:
            await self._trouble(trouble)
            return
        self._works()
        if message or asyncio.get_running_loop().time() >= self._ready_at:
            self.line.state(self.device.id, READY)
        if message:
            self.line.tell(self.device.id, message)

    async def _message(self, found: Identity | Scan | None) -> Message | None:
        if isinstance(found, Scan):
            said = meaning(found.text)
            if said is None:
                raise CardTrouble("unknown_code")
            if not isinstance(said, Identity):
                return {"kind": "scan", "what": said.what, "text": said.text}
            found = said
        return await self._card(found) if found else None

    async def _card(self, identity: Identity) -> Message:
        try:
            # Asked for with each card: a salt kept past midnight would hide a second ticket.
            salt, now = await self.hall.salt(), await self.hall.now()
        except Refused:
            raise CardTrouble("no_hall") from None
        known = card(identity, salt, date_of(now, CHINA), self.green_age)
        return {"kind": "card", "person": known.person, "green": known.green}

    async def _trouble(self, trouble: Trouble) -> None:
        self.line.state(self.device.id, {"kind": "trouble", **trouble.says})
        if isinstance(trouble, CardTrouble):
            self._ready_at = asyncio.get_running_loop().time() + SENTENCE
            self._works()
        else:
            self.device.has_trouble(trouble)
        await asyncio.sleep(self._pause)
        if isinstance(trouble, Gone):
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _works(self) -> None:
        self._pause = FIRST_PAUSE
        self.device.is_well()
