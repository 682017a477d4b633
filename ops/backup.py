"""`jiaohao backup FILE`: everything that is kept, in one file, while the hall goes on.

The file is a tar.gz: the tables as lines of JSON, Redis's keys of our halls, the secret, the
devices' file, clips and printers' journals, and at last the manifest with a digest of each part;
so a file that broke off has none. Redis is copied after SQL: the archivist then catches up with
what it had not seen. `ops/restore.py` reads it. Jobs that are on their way are not in it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from sqlmodel import col, func, select

from ops.configured import configuration
from ops.settings import Settings, table
from ops.supervisor import redis_now
from queue_server.archive import audit_log, dump
from queue_server.archive.configuration import Configuration
from queue_server.archive.database import Database
from queue_server.archive.memory import DayRow
from queue_server.engine import cluster_client
from queue_server.engine.copies import Copy, copies

FORMAT = 1
MANIFEST, REDIS, SQL, FILES = "manifest.json", "redis.jsonl", "sql", "files"
DEVICES = "devices.yaml"
#: What of the data folder is kept beside Redis and SQL; all else is made again.
KEPT = ("secret", "clips", "printing")
CHUNK = 1 << 20
#: Of gzip: a little slower is a little smaller, and the hall is to go on meanwhile.
LEVEL = 4


class BackupTrouble(RuntimeError):
    """There is no backup, or it cannot be used; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a backup: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: `made` in Unix ms, `revision` that of the tables, and its parts."""

    format: int
    version: str
    made: int
    revision: str
    parts: dict[str, Part]
    settings: dict[str, str]


async def backup(settings: Settings, file: Path, now: int, by: str) -> Manifest:
    """Write a backup; raises `BackupTrouble`, and then there is no file of that name."""
    if file.exists():
        raise BackupTrouble(f"{file} is there already; a backup never overwrites anything.")
    if not file.parent.is_dir():
        raise BackupTrouble(f"There is no folder {file.parent}.")
    if not settings.data.is_dir():
        raise BackupTrouble(f"There is nothing to back up: no folder {settings.data}.")
    known = configuration(settings)
    try:
        async with redis_now(settings) as url:
            return await asyncio.to_thread(_backup, settings, known, url, file, now, by)
    except (OSError, RedisError) as error:
        raise BackupTrouble(f"There is no backup: {error}") from error
    finally:
        known.close()


def _backup(
    settings: Settings, known: Configuration, url: str, file: Path, now: int, by: str
) -> Manifest:
    with client(url) as redis, _unfinished(file) as unfinished:
        while True:
            before = _let_go(known.database)
            manifest = _write(settings, known, redis, unfinished, now)
            # A stream that was let go between the copies of SQL and Redis would be in neither.
            if _let_go(known.database) == before:
                break
        unfinished.rename(file)
    with known.database.writing() as session:
        audit_log.note(session, "backup.made", by, now, subject=file.name)
    return manifest


@contextmanager
def client(url: str) -> Iterator[Redis]:
    """Redis, for copying; it may take its time for a large key."""
    with cluster_client.client(url, 120) as redis:
        yield redis


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """A file beside the one that is to be; nobody else reads it, and it never stays."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".backup-", delete=False) as made:
        path = Path(made.name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _let_go(database: Database) -> int:
    with database.reading() as session:
        gone = select(func.count()).where(col(DayRow.expired) > 0)
        return session.exec(gone.select_from(DayRow)).one()


def _write(
    settings: Settings, known: Configuration, redis: Redis, path: Path, now: int
) -> Manifest:
    with path.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=LEVEL) as tar:
            parcel = Parcel(tar, path.parent, now)
            with dump.snapshot(known.database) as tables:
                for name in tables.tables:
                    parcel.add(f"{SQL}/{name}.jsonl", tables.lines(name))
                revision = tables.revision
            halls = [(hall.tenant, hall.id) for hall in known.halls()]
            parcel.add(REDIS, map(_line, copies(redis, halls)))
            for name, kept in _files(settings):
                parcel.add(f"{FILES}/{name}", _chunks(kept))
            manifest = Manifest(
                format=FORMAT,
                version=_version(),
                made=now,
                revision=revision,
                parts=dict(parcel.parts),
                settings=told(settings),
            )
            text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
            parcel.add(MANIFEST, [text.encode()])
        file.flush()
        os.fsync(file.fileno())
    return manifest


class Parcel:
    """Puts one part after the other into a tar; a part's size is known when all of it is there,
    so each is written beside it first."""

    def __init__(self, tar: tarfile.TarFile, folder: Path, now: int) -> None:
        self.parts: dict[str, Part] = {}
        self._tar, self._folder, self._now = tar, folder, now

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """One more part."""
        digest, size = hashlib.sha256(), 0
        with tempfile.TemporaryFile(dir=self._folder) as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.seek(0)
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = size, self._now / 1000, 0o600
            self._tar.addfile(info, file)
        self.parts[name] = Part(digest.hexdigest(), size)


def _line(copy: Copy) -> bytes:
    packed = base64.b64encode(copy.packed).decode()
    return json.dumps([copy.key, packed], ensure_ascii=False).encode() + b"\n"


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Names in the data folder, and where each is now."""
    for name in KEPT:
        kept = settings.data / name
        for path in sorted(kept.rglob("*")) if kept.is_dir() else [kept]:
            if path.is_file():
                yield path.relative_to(settings.data).as_posix(), path
    devices = settings.devices_file
    if devices and devices.is_file():
        yield DEVICES, devices


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def told(settings: Settings) -> dict[str, str]:
    """The settings as they were, for whoever restores; passwords stay where they are."""
    return {name: re.sub(r"//[^/@]*@", "//…@", value) for name, value, _ in table(settings)}


def _version() -> str:
    try:
        return version("jiaohao")
    except PackageNotFoundError:
        return "0"  # Run from a folder that was not installed.
