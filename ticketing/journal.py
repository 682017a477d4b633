"""How far each slip had come, on disk: what a printing service that was killed must know.

A line of JSON for each step, forced to the disk before the next step is begun. Written by one
thread at a time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from queue_server.client.device import DeviceError
from ticketing.jobs import Job
from ticketing.printer import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One step: which job came how far, on which printer, and whether marked 补打.

    The first entry of a day has no ticket; its `seq` is the event from which on the day's wishes
    for copies are this service's.
    """

    day: str
    ticket: str = ""
    seq: int = 0
    printer: str = ""
    progress: str = ""
    copy: bool = False

    @property
    def job(self) -> Job:
        """What it is about."""
        return Job(self.day, self.ticket, self.seq)


class Journal:
    """The steps of a day. `printer` names where slips are printed now (its URL): what another
    printer has left unfinished can be neither cut nor spoilt here."""

    def __init__(self, path: Path, printer: str) -> None:
        self._path, self._printer = path, printer
        self._entries: dict[Job, Entry] = {}
        self._last: Entry | None = None
        for entry in _read(path):
            self._keep(entry)

    def _keep(self, entry: Entry) -> None:
        self._entries[entry.job] = entry
        self._last = entry if entry.ticket else self._last

    def begin(self, day: str, seq: int) -> int:
        """Begin a day at event `seq`, or go on with it; after which event copies are still owed.

        Other days are forgotten. Raises DeviceError when the disk does not take it.
        """
        kept = {job: entry for job, entry in self._entries.items() if job.day == day}
        self._entries = kept or {Job(day, "", seq): Entry(day=day, seq=seq)}
        self._rewrite()
        done = (e.seq for e in kept.values() if not e.ticket or e.progress == Progress.CUT)
        return max(done, default=seq)

    @property
    def left(self) -> Progress | None:
        """How the newest slip was left in this printer."""
        last = self._last
        return Progress(last.progress) if last and last.printer == self._printer else None

    def reached(self, job: Job) -> tuple[Progress | None, bool]:
        """How far a job has come, and whether as a copy."""
        entry = self._entries.get(job)
        if entry is None:
            return None, job.copy
        progress = Progress(entry.progress)
        if progress is Progress.PRINTED and entry != self._last:
            # The next slip began by cutting this one off.
            progress = Progress.CUT
        elif progress is not Progress.CUT and entry.printer != self._printer:
            progress = Progress.BLIND
        return progress, entry.copy

    def note(self, job: Job, progress: Progress, *, copy: bool) -> None:
        """A step that is certain; it is on the disk when this returns. Raises DeviceError."""
        entry = Entry(
            day=job.day,
            ticket=job.ticket,
            seq=job.seq,
            printer=self._printer,
            progress=progress,
            copy=copy,
        )
        with _writing(), self._path.open("ab") as file:
            file.write(_line(entry))
            file.flush()
            os.fsync(file.fileno())
        self._keep(entry)

    def _rewrite(self) -> None:
        # What was left in the printer counts on the next day, too.
        last = (self._last,) if self._last and self._last.job not in self._entries else ()
        draft = self._path.with_name(self._path.name + ".new")
        with _writing():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.writelines(map(_line, self._in_order(last)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
            _sync_folder(self._path.parent)

    def _in_order(self, before: Iterable[Entry]) -> Iterator[Entry]:
        yield from before
        yield from (entry for entry in self._entries.values() if entry != self._last)
        yield from (entry for entry in self._entries.values() if entry == self._last)


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"


def _read(path: Path) -> Iterator[Entry]:
    """What can be read; a line that was cut short by a power cut was no certainty."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeviceError(
            f"打印记录写不进磁盘 (cannot write the print journal): {error}"
        ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
