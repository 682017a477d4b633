"""Durations of many halls and days, small enough to keep and to add up: DDSketch, laid out flat.

A sketch counts values in buckets that grow by a fixed factor, so that every value is known to
within `RELATIVE_ERROR` of itself: at 0.5 %, an hour to within 18 seconds (Masson, Rim and Lee,
DDSketch, PVLDB 12(12), 2019). The buckets are Datadog's `ddsketch`. Merging is adding up counts:
it loses nothing, and in whatever order it is done, the same comes out. What is read off a merged
sketch is what would be read off the values themselves, each changed by no more than the error:
type-7 percentiles keep that bound, and a Kaplan–Meier estimate is one of waits so slightly changed.

Most of our sketches (a village's lane on one day) have a dozen values, so only buckets with
something in them are kept, those of all of a tally's durations in one run of bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from struct import Struct

from ddsketch.mapping import LogarithmicMapping

from queue_server.domain.tallies import SPREADS, Tally

#: Of any value that is read off; values below 100 ms are known to within half a millisecond.
RELATIVE_ERROR = 0.005

_MAPPING = LogarithmicMapping(RELATIVE_ERROR)
#: Which duration (3 bits), its bucket (13 bits: longer than the world is old), and how many.
_RECORD = Struct("<HH")
_BUCKETS = 1 << 13
_MOST = (1 << 16) - 1

#: (number of the duration, bucket) as one number → how many
Buckets = Counter[int]


@lru_cache(1 << 16)
def bucket(value: int) -> int:
    """The bucket of a duration in ms; the first one is that of nothing at all."""
    return _MAPPING.key(value) + 1 if value > 0 else 0


@lru_cache(_BUCKETS)
def value(bucket: int) -> int:
    """What a bucket stands for, in ms."""
    return round(_MAPPING.value(bucket - 1)) if bucket else 0


def packed(tally: Tally) -> bytes:
    """The durations of a tally."""
    return b"".join(_records(bucketed(tally)))


def bucketed(tally: Tally) -> Buckets:
    """The durations of a tally, counted by their buckets."""
    found: Buckets = Counter()
    for number, name in enumerate(SPREADS):
        for duration, count in getattr(tally, name).counts.items():
            found[number * _BUCKETS + bucket(duration)] += count
    return found


def _records(buckets: Mapping[int, int]) -> Iterator[bytes]:
    for key in sorted(buckets):
        count = buckets[key]
        while count > _MOST:
            yield _RECORD.pack(key, _MOST)
            count -= _MOST
        yield _RECORD.pack(key, count)


def merge(into: Buckets, sketches: Iterable[bytes]) -> None:
    """Add these packed sketches up."""
    # One after the other, packed sketches are one packed sketch.
    for key, count in _RECORD.iter_unpack(b"".join(sketches)):
        into[key] += count


def unpack(tally: Tally, buckets: Mapping[int, int]) -> None:
    """Add the durations that are in the buckets to a tally, each as what its bucket stands for."""
    counts = [getattr(tally, name).counts for name in SPREADS]
    for key, count in buckets.items():
        counts[key // _BUCKETS][value(key % _BUCKETS)] += count
