"""The file that says what hangs on this machine: printers, readers, callers, strips, voices.

One file a machine (`devices.yaml` in its data folder), in which every mistake is named with its
place. A new machine gets one whose devices are previews: files to look at and listen to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Self
from urllib.parse import quote

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from ops.settings import BadSetting
from queue_server.domain.layout import Layout

#: A device's own name in the hall's log.
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
Shows = Annotated[str, StringConstraints(pattern=r"^(board|(window|zone):[A-Za-z0-9_-]+)$")]
#: Where the folder for everything that is kept is written into a URL.
DATA = "{data}"


class Strict(BaseModel):
    """A part of the file; a word it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PrinterEntry(Strict):
    """A slip printer: the tickets of which sources it prints (none: all). A second kiosk takes its
    numbers as `kiosk-2`, and its printer has that source."""

    url: str
    sources: tuple[str, ...] = ("kiosk", "guide")


class ReaderEntry(Strict):
    """An ID-card reader or scanner; at which age it offers the green channel."""

    url: str
    green_age: Annotated[int, Field(ge=1, le=150)] = 60


class CallersEntry(Strict):
    """A line of hardware callers: the window of each address. Far from the server they speak with a
    `token` of their own role. `transfer_to` is the lane of the transfer key; `levels` are what the
    keys of a rater mean (1 to 5); with `finish_by_call`, the call key ends the visit before."""

    url: str
    windows: dict[Annotated[int, Field(ge=0, le=255)], str]
    token: str = ""
    finish_by_call: bool = True
    transfer_to: str = ""
    levels: dict[int, Annotated[int, Field(ge=1, le=5)]] = Field(
        default_factory=lambda: {4: 5, 3: 4, 2: 3, 1: 2}
    )


class PanelEntry(Strict):
    """A LED strip and what it shows."""

    url: str
    shows: Shows = "board"


class VoiceEntry(Strict):
    """A voice in some zones (none: all), in some languages (none: the hall's).

    `speakers` are those of single zones, where `speaker` is not. `stale_after` is in seconds;
    `volume` is written `80, 12:00-14:00 50, 22:00-07:00 quiet`; with `phone_digits`, 1 is 幺.
    """

    speaker: str = "system:"
    speakers: dict[str, str] = Field(default_factory=dict)
    synthesizer: str = "espeak:"
    zones: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    repeats: Annotated[int, Field(ge=1, le=5)] = 2
    stale_after: Annotated[int, Field(ge=1, le=600)] = 20
    phone_digits: bool = False
    volume: str = ""


class Devices(Strict):
    """Everything that hangs on this machine, by its name in the log.

    `port` is where the kiosk page in this machine's browser listens to the readers.
    """

    hall: str = ""
    port: Annotated[int, Field(ge=0, le=65535)] = 8701
    printers: dict[Id, PrinterEntry] = Field(default_factory=dict)
    readers: dict[Id, ReaderEntry] = Field(default_factory=dict)
    callers: dict[Id, CallersEntry] = Field(default_factory=dict)
    panels: dict[Id, PanelEntry] = Field(default_factory=dict)
    voices: dict[Id, VoiceEntry] = Field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every device's name."""
        tables = (self.printers, self.readers, self.callers, self.panels, self.voices)
        return [name for table in tables for name in table]

    @model_validator(mode="after")
    def _one_name_each(self) -> Self:
        if twice := {name for name in self.names if self.names.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))} is the name of two devices")
        return self

    @field_validator("printers", "readers", "callers", "panels", "voices", mode="before")
    @classmethod
    def _nothing(cls, said: Any) -> Any:
        # `voices:` with nothing below it is how YAML says none.
        return {} if said is None else said


def read(file: Path, data: Path) -> Devices:
    """The devices of this machine; raises `BadSetting` with every mistake and its place."""
    try:
        said = (
            yaml.safe_load(file.read_text("utf-8").replace(DATA, quote(str(data.resolve())))) or {}
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadSetting(f"{file} cannot be read: {error}") from error
    try:
        return Devices.model_validate(said)
    except ValidationError as wrong:
        raise BadSetting(f"{file}: " + "; ".join(_mistakes(wrong))) from None


def _mistakes(wrong: ValidationError) -> Iterator[str]:
    for one in wrong.errors(include_url=False, include_input=False):
        yield f"{'/'.join(map(str, one['loc'])) or 'file'}: {one['msg']}"


def begin(file: Path, layout: Layout) -> None:
    """Write the file of a new machine, unless there is one; raises `BadSetting`.

    Several parts may begin on one machine at once: nobody reads half a file.
    """
    if file.exists():
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent) as draft:
            draft.write(previews(layout).encode())
            draft.flush()
            os.fchmod(draft.fileno(), 0o644)
            with suppress(FileExistsError):
                file.hardlink_to(draft.name)
    except OSError as error:
        raise BadSetting(f"{file} cannot be written: {error}") from error


def previews(layout: Layout) -> str:
    """Devices that anybody has: slips, strips and speech as files in the data folder."""
    strips = "\n".join(
        f'  strip-{w.number}: {{url: "luma+emulator://{DATA}/preview/strips/{w.number}'
        f'?width=128&height=32", shows: "window:{w.number}"}}'
        for w in layout.windows
    )
    return _PREVIEWS.format(hall=layout.hall, strips=strips, data=DATA)


_PREVIEWS = """\
# What hangs on this machine. These are previews: they write pictures and sounds into the data
# folder, {data}, and keep the newest 200. Put the URL of the real thing in the place of one, and
# start again.
hall: {hall}

# tcp://192.168.1.50:9100  usb://04b8:0202  serial:///dev/ttyUSB0?baud=19200  file:///dev/usb/lp0
# each with ?width=58 or 80 (mm) and ?mode=raster (draws everything) or text (GB18030)
printers:
  printer-1: {{url: "preview://{data}/preview/slips?width=80&keep=200", sources: [kiosk, guide]}}

# onbon+tcp://192.168.1.61:5005?width=64&height=16  onbon+serial:///dev/ttyS0  sacn://192.168.1.62
# luma+spi://0.0?width=32&height=8  text:///dev/tty1   shows: board, zone:main or window:3
panels:
{strips}

# speaker: system:  file:///folder  none:
# synthesizer: clips:///folder (jiaohao voice build makes one)  espeak:  pyttsx3:  chime:
voices:
  voice-1: {{speaker: "file://{data}/preview/voice?pace=0&keep=200", synthesizer: "clips://{data}/clips?missing=espeak:"}}

# The page of a kiosk listens to its readers on this machine's own port 8701 (`port:` changes it).
# sdt:///dev/ttyUSB0 (ID cards)  scanner:///dev/ttyACM0  keyboard:///dev/input/event5
readers:

# rs485:///dev/ttyS1?baud=9600 with the window of each address: windows: {{1: "1", 2: "2"}}
callers:
"""
