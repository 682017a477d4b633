"""Everything into one file, and an installation out of it again."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from ops import restore as restoring
from ops.backup import BackupTrouble, backup
from ops.restore import Restored, restore
from ops.settings import Settings
from queue_server.archive import dump
from queue_server.archive.configuration import Configuration
from queue_server.archive.database import Database
from queue_server.domain.calendar import Calendar
from queue_server.domain.layout import Layout
from queue_server.engine import keys
from queue_server.engine.private_redis import PrivateRedis
from tests.faults.halls import own_redis

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000_000


def tables(data: Path) -> dict[str, list[bytes]]:
    """Everything in SQL, but the book, in which a backup and a restore are lines."""
    database = Database(f"sqlite:///{data}/jiaohao.sqlite")
    with dump.snapshot(database) as found:
        told = {name: list(found.lines(name)) for name in found.tables if name != "audit_log"}
    database.close()
    return told


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder with one hall, whose day has given a number; its path is short."""
    with tempfile.TemporaryDirectory(prefix="jh-") as folder:
        yield furnished(Path(folder) / "data")


def furnished(data: Path) -> Path:
    (data / "clips" / "zh-CN").mkdir(parents=True)
    (data / "clips" / "zh-CN" / "ling.wav").write_bytes(b"RIFF")
    (data / "secret").write_bytes(bytes(range(32)))
    (data / "devices.yaml").write_text("hall: hall\n", "utf-8")
    (data / "voice").mkdir()
    (data / "voice" / "cached.wav").write_bytes(b"made again")
    return data


@contextmanager
def redis_in(data: Path) -> Iterator[Redis]:
    private = PrivateRedis(data / "redis").start()
    try:
        with Redis.from_url(private.url) as redis:
            yield redis
    finally:
        private.stop()


@pytest.fixture
def settings(data: Path, layout: Layout) -> Settings:
    made = Settings(data=data)
    known = Configuration(made.database_url)
    known.migrate()
    known.publish(layout, Calendar.always(), "test", NOW)
    known.close()
    with redis_in(data) as redis:
        root = keys.hall_root(layout.tenant, layout.hall)
        redis.hset(root, "day", "2026-03-02")
        redis.hset(f"{root}:2026-03-02", mapping={"state": "open", "counts": "7 1 7 7 0"})
        redis.hset(f"{root}:2026-03-02:numbers", "A", 700)
    return made


@pytest.fixture
def file(settings: Settings) -> Path:
    made = settings.data.parent / "hall.tar.gz"
    asyncio.run(backup(settings, made, NOW, "test"))
    return made


def elsewhere(settings: Settings) -> Settings:
    return replace(settings, data=settings.data.parent / "new")


def test_all_of_it_is_there_again(settings: Settings, file: Path, layout: Layout) -> None:
    """Tables, Redis, the secret, devices and clips; what is made again is left out."""
    new = elsewhere(settings)

    done = restore(new, file, NOW, "test")

    found = {path.relative_to(new.data).as_posix() for path in new.data.rglob("*")}
    assert {"secret", "devices.yaml", "clips/zh-CN/ling.wav", "jiaohao.sqlite"} <= found
    assert not any(name.startswith(("voice", ".restoring")) for name in found)
    assert (new.data / "secret").read_bytes() == bytes(range(32))
    assert tables(new.data) == tables(settings.data)
    assert done.jumps == {layout.hall: 1400}
    with redis_in(new.data) as redis:
        root = keys.hall_root(layout.tenant, layout.hall)
        assert redis.hget(f"{root}:2026-03-02:numbers", "A") == b"700"
        told: Any = redis.hget(root, "restored")
        assert told.startswith(b"2027-01-15 1400 ")


def test_a_backup_is_nobody_elses_to_read(file: Path) -> None:
    """It has the secret, and everybody's password as a hash."""
    assert file.stat().st_mode & 0o077 == 0


def test_passwords_of_others_stay_out_of_it(settings: Settings) -> None:
    """The manifest says how it was set, without the password of the database."""
    made = settings.data.parent / "second.tar.gz"
    with own_redis() as server:
        named = replace(settings, redis=f"{server.url}?db=0", address="https://li:geheim@hall.test")
        manifest = asyncio.run(backup(named, made, NOW, "test"))

    assert manifest.settings["JIAOHAO_ADDRESS"] == "https://…@hall.test"
    with tarfile.open(made) as tar:
        assert not any(b"geheim" in part.read() for one in tar if (part := tar.extractfile(one)))


async def test_nothing_is_overwritten(settings: Settings, file: Path) -> None:
    """Not an older backup; and a restore wants an empty folder, not merely a quiet one."""
    with pytest.raises(BackupTrouble, match="is there already"):
        await backup(settings, file, NOW, "test")
    before = sorted(settings.data.rglob("*"))
    with pytest.raises(BackupTrouble, match=r"is not empty .*JIAOHAO_DATA"):
        restore(settings, file, NOW, "test")
    assert sorted(settings.data.rglob("*")) == before


async def test_nothing_to_back_up(settings: Settings, tmp_path: Path) -> None:
    """A folder that is not there, for the data or for the file; neither is made."""
    for given, to in (
        (replace(settings, data=tmp_path / "none"), tmp_path / "x.tar.gz"),
        (settings, tmp_path / "none" / "x.tar.gz"),
    ):
        with pytest.raises(BackupTrouble, match=r"no folder .*none"):
            await backup(given, to, NOW, "test")
    assert list(tmp_path.iterdir()) == []


def rewritten(file: Path, parts: dict[str, bytes | None]) -> None:
    """The same tar with other parts, as somebody might pack it by hand; None leaves one out."""
    with tarfile.open(file) as tar:
        kept = {one.name: part.read() for one in tar if (part := tar.extractfile(one))}
    with tarfile.open(file, "w:gz") as tar:
        for name, text in (kept | parts).items():
            if text is not None:
                info = tarfile.TarInfo(name)
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text))


def manifest_with(file: Path, words: dict[str, object]) -> bytes:
    with tarfile.open(file) as tar:
        part = tar.extractfile("manifest.json")
        assert part
        return json.dumps(json.load(part) | words).encode()


def cut_off(whole: bytes) -> bytes:
    return whole[: len(whole) * 2 // 3]


def a_bit(whole: bytes) -> bytes:
    """In the middle; some change nothing, such as which of many zeros is to be said again."""
    meant = gzip.decompress(whole)
    for at in range(len(whole) // 2, len(whole)):
        turned = turn(whole, at)
        try:
            if gzip.decompress(turned) != meant:
                return turned
        except (OSError, EOFError, zlib.error):
            return turned
    raise AssertionError


def turn(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 64]) + whole[at + 1 :]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (cut_off, "is no backup|is damaged"),
        (a_bit, "is no backup|is damaged"),
        (lambda whole: turn(whole, len(whole) - 6), "is no backup"),
        (lambda _: b"", "is no backup"),
        (lambda _: b"holiday pictures", "is no backup"),
        ({"sql/people.jsonl": b'["id"]\n'}, r"is damaged: sql/people.jsonl is not what it was"),
        ({"files/secret": None}, "is damaged: files/secret"),
        ({"files/authorized_keys": b"x"}, "parts that nobody put there: files/authorized_keys"),
        ({"../outside": b"x"}, "is no backup, or not all of one"),
        ({"manifest.json": None}, "is no backup, or not all of one"),
        ({"manifest.json": b"[]"}, "is no backup, or not all of one"),
        ({"format": 2, "version": "9.1"}, "was made by version 9.1"),
        ({"revision": "9999"}, "which this program is too old for"),
    ],
)
def test_a_file_that_is_not_whole_restores_nothing(
    how: Any, told: str, settings: Settings, file: Path
) -> None:
    """Whatever is wrong is said, and the folder is as it was."""
    if callable(how):
        file.write_bytes(how(file.read_bytes()))
    elif {"/", "."} & set(min(how)):
        rewritten(file, how)
    else:
        rewritten(file, {"manifest.json": manifest_with(file, how)})
    new = elsewhere(settings)

    with pytest.raises(BackupTrouble, match=told):
        restore(new, file, NOW, "test")
    assert not new.data.exists()

    new.data.mkdir()
    with pytest.raises(BackupTrouble, match=told):
        restore(new, file, NOW, "test")
    assert list(new.data.iterdir()) == []


def test_a_file_that_is_not_there(settings: Settings) -> None:
    with pytest.raises(BackupTrouble, match=r"gone.tar.gz cannot be read"):
        restore(elsewhere(settings), settings.data / "gone.tar.gz", NOW, "test")


@pytest.mark.parametrize("moment", ["_fill", "_move", "_jump"])
def test_a_restore_that_fails_leaves_nothing(
    moment: str, settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever moment; afterwards it can be said again."""
    new = elsewhere(settings)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(restoring, moment, fails)
        with pytest.raises(BackupTrouble, match=r"Nothing was restored: .*No space left"):
            restore(new, file, NOW, "test")
    assert not new.data.exists()
    assert restore(new, file, NOW, "test").jumps


def test_what_a_killed_restore_left_is_no_hindrance(settings: Settings, file: Path) -> None:
    """It was building out of the way; the next one clears that up."""
    new = elsewhere(settings)
    (new.data / ".restoring" / "data").mkdir(parents=True)
    (new.data / ".restoring" / "data" / "jiaohao.sqlite").write_bytes(b"half")

    assert isinstance(restore(new, file, NOW, "test"), Restored)
    assert tables(new.data) == tables(settings.data)


def test_another_redis_and_another_database(
    settings: Settings, file: Path, layout: Layout, tmp_path: Path
) -> None:
    """Those that are named now are filled, if they are empty; what others have there stays."""
    with own_redis() as server, Redis.from_url(server.url) as redis:
        redis.set("somebody's", "own")
        database = f"sqlite:///{tmp_path}/named.sqlite"
        new = replace(elsewhere(settings), redis=server.url, database=database)

        restore(new, file, NOW, "test")
        root = keys.hall_root(layout.tenant, layout.hall)
        assert redis.hget(root, "day") == b"2026-03-02"
        assert {path.name for path in new.data.iterdir()} == {"clips", "devices.yaml", "secret"}

        again = replace(new, data=new.data.parent / "again")
        with pytest.raises(
            BackupTrouble, match="database that JIAOHAO_DATABASE names is not empty"
        ):
            restore(again, file, NOW, "test")
        with pytest.raises(BackupTrouble, match="Redis that JIAOHAO_REDIS names has days"):
            restore(replace(again, database=""), file, NOW, "test")
        assert not again.data.exists()
        assert redis.hget(root, "day") == b"2026-03-02"
        assert redis.get("somebody's") == b"own"


def test_what_failed_is_taken_out_of_somebodys_redis(
    settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only ours, and all of it."""

    def fails(*_: object) -> None:
        raise OSError("the plug was pulled")

    monkeypatch.setattr(restoring, "_jump", fails)
    with own_redis() as server, Redis.from_url(server.url) as redis:
        redis.set("somebody's", "own")
        with pytest.raises(BackupTrouble, match="the plug was pulled"):
            restore(replace(elsewhere(settings), redis=server.url), file, NOW, "test")
        assert redis.keys("*") == [b"somebody's"]


# --- no room


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jh-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
        folder.rmdir()


async def test_a_full_disk_leaves_no_half_backup(settings: Settings, small_disk: Path) -> None:
    """Nothing of that name, nor of any other; and a sentence."""
    (settings.data / "clips" / "long.wav").write_bytes(bytes(range(256)) * 1024)

    with pytest.raises(BackupTrouble, match=r"There is no backup: .*No space left"):
        await backup(settings, small_disk / "hall.tar.gz", NOW, "test")

    assert list(small_disk.iterdir()) == []


def test_a_full_disk_leaves_no_half_hall(settings: Settings, file: Path, small_disk: Path) -> None:
    """The folder is as empty as it was."""
    with pytest.raises(BackupTrouble, match=r"No space left|disk is full|does not come up"):
        restore(replace(settings, data=small_disk / "new"), file, NOW, "test")

    assert list(small_disk.iterdir()) == []
