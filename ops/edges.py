"""The edges of this machine, put together: each device of its file gets its service.

The same services run beside the server (`jiaohao run`) and alone (`jiaohao run voice --server …`);
only the hall they are given differs. One that breaks is started again, and the others go on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from display.panels import panel
from display.showing import Showing
from ops import devices
from ops.devices import Devices, VoiceEntry
from ops.settings import BadSetting, Settings
from queue_server.client.device import Device, views
from queue_server.client.remote_hall import RemoteHall
from queue_server.domain.hall import Hall
from queue_server.domain.layout import Layout
from queue_server.domain.refusals import Refused
from ticketing.callers import bus
from ticketing.calling import Calling
from ticketing.keys import Keys
from ticketing.local_line import LocalLine
from ticketing.printers import printer
from ticketing.printing import Printing
from ticketing.readers import reader
from ticketing.reading import Reading
from voice.announcer import Settings as VoiceSettings
from voice.speaker import Speaker
from voice.speakers import speaker
from voice.speaking import Speaking
from voice.synthesizer import Synthesizer
from voice.synthesizers import synthesizer
from voice.timetable import Timetable

if TYPE_CHECKING:
    from ops.compose import Parts

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Whoever worked this long (s) has earned a quick start again.
STEADY = 60.0

log = logging.getLogger(__name__)


class Edge(NamedTuple):
    """One device's service: made anew, and run, each time it is started."""

    name: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """Where edges work: for which hall, on which machine. `data` is its folder; `server` is where
    the hall's pages come from, and `address` where phones find them."""

    hall: Hall
    found: Devices
    data: Path
    server: str
    address: str


def _printers(place: Place) -> Iterator[Edge]:
    for name, entry in place.found.printers.items():
        yield Edge(name, partial(_print, place, name, entry))


async def _print(place: Place, name: str, entry: devices.PrinterEntry) -> None:
    await Printing(
        place.hall,
        entry.url,
        Device(place.hall, name, "printer"),
        sources=entry.sources,
        journal=place.data / "printing" / f"{name}.journal",
        base_url=place.address,
        drills=entry.url.startswith("preview:"),
    ).run()


def _readers(place: Place) -> Iterator[Edge]:
    if place.found.readers:
        yield Edge("readers", lambda: _read(place))


async def _read(place: Place) -> None:
    origins = {place.server, place.address}
    async with LocalLine(place.found.port, sorted(origins)) as line, asyncio.TaskGroup() as tasks:
        for name, entry in place.found.readers.items():
            device = Device(place.hall, name, "reader")
            one = Reading(place.hall, reader(entry.url), device, line, green_age=entry.green_age)
            tasks.create_task(one.run(), name=name)


def _callers(place: Place) -> Iterator[Edge]:
    for name, entry in place.found.callers.items():
        yield Edge(name, partial(_call, place, name, entry))


async def _call(place: Place, name: str, entry: devices.CallersEntry) -> None:
    async with AsyncExitStack() as stack:
        hall = place.hall
        if entry.token:
            # Its keys are a clerk's, and a kiosk's token does not speak for a window.
            far = RemoteHall(place.server, hall.id, entry.token)
            hall = await stack.enter_async_context(far)
        keys = Keys(
            finish_by_call=entry.finish_by_call, transfer_to=entry.transfer_to, levels=entry.levels
        )
        device = Device(hall, name, "caller")
        await Calling(hall, bus(entry.url), entry.windows, device, keys).run()


def _panels(place: Place) -> Iterator[Edge]:
    for name, entry in place.found.panels.items():
        yield Edge(name, partial(_show, place, name, entry))


async def _show(place: Place, name: str, entry: devices.PanelEntry) -> None:
    what, _, number = entry.shows.partition(":")
    device = Device(place.hall, name, "screen", number if what == "window" else "")
    await Showing(place.hall, panel(entry.url), device, entry.shows).run()


def check(found: Devices) -> None:
    """Raise ValueError for a device whose settings mean nothing; nothing is opened."""
    known: list[tuple[dict[str, Any], Callable[[Any], object]]] = [
        (found.printers, lambda entry: printer(entry.url).close()),
        (found.readers, lambda entry: reader(entry.url)),
        (found.callers, lambda entry: bus(entry.url)),
        (found.panels, lambda entry: panel(entry.url)),
        (found.voices, lambda entry: (_speakers(entry), _settings(entry), _synthesizer(entry))),
    ]
    for entries, look in known:
        for name, entry in entries.items():
            try:
                look(entry)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error


def _voices(place: Place) -> Iterator[Edge]:
    for name, entry in place.found.voices.items():
        yield Edge(name, partial(_speak, place, name, entry))


async def _speak(place: Place, name: str, entry: VoiceEntry) -> None:
    await Speaking(
        place.hall,
        Device(place.hall, name, "voice"),
        _synthesizer(entry, place.data / "voice"),
        _speakers(entry),
        entry.zones,
        _settings(entry),
    ).run()


def _speakers(entry: VoiceEntry) -> dict[str, Speaker]:
    return {zone: speaker(url) for zone, url in {"": entry.speaker, **entry.speakers}.items()}


def _synthesizer(entry: VoiceEntry, cache: Path = Path()) -> Synthesizer:
    return synthesizer(entry.synthesizer, cache)


def _settings(entry: VoiceEntry) -> VoiceSettings:
    return VoiceSettings(
        languages=entry.languages,
        phone_digits=entry.phone_digits,
        repeats=entry.repeats,
        stale_after=entry.stale_after * 1000,
        timetable=Timetable.parse(entry.volume),
    )


#: part of `jiaohao run` → who makes its edges
PARTS: dict[str, tuple[Callable[[Place], Iterator[Edge]], ...]] = {
    "kiosk": (_printers, _readers, _callers),
    "display": (_panels,),
    "voice": (_voices,),
}


def edges(place: Place, *parts: str) -> list[Edge]:
    """The services of these parts, one for each device that the machine's file names."""
    return [edge for part in parts for make in PARTS[part] for edge in make(place)]


def named(settings: Settings, layout: Layout | None) -> Devices:
    """The devices of this machine; a new one gets previews of this hall. Raises `BadSetting`."""
    file = settings.devices_file
    if file is None:
        return Devices()
    if layout and not file.exists():
        devices.begin(file, layout)
    found = devices.read(file, settings.data)
    try:
        check(found)
    except ValueError as error:
        raise BadSetting(f"{file}: {error}") from error
    return found


async def beside(settings: Settings, parts: Parts) -> None:
    """The edges of the server's own machine, for as long as it runs."""
    halls = await asyncio.to_thread(parts.configuration.halls)
    layout = await asyncio.to_thread(parts.configuration.layout, halls[0].id)
    found = await asyncio.to_thread(named, settings, layout)
    hall = await parts.halls.hall(found.hall or halls[0].id)
    if hall is None:
        log.error("%s names the hall %s, which is not there", settings.devices_file, found.hall)
        return
    place = Place(hall, found, settings.data, settings.server, settings.public_address)
    await run(edges(place, *PARTS))


async def far(settings: Settings, part: str, server: str, hall: str, token: str) -> None:
    """One part's edges on a machine of their own, for as long as it runs."""
    async with RemoteHall(server, hall, token) as there:
        # A token that is not good is said at once, and not by every device again and again.
        layout = await plan_for(settings, there)
        found = await asyncio.to_thread(named, settings, layout)
        address = settings.address or server
        await run(edges(Place(there, found, settings.data, server, address), part))


async def plan_for(settings: Settings, hall: Hall) -> Layout | None:
    """The hall's plan as it is now; a machine without a file waits for a hall's first one."""
    file = settings.devices_file
    async for view, _ in views(hall):
        if view.layout or file is None or file.exists():
            return view.layout
    raise AssertionError("a hall is followed for ever")


async def run(all_: list[Edge]) -> None:
    """Run them side by side, for ever."""
    await asyncio.gather(*(_keep(edge) for edge in all_))


async def _keep(edge: Edge) -> None:
    loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
    while True:
        began = loop.time()
        try:
            await edge.run()
        except Exception as error:
            # A device is no reason to stop the hall; what broke is in the log, and starts again.
            if refused := _refusal(error):
                log.error("%s: %s", edge.name, refused)
            else:
                log.exception("%s broke", edge.name)
        pause = FIRST_PAUSE if loop.time() - began > STEADY else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)


def _refusal(error: BaseException) -> Refused | None:
    """Why the hall wants none of it (a token that was revoked), when that is all there is to it."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error if isinstance(error, Refused) else None
