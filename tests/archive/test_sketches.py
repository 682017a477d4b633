"""Sketches: known to within their error, added up without loss, in any order."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from ddsketch import DDSketch
from hypothesis import given
from hypothesis import strategies as st

from queue_server.archive import sketches
from queue_server.archive.sketches import RELATIVE_ERROR, Buckets
from queue_server.domain.calling import MINUTE
from queue_server.domain.percentiles import at, percentiles
from queue_server.domain.tallies import SPREADS, Spread, Tally

#: Every duration up to a day, in ms.
durations = st.lists(st.integers(0, 24 * 60 * MINUTE), max_size=40)


def tally_of(waits: list[int], cut: list[int] | None = None) -> Tally:
    return Tally(wait=Spread.of(waits), cut=Spread.of(cut or []))


def merged(*parts: bytes) -> Tally:
    buckets: Buckets = Counter()
    for part in parts:
        sketches.merge(buckets, [part])
    found = Tally()
    sketches.unpack(found, buckets)
    return found


@given(st.integers(0, 10 * 365 * 24 * 60 * MINUTE))
def test_every_value_is_known_to_within_the_error(value: int) -> None:
    """Up to ten years; half a millisecond is lost to rounding besides."""
    found = sketches.value(sketches.bucket(value))
    assert abs(found - value) <= RELATIVE_ERROR * value + 0.5


@given(durations.filter(bool), durations)
def test_merged_percentiles_are_within_the_error(waits: list[int], others: list[int]) -> None:
    """Of two halls' sketches against the waits themselves, at every percent."""
    found = merged(sketches.packed(tally_of(waits)), sketches.packed(tally_of(others)))
    percents = range(0, 101, 5)
    exact = at(Counter([*waits, *others]), {}, percents)
    for near, true in zip(at(found.wait.counts, {}, percents), exact, strict=True):
        assert near is not None
        assert true is not None
        assert abs(near - true) <= RELATIVE_ERROR * true + 0.5


@given(st.lists(durations, max_size=5), st.randoms())
def test_the_order_of_merging_does_not_matter(halls: list[list[int]], dice: Random) -> None:
    """Nor whether they are merged one by one, all at once, or counted together at first."""
    packed = [sketches.packed(tally_of(waits)) for waits in halls]
    shuffled = dice.sample(packed, len(packed))
    together = sketches.packed(tally_of([wait for waits in halls for wait in waits]))
    assert merged(*packed) == merged(*shuffled) == merged(b"".join(packed)) == merged(together)


def test_with_waits_cut_short_it_is_kaplan_meier_of_nearly_the_same_waits() -> None:
    """Of 3,000 waits with one in ten cut short, within the error."""
    dice = Random(1)
    waits = [round(dice.expovariate(1 / (12 * MINUTE))) for _ in range(3000)]
    cut = [round(dice.uniform(0, 40 * MINUTE)) for _ in range(300)]
    exact = percentiles(waits, Counter(cut))
    found = merged(sketches.packed(tally_of(waits, cut)))
    near = percentiles(found.wait.counts, found.cut.counts)
    for one, true in zip(near, exact, strict=True):
        assert one is not None
        assert true is not None
        # Two neighbours of 3,000 lie closer together than the error.
        assert one == pytest.approx(true, rel=2 * RELATIVE_ERROR)


def test_the_buckets_are_those_of_the_library() -> None:
    """Datadog's own sketch has the same value at every rank."""
    dice = Random(2)
    waits = [round(dice.lognormvariate(12, 1.2)) for _ in range(501)]
    library = DDSketch(RELATIVE_ERROR)
    for wait in waits:
        library.add(wait)
    found = merged(sketches.packed(tally_of(waits))).wait.counts
    for percent, near in zip(range(0, 101, 10), at(found, {}, range(0, 101, 10)), strict=True):
        told = library.get_quantile_value(percent / 100)
        assert told is not None
        assert near == round(told)


def test_each_kind_of_duration_keeps_to_itself_and_counts_may_be_large() -> None:
    """Five spreads in one run of bytes; more equal waits than a record has room for."""
    tally = Tally()
    for number, name in enumerate(SPREADS):
        setattr(tally, name, Spread(Counter({number: 1})))
    tally.hold = Spread(Counter({0: 200_000}))
    found = merged(sketches.packed(tally), sketches.packed(tally))
    assert [list(getattr(found, name).counts) for name in SPREADS] == [[0], [1], [2], [3], [0]]
    assert found.hold.counts[0] == 400_000
