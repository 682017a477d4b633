"""Sounds that were made before."""

from __future__ import annotations

import os
from pathlib import Path

from voice.cache import Cache


def _kept(cache: Cache, of: str, age: float, size: int = 1000) -> Path:
    made = cache.scratch()
    made.write_bytes(bytes(size))
    cache.keep(made, cache.path(of))
    os.utime(cache.path(of), (1000 - age, 1000 - age))
    return cache.path(of)


def test_what_was_kept_is_there(tmp_path: Path) -> None:
    """One place for one thing, and nothing is left half done."""
    cache = Cache(tmp_path / "made" / "here")
    path = _kept(cache, "a", 0)

    assert cache.has(path)
    assert not cache.has(cache.path("a", "b"))
    assert cache.path("ab") != cache.path("a", "b")
    assert [one.suffix for one in cache.folder.iterdir()] == [".wav"]


def test_what_was_not_asked_for_longest_is_forgotten(tmp_path: Path) -> None:
    """A cache that is full keeps the newest four fifths."""
    cache = Cache(tmp_path, most=4000)
    paths = [_kept(cache, str(age), age) for age in range(5)]
    cache.has(paths[4])

    cache.trim()

    assert [path.exists() for path in paths] == [True, True, False, False, True]


def test_a_cache_looks_after_itself(tmp_path: Path) -> None:
    """It never grows much over what it may."""
    cache = Cache(tmp_path, most=10_000)

    for number in range(200):
        _kept(cache, str(number), 200 - number)

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10_000 + 50 * 1000
