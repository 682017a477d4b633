"""`jiaohao restore FILE`: a backup becomes an installation again, in an empty data folder.

Everything is looked at first and built out of the way; only then does it get its place, so a
restore that fails leaves nothing behind. It goes into whichever Redis and database are set now.
What the hall did after the backup is lost; so that no number is given twice, each hall's days up
to today jump over as many numbers as they may have given since.
"""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import json
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis
from redis.exceptions import RedisError
from sqlmodel import Session, select

from ops.backup import FILES, FORMAT, MANIFEST, REDIS, SQL, BackupTrouble, Manifest, Part, client
from ops.settings import Settings
from queue_server.archive import audit_log, dump
from queue_server.archive.database import Database
from queue_server.archive.errors import Invalid
from queue_server.archive.tables import HallRow
from queue_server.domain.civil import date_of
from queue_server.engine import copies
from queue_server.engine.copies import Copy, Older
from queue_server.engine.private_redis import PrivateRedis

#: Inside the data folder, so that its parts need only be renamed when all is well.
BUILDING = ".restoring"
#: So many numbers at least may a lane have given since the backup was made.
LEAST_JUMP = 1000
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and over how many numbers each hall jumps."""

    manifest: Manifest
    jumps: dict[str, int]


def restore(settings: Settings, file: Path, now: int, by: str) -> Restored:
    """Build an installation from a backup; raises `BackupTrouble`, and then nothing has changed."""
    try:
        with _building(settings.data) as folder:
            unpacked = folder / "unpacked"
            manifest = unpack(file, unpacked)
            made = folder / "data"
            made.mkdir()
            jumps = _build(replace(settings, data=made), unpacked, manifest, now, by)
            _move(made, settings.data)
    except OSError as error:
        raise BackupTrouble(f"Nothing was restored: {error}") from error
    return Restored(manifest, jumps)


@contextmanager
def _building(data: Path) -> Iterator[Path]:
    """A folder to build in, which is gone afterwards; refuses a data folder that is in use."""
    new = not data.exists()
    there = [] if new else [one.name for one in data.iterdir() if one.name != BUILDING]
    if there:
        raise BackupTrouble(
            f"{data} is not empty ({', '.join(sorted(there)[:3])}…). A backup is restored into an"
            " empty folder only: set JIAOHAO_DATA to a new one, or move this one away."
        )
    folder = data / BUILDING
    # Somebody was killed here.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if new and not any(data.iterdir()):
            data.rmdir()


# --- the file


def unpack(file: Path, to: Path) -> Manifest:
    """Unpack a backup, and look whether each part is what it was; raises `BackupTrouble`."""
    to.mkdir()
    try:
        with gzip.open(file) as whole, tarfile.open(fileobj=whole, mode="r:") as tar:
            tar.extractall(to, filter="data")
            while whole.read(CHUNK):  # To the end, where the sum of all of it stands.
                pass
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupTrouble(f"{file} is no backup, or not all of one: {error}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise BackupTrouble(f"{file} cannot be read: {error}") from error
    manifest = _manifest(file, to / MANIFEST)
    found = {path.relative_to(to).as_posix() for path in to.rglob("*") if path.is_file()}
    for name, part in manifest.parts.items():
        if name not in found or _digest(to / name) != part:
            raise BackupTrouble(f"{file} is damaged: {name} is not what it was.")
    if strangers := found - set(manifest.parts) - {MANIFEST}:
        raise BackupTrouble(f"{file} has parts that nobody put there: {min(strangers)}.")
    return manifest


def _manifest(file: Path, path: Path) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise BackupTrouble(
                f"{file} was made by version {told['version']}, which writes backups in another"
                " way; restore it with that version."
            )
        parts = {name: Part(**part) for name, part in told["parts"].items()}
        return Manifest(**(told | {"parts": parts}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupTrouble(f"{file} is no backup, or not all of one.") from error


def _digest(path: Path) -> Part:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Part(digest.hexdigest(), size)


# --- the parts


def _build(
    settings: Settings, unpacked: Path, manifest: Manifest, now: int, by: str
) -> dict[str, int]:
    if (unpacked / FILES).is_dir():
        shutil.copytree(unpacked / FILES, settings.data, dirs_exist_ok=True)
    with ExitStack() as stack:
        database = Database(settings.database_url)
        stack.callback(database.close)
        if not dump.is_empty(database):
            raise BackupTrouble(
                "The database that JIAOHAO_DATABASE names is not empty; a backup is restored into"
                " an empty one only."
            )
        redis, tenants = stack.enter_context(_redis(settings)), _tenants(unpacked)
        if copies.any_of(redis, tenants):
            raise BackupTrouble(
                "The Redis that JIAOHAO_REDIS names has days of these halls already; a backup is"
                " restored into one that knows nothing of them."
            )
        try:
            return _fill(database, redis, unpacked, manifest, now, by)
        except BaseException as error:
            copies.forget(redis, tenants)
            if isinstance(error, (Invalid, Older, RedisError)):
                raise BackupTrouble(f"Nothing was restored: {error}") from error
            raise


def _tenants(unpacked: Path) -> list[str]:
    columns, *rows = map(json.loads, _lines(unpacked / SQL / "tenants.jsonl") or ())
    return [row[columns.index("id")] for row in rows]


@contextmanager
def _redis(settings: Settings) -> Iterator[Redis]:
    """The Redis to fill: the one that is named, or a private one in the new folder."""
    if settings.redis:
        with client(settings.redis) as redis:
            yield redis
        return
    private = PrivateRedis(settings.data / "redis", fsync="everysec")
    private.start()
    try:
        with client(private.url) as redis:
            yield redis
    finally:
        private.stop()


def _fill(
    database: Database, redis: Redis, unpacked: Path, manifest: Manifest, now: int, by: str
) -> dict[str, int]:
    """All of SQL in one transaction, and Redis before it ends."""
    with database.writer.begin() as connection:
        dump.fill(
            connection, manifest.revision, lambda name: _lines(unpacked / SQL / f"{name}.jsonl")
        )
        with Session(connection) as session:
            from_ = manifest.version
            audit_log.note(session, "backup.restored", by, now, made=manifest.made, version=from_)
            session.flush()
            halls = session.exec(select(HallRow)).all()
            copies.put(redis, _copies(unpacked))
            return {hall.id: _jump(redis, hall, now) for hall in halls}


def _jump(redis: Redis, hall: HallRow, now: int) -> int:
    """Have the hall jump over what it may have given, at most, since the backup was made."""
    numbers = max(LEAST_JUMP, 2 * copies.most_given(redis, hall.tenant, hall.id))
    today = date_of(now, ZoneInfo(hall.timezone)).isoformat()
    copies.tell_restored(redis, hall.tenant, hall.id, today, numbers, now)
    return numbers


def _copies(unpacked: Path) -> Iterator[Copy]:
    for line in _lines(unpacked / REDIS) or ():
        key, packed = json.loads(line)
        yield Copy(key, base64.b64decode(packed))


def _lines(path: Path) -> Iterator[bytes] | None:
    if not path.exists():
        return None

    def read() -> Iterator[bytes]:
        with path.open("rb") as file:
            yield from file

    return read()


def _move(made: Path, data: Path) -> None:
    """Everything to its place, by renaming; back again when that fails halfway."""
    moved: list[Path] = []
    try:
        for path in sorted(made.iterdir()):
            path.rename(data / path.name)
            moved.append(path)
    except OSError:
        for path in moved:
            (data / path.name).rename(path)
        raise
